"""How long records of trust money are kept (rule T16), before which nothing of them may be erased.

Facts: trust accounting, section 3.1. The term runs from the last transaction of the matter; where a
place counts whole years and the current one, the year of erasing does not count. Here
a document goes only with its whole firm: ``firm erase`` and the page that does the same ask here
first, and go on before the term only with a person's reason, which stays in the record. Whoever
erases elsewhere asks here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.core.jurisdictions import Jurisdiction

FEBRUARY = 2
LEAP_DAY = 29


def kept_until(last: dt.date, places: Iterable[Jurisdiction]) -> dt.date:
    """Return the last day on which records of a matter must be there; the longest term counts.

    ``last`` is the day of the matter's last transaction, ``places`` are those of the trust accounts
    that held its money.
    """
    return max((_anniversary(last, place) for place in places), default=last)


def may_erase(last: dt.date, places: Iterable[Jurisdiction], today: dt.date) -> Finding | None:
    """Say why records of a matter may not be erased yet; None where they may."""
    places = tuple(places)
    until = kept_until(last, places)
    if today > until:
        return None
    longest = max(places, key=lambda place: _anniversary(last, place))
    return error(
        "kept_too_short",
        f"Money last moved on {last}; its records are kept until {until} ({longest.cite('T16')}).",
        "Keep them until then.",
    )


def _anniversary(last: dt.date, place: Jurisdiction) -> dt.date:
    years = place.keep_years + place.keep_current_year
    if place.keep_current_year:
        return last.replace(year=last.year + years, month=12, day=31)
    if (last.month, last.day) == (FEBRUARY, LEAP_DAY):
        return last.replace(year=last.year + years, month=FEBRUARY + 1, day=1)
    return last.replace(year=last.year + years)
