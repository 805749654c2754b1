"""What the trust pages show: which accounts there are, and from which month to begin."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from counterfoil.core.trust import TRUST_KINDS
from counterfoil.core.trust_deadlines import month_end
from counterfoil.web.models import Document

if TYPE_CHECKING:
    from counterfoil.core.trust_month import TrustMonth
    from counterfoil.web.models import Organisation


def month_named(text: str) -> dt.date | None:
    """Read a month as it stands in an address, ``2026-10``; return its last day."""
    try:
        return month_end(dt.date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None


def latest_month(organisation: Organisation, today: dt.date) -> dt.date:
    """Return the last day of the newest month that clients' money moved in."""
    moved = Document.objects.filter(
        organisation=organisation, kind__in=list(TRUST_KINDS), date__lte=today
    )
    newest = moved.order_by("-date").values_list("date", flat=True).first()
    return month_end(newest or today)


def neighbours(end: dt.date) -> tuple[str, str]:
    """Return the month before and the month after, as they stand in an address."""
    before = end.replace(day=1) - dt.timedelta(days=1)
    after = end + dt.timedelta(days=1)
    return f"{before:%Y-%m}", f"{after:%Y-%m}"


def daily(month: TrustMonth) -> list[tuple[dt.date, int]]:
    """Return the cash book's balance at the end of each day on which it changed."""
    balances = {month.begin: month.opening}
    balances |= {line.date: line.balance for line in month.cash_book}
    last = month.cash_book[-1].balance if month.cash_book else month.opening
    return sorted({**balances, month.end: last}.items())
