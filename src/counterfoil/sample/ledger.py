"""The demo's own count of both sides, apart from the product's: sums of documents, sums in Xero."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import (
    Allocation,
    BankTransfer,
    Bill,
    Billing,
    Deposit,
    FirmAdvance,
    Journal,
    LaterAllocation,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    Receipt,
    Refund,
    Reversal,
    StatutoryDeposit,
    SupplierBill,
    SupplierBilling,
    SupplierPayment,
    TrustBankEntry,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    Unallocation,
    Void,
    Withdrawal,
    WriteOff,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from counterfoil.core.documents import Document, Key


class Name(NamedTuple):
    """A kind of thing: what the practice calls it, and where it lies in Xero.

    ``type`` is Xero's; ``opens`` is what the number opens with, where that tells things apart.
    """

    document: str
    resource: str
    type: str = ""
    opens: str = ""


BILLS: Final = Name("bills", "Invoices", "ACCREC")
SUPPLIER_BILLS: Final = Name("supplier bills", "Invoices", "ACCPAY")
CREDITS: Final = Name("credit notes", "CreditNotes", "ACCRECCREDIT")
GIVEN_UP: Final = Name("write-offs", "CreditNotes", "ACCRECCREDIT", "WO-")
SUPPLIER_CREDITS: Final = Name("supplier credits", "CreditNotes", "ACCPAYCREDIT")
BY_CLIENTS: Final = Name("paid by clients", "CreditNotes", "ACCPAYCREDIT", "HV-TP-")
APPLIED: Final = Name("credits applied", "Allocations")
PAYMENTS: Final = Name("payments", "Payments")
ON_ACCOUNT: Final = Name("on account", "BankTransactions", "RECEIVE-OVERPAYMENT")
RECEIVED: Final = Name("money in", "BankTransactions", "RECEIVE")
SPENT: Final = Name("money out", "BankTransactions", "SPEND")
MOVED: Final = Name("bank transfers", "BankTransfers")
JOURNALS: Final = Name("journals", "ManualJournals")
NAMES: Final = (
    BILLS,
    SUPPLIER_BILLS,
    CREDITS,
    GIVEN_UP,
    SUPPLIER_CREDITS,
    BY_CLIENTS,
    APPLIED,
    PAYMENTS,
    ON_ACCOUNT,
    RECEIVED,
    SPENT,
    MOVED,
    JOURNALS,
)


ENDED: Final = frozenset({"VOIDED", "DELETED"})
"""Statuses of what Xero goes on showing and no longer counts."""
OTHER: Final = Name("the halves of bank transfers", "")
"""What Xero lists among bank transactions and the practice does not."""


class Fact(NamedTuple):
    """One thing that must stand in Xero, in hundredths."""

    name: Name
    total: int
    tax: int = 0


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

    def take(self, total: int, tax: int = 0) -> None:
        """Count one less."""
        self.count -= 1
        self.total -= total
        self.tax -= tax


def in_practice(documents: Iterable[Document]) -> dict[Name, Line]:
    """Sum up the practice's documents.

    Opening balances count as what the accountant entered them as in Xero. Write-offs, and
    supplier bills that clients paid, state no tax of their own, so that none is counted of them.
    """
    lines = {name: Line() for name in NAMES}
    known = {document.key: document for document in documents}
    for document in known.values():
        for fact in _facts(document):
            lines[fact.name].add(fact.total, fact.tax)
        for fact in _gone(document, known):
            lines[fact.name].take(fact.total, fact.tax)
        for fact in _back(document, known):
            lines[fact.name].add(fact.total, fact.tax)
    return lines


def _facts(document: Document) -> Iterator[Fact]:
    yield from (*_trade(document), *_money(document), *_trust(document))


def _gone(document: Document, known: Mapping[Key, Document]) -> Iterator[Fact]:
    """Yield what a document took out of Xero again."""
    match document:
        case Void(voids=key):
            yield from _facts(known[key])
        case Reversal(reverses=key) if isinstance(known[key], Receipt):
            yield from _facts(known[key])
        case Unallocation():
            yield from _applied(document)
        case _:
            return


def _back(document: Document, known: Mapping[Key, Document]) -> Iterator[Fact]:
    """Yield what moved back: a bounced cheque's money came in and went out again."""
    if not isinstance(document, Reversal):
        return
    match known[document.reverses]:
        case Receipt(amount=amount):
            yield from (Fact(RECEIVED, amount), Fact(SPENT, amount))
        case Withdrawal(total=total, tax=tax):
            yield Fact(RECEIVED, total, tax)
        case _:
            raise NotImplementedError(document.reverses.kind)


def _trade(document: Document) -> Iterator[Fact]:
    match document:
        case Bill(total=total, tax=tax):
            yield Fact(BILLS, total, tax)
        case OpeningBill(outstanding=left):
            yield Fact(BILLS, left)
        case OpeningSupplierBill(outstanding=left):
            yield Fact(SUPPLIER_BILLS, left)
        case OpeningCredit(amount=amount):
            yield Fact(CREDITS, amount)
        case SupplierBill(total=total, tax=tax):
            yield Fact(SUPPLIER_BILLS, total, tax)
        case Billing(total=total, tax=tax):
            yield Fact(CREDITS, total, tax)
            yield from _applied(document)
        case SupplierBilling(total=total, tax=tax):
            yield Fact(SUPPLIER_CREDITS, total, tax)
            yield from _applied(document)
        case WriteOff(amount=amount):
            yield Fact(GIVEN_UP, amount)
            yield Fact(APPLIED, amount)
        case LaterAllocation():
            yield from _applied(document)
        case _:
            return


