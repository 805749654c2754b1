"""Whether a bill's own figures agree with each other (rounding.md, steps 0 and 1).

The source's line totals, tax and grand total are authoritative; nothing is repaired here. A
finding says which sum is off by how much.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.findings import Finding, error
from counterfoil.core.money import DECIMALS, MICRO, amount_text
from counterfoil.core.xero_arithmetic import HIGHEST_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Lined
    from counterfoil.core.lookup import Target, Tracking


class Item(NamedTuple):
    """A source line and where it posts, with the signs it posts with."""

    description: str
    total: int
    tax: int | None
    quantity: int | None
    unit_price: int | None
    target: Target
    tracking: Tracking


def check_sums(document: Lined) -> Iterator[Finding]:
    """Compare the lines with the grand total and the line taxes with the document's tax."""
    lines = document.lines
    net = sum(line.total for line in lines)
    expected = net if document.tax_inclusive else net + document.tax
    if expected != document.total:
        yield _total_off(document, net, expected)
    if lines and max(abs(line.total) for line in lines) > HIGHEST_AMOUNT:
        yield error(
            "amount_too_large",
            f"A line is above {amount_text(HIGHEST_AMOUNT)}, the most that Xero holds.",
            "Split the line in the practice system.",
            "lines",
        )
    taxes = [line.tax for line in lines if line.tax is not None]
    if taxes and sum(taxes) != document.tax:
        yield error(
            "line_taxes_off",
            f"The lines' taxes add up to {amount_text(sum(taxes))}, the document says "
            f"{amount_text(document.tax)}: a difference of "
            f"{amount_text(document.tax - sum(taxes))}.",
            "Correct the document's tax or its lines' taxes in the practice system.",
            "tax",
        )


def check_taxes(items: Sequence[Item], tax: int, *, inclusive: bool) -> Iterator[Finding]:
    """Hold the taxes against the rates that Xero has for them."""
    if items and items[0].tax is not None:
        yield from _each_tax(items, inclusive=inclusive)
        return
    amounts = [(item.total, item.target.rate) for item in items if item.target.rate]
    taxed = len(amounts)
    weights, unit = tax_weights(amounts, inclusive=inclusive)
    if abs(tax * unit - sum(weights)) > taxed * unit:
        yield error(
            "tax_off",
            f"The tax is {amount_text(tax)}; at Xero's rates the lines give "
            f"{amount_text(round_down(sum(weights), unit))}, which is more than "
            f"{amount_text(taxed)} away ({taxed} taxed {'line' if taxed == 1 else 'lines'}, "
            "0.01 each).",
            "Correct the tax in the practice system, or map the tax codes to the rates that the "
            "practice used.",
            "tax",
        )


def check_decimals(amounts: Sequence[int], currency: str) -> Iterator[Finding]:
    """Find fractions that a currency does not have, as in half a yen."""
    decimals = DECIMALS.get(currency, 2)
    if decimals == 0 and any(amount % 100 for amount in amounts):
        yield error(
            "more_decimals_than_currency",
            f"{currency} has no decimals, and an amount of this document has.",
            "Correct the amount in the practice system; nothing is rounded here.",
            "currency",
            f"currency:{currency}",
        )


def tax_weights(
    amounts_and_rates: Sequence[tuple[int, int]], *, inclusive: bool
) -> tuple[list[int], int]:
    """Return each amount's unrounded tax as whole numbers over one common unit.

    Exclusive: amount × rate over a million. Inclusive: amount × rate over a million plus the rate,
    brought to the product of all such denominators, because a fraction must not be rounded here.
    """
    if not inclusive:
        return [amount * rate for amount, rate in amounts_and_rates], MICRO
    divisors = {MICRO + rate for _, rate in amounts_and_rates if rate}
    unit = prod(divisors)
    return [amount * rate * (unit // (MICRO + rate)) for amount, rate in amounts_and_rates], unit


def round_down(numerator: int, denominator: int) -> int:
    """Towards zero, for figures that are only shown."""
    whole = abs(numerator) // denominator
    return -whole if numerator < 0 else whole


def line_tax_agrees(total: int, tax: int, rate: int, *, inclusive: bool) -> bool:
    """Whether a line's tax is within a hundredth of what the rate gives (rounding.md step 1)."""
    unit = MICRO + rate if inclusive else MICRO
    return abs(tax * unit - total * rate) <= unit


def _each_tax(items: Sequence[Item], *, inclusive: bool) -> Iterator[Finding]:
    for place, item in enumerate(items):
        if item.tax is None:
            continue
        rate = item.target.rate
        if line_tax_agrees(item.total, item.tax, rate, inclusive=inclusive):
            continue
        unit = MICRO + rate if inclusive else MICRO
        yield error(
            "line_tax_off",
            f"The line's tax is {amount_text(item.tax)}; {item.target.tax_type} at "
            f"{rate_text(rate)} gives {amount_text(round_down(item.total * rate, unit))} on "
            f"{amount_text(item.total)}, and only 0.01 may lie between.",
            "Correct the line's tax in the practice system, or map its tax code to the rate that "
            "the practice used.",
            f"lines[{place}].tax",
        )


def rate_text(rate: int) -> str:
    """Write a rate as people do: ``12.5 %``."""
    whole, part = divmod(rate, 10_000)
    fraction = f".{part:04d}".rstrip("0").rstrip(".")
    return f"{whole}{fraction} %"


def _total_off(document: Lined, net: int, expected: int) -> Finding:
    lines = f"The lines add up to {amount_text(net)}"
    with_tax = "" if document.tax_inclusive else f" and the tax is {amount_text(document.tax)}"
    return error(
        "total_off",
        f"{lines}{with_tax}, which makes {amount_text(expected)}; the total says "
        f"{amount_text(document.total)}: a difference of "
        f"{amount_text(document.total - expected)}.",
        "Correct the total, the tax or the lines in the practice system.",
        "total",
    )
