"""What follows when a figure of a line is entered by hand: the others that depend on it.

A person who overrides a line's total means the total; the unit price is then worked back from it,
to six decimals (product: documents, number 10). Whoever changes quantity or price means those.
"""

from __future__ import annotations

from typing import NamedTuple

from counterfoil.core.money import MICRO, nearest
from counterfoil.core.summarise import MILLIONTHS_IN_CENT, worked_price
from counterfoil.core.xero_arithmetic import summed, tax_on


class Figures(NamedTuple):
    """The figures of a line: quantity and price in millionths, money in hundredths."""

    quantity: int | None
    unit_price: int | None
    total: int | None
    tax: int | None


class Sums(NamedTuple):
    """The sums of a document, in hundredths."""

    tax: int
    total: int


def followed(line: Figures, changed: str, rate: int | None, *, inclusive: bool) -> Figures:
    """Return a line with what follows from the figure that was changed.

    ``changed`` is the name of a field of the line; with an empty one only what is missing is worked
    out. ``rate`` is that of the line's tax in ten-thousandths of a percent, None if it is not
    known. A tax that was entered stays until something that it rests on changes.
    """
    line = _priced(line, changed)
    rests = changed in {"quantity", "unit_price", "total", "tax_code", "account"}
    if line.total is None or rate is None or (line.tax is not None and not rests):
        return line
    return line._replace(tax=tax_on(line.total, rate, inclusive=inclusive))


def _priced(line: Figures, changed: str) -> Figures:
    quantity, price, total, _ = line
    if not quantity:
        return line
    multiplied = changed in {"quantity", "unit_price"} or total is None
    if price is not None and multiplied:
        return line._replace(total=nearest(quantity * price, MICRO * MILLIONTHS_IN_CENT))
    if total is not None and (changed == "total" or price is None):
        turned = quantity < 0
        worked = worked_price(total, abs(quantity), None if price is None else price, turned=turned)
        return line._replace(unit_price=-worked if turned else worked)
    return line


def sums(lines: list[Figures], *, inclusive: bool) -> Sums:
    """Add the lines up to the document's tax and total."""
    amounts = sum(line.total or 0 for line in lines)
    tax = sum(line.tax or 0 for line in lines)
    told = summed(amounts, tax, inclusive=inclusive)
    return Sums(told.total_tax, told.total)
