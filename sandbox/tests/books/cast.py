"""The cast: a firm's organisation and somebody who calls it, without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sandbox.tests.books.schemas import complaints
from xero_sandbox.books import Organisation, handle
from xero_sandbox.wire import Call

Body: TypeAlias = "dict[str, Any]"
NOON = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Body
    applied: tuple[str, ...]

    def rows(self, name: str) -> list[Body]:
        found: list[Body] = self.body[name]
        return found

    @property
    def messages(self) -> list[str]:
        """All messages of all refused elements, in order."""
        elements = self.body.get("Elements") or next(
            (value for value in self.body.values() if isinstance(value, list)), []
        )
        return [m["Message"] for one in elements for m in one.get("ValidationErrors", [])]


@dataclass
class Firm:
    """An organisation and somebody who calls it."""

    organisation: Organisation
    now: datetime = NOON
    calls: list[tuple[str, str]] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request, and hold its answer and the ledger to the rules."""
        self.calls.append((method, path))
        raw = b"" if body is None else body if isinstance(body, bytes) else _encode(body)
        call = Call(method, tuple(path.split("/")), query or {}, headers or {}, raw, "app-1")
        handled = handle(self.organisation, call, self.now)
        assert self.organisation.ledger.out_of_balance() == 0
        answer = handled.answer
        decoded = json.loads(answer.body, parse_float=Decimal)
        found = complaints(method, path, answer.status, decoded)
        assert not found, found
        return Reply(answer.status, decoded, handled.applied)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Reply:
        return self.call("GET", path, query=query, headers=headers)

    def put(self, path: str, *elements: object, **query: str) -> Reply:
        return self.call("PUT", path, {_root(path): list(elements)}, query)

    def post(self, path: str, *elements: object, **query: str) -> Reply:
        return self.call("POST", path, {_root(path): list(elements)}, query)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def account(self, code: str) -> str:
        return self.organisation.account_ids_by_code[code]

    def balance(self, code: str) -> Decimal:
        """The balance of an account in dollars, debits positive."""
        cents = self.organisation.ledger.balance(self.account(code), 10**7)
        return Decimal(cents) / 100

    def balances(self, *codes: str) -> tuple[Decimal, ...]:
        return tuple(map(self.balance, codes))

    def contact(self, name: str = "Ada Byron") -> str:
        known = self.organisation.contact_ids_by_name.get(name.casefold())
        return known or self.put("Contacts", {"Name": name}).rows("Contacts")[0]["ContactID"]

    def invoice(self, *amounts: object, **fields: object) -> Body:
        """Create an invoice over ``amounts`` (exclusive, GST) and return it."""
        reply = self.put("Invoices", self.draft(*amounts, **fields))
        assert reply.status == 200, reply.body
        return reply.rows("Invoices")[0]

    def draft(self, *amounts: object, **fields: object) -> Body:
        sales = fields.get("Type", "ACCREC") == "ACCREC"
        return {
            "Type": "ACCREC",
            "Contact": {"ContactID": self.contact()},
            "Date": "2026-11-02",
            "DueDate": "2026-11-30",
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": [line(one, sales=sales) for one in amounts],
            **fields,
        }

    def credit_note(self, *amounts: object, **fields: object) -> Body:
        """Create an approved credit note over ``amounts`` and return it."""
        sent = {**self.draft(*amounts), "Type": "ACCRECCREDIT", **fields}
        reply = self.put("CreditNotes", sent)
        assert reply.status == 200, reply.body
        return reply.rows("CreditNotes")[0]

    def banked(self, kind: str, amount: object = "50.00", **fields: object) -> Body:
        """Spend or receive money at 091 without tax, and return the bank transaction."""
        sent = {
            "Type": kind,
            "Contact": {"ContactID": self.contact()},
            "BankAccount": {"Code": "091"},
            "Date": "2026-11-05",
            "LineItems": [line(amount, AccountCode="850", TaxType="BASEXCLUDED")],
            **fields,
        }
        reply = self.put("BankTransactions", sent)
        assert reply.status == 200, reply.body
        return reply.rows("BankTransactions")[0]

    def transfer(self, amount: object = "12.34", **fields: object) -> Body:
        """Move money from 091 to 090 and return the bank transfer."""
        ends = {"FromBankAccount": {"Code": "091"}, "ToBankAccount": {"Code": "090"}}
        reply = self.put("BankTransfers", {**ends, "Amount": amount, **fields})
        assert reply.status == 200, reply.body
        return reply.rows("BankTransfers")[0]

    def journal(self, **fields: object) -> Body:
        """Create a draft manual journal between two accounts and return it."""
        reply = self.put("ManualJournals", journal(**fields))
        assert reply.status == 200, reply.body
        return reply.rows("ManualJournals")[0]

    def batch(self, *invoices: Body, **fields: object) -> Reply:
        """Pay ``invoices`` in full by one batch payment."""
        paid = [
            {"Invoice": {"InvoiceID": one["InvoiceID"]}, "Amount": one["AmountDue"]}
            for one in invoices
        ]
        sent = {"Account": {"Code": "090"}, "Date": "2026-11-10", "Payments": paid, **fields}
        return self.put("BatchPayments", sent)

    def allocate(self, path: str, invoice: Body, amount: object) -> Reply:
        """Apply credit, named by its path (``CreditNotes/id``), to an invoice."""
        sent = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": amount}
        return self.put(f"{path}/Allocations", sent)

    def category(self, name: str = "Office", *options: str) -> Body:
        """Create a tracking category with options and return it."""
        sent = {"Name": name, "Options": [{"Name": one} for one in options]}
        return self.put("TrackingCategories", sent).rows("TrackingCategories")[0]

    def pay(self, invoice: Body, amount: object, **fields: object) -> Reply:
        return self.put("Payments", payment(invoice, amount, **fields))


def dollars(*amounts: int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def line(amount: object, *, sales: bool = True, **fields: object) -> Body:
    return {
        "Description": "Advice",
        "Quantity": 1,
        "UnitAmount": str(amount),
        "AccountCode": "200" if sales else "453",
        "TaxType": "OUTPUT" if sales else "INPUT",
        **fields,
    }


def journal(**fields: object) -> Body:
    lines = [
        {"LineAmount": "10.00", "AccountCode": "850"},
        {"LineAmount": "-10.00", "AccountCode": "880"},
    ]
    return {"Narration": "Accrued rent", "JournalLines": lines, **fields}


def payment(invoice: Body, amount: object, **fields: object) -> Body:
    return {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "090"},
        "Date": "2026-11-10",
        "Amount": str(amount),
        **fields,
    }


def _root(path: str) -> str:
    last = [part for part in path.split("/") if part.isalpha() and part[0].isupper()][-1]
    return "HistoryRecords" if last == "History" else last


def _encode(body: object) -> bytes:
    return json.dumps(body, default=str).encode()
