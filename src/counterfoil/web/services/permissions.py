"""What the Xero user behind a connection may do there: the bridge may do no more."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.web import office
from counterfoil.web.models import Connection
from counterfoil.xero import read

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation

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
    read_at: dt.datetime


def check(organisation: Organisation, *, now: dt.datetime) -> Permissions:
    """Read what the Xero user behind the connection may do, and keep it for the page.

    An action that Xero does not name is not missing: its list differs by organisation. Raises as
    ``refresh_chart`` does.
    """
    with office.office_of(organisation, clicking=True) as room:
        allowed = room.caller.read(read.actions())
    missing = tuple(words for action, words in NEEDED.items() if not allowed.get(action, True))
    found = Permissions(missing, allowed.get(SPARED_BY_LOCK, False), now)
    _keep(
        organisation,
        {"missing": list(missing), "adviser": found.adviser, "read_at": now.isoformat()},
    )
    return found


def forget(organisation: Organisation) -> None:
    """Forget what was read: somebody else may be behind the connection now."""
    _keep(organisation, None)


def _keep(organisation: Organisation, told: dict[str, object] | None) -> None:
    Connection.objects.filter(organisation=organisation).update(permissions=told)


def kept(organisation: Organisation) -> Permissions | None:
    """Return what was last read; None if nothing was since somebody connected."""
    row = Connection.objects.filter(organisation=organisation).only("permissions").first()
    if row is None or row.permissions is None:
        return None
    told = row.permissions
    read_at = dt.datetime.fromisoformat(told["read_at"])
    return Permissions(tuple(told["missing"]), told["adviser"], read_at)
