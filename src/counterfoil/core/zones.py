"""The time zone that a firm lives in: which day is today there.

A bookkeeper in Sydney at nine in the morning is a day ahead of Greenwich. The firm may say its zone
in the mapping; otherwise it is that of its organisation in Xero (facts: Xero API, Organisation).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from counterfoil.core.faults import seen
from counterfoil.core.xero_zones import IANA_NAMES

if TYPE_CHECKING:
    from counterfoil.core.faults import Faults


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return the names of all zones: places, and ``UTC``.

    Short names such as ``EST`` are none of them: they stand still while the clocks of no place do.
    """
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def named(name: str | None) -> ZoneInfo | None:
    """Return the zone of a name; None where there is no such zone."""
    return ZoneInfo(name) if name is not None and name in names() else None


def zone_of(chosen: str | None, in_xero: str | None) -> ZoneInfo | None:
    """Return the zone that the firm has chosen, otherwise its organisation's in Xero.

    ``in_xero`` is Xero's own word for it. None where neither is known.
    """
    return named(chosen) or named(IANA_NAMES.get(in_xero or ""))


def day_at(moment: dt.datetime, zone: dt.tzinfo | None) -> dt.date:
    """Return the day that it is at a moment, by Greenwich where no zone is known."""
    return moment.astimezone(zone or dt.UTC).date()


def read(value: object, path: str, faults: Faults) -> str | None:
    """Read the name of a zone as a mapping file says it; nothing leaves it to Xero."""
    if value == "":
        return None
    if isinstance(value, str) and named(value) is not None:
        return value
    faults.found(
        "not_a_time_zone",
        f"{seen(value)} is no time zone.",
        f"{_meant(value)}Name one by its region and place, as Australia/Sydney or Europe/London.",
        path,
    )
    return None


def _meant(value: object) -> str:
    """Ask back with the zones of a place that was named without its region."""
    place = value.strip().replace(" ", "_").casefold() if isinstance(value, str) else ""
    found = sorted(name for name in names() if name.rpartition("/")[2].casefold() == place)
    return f"Did you mean {found[0]}? " if found else ""
