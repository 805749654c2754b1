"""Exact parsing and printing of amounts: decimal text to whole units and back.

Money is held in hundredths of the currency's unit, quantities and unit prices in millionths. Text
is the only way in and out, so that no figure ever passes through a float. Nothing is rounded here:
a text with more decimals than its unit holds is refused (rounding.md step 0).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

MONEY_PLACES = 2
MICRO_PLACES = 6
MOST_MONEY_DIGITS = 16
"""Digits before the point of an amount of money; with its cents it fits 64 bits."""
MOST_MICRO_DIGITS = 12
"""Digits before the point of a quantity, price or rate; with its decimals it fits 64 bits."""

_REMEMBERED = 8192
"""Quantities and prices come again and again; amounts of money seldom do."""
_WITH_CENTS = re.compile(rf"-?[0-9]{{1,{MOST_MONEY_DIGITS}}}\.[0-9]{{{MONEY_PLACES}}}").fullmatch
"""Money as nearly everybody writes it."""


class AmountFault(ValueError):
    """A text that is no amount; ``text`` is what was read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotAnAmount(AmountFault):
    """The text is not a plain decimal: digits, perhaps a point, perhaps a minus before them."""


class TooManyDecimals(AmountFault):
    """The text has more decimals than its unit can hold exactly."""


class TooLarge(AmountFault):
    """The text has more digits before the point than any real amount."""


def hundredths(text: str) -> int:
    """Read money: ``"675.00"`` is 67500.

    Raises an ``AmountFault`` for any other text and TypeError for anything that is no text,
    floats above all.
    """
    if _WITH_CENTS(text):
        return int(text.replace(".", ""))
    return _scaled(text, MONEY_PLACES, MOST_MONEY_DIGITS)


@lru_cache(maxsize=_REMEMBERED)
def micro_units(text: str) -> int:
    """Read a quantity or unit price: ``"0.67"`` is 670000. Raises as ``hundredths`` does."""
    return _scaled(text, MICRO_PLACES, MOST_MICRO_DIGITS)


def rate(text: str) -> Decimal:
    """Read an exchange rate, exactly and without trailing zeros. Raises as ``hundredths`` does."""
    return Decimal(micro_text(micro_units(text)))


def money_text(amount: int) -> str:
    """Print hundredths with both decimals: 67500 is ``"675.00"``."""
    return _printed(amount, MONEY_PLACES)


def micro_text(amount: int) -> str:
    """Print millionths with as many decimals as they need: 670000 is ``"0.67"``."""
    return _printed(amount, MICRO_PLACES).rstrip("0").rstrip(".")


def money_decimal(amount: int) -> Decimal:
    """Give hundredths as a Decimal with two places, for an edge that wants one."""
    return Decimal(_whole(amount)).scaleb(-MONEY_PLACES)


def rate_text(value: Decimal) -> str:
    """Print a rate plainly, without exponent or trailing zeros."""
    if not isinstance(value, Decimal):
        raise TypeError(f"a rate is a Decimal, not a {type(value).__name__}")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scaled(text: str, places: int, most_digits: int) -> int:
    if not isinstance(text, str):
        raise TypeError(f"amounts are read from text, not from a {type(text).__name__}")
    whole, point, decimals = text.partition(".")
    unsigned = whole[1:] if whole[:1] == "-" else whole
    digits = unsigned + decimals
    if not (digits.isdecimal() and digits.isascii() and unsigned) or bool(point) != bool(decimals):
        raise NotAnAmount(text)
    if len(decimals) > places:
        raise TooManyDecimals(text)
    if len(unsigned.lstrip("0")) > most_digits:
        raise TooLarge(text)
    return int(whole + decimals.ljust(places, "0"))


def _printed(amount: int, places: int) -> str:
    digits = str(abs(_whole(amount))).rjust(places + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _whole(amount: int) -> int:
    """Refuse what merely looks like an amount in whole units."""
    if type(amount) is not int:
        raise TypeError(f"amounts are whole units, not a {type(amount).__name__}")
    return amount
