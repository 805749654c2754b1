"""What stands in a cell, as text: numbers by their digits, dates as YYYY-MM-DD."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Final, Self

SIGNIFICANT: Final = 15
"""Digits that a spreadsheet shows of a number; what is stored beyond them is noise of binary."""
_MOST_EXPONENT: Final = 60


class Figure(str):
    """The text of a cell that holds a number: a point before the decimals, and no groups.

    However a report writes its amounts, such a cell has nothing to do with it. ``sign`` is the
    currency sign that its number format shows with it, if any.
    """

    __slots__ = ("sign",)
    sign: str

    def __new__(cls, text: str, sign: str = "") -> Self:
        """Keep the sign beside the text."""
        made = super().__new__(cls, text)
        made.sign = sign
        return made

    def strip(self, chars: str | None = None, /) -> Figure:
        """Return it as it is: there are no spaces in it, and a bare text would say less."""
        return self if chars is None else Figure(super().strip(chars), self.sign)


_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats that every spreadsheet knows by number (ECMA-376 part 1, 18.8.30)."""
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_CODES = re.compile(r"[dmyhs]", re.IGNORECASE)
SIGNS: Final = re.compile(
    r"(?:AUD|NZD|USD|CAD|SGD|HKD|FJD|GBP|EUR|[A-Z]{0,2}\$|£|€)", re.IGNORECASE
)
"""Signs and codes of currencies beside an amount."""
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_NO_SIGN = re.compile(r"_.|\*.|\[[^\]]*\]")
_WORD = re.compile(r"[A-Za-z]+\$?|[$£€]")
_BARE = re.compile(r'[^\\"]')
_DAYS_FROM_1900: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet has no time zone
_DAYS_FROM_1904: Final = dt.datetime(1904, 1, 1)  # noqa: DTZ001 -- a spreadsheet has no time zone
_FOREIGN = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FALSE_LEAP_DAY: Final = 60
"""Counting from 1900 takes in 29 February 1900, which never was."""
_MOST_DAYS: Final = 2_958_465


def escaped(text: str) -> str:
    """Write what XML cannot hold, or would change, as spreadsheets do: a return as ``_x000D_``."""
    return _FOREIGN.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    """Return what ``escaped`` was given."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def is_date_format(number: int, code: str) -> bool:
    """Tell whether a number format shows dates or times."""
    if code:
        return _DATE_CODES.search(_NOT_CODES.sub("", code.partition(";")[0])) is not None
    return number in _BUILT_IN_DATES


def sign_of(code: str) -> str:
    """Return the currency sign that a number format shows: ``[$US$-409]#,##0.00``, US$.

    What stands in its brackets is one, whatever it is; of other words only those that are known.
    """
    first = code.partition(";")[0]
    told = next((match[1].strip() for match in _CURRENCY.finditer(first) if match[1]), "")
    words = _WORD.finditer("".join(_BARE.findall(_NO_SIGN.sub("", first))))
    known = (one for match in words if SIGNS.fullmatch(one := match[0]) and one == one.upper())
    return told or " ".join(known)


def number_text(stored: str) -> str:
    """Write a stored number plainly: ``6.751E2`` is 675.1, ``0.30000000000000004`` is 0.3.

    What is no number comes back as it is, for its reader to refuse.
    """
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return stored
    if not value.is_finite() or abs(value.adjusted()) > _MOST_EXPONENT:
        return stored
    digits = len(value.as_tuple().digits)
    if digits > SIGNIFICANT:
        value = round(value, SIGNIFICANT - 1 - value.adjusted())
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(stored: str, *, from_1904: bool) -> str:
    """Write a stored number of days as a date, with the time where it has one."""
    try:
        days = Decimal(stored)
    except InvalidOperation:
        return stored
    if not days.is_finite() or not 0 <= days <= _MOST_DAYS:
        return stored
    seconds = round(days % 1 * 24 * 60 * 60)
    whole = int(days)
    if not from_1904 and whole < _FALSE_LEAP_DAY:
        whole += 1
    start = _DAYS_FROM_1904 if from_1904 else _DAYS_FROM_1900
    moment = start + dt.timedelta(days=whole, seconds=seconds)
    return str(moment) if seconds else str(moment.date())
