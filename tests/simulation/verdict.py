"""The judge: what stands in Xero against what was recorded, told from the raw documents alone.

Nothing of the product is asked. Whatever it believes, the books of the sandbox are what counts.
Each object that must exist is one fact, and so is each that does.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from tests.simulation.ways_back import Undone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Document = dict[str, Any]
Row = dict[str, Any]

Fact = tuple[str, ...]

ROUNDING = Decimal("0.01")
NO_TAX = "0.00"


class Asked(Protocol):
    """An organisation that answers reads; figures of the answers are strings of their digits."""

    def ask(self, method: str, path: str, now: dt.datetime, **query: str) -> Any:  # noqa: ANN401
        ...


def expected(documents: Iterable[Document]) -> Counter[Fact]:
    """Return what must stand in Xero, each fact as often as it must."""
    recorded = list(documents)
    by_id = {document["id"]: document for document in recorded}
    assert len(by_id) == len(recorded), "the judge tells documents apart by their ids"
    facts: Counter[Fact] = Counter()
    ways_back = Undone(by_id)
    for document in by_id.values():
        facts.update(ways_back.facts(document, tuple(_facts(document, by_id))))
    parties = {party["id"] for document in by_id.values() for party in _parties(document, by_id)}
    facts.update(("contact", party) for party in parties)
    return facts


Documents = dict[str, Document]


def _facts(document: Document, by_id: Documents) -> Iterator[Fact]:
    match document["kind"]:
        case "bill" | "supplier_bill" | "credit_note" | "supplier_credit":
            yield _document(document)
            yield from _allocations(document, document, by_id)
        case "write_off":
            yield from _write_off(document, by_id)
        case "receipt" | "supplier_payment":
            yield from _settlement(document, by_id)
        case "allocation":
            yield from _allocations(document, by_id[document["of"]["id"]], by_id)
        case "refund":
            of = by_id[document["of"]["id"]]
            yield "payment", document["number"], _named(of), document["amount"], document["date"]
        case "withdrawal" | "deposit":
            yield _bank_transaction(document, document["total"], document["tax"])
        case "reversal" | "void" | "unallocation":
            return
        case kind:
            assert kind in RECORDED or kind in _MOVES, kind
            yield from _moves_of(document, by_id)


def _moves_of(document: Document, by_id: Documents) -> Iterator[Fact]:
    """Return what trust documents, transfers and journals become."""
    match document["kind"]:
        case "bank_transfer" | "trust_office_transfer":
            yield "transfer", document["number"], document["amount"], document["date"]
        case "journal":
            yield "journal", document["number"], document["date"]
        case "trust_transfer":
            yield from _trust_transfer(document)
        case "trust_bill_payment":
            for allocation in document["allocations"]:
                yield _payment(document, by_id[allocation["bill"]], allocation["amount"])
        case "firm_advance" if document["direction"] == "repay":
            yield "journal", document["number"], document["date"]
        case kind if kind in _ON_TRUST_BANK:
            yield _bank_transaction(document, document["amount"], NO_TAX)
            yield from _cost_taken_back(document, by_id)


_ON_TRUST_BANK = frozenset(
    {"trust_receipt", "trust_payment", "trust_bank_entry", "statutory_deposit", "firm_advance"}
)
_MOVES = _ON_TRUST_BANK | {
    "bank_transfer",
    "trust_office_transfer",
    "journal",
    "trust_transfer",
    "trust_bill_payment",
}
RECORDED = frozenset(
    {
        "opening_bill",
        "opening_supplier_bill",
        "opening_credit",
        "opening_trust",
        "trust_number_cancelled",
        "ledger_close",
        "period_close",
        "bank_statement",
    }
)
"""Kinds of which Xero must never hear."""


def _document(document: Document) -> Fact:
    """Invoice or credit note: a negative bill is a credit note with its signs turned."""
    total, tax = document["total"], document["tax"]
    credit = "credit" in document["kind"] or total.startswith("-")
    side = "PAY" if "supplier" in document else "REC"
    party = (document.get("supplier") or document["client"])["id"]
    type_ = f"ACC{side}{'CREDIT' if credit else ''}"
    return type_, document["number"], party, _positive(total), _positive(tax), document["date"]


def _positive(amount: str) -> str:
    return amount.removeprefix("-")


def _write_off(document: Document, by_id: Documents) -> Iterator[Fact]:
    bill = by_id[document["bill"]]
    amount, number, date = document["amount"], document["number"], document["date"]
    # A part of a bill of one line has that line's share of tax.
    tax = _share(bill, amount)
    yield "ACCRECCREDIT", number, bill["client"]["id"], amount, tax, date
    yield "allocation", number, _named(bill), amount, date


def _share(bill: Document, amount: str) -> str:
    return _money(Decimal(bill["tax"]) * Decimal(amount) / Decimal(bill["total"]))


def _cost_taken_back(document: Document, by_id: Documents) -> Iterator[Fact]:
    """A supplier's bill paid from trust is credited, because the client bore it."""
    if "supplier_bill" not in document:
        return
    bill = by_id[document["supplier_bill"]]
    amount, number, date = document["amount"], document["number"], document["date"]
    tax = _share(bill, amount)
    yield "ACCPAYCREDIT", number, bill["supplier"]["id"], amount, tax, date
    yield "allocation", number, _named(bill), amount, date


