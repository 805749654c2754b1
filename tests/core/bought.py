"""A bill's figures as a supplier's: what the mirror of sales is tested with."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import SupplierBill, SupplierLine
from tests.core.scene import MAPPING

if TYPE_CHECKING:
    from counterfoil.core.documents import Bill, Line

COSTS = {"4-1000": "6-1", "4-2000": "6-2", "4-3000": "6-1"}
"""For each income account of the sample practice a cost account that ranks like it."""

BOTH_SIDES = replace(MAPPING, accounts={**MAPPING.accounts, "6-1": "404", "6-2": "420"})


def sold(bill: Bill) -> Bill:
    """The bill as it is."""
    return bill


def bought(bill: Bill) -> Bill:
    """The same figures as a supplier's bill, which has a bill's fields but for the party's name."""
    document = SupplierBill(
        id=bill.id,
        number=bill.number,
        date=bill.date,
        supplier=bill.client,
        tax_inclusive=bill.tax_inclusive,
        lines=tuple(_bought(line) for line in bill.lines),
        tax=bill.tax,
        total=bill.total,
    )
    return cast("Bill", document)


def _bought(line: Line) -> SupplierLine:
    given = {field.name: getattr(line, field.name) for field in fields(line)}
    return SupplierLine(**{**given, "account": COSTS[line.account]})
