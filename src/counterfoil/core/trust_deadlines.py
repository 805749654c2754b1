"""By when a month of a trust account has to be reconciled (rule T3), counted in working days.

Public holidays are not known here: a deadline may truly be a little later than is said.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from counterfoil.core.jurisdictions import Due

if TYPE_CHECKING:
    from collections.abc import Iterator

SATURDAY = 5
DECEMBER = 12
DAY = dt.timedelta(days=1)
DAYS_KEPT = 4_096
"""Pairs of days whose distance is remembered: the same ones are asked for again and again."""


def month_end(date: dt.date) -> dt.date:
    """Return the last day of a date's month."""
    return date.replace(day=calendar.monthrange(date.year, date.month)[1])


def month_ends(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the ends of months from the one of ``first`` to the last one on or before ``last``."""
    end = month_end(first)
    while end <= last:
        yield end
        end = month_end(end + DAY)


@lru_cache(maxsize=DAYS_KEPT)
def working_days(after: dt.date, until: dt.date) -> int:
    """Count Mondays to Fridays after one date, up to and including the other."""
    whole, rest = divmod(max((until - after).days, 0), 7)
    days = (after + DAY * (7 * whole + one) for one in range(1, rest + 1))
    return 5 * whole + sum(day.weekday() < SATURDAY for day in days)


def plus_working_days(date: dt.date, count: int) -> dt.date:
    """Return the day that is ``count`` working days after a date."""
    while count:
        date += DAY
        count -= date.weekday() < SATURDAY
    return date


def due_on(end: dt.date, due: Due) -> dt.date:
    """Return by which day the month that ends on ``end`` has to be reconciled."""
    match due:
        case Due.WORKING_DAYS_15:
            return plus_working_days(end, 15)
        case Due.WORKING_DAY_10:
            return plus_working_days(end, 15 if end.month == DECEMBER else 10)
        case Due.FIVE_WEEKS:
            return end + 35 * DAY
        case Due.DAY_25:
            return (end + DAY).replace(day=25)
        case Due.MONTH:
            return month_end(end + DAY)
