"""What Xero will compute for the lines it is sent (facts: Xero API section 7).

Amounts are in hundredths, quantities and unit amounts in ten-thousandths, rates in ten-thousandths
of a percent. Every call carries ``unitdp=4``; a unit amount of two decimals is then simply one
whose last two digits are noughts.
"""

from __future__ import annotations

from typing import Final

from counterfoil.core.money import GRID, MICRO, nearest
from counterfoil.core.xero_documents import Totals

ONE: Final = GRID
"""A quantity of one."""

HIGHEST_AMOUNT: Final = 999_999_999_999
"""The largest line amount that Xero holds, in hundredths."""


def to_grid(millionths: int) -> int:
    """Round a quantity or price to Xero's four decimals."""
    return nearest(millionths, 100)


def to_grid_of_two(millionths: int) -> int:
    """Round a price to two decimals, still in ten-thousandths."""
    return nearest(millionths, GRID) * 100


def line_amount(quantity: int, unit_amount: int) -> int:
    """Quantity × unit amount, rounded to hundredths."""
    return nearest(quantity * unit_amount, MICRO)


def tax_on(amount: int, rate: int, *, inclusive: bool) -> int:
    """The tax that Xero computes on a line amount, rounded to hundredths."""
    return nearest(amount * rate, MICRO + rate if inclusive else MICRO)


def summed(amounts: int, tax: int, *, inclusive: bool) -> Totals:
    """The three sums of a document whose line amounts and taxes are known."""
    if inclusive:
        return Totals(amounts - tax, tax, amounts)
    return Totals(amounts, tax, amounts + tax)
