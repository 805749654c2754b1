"""Xero's money arithmetic (facts: Xero API section 7), on integers only.

Units: money in cents; quantities and unit amounts in ten-thousandths ("1.5" is 15_000);
tax and discount rates in ten-thousandths of one per cent (15 % is 150_000); currency rates in
millionths. A float never enters: JSON numbers arrive as Decimal.
"""

from __future__ import annotations

from decimal import ROUND_05UP, Context, Decimal
from fractions import Fraction
from typing import Final

CENTS: Final = 100
TEN_THOUSANDTHS: Final = 10_000
HUNDRED_PER_CENT: Final = 1_000_000
MILLIONTHS: Final = 1_000_000

LARGEST_LINE: Final = 999_999_999_999
"""The largest LineAmount in cents: 9,999,999,999.99."""

_LARGEST_EXPONENT: Final = 15
# A million digits would take minutes; this rounding never makes a tie out of what is none.
_SANE = Context(prec=60, rounding=ROUND_05UP)


# Not verified, see rounding-ties.
def rounded(numerator: int, denominator: int) -> int:
    """Return ``numerator / denominator`` to the nearest integer, ties away from zero.

    This is the one place that knows the tie rule, because Xero does not document it; the best
    evidence is a Xero community manager's 2.165 that becomes 2.17.
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def scaled(value: Decimal, unit: int) -> int | None:
    """Return ``value`` in 1/``unit`` steps, or None when it is no finite number of sane size."""
    if not value.is_finite() or value.adjusted() > _LARGEST_EXPONENT:
        return None
    # A tiny exponent would make a huge denominator; nothing that small survives rounding.
    if value.adjusted() < -_LARGEST_EXPONENT:
        return 0
    numerator, denominator = _SANE.plus(value).as_integer_ratio()
    return rounded(numerator * unit, denominator)


def at_two_decimals(unit_amount: int) -> int:
    """Return a unit amount (ten-thousandths) rounded to whole cents, still in ten-thousandths."""
    return rounded(unit_amount, CENTS) * CENTS


def product(quantity: int, unit_amount: int) -> int:
    """Return quantity times unit amount (both ten-thousandths) in cents."""
    return rounded(quantity * unit_amount, 1_000_000)


# Not verified, see discount-rounding.
def discounted(gross: int, discount_rate: int | None, discount_amount: int | None) -> int:
    """Return a line's amount in cents after its discount.

    The discount itself is rounded, then taken off: that alone agrees with the one published
    refusal (1 x 0.01 at 50 % expects 0.00; facts: Xero API section 7).
    """
    if discount_rate is not None:
        return gross - rounded(gross * discount_rate, HUNDRED_PER_CENT)
    return gross - (discount_amount or 0)


def tax_on(line_amount: int, rate: int, *, inclusive: bool, ties_to_even: bool = False) -> int:
    """Return a line's tax in cents, rounded per line."""
    denominator = HUNDRED_PER_CENT + rate if inclusive else HUNDRED_PER_CENT
    if ties_to_even:
        return round(Fraction(line_amount * rate, denominator))
    return rounded(line_amount * rate, denominator)


def totals(lines: int, tax: int, *, inclusive: bool) -> tuple[int, int, int]:
    """Return (SubTotal, TotalTax, Total) in cents from the sums of line amounts and taxes."""
    if inclusive:
        return lines - tax, tax, lines
    return lines, tax, lines + tax


def to_base(amount: int, currency_rate: int) -> int:
    """Return cents of the base currency for ``amount`` cents at foreign units per base unit."""
    if currency_rate == MILLIONTHS:
        return amount
    return rounded(amount * MILLIONTHS, currency_rate)