def _settlement(document: Document, by_id: Documents) -> Iterator[Fact]:
    """Negative bills are set off first, in listed order; the rest is paid, or left over."""
    allocations = document.get("allocations", ())
    owed = {_invoice(a): Decimal(a["amount"]) for a in allocations if a["amount"][0] != "-"}
    for allocation in allocations:
        credit = -Decimal(allocation["amount"])
        source = by_id[_invoice(allocation)]
        for invoice, left in owed.items():
            taken = min(credit, left)
            if taken > 0:
                owed[invoice], credit = left - taken, credit - taken
                target = _named(by_id[invoice])
                yield "allocation", source["number"], target, _money(taken), document["date"]
    for invoice, amount in owed.items():
        if amount:
            yield _payment(document, by_id[invoice], _money(amount))
    left = Decimal(document["amount"]) - sum(map(_moved, allocations))
    if left:
        yield "left over", document["number"], _money(left), document["date"]


def _invoice(allocation: Document) -> str:
    name: str = allocation.get("bill") or allocation["supplier_bill"]
    return name


def _moved(allocation: Document) -> Decimal:
    return Decimal(allocation.get("bank_amount") or allocation["amount"])


def _payment(document: Document, bill: Document, amount: str) -> Fact:
    return "payment", document["number"], _named(bill), amount, document["date"]


def _allocations(document: Document, of: Document, by_id: Documents) -> Iterator[Fact]:
    for allocation in document.get("allocations", ()):
        target = _named(by_id[_invoice(allocation)])
        yield "allocation", of["number"], target, allocation["amount"], document["date"]


def _named(document: Document) -> str:
    """Suppliers number alike, so theirs are told apart by the supplier."""
    supplier = document.get("supplier", {}).get("id", "")
    number: str = document["number"]
    return f"{number} {supplier}".strip()


def _bank_transaction(document: Document, total: str, tax: str) -> Fact:
    incoming = document["kind"] in {"deposit", "trust_receipt"}
    if document["kind"] == "trust_bank_entry":
        incoming = document["direction"] == "in"
    if document["kind"] == "statutory_deposit":
        incoming = document["direction"] == "out"
    type_ = "RECEIVE" if incoming != total.startswith("-") else "SPEND"
    return type_, document["number"], _positive(total), _positive(tax), document["date"]


def _trust_transfer(document: Document) -> Iterator[Fact]:
    left, reached = document["from"], document["to"]
    if left["trust_account"] != reached["trust_account"]:
        yield "transfer", document["number"], document["amount"], document["date"]
    if left["matter"] != reached["matter"]:
        yield "journal", document["number"], document["date"]


def _parties(document: Document, by_id: Documents) -> Iterator[Document]:
    """Return whose contacts a document needs: on trust money the client where there is one."""
    if document["kind"] in RECORDED | {"reversal", "void", "unallocation"}:
        return
    splits = document.get("splits", ())
    if len({split["client"]["id"] for split in splits}) == 1:
        yield splits[0]["client"]
    elif splits:
        yield document["payer"]
    elif document["kind"] == "firm_advance":
        yield from [document["client"]] * (document["direction"] == "advance")
    elif document["kind"] != "trust_bill_payment":
        fields = ("client", "supplier", "payer", "payee", "party")
        yield from (document[field] for field in fields if field in document)
    if "supplier_bill" in document:
        yield by_id[document["supplier_bill"]]["supplier"]


