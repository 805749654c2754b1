"""What follows when a figure of a line is entered by hand: the others that depend on it.

A person who overrides a line's total means the total; the unit price is then worked back from it,
to six decimals (product: documents, number 10). Whoever changes quantity or price means those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.amounts import micro_text
from counterfoil.core.findings import Finding, error
from counterfoil.core.money import MICRO, amount_text, nearest
from counterfoil.core.summarise import MILLIONTHS_IN_CENT, worked_price
from counterfoil.core.xero_arithmetic import summed, tax_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Lined


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


def check_lines(document: Lined) -> Iterator[Finding]:
    """Find lines whose quantity and unit price do not make their total.

    A practice system's total stands whatever its price says (rounding.md, step 2). A person who
    enters a line sees all three, and nothing tells which of them is meant.
    """
    for place, line in enumerate(document.lines):
        figures = Figures(line.quantity, line.unit_price, line.total, None)
        yield from check_line(figures, f"lines[{place}].total")


def check_line(line: Figures, path: str) -> Iterator[Finding]:
    """Find a line whose three figures are there and do not go together; ``path`` is its total's."""
    quantity, price, total, _ = line
    if quantity is None or price is None or total is None:
        return
    if not _makes(quantity, price, total):
        made = nearest(quantity * price, MICRO * MILLIONTHS_IN_CENT)
        yield error(
            "line_total_off",
            f"{micro_text(quantity)} × {micro_text(price)} makes "
            f"{amount_text(made)}, and the line's total says {amount_text(total)}.",
            "Correct the total; or leave the unit price empty, and it is worked back from it.",
            path,
        )


def _makes(quantity: int, price: int, total: int) -> bool:
    """Tell whether a total follows from the price, or the price, to six decimals, from the total.

    A price stands for all that round to it: half a millionth either way, times the quantity.
    """
    cents = MICRO * MILLIONTHS_IN_CENT
    apart = abs(quantity * price - total * cents)
    return 2 * apart <= cents + abs(quantity)
