"""Figures and dates as LEDES files write them, exactly: ``1250.``, ``+1.2``, ``20260731``."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import seen
from counterfoil.core.forms import EARLIEST, LATEST
from counterfoil.sources.ledes.columns import is_number

if TYPE_CHECKING:
    from counterfoil.core.faults import Faults

CENT: Final = Decimal("0.01")
NIL: Final = Decimal(0)


def number(text: str, place: str, faults: Faults) -> Decimal:
    """Read a number; nil, with a fault, for what is none."""
    if is_number(text):
        return Decimal(text)
    faults.found(
        "not_an_amount",
        f"{seen(text)} is not a number." if text else "A number is missing.",
        "Write digits with a point before the decimals, as in -1250.00, without thousands "
        "separators or a currency sign.",
        place,
    )
    return NIL


def money(text: str, place: str, faults: Faults) -> Decimal:
    """Read an amount of money: a number that comes out in whole cents."""
    amount = number(text, place, faults)
    if amount % CENT:
        faults.found(
            "too_many_decimals",
            f"{amount} is no amount in whole cents.",
            "Export amounts with two decimals: nothing is rounded here.",
            place,
        )
    return amount


def date(text: str, place: str, faults: Faults) -> dt.date | None:
    """Read a date written as YYYYMMDD; None, with a fault, for what is none."""
    read = _day(text)
    if read is None:
        faults.found(
            "not_a_date",
            f"{seen(text)} is not a date." if text else "The date is missing.",
            "Write it as YYYYMMDD, as in 20260731.",
            place,
        )
        return None
    return read


@lru_cache(maxsize=4096)
def _day(text: str) -> dt.date | None:
    """Read a day that documents may have; the same few come on every row."""
    if len(text) != len("20260731") or not (text.isascii() and text.isdecimal()):
        return None
    try:
        day = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def plain(amount: Decimal) -> str:
    """Write a number plainly, without an exponent or a plus."""
    return format(amount, "f")


def cents(amount: Decimal) -> str:
    """Write an amount with two decimals."""
    return format(amount.quantize(CENT), "f")
