"""Integer arithmetic for money, with every rounding named.

Money is in hundredths, quantities and prices from outside are in millionths, quantities and unit
amounts for Xero in ten-thousandths. No fraction is ever held: a product is rounded once, where it
becomes money, and what is shared out is counted before and after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MICRO: Final = 1_000_000
"""Millionths in a whole: the scale of source quantities and prices."""

GRID: Final = 10_000
"""Ten-thousandths in a whole: the scale of Xero's quantities and unit amounts."""

DECIMALS: Final = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0,
    "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
"""Currencies that do not have two decimals, by ISO 4217."""


def nearest(numerator: int, denominator: int) -> int:
    """Return the whole number nearest to a fraction; halves go away from zero.

    This is Xero's tie rule as far as it is known (facts: Xero API section 7), and the only place
    where it stands. ``denominator`` is positive.
    """
    doubled = 2 * numerator
    if numerator >= 0:
        return (doubled + denominator) // (2 * denominator)
    return -((denominator - doubled) // (2 * denominator))


def apportion(total: int, weights: Sequence[int], unit: int, order: Sequence[int]) -> list[int]:
    """Share a total over weights, of which there is one at least, by largest remainder.

    ``weight / unit`` is what a share would be if nothing had been rounded. ``order`` lists the
    positions from first to last served where remainders are equal. Weights of one sign are shared
    in proportion, so that a share keeps that sign. Where their signs differ or the total's sign is
    not theirs, proportion would blow small differences up: each share is then its weight in whole
    hundredths, and what is left is spread evenly (rounding.md step 1).
    """
    whole = sum(weights)
    if whole and total * whole >= 0 and _one_sign(weights):
        floors, remainders = _floors([total * weight for weight in weights], whole)
    else:
        floors, remainders = _floors(weights, unit)
    each, over = divmod(total - sum(floors), len(floors))
    shares = [floor + each for floor in floors]
    # Sorting is stable, so that equal remainders keep the order that was asked for.
    for position in sorted(order, key=lambda i: -remainders[i])[:over]:
        shares[position] += 1
    assert sum(shares) == total, "the shares add up to what was shared"
    return shares


def in_proportion(total: int, weights: Sequence[int], order: Sequence[int]) -> list[int]:
    """Share a total in proportion to weights of any sign, by largest remainder.

    The weights must not come to nil. Shares of the weights' own sum are the weights themselves.
    ``order`` lists the positions from first to last served where remainders are equal.
    """
    whole = sum(weights)
    shares, remainders = _floors([total * weight for weight in weights], whole)
    over = total - sum(shares)
    for position in sorted(order, key=lambda i: -remainders[i])[:over]:
        shares[position] += 1
    assert sum(shares) == total, "the shares add up to what was shared"
    return shares


def _one_sign(weights: Sequence[int]) -> bool:
    return min(weights) >= 0 or max(weights) <= 0


def _floors(numerators: Sequence[int], denominator: int) -> tuple[list[int], list[int]]:
    if denominator < 0:
        numerators, denominator = [-numerator for numerator in numerators], -denominator
    pairs = [divmod(numerator, denominator) for numerator in numerators]
    return [floor for floor, _ in pairs], [remainder for _, remainder in pairs]


def amount_text(hundredths: int) -> str:
    """Write an amount as people do: ``-12.30``."""
    whole, part = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{part:02d}"


def number_text(millionths: int) -> str:
    """Write a quantity or price without superfluous noughts: ``0.67``, ``1000``."""
    whole, part = divmod(abs(millionths), MICRO)
    fraction = f".{part:06d}".rstrip("0").rstrip(".")
    return f"{'-' if millionths < 0 else ''}{whole}{fraction}"
