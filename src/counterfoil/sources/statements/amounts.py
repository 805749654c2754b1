"""Amounts and dates as banks write them; what could be read in two ways is not read at all."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from counterfoil.core.amounts import AmountFault, NotAnAmount, hundredths

if TYPE_CHECKING:
    from collections.abc import Iterable

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?").fullmatch
_SIGNS = "$£€"
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})").fullmatch
_COMPACT = re.compile(r"\d{8}").fullmatch
_NAMED: Final = ("%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y")
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
MONTHS = 12
CENTURY = 2000


def bank_amount(text: str) -> int:
    """Read ``1,234.50``, ``-$12.00``, ``(12.00)``, ``12.00-``, ``12.00 DR`` as hundredths.

    Raises ``core.amounts.AmountFault`` for anything else.
    """
    bare = text.strip().replace("\N{NO-BREAK SPACE}", " ")
    minus = False
    if bare.upper().endswith(("DR", "CR")):
        minus, bare = bare.upper().endswith("DR"), bare[:-2].strip()
    elif bare.startswith("(") and bare.endswith(")"):
        minus, bare = True, bare[1:-1].strip()
    elif bare.endswith("-"):
        minus, bare = True, bare[:-1].strip()
    if bare[:1] in {"-", "+", "\N{MINUS SIGN}"}:
        if minus:
            raise NotAnAmount(text)
        minus, bare = bare[0] != "+", bare[1:].strip()
    bare = bare.lstrip(_SIGNS).strip()
    if not _GROUPED(bare):
        raise NotAnAmount(text)
    amount = hundredths(bare.replace(",", ""))
    return -amount if minus else amount


def is_amount(text: str) -> bool:
    """Whether a text reads as an amount."""
    try:
        bank_amount(text)
    except AmountFault:
        return False
    return True


def order_of(texts: Iterable[str]) -> str | None:
    """Tell whether dates such as ``03/10/2026`` have the day or the month first.

    Empty where no date needs it; None where every date fits both ways. Where some fit only the one
    way and some only the other, the latter are then no dates.
    """
    found = [(int(each[1]), int(each[2])) for each in map(_NUMERIC, texts) if each]
    if any(first > MONTHS >= second for first, second in found):
        return DAY_FIRST
    if any(second > MONTHS >= first for first, second in found):
        return MONTH_FIRST
    return "" if all(first == second for first, second in found) else None


def bank_date(text: str, order: str) -> dt.date | None:
    """Read a date; None for what is none. ``order`` is that of ``order_of``."""
    text = " ".join(text.split())
    numeric = _NUMERIC(text)
    if numeric:
        first, second, year = (int(each) for each in numeric.groups())
        day, month = (second, first) if order == MONTH_FIRST else (first, second)
        return _date(year if year >= CENTURY else year + CENTURY, month, day)
    if _COMPACT(text):
        return _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    for form in _NAMED:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 -- a date has no zone
        except ValueError:
            continue
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
