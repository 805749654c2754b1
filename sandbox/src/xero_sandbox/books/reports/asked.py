"""What a report is asked for: dates, periods to compare, basis (facts: Xero API section 19)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, refusals
from xero_sandbox.books.values import is_guid, read_day

if TYPE_CHECKING:
    from xero_sandbox.books.records import Contact
    from xero_sandbox.books.visit import Visit

MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
"""How many months each timeframe goes back per period."""

_MOST_PERIODS = 12
_SHOWN = 40
_TRACKING = (
    "trackingcategoryid",
    "trackingcategoryid2",
    "trackingoptionid",
    "trackingoptionid1",
    "trackingoptionid2",
)


def _folded(visit: Visit) -> dict[str, str]:
    return {name.lower(): text for name, text in visit.call.query.items()}


def day(visit: Visit, name: str, default: int) -> int:
    """Return a date parameter as an ordinal; raises ``Refused`` for what is no date."""
    text = _folded(visit).get(name.lower())
    if not text:
        return default
    found = read_day(text)
    if found is None:
        raise exchange.invalid(refusals.REPORT_DATE.say(name, text[:_SHOWN]))
    return found


def cash(visit: Visit) -> bool:
    """Return whether the report is asked for on cash basis."""
    text = _folded(visit).get("paymentsonly", "false").lower()
    if text not in {"true", "false"}:
        raise exchange.invalid(refusals.REPORT_CHOICE.say("paymentsOnly", "true or false"))
    return text == "true"


# Not verified, see report-periods.
def periods(visit: Visit) -> tuple[int, int] | None:
    """Return (earlier periods to compare with, months from one to the next), or None."""
    query = _folded(visit)
    timeframe = query.get("timeframe", "MONTH").upper()
    if timeframe not in MONTHS:
        raise exchange.invalid(refusals.REPORT_CHOICE.say("timeframe", "MONTH, QUARTER or YEAR"))
    text = query.get("periods")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:4]) <= _MOST_PERIODS:
        raise exchange.invalid(refusals.REPORT_CHOICE.say("periods", "between 1 and 12"))
    return int(text), MONTHS[timeframe]


# Not verified, see report-tracking.
def no_tracking(visit: Visit) -> None:
    """Refuse to split by tracking: a wrong total would be worse than none."""
    if any(_folded(visit).get(name) for name in _TRACKING):
        raise exchange.invalid(refusals.REPORT_TRACKING.text)


def contact(visit: Visit) -> Contact:
    """Return the contact that a report is about; raises ``Refused`` where it is missing."""
    named = _folded(visit).get("contactid", "").lower()
    if not is_guid(named):
        raise exchange.invalid(refusals.REPORT_CHOICE.say("contactId", "specified"))
    return exchange.found(visit.organisation.contacts, named)


def month_start(ordinal: int) -> int:
    """Return the first day of the month that holds ``ordinal``."""
    return date.fromordinal(ordinal).replace(day=1).toordinal()


def month_end(ordinal: int) -> int:
    """Return the last day of the month that holds ``ordinal``."""
    when = date.fromordinal(ordinal)
    return when.replace(day=monthrange(when.year, when.month)[1]).toordinal()


def months_before(ordinal: int, months: int) -> int:
    """Return the same day ``months`` earlier, a month's last day staying a last day."""
    when = date.fromordinal(ordinal)
    year, month = divmod(when.year * 12 + when.month - 1 - months, 12)
    # The calendar has no year 0.
    if year < 1:
        return 1
    last = monthrange(year, month + 1)[1]
    ends = ordinal == month_end(ordinal)
    return date(year, month + 1, last if ends else min(when.day, last)).toordinal()