def actual(firm: Asked, now: dt.datetime) -> Counter[Fact]:
    """Return what stands in Xero, told in the same words."""
    contacts = _all(firm, "Contacts", now)
    parties = {contact["ContactID"]: contact.get("ContactNumber", "") for contact in contacts}
    facts: Counter[Fact] = Counter(("contact", number) for number in parties.values())
    names: dict[str, str] = {}
    for resource, name in (("Invoices", "Invoice"), ("CreditNotes", "CreditNote")):
        for row in _all(firm, resource, now):
            number, party = row[f"{name}Number"], parties[row["Contact"]["ContactID"]]
            pays = row["Type"].startswith("ACCPAY")
            names[row[f"{name}ID"]] = f"{number} {party}" if pays else number
            facts[row["Type"], number, party, *_totals(row), _date(row)] += 1
            facts.update(_applied(row, number) if name == "CreditNote" else ())
    for name in ("Overpayment", "Prepayment"):
        for row in _all(firm, f"{name}s", now):
            # These types keep no reference: the receipt's number opens their description.
            number = row["LineItems"][0]["Description"].split(" ")[0]
            party = parties[row["Contact"]["ContactID"]]
            spent = row["Type"].startswith("SPEND")
            names[row[f"{name}ID"]] = f"{number} {party}" if spent else number
            facts["left over", number, _money(row["Total"]), _date(row)] += 1
            facts.update(_applied(row, number))
    facts.update(_moves(firm, now, names))
    return Counter({_told(fact, names): count for fact, count in facts.items()})


def _applied(row: Row, number: str) -> Iterator[Fact]:
    for one in row.get("Allocations", []):
        invoice = one["Invoice"]["InvoiceID"]
        yield "allocation", number, invoice, _money(one["Amount"]), _date(one)


def _told(fact: Fact, names: dict[str, str]) -> Fact:
    """Call an invoice by its number and not by Xero's id, as the documents do."""
    return tuple(names.get(word, word) for word in fact)


def _moves(firm: Asked, now: dt.datetime, names: dict[str, str]) -> Iterator[Fact]:
    for row in _all(firm, "Payments", now):
        paid = next(name for name in _PAID if name in row)
        on = names[row[paid][f"{paid}ID"]]
        yield "payment", row["Reference"], on, _money(row["Amount"]), _date(row)
    for row in _all(firm, "BankTransactions", now):
        if row["Type"] in {"SPEND", "RECEIVE"}:
            yield row["Type"], row["Reference"], *_totals(row), _date(row)
    for row in _all(firm, "BankTransfers", now):
        yield "transfer", row["Reference"], _money(row["Amount"]), _date(row)
    for row in _all(firm, "ManualJournals", now):
        yield "journal", row["Narration"].partition(" | ")[0], _date(row)


_PAID = ("Invoice", "CreditNote", "Overpayment", "Prepayment")


def _all(firm: Asked, resource: str, now: dt.datetime) -> list[Row]:
    found = firm.ask("GET", f"/{resource}", now, page="1", pageSize="1000")
    rows: list[Row] = found[resource]
    return [row for row in rows if row.get("Status") not in {"DELETED", "VOIDED"}]


def _totals(document: Row) -> tuple[str, str]:
    return _money(document["Total"]), _money(document["TotalTax"])


def _money(number: str | Decimal) -> str:
    return str(Decimal(number).quantize(ROUNDING))


def _date(row: Row) -> str:
    """Return the day of ``/Date(milliseconds+0000)/``."""
    digits = row["Date"].removeprefix("/Date(").partition("+")[0]
    return f"{dt.datetime.fromtimestamp(int(digits) / 1000, dt.UTC):%Y-%m-%d}"


def differences(wanted: Counter[Fact], found: Counter[Fact]) -> list[str]:
    """Say what is lost, what is there twice, and what is there and should not be."""
    lost = [f"lost: {fact}" for fact in (wanted - found)]
    surplus = [f"{'twice' if wanted[fact] else 'foreign'}: {fact}" for fact in (found - wanted)]
    return sorted(lost + surplus)
