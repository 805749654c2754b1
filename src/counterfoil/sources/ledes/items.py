"""One line item of a LEDES invoice: read, and held against its own figures.

A line's total is units × unit cost + adjustment, and in LEDES 98BI its tax as well. An adjustment
of the whole invoice (IF, IE) carries its amount in the adjustment, or as units × unit cost, or in
its total alone: real files do all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.ledes import account_of, tax_code_of
from counterfoil.core.texts import LONGEST_DESCRIPTION, description
from counterfoil.sources.ledes.columns import CODES, DATE_COLUMNS, TYPE, TYPES
from counterfoil.sources.ledes.figures import CENT, NIL, cents, date, money, number, plain

if TYPE_CHECKING:
    from counterfoil.core.faults import Faults
    from counterfoil.sources.ledes.columns import Columns
    from counterfoil.sources.ledes.rows import Row

_SORTED_CODES: Final = (
    "LINE_ITEM_TASK_CODE",
    "LINE_ITEM_ACTIVITY_CODE",
    "LINE_ITEM_EXPENSE_CODE",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A line item; ``total`` as the file says it, ``tax`` nil where the file tells none."""

    row: Row
    type: str
    units: Decimal
    unit_cost: Decimal
    adjustment: Decimal
    total: Decimal
    tax: Decimal
    rate: Decimal

    @property
    def computed(self) -> Decimal:
        """The net amount by the line's own factors."""
        return self.units * self.unit_cost + self.adjustment

    def net(self, *, gross: bool) -> Decimal:
        """Return the amount without tax; ``gross`` where the totals hold it."""
        return self.total - self.tax if gross else self.total


def read_item(row: Row, columns: Columns, faults: Faults) -> Item:
    """Read a row's figures, with every fault in them."""

    def value(name: str) -> str:
        return row.values.get(name, "")

    def figure(name: str) -> Decimal:
        return number(value(name), columns.place(row.line, name), faults) if value(name) else NIL

    kind = value(TYPE).upper()
    if kind not in TYPES:
        faults.found(
            "not_a_choice",
            f"{value(TYPE) or 'Nothing'} is no type of line item.",
            "Use F (fee), E (expense), IF or IE (adjustment of the invoice's fees or expenses).",
            columns.place(row.line, TYPE),
        )
    _factors(row, kind, columns, faults)
    _days(row, columns, faults)
    total = money(value("LINE_ITEM_TOTAL"), columns.place(row.line, "LINE_ITEM_TOTAL"), faults)
    tax = value("LINE_ITEM_TAX_TOTAL")
    return Item(
        row,
        kind,
        figure("LINE_ITEM_NUMBER_OF_UNITS"),
        figure("LINE_ITEM_UNIT_COST"),
        figure("LINE_ITEM_ADJUSTMENT_AMOUNT"),
        total,
        money(tax, columns.place(row.line, "LINE_ITEM_TAX_TOTAL"), faults) if tax else NIL,
        figure("LINE_ITEM_TAX_RATE"),
    )


def _factors(row: Row, kind: str, columns: Columns, faults: Faults) -> None:
    """Find the factors that are missing; only an adjustment of the invoice may have none."""
    for name in ("LINE_ITEM_NUMBER_OF_UNITS", "LINE_ITEM_UNIT_COST"):
        if kind in {"F", "E"} and not row.values.get(name):
            number("", columns.place(row.line, name), faults)


def _days(row: Row, columns: Columns, faults: Faults) -> None:
    """Hold the dates that no bill needs against the calendar: a typing error must not pass."""
    for name in sorted(DATE_COLUMNS - {"INVOICE_DATE"}):
        text = row.values.get(name, "")
        if text:
            date(text, columns.place(row.line, name), faults)


def agrees(item: Item, *, gross: bool) -> bool:
    """Tell whether a line's total is what its own figures come to, to less than a cent."""
    tax = item.tax if gross else NIL
    if abs(item.computed + tax - item.total) < CENT:
        return True
    if item.type not in {"IF", "IE"}:
        return False
    alone = not (item.units and item.unit_cost) and not item.adjustment
    return alone or abs(item.adjustment + tax - item.total) < CENT


def total_off(item: Item, columns: Columns, faults: Faults) -> None:
    """Say by how much a line's total is off."""
    tax = f" + {plain(item.tax)} tax" if item.tax else ""
    expected = item.computed + item.tax
    faults.found(
        "line_total_off",
        f"The line's total is {cents(item.total)}; {plain(item.units)} × {plain(item.unit_cost)} + "
        f"{plain(item.adjustment)}{tax} is {plain(expected)}: a difference of "
        f"{plain(item.total - expected)}.",
        "Correct the line in the practice system, and export again.",
        columns.place(item.row.line, "LINE_ITEM_TOTAL"),
    )


def plain_line(item: Item, *, gross: bool, taxed: bool, matter: object) -> dict[str, object]:
    """Return a line as a document of JSON would hold it, without what is empty."""
    values = item.row.values
    net = item.net(gross=gross)
    codes = [values.get(name, "") for name in _SORTED_CODES]
    line: dict[str, object] = {
        "description": _description(item, net),
        "account": account_of(item.type, codes),
        "tax_code": tax_code_of(values.get("LINE_ITEM_TAX_TYPE", ""), item.rate, item.tax),
        "total": cents(net),
    }
    if taxed:
        line["tax"] = cents(item.tax)
    if _multiplies(item, net):
        line |= {"quantity": _short(item.units), "unit_price": _short(item.unit_cost)}
    if matter is not None:
        line["matter"] = matter
    return line


def _multiplies(item: Item, net: Decimal) -> bool:
    """Whether units and unit cost alone make the amount."""
    product = item.units * item.unit_cost
    return not item.adjustment and bool(product) and abs(product - net) < CENT


def _short(amount: Decimal) -> str:
    """Write a factor without the zeros after its last decimal."""
    text = plain(amount)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _description(item: Item, net: Decimal) -> str:
    values = item.row.values
    otherwise = " ".join(filter(None, [TYPES[item.type], *map(values.get, sorted(CODES))]))
    text = description(values["LINE_ITEM_DESCRIPTION"], otherwise)
    if not item.adjustment or item.adjustment == net:
        return text
    how = (
        f" ({_short(item.units)} × {_short(item.unit_cost)}, adjusted by {cents(item.adjustment)})"
    )
    return text + how if len(text) + len(how) <= LONGEST_DESCRIPTION else text
