"""What Xero computes, in exact fractions, written from the specification and not from the code.

Sources: rounding.md ("What Xero computes") and facts: Xero API section 7. Nothing of the product's
arithmetic is imported, so that the two can be held against each other.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class OracleLine(NamedTuple):
    """A posted line as plain fractions of units."""

    quantity: Fraction
    unit_amount: Fraction
    rate: Fraction
    tax_amount: Fraction | None


class Sums(NamedTuple):
    sub_total: Fraction
    total_tax: Fraction
    total: Fraction


def rounded(value: Fraction, decimals: int) -> Fraction:
    """To so many decimals, ties away from zero: magnitude first, sign afterwards."""
    scale = 10**decimals
    steps = int(abs(value) * scale + Fraction(1, 2))
    return Fraction(steps if value >= 0 else -steps, scale)


def amount(line: OracleLine) -> Fraction:
    return rounded(rounded(line.quantity, 4) * rounded(line.unit_amount, 4), 2)


def own_tax(line: OracleLine, kind: str) -> Fraction:
    if kind == "Exclusive":
        return rounded(amount(line) * line.rate, 2)
    return rounded(amount(line) * line.rate / (1 + line.rate), 2)


def tax(line: OracleLine, kind: str) -> Fraction:
    return own_tax(line, kind) if line.tax_amount is None else line.tax_amount


def sums(lines: Iterable[OracleLine], kind: str) -> Sums:
    lines = list(lines)
    gross = sum((amount(line) for line in lines), Fraction(0))
    taxes = sum((tax(line, kind) for line in lines), Fraction(0))
    if kind == "Exclusive":
        return Sums(gross, taxes, gross + taxes)
    return Sums(gross - taxes, taxes, gross)


def from_json(body: Mapping[str, object], rates: Mapping[str, Fraction]) -> list[OracleLine]:
    """Lines of an element as it is sent; numbers must have been parsed as strings."""
    items = body["LineItems"]
    assert isinstance(items, list)
    return [
        OracleLine(
            Fraction(str(item["Quantity"])),
            Fraction(str(item["UnitAmount"])),
            rates[str(item["TaxType"])],
            Fraction(str(item["TaxAmount"])) if "TaxAmount" in item else None,
        )
        for item in items
    ]