def _applied(document: Document) -> Iterator[Fact]:
    for one in getattr(document, "allocations", ()):
        yield Fact(APPLIED, one.amount)


def _money(document: Document) -> Iterator[Fact]:
    match document:
        case Receipt(allocations=allocations, amount=amount):
            left = amount - sum(map(_at_bank, allocations))
            yield from (Fact(PAYMENTS, one.amount) for one in allocations)
            if left:
                yield Fact(ON_ACCOUNT, left)
        case SupplierPayment(allocations=paid):
            yield from (Fact(PAYMENTS, one.amount) for one in paid)
        case Refund(amount=amount):
            yield Fact(PAYMENTS, amount)
        case Withdrawal(total=total, tax=tax):
            yield Fact(SPENT, total, tax)
        case Deposit(total=total, tax=tax):
            yield Fact(RECEIVED, total, tax)
        case BankTransfer(amount=amount):
            yield Fact(MOVED, amount)
        case Journal(lines=entries):
            yield Fact(JOURNALS, sum(max(entry.amount, 0) for entry in entries))
        case _:
            return


def _at_bank(one: Allocation) -> int:
    """Return what the bank moved for a part: foreign bills are paid in the bank's own currency."""
    return one.amount if one.bank_amount is None else one.bank_amount


def _trust(document: Document) -> Iterator[Fact]:
    match document:
        case TrustReceipt(amount=amount) | OpeningTrust(amount=amount):
            yield Fact(RECEIVED, amount)
        case TrustPayment(amount=amount, supplier_bill=bill):
            yield Fact(SPENT, amount)
            if bill:
                yield Fact(BY_CLIENTS, amount)
                yield Fact(APPLIED, amount)
        case TrustBankEntry(amount=amount, direction=way):
            yield Fact(RECEIVED if way == "in" else SPENT, amount)
        case StatutoryDeposit(amount=amount, direction=way):
            yield Fact(SPENT if way == "in" else RECEIVED, amount)
        case FirmAdvance(amount=amount, direction=way):
            yield Fact(SPENT if way == "advance" else JOURNALS, amount)
        case _:
            yield from _moved(document)


def _moved(document: Document) -> Iterator[Fact]:
    match document:
        case TrustBillPayment(allocations=allocations):
            yield from (Fact(PAYMENTS, one.amount) for one in allocations)
        case TrustOfficeTransfer(amount=amount):
            yield Fact(MOVED, amount)
        case TrustTransfer(amount=amount, from_=left, to=reached):
            if left.trust_account != reached.trust_account:
                yield Fact(MOVED, amount)
            if (left.client, left.matter) != (reached.client, reached.matter):
                yield Fact(JOURNALS, 2 * amount)
        case _:
            return


def in_xero(get: Callable[[str], bytes]) -> dict[Name, Line]:
    """Sum up what Xero's API shows. ``get`` returns the body of a path below the API's root."""
    lines = {name: Line() for name in (*NAMES, OTHER)}
    for fact in _shown(get):
        lines[fact.name].add(fact.total, fact.tax)
    return lines


def _shown(get: Callable[[str], bytes]) -> Iterator[Fact]:
    for resource in ("Invoices", "CreditNotes", "BankTransactions"):
        for row in _rows(get, resource):
            name = _named(resource, row)
            untaxed = name in {GIVEN_UP, BY_CLIENTS}
            yield Fact(name, _cents(row["Total"]), 0 if untaxed else _cents(row["TotalTax"]))
    for resource in ("CreditNotes", "Overpayments"):
        for row in _rows(get, resource):
            yield from (Fact(APPLIED, _cents(one["Amount"])) for one in row.get("Allocations", ()))
    for name in (PAYMENTS, MOVED):
        yield from (Fact(name, _cents(row["Amount"])) for row in _rows(get, name.resource))
    for row in _rows(get, JOURNALS.resource):
        amounts = [_cents(line["LineAmount"]) for line in row["JournalLines"]]
        yield Fact(JOURNALS, sum(max(amount, 0) for amount in amounts))


def _named(resource: str, row: Mapping) -> Name:  # type: ignore[type-arg]
    """Tell what a row is; the name that says most of it wins."""
    number = row.get("CreditNoteNumber", "")
    fitting = [
        name
        for name in (*NAMES, OTHER)
        if (name.resource, name.type) in {(resource, row["Type"]), ("", "")}
        and number.startswith(name.opens)
    ]
    return max(fitting, key=lambda name: (bool(name.resource), len(name.opens)))


def _rows(get: Callable[[str], bytes], resource: str) -> list[Mapping]:  # type: ignore[type-arg]
    reply = json.loads(get(f"/{resource}?page=1&pageSize=1000"), parse_float=Decimal)
    rows: list[Mapping] = reply[resource]  # type: ignore[type-arg]
    return [row for row in rows if row.get("Status") not in ENDED]


def _cents(amount: Decimal | int) -> int:
    cents = Decimal(amount) * 100
    assert cents == int(cents), amount
    return int(cents)
