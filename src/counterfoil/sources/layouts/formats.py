"""Dates and numbers as reports write them: told apart by all values of a column, never guessed.

``03/04/2026`` is two days. A column in which every date reads both ways is asked about, and so is
one of numbers such as ``1,234``.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.core.typed import DOLLARS
from counterfoil.sources.layouts.layout import Dates, Decimals
from counterfoil.sources.sheets.cells import SIGNS, Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS: Final = tuple(calendar.month_abbr)[1:]
_TIME = re.compile(r"(?i)[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]\.?m\.?)?$")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_FIGURES = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_DAY = "([0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH = r"([a-z]{3,9})\.?,?"
_YEAR = "([0-9]{4}|[0-9]{2})"
_NAMED = re.compile(rf"(?i)(?:[a-z]{{3,9}},? )?{_DAY}[-/. ]{_MONTH}[-/. ]{_YEAR}")
_NAMED_FIRST = re.compile(rf"(?i){_MONTH} {_DAY},? ([0-9]{{4}})")
_CENTURY: Final = 2000
_TWELVE: Final = 12
DOLLAR: Final = "$"
"""The sign of a currency that is called dollar, whosever it is."""
_NAMED_BY: Final = {
    "£": "GBP", "€": "EUR", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "US$": "USD", "C$": "CAD",
    "CA$": "CAD", "S$": "SGD", "SG$": "SGD", "HK$": "HKD", "FJ$": "FJD",
}  # fmt: skip
_CODE = re.compile("[A-Z]{3}")
_NUMBER = re.compile(r"[0-9][0-9.,' ]*")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.' ])[0-9]{3})(?:\1[0-9]{3})*|[0-9]+")
_THREE: Final = 3


def date(text: str, dates: Dates | None) -> str | None:
    """Return a date as YYYY-MM-DD; None for what is none.

    With ``dates`` None it is not known which order a report has: of what reads both ways, and of
    what only the order makes a date, nothing is made.
    """
    return _date(text.strip(), dates)


@lru_cache(maxsize=4096)
def _date(text: str, dates: Dates | None) -> str | None:
    text = _TIME.sub("", text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _NAMED.fullmatch(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := _NAMED_FIRST.fullmatch(text):
        return _day(match[3], _month(match[1]), match[2])
    if match := _FIGURES.fullmatch(text):
        first, second = match[1], match[2]
        if dates is None and int(first) != int(second):
            return None
        day, month = (first, second) if dates is Dates.DAY_FIRST else (second, first)
        return _day(match[3], month, day)
    return None


def _month(name: str) -> str:
    short = name[:_THREE].capitalize()
    return str(_MONTHS.index(short) + 1 if short in _MONTHS else 0)


def _day(year: str, month: str, day: str) -> str | None:
    full = int(year) + (_CENTURY if len(year) <= len("26") else 0)
    try:
        return str(dt.date(full, int(month), int(day)))
    except ValueError:
        return None


def dates_of(values: Iterable[str]) -> frozenset[Dates]:
    """Return the orders in which every one of these dates can be read; both are a question."""
    possible = set(Dates)
    for value in values:
        match = _FIGURES.fullmatch(_TIME.sub("", value.strip()))
        if match is None or int(match[1]) == int(match[2]):
            continue
        if int(match[1]) > _TWELVE:
            possible.discard(Dates.MONTH_FIRST)
        if int(match[2]) > _TWELVE:
            possible.discard(Dates.DAY_FIRST)
    return frozenset(possible)


def asks_for_order(values: Iterable[str]) -> bool:
    """Tell whether any of these dates is written in figures with the year last."""
    return any(
        (match := _FIGURES.fullmatch(_TIME.sub("", value.strip())))
        and int(match[1]) != int(match[2])
        for value in values
    )


def amount(text: str, decimals: Decimals | None) -> str | None:
    """Return an amount plainly, as ``-1234.50``; None for what is none.

    Below nil is what has a minus on either side, or stands in brackets. With ``decimals`` None it
    is not known what stands before the cents: of what reads in two ways nothing is made. The number
    of a spreadsheet is one, however texts are written. What its sign names is told by ``currency``.
    """
    if isinstance(text, Figure):
        decimals = Decimals.POINT
    if decimals is None:
        read = {amount(text, each) for each in Decimals} - {None}
        return read.pop() if len(read) == 1 else None
    bare = SIGNS.sub("", text.replace("\u00a0", " ").replace("−", "-")).strip()
    negative = bare.startswith(("-", "(")) or bare.endswith("-")
    if bare.startswith("(") != bare.endswith(")"):
        return None
    bare = bare.strip("()-+ ")
    if not _NUMBER.fullmatch(bare) or currency(text) is None:
        return None
    point = "." if decimals is Decimals.POINT else ","
    whole, mark, cents = bare.partition(point)
    if (mark and not cents.isdecimal()) or not _GROUPED.fullmatch(whole.strip()):
        return None
    digits = "".join(filter(str.isdigit, whole)) + (f".{cents}" if cents else "")
    return f"-{digits}" if negative and digits.strip("0.") else digits


def currency(text: str) -> str | None:
    """Return the currency that an amount names, ``DOLLAR`` of a bare sign, empty for none.

    None where nobody knows whose sign it is, or where it names two.
    """
    if isinstance(text, Figure):
        return _of_a_format(text.sign)
    if text[-1:].isdigit() and text[:1].isdigit():
        return ""
    told = {each.upper() for each in SIGNS.findall(text.replace("\u00a0", " "))}
    named = {_NAMED_BY.get(each, each) for each in told - {DOLLAR}}
    if len(named) > 1 or any(each.endswith(DOLLAR) for each in named):
        return None
    one = next(iter(named), "")
    if DOLLAR not in told:
        return one
    return (one or DOLLAR) if not one or is_dollar(one) else None


def _of_a_format(sign: str) -> str | None:
    """Return what a number format names: any code of three letters, and of signs those known."""
    if not sign:
        return ""
    return currency(sign) or (sign if _CODE.fullmatch(sign) else None)


def is_dollar(code: str) -> bool:
    """Tell whether a currency's sign is ``$``."""
    return code in DOLLARS


def asks_for_mark(text: str) -> bool:
    """Tell whether an amount reads in two ways, as 1,234 does."""
    ways = [amount(text, each) for each in Decimals]
    return None not in ways and ways[0] != ways[1]


def decimals_of(values: Iterable[str]) -> frozenset[Decimals]:
    """Return the ways in which every one of these amounts can be read; both are a question."""
    values = list(values)
    return frozenset(
        each for each in Decimals if all(amount(value, each) is not None for value in values)
    )
