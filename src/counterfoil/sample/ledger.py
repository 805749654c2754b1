"""The demo's own count of both sides, apart from the product's: sums of documents, sums in Xero."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import Bill, CreditNote, Receipt, TrustReceipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from counterfoil.core.documents import Document


class Name(NamedTuple):
    """A kind of thing: what the practice calls it, and where it lies in Xero."""

    document: str
    resource: str


BILLS: Final = Name("bills", "Invoices")
CREDITS: Final = Name("credit notes", "CreditNotes")
APPLIED: Final = Name("credits applied", "Allocations")
RECEIVED: Final = Name("receipts on bills", "Payments")
TRUST: Final = Name("trust receipts", "BankTransactions")


@dataclass
class Line:
    """How many there are, and their total and tax in hundredths."""

    count: int = 0
    total: int = 0
    tax: int = 0

    def add(self, total: int, tax: int = 0) -> None:
        """Count one more."""
        self.count += 1
        self.total += total
        self.tax += tax


def in_practice(documents: Iterable[Document]) -> dict[Name, Line]:
    """Sum up the practice's documents."""
    lines = {name: Line() for name in (BILLS, CREDITS, APPLIED, RECEIVED, TRUST)}
    for document in documents:
        match document:
            case Bill(total=total, tax=tax):
                lines[BILLS].add(total, tax)
            case CreditNote(total=total, tax=tax, allocations=applied):
                lines[CREDITS].add(total, tax)
                for one in applied:
                    lines[APPLIED].add(one.amount)
            case Receipt(allocations=applied):
                for one in applied:
                    lines[RECEIVED].add(one.amount)
            case TrustReceipt(amount=amount):
                lines[TRUST].add(amount)
    return lines


def in_xero(get: Callable[[str], bytes]) -> dict[Name, Line]:
    """Sum up what Xero's API shows. ``get`` returns the body of a path below the API's root."""
    lines = {name: Line() for name in (BILLS, CREDITS, APPLIED, RECEIVED, TRUST)}
    for name in (BILLS, CREDITS, TRUST):
        for row in _rows(get, name.resource):
            lines[name].add(_cents(row["Total"]), _cents(row["TotalTax"]))
            for one in row.get("Allocations", ()) if name is CREDITS else ():
                lines[APPLIED].add(_cents(one["Amount"]))
    for row in _rows(get, RECEIVED.resource):
        lines[RECEIVED].add(_cents(row["Amount"]))
    return lines


def _rows(get: Callable[[str], bytes], resource: str) -> list[Mapping]:  # type: ignore[type-arg]
    reply = json.loads(get(f"/{resource}?page=1&pageSize=1000"), parse_float=Decimal)
    rows: list[Mapping] = reply[resource]  # type: ignore[type-arg]
    return rows


def _cents(amount: Decimal | int) -> int:
    cents = Decimal(amount) * 100
    assert cents == int(cents), amount
    return int(cents)
