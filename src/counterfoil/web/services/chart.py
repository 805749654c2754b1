"""Reading the chart of accounts from Xero, and what it frees converted again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

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
    chart = _read(organisation, actor=actor, now=now)
    reconvert_held(organisation, actor=actor, now=now)
    return chart


def look_again(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Read the chart from Xero; only if it has changed, what was held is converted again with it.

    Raises as ``refresh_chart`` does.
    """
    before = shelf.newest_chart_version(organisation)
    if _read(organisation, actor=actor, now=now).version != before:
        reconvert_held(organisation, actor=actor, now=now)


def _read(organisation: Organisation, *, actor: str, now: dt.datetime) -> Chart:
    with office.office_of(organisation, clicking=True) as room:
        replies = room.caller.read(reading())
    chart = shelf.store_chart(organisation, replies, actor=actor, now=now)
    organisation.name = chart.organisation.name
    organisation.base_currency = chart.organisation.base_currency
    organisation.save(update_fields=["name", "base_currency"])
    return chart


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
