"""Xero's own ways to write money, dates and times, and to read dates (facts: section 4)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from msgspec import Raw

from xero_sandbox.books.arithmetic import rounded

EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY_MS = 86_400_000
ZERO_ID = "00000000-0000-0000-0000-000000000000"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MICROSOFT_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][0-9:.]{1,16}(?:Z|[+-]\d{2}:\d{2})?)?")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def money(cents: int) -> Raw:
    """Return cents as a JSON number with two decimals."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return Raw(f"{sign}{whole}.{part:02d}".encode())


def money_text(cents: int) -> str:
    """Return cents as text with two decimals."""
    return bytes(money(cents)).decode()


@lru_cache(maxsize=4096)
def four(value: int) -> Raw:
    """Return ten-thousandths as a JSON number with four decimals."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10_000)
    return Raw(f"{sign}{whole}.{part:04d}".encode())


def unit_price(value: int, *, four_decimals: bool) -> Raw:
    """Return a unit amount as Xero prints it: two decimals, or four where they were asked for."""
    return four(value) if four_decimals else money(rounded(value, 100))


def currency_rate(value: int) -> Raw:
    """Return a currency rate in millionths as a JSON number with six decimals."""
    whole, part = divmod(value, 1_000_000)
    return Raw(f"{whole}.{part:06d}".encode())


@lru_cache(maxsize=4096)
def day(ordinal: int) -> str:
    """Return a calendar date as ``/Date(ms+0000)/``, midnight UTC."""
    return f"/Date({(ordinal - EPOCH_DAY) * DAY_MS}+0000)/"


@lru_cache(maxsize=4096)
def day_string(ordinal: int) -> str:
    """Return a calendar date as Xero's companion ``DateString``."""
    return f"{date.fromordinal(ordinal).isoformat()}T00:00:00"


def day_words(ordinal: int) -> str:
    """Return a date as refusals print it: ``31-Jul-2013``."""
    return date.fromordinal(ordinal).strftime("%d-%b-%Y")


def moment(milliseconds: int) -> str:
    """Return a time as ``/Date(ms+0000)/``."""
    return f"/Date({milliseconds}+0000)/"


def moment_string(milliseconds: int) -> str:
    """Return a time in ISO form with a Z, as ``UpdatedDateUTCString`` has it."""
    time = datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001
    return f"{time:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=4096)
def read_day(text: str) -> int | None:
    """Return the ordinal of a date in any of the three accepted forms, or None."""
    if found := _ISO_DATE.fullmatch(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).toordinal()
        except ValueError:
            return None
    if found := _MICROSOFT_DATE.fullmatch(text):
        ordinal = int(found[1]) // DAY_MS + EPOCH_DAY
        return ordinal if 1 <= ordinal <= date.max.toordinal() else None
    return None


# Not verified, see since-forms.
def read_since(text: str) -> int | None:
    """Return an If-Modified-Since header, to the second, in milliseconds; None if unreadable.

    Documented is UTC without a zone; official clients also send fractions, a Z, an offset, and
    the date form of HTTP (facts: section 4; Xero's .NET clients).
    """
    time = _iso_moment(text.strip()) or _http_moment(text.strip())
    if time is None:
        return None
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _SECOND * 1000


def _iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _http_moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None


def is_guid(text: str) -> bool:
    """Return whether ``text`` is a GUID in lower case with dashes."""
    return _GUID.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def date_of(ordinal: int) -> str:
    """Return a date as filters compare it: ISO text, which sorts as time does."""
    return f"{date.fromordinal(ordinal).isoformat()}T00:00:00"


def moment_of(milliseconds: int) -> str:
    """Return a time as filters compare it."""
    return moment_string(milliseconds)[:19]
