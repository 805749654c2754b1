"""Reading the chart of accounts from Xero, and what it frees converted again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.posting.errors import Ended
from counterfoil.posting.target import Answer, Call, UnreadableAnswer
from counterfoil.web import office, shelf
from counterfoil.web.services.mapping import reconvert_held
from counterfoil.xero import read
from counterfoil.xero.decode.loose import Unreadable

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.chart import Chart
    from counterfoil.web.models import Organisation

TROUBLE = (Ended, UnreadableAnswer, Unreadable)
"""What may keep a chart from being read; none of it is a defect of ours."""

OPTIONAL = frozenset({"TrackingCategories", "Currencies"})
QUERIES = MappingProxyType({"TrackingCategories": (("includeArchived", "true"),)})


def refresh_chart(organisation: Organisation, *, actor: str, now: dt.datetime) -> Chart:
    """Read the chart from Xero and keep it; what was held is converted again with it.

    Raises ``posting.errors.Ended`` when Xero cannot be asked, ``UnreadableAnswer`` or
    ``xero.decode.Unreadable`` when its reply is no chart; the chart that was kept stays then.
    """
    with office.office_of(organisation, clicking=True) as room:
        replies = room.caller.read(reading())
    chart = shelf.store_chart(organisation, replies, actor=actor, now=now)
    organisation.name = chart.organisation.name
    organisation.base_currency = chart.organisation.base_currency
    organisation.save(update_fields=["name", "base_currency"])
    reconvert_held(organisation, actor=actor, now=now)
    return chart


NEEDED = MappingProxyType(
    {
        "CreateApprovedInvoice": "approve sales invoices",
        "CreateApprovedBill": "approve bills to pay",
        "CreateInvoicePayment": "record payments",
        "CreateManualJournal": "post manual journals",
    }
)
"""What the person who connects must be allowed in Xero (facts: Xero API, Organisation/Actions)."""


SPARED_BY_LOCK = "ApproveTransactionsBeforePeriodLockDate"
"""The action that Xero allows advisers, whom the period's lock date does not bind."""


class Permissions(NamedTuple):
    """What the Xero user behind the connection may not do, in words, and whether it is an adviser.

    The lock date of a period does not bind advisers (facts: Xero API section 18).
    """

    missing: tuple[str, ...]
    adviser: bool


def permissions(organisation: Organisation) -> Permissions:
    """Read what the Xero user behind the connection may do.

    An action that Xero does not name is not missing: its list differs by organisation. Raises as
    ``refresh_chart`` does.
    """
    with office.office_of(organisation, clicking=True) as room:
        allowed = room.caller.read(read.actions())
    missing = (words for action, words in NEEDED.items() if not allowed.get(action, True))
    return Permissions(tuple(missing), allowed.get(SPARED_BY_LOCK, False))


def reading() -> Generator[Call, Answer, Mapping[str, bytes]]:
    """Read the five replies that a chart is made of; raises ``UnreadableAnswer``."""
    replies: dict[str, bytes] = {}
    for name in shelf.REPLIES:
        try:
            replies[name] = yield from read.body(f"/{name}", *QUERIES.get(name, ()))
        except UnreadableAnswer:
            if name not in OPTIONAL:
                raise
    return replies
