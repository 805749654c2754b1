"""A sound element for each resource, with ids that the caller has seen: where nonsense begins."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

Element: TypeAlias = "dict[str, object]"
Gleaned: TypeAlias = "Mapping[str, Sequence[str]]"
Make: TypeAlias = "Callable[[random.Random, Gleaned], Element]"

DATES: Final = ("2026-11-02", "2026-11-20T00:00:00", "/Date(1793491200000)/")
AMOUNTS: Final = ("10.00", "33.33", "0.01", "1250.00", 5, 99.99)
RATES: Final = ("OUTPUT", "EXEMPTOUTPUT", "BASEXCLUDED", None)


def sound(root: str, chance: random.Random, gleaned: Gleaned) -> Element | None:
    """Return an element that may well be taken under ``root``, or None for an unknown root."""
    make = _MAKERS.get(root)
    return None if make is None else make(chance, gleaned)


def _id(name: str, chance: random.Random, gleaned: Gleaned) -> str:
    known = gleaned.get(name)
    return chance.choice(known) if known else "00000000-0000-0000-0000-000000000000"


def _contact(chance: random.Random, gleaned: Gleaned) -> Element:
    if gleaned.get("ContactID") and chance.random() < 0.4:
        return {"ContactID": _id("ContactID", chance, gleaned)}
    return {"Name": f"Client {chance.randrange(4)}"}


def _party(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    number = chance.randrange(10_000)
    named = {"Name": f"Client {number}", "EmailAddress": "a@example.com"}
    return {**named, "ContactNumber": f"c-{number}"} if chance.random() < 0.5 else {**named}


def _lines(chance: random.Random, code: str, rates: Sequence[str | None]) -> list[Element]:
    return [
        {
            "Description": "Advice",
            "Quantity": chance.choice((1, "2.5", "0.3333")),
            "UnitAmount": chance.choice(AMOUNTS),
            "AccountCode": code,
            **({} if rate is None else {"TaxType": rate}),
        }
        for rate in chance.choices(rates, k=chance.choice((1, 1, 2, 4)))
    ]


def _document(kinds: tuple[str, str]) -> Make:
    def make(chance: random.Random, gleaned: Gleaned) -> Element:
        sales = chance.random() < 0.7
        lines = _lines(chance, "200", RATES) if sales else _lines(chance, "453", ("INPUT", None))
        return {
            "Type": kinds[0] if sales else kinds[1],
            "Contact": _contact(chance, gleaned),
            "Date": chance.choice(DATES),
            "DueDate": "2026-12-01",
            "Status": chance.choice(("DRAFT", "AUTHORISED", "AUTHORISED", "SUBMITTED")),
            "LineAmountTypes": chance.choice(("Exclusive", "Inclusive", "NoTax")),
            "LineItems": lines,
        }

    return make


def _payment(chance: random.Random, gleaned: Gleaned) -> Element:
    target = chance.choice(("Invoice", "Invoice", "Invoice", "CreditNote", "Overpayment"))
    return {
        target: {f"{target}ID": _id(f"{target}ID", chance, gleaned)},
        "Account": {"Code": "090"},
        "Date": chance.choice(DATES),
        "Amount": chance.choice(AMOUNTS),
    }


def _batch(chance: random.Random, gleaned: Gleaned) -> Element:
    paid = [
        {"Invoice": {"InvoiceID": _id("InvoiceID", chance, gleaned)}, "Amount": "1.00"}
        for _ in range(chance.choice((1, 2)))
    ]
    return {"Account": {"Code": "090"}, "Date": "2026-11-10", "Payments": paid}


def _banked(chance: random.Random, gleaned: Gleaned) -> Element:
    spent = chance.random() < 0.5
    kind = chance.choice(("", "", "", "-OVERPAYMENT", "-PREPAYMENT"))
    lines = _lines(chance, *(("453", ("INPUT", None)) if spent else ("200", ("OUTPUT", None))))
    return {
        "Type": ("SPEND" if spent else "RECEIVE") + kind,
        "Contact": _contact(chance, gleaned),
        "BankAccount": {"Code": "090"},
        "Date": chance.choice(DATES),
        "LineItems": lines if kind != "-OVERPAYMENT" else [{"Description": "x", "UnitAmount": 50}],
    }


def _transfer(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    ends = [{"Code": code} for code in chance.sample(("090", "091"), 2)]
    return {
        "FromBankAccount": ends[0],
        "ToBankAccount": ends[1],
        "Amount": chance.choice(AMOUNTS),
        "Date": chance.choice(DATES),
    }


def _journal(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    amount = chance.choice(("10.00", "0.01", "77.70"))
    lines = [
        {"LineAmount": sign + amount, "AccountCode": code, "Description": "x"}
        for sign, code in (("", "453"), ("-", "404"))
    ]
    status = chance.choice(("DRAFT", "POSTED"))
    return {"Narration": "Accrual", "JournalLines": lines, "Status": status, "Date": "2026-11-02"}


def _account(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    number = chance.randrange(1_000, 9_999)
    kind = chance.choice(("EXPENSE", "REVENUE", "CURRLIAB", "CURRENT"))
    return {"Code": str(number), "Name": f"Account {number}", "Type": kind}


def _named(what: str) -> Make:
    def make(chance: random.Random, gleaned: Gleaned) -> Element:
        del gleaned
        return {"Name": f"{what} {chance.randrange(1_000)}"}

    return make


def _currency(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    return {"Code": chance.choice(("USD", "EUR", "NZD", "XXX"))}


def _note(chance: random.Random, gleaned: Gleaned) -> Element:
    del chance, gleaned
    return {"Details": "A note"}


def _applied(chance: random.Random, gleaned: Gleaned) -> Element:
    named = {"InvoiceID": _id("InvoiceID", chance, gleaned)}
    amount = chance.choice(("0.01", "0.10", "1.00", "1250.00"))
    return {"Invoice": named, "Amount": amount, "Date": "2026-11-10"}


def _tax_rate(chance: random.Random, gleaned: Gleaned) -> Element:
    del gleaned
    part = {"Name": "State", "Rate": "7.5", "IsCompound": False}
    name = f"Rate {chance.randrange(4)}"
    return {"Name": name, "ReportTaxType": "OUTPUT", "TaxComponents": [part]}


_MAKERS: Final[dict[str, Make]] = {
    "Accounts": _account,
    "Allocations": _applied,
    "BankTransactions": _banked,
    "BankTransfers": _transfer,
    "BatchPayments": _batch,
    "Contacts": _party,
    "CreditNotes": _document(("ACCRECCREDIT", "ACCPAYCREDIT")),
    "Currencies": _currency,
    "HistoryRecords": _note,
    "Invoices": _document(("ACCREC", "ACCPAY")),
    "ManualJournals": _journal,
    "Options": _named("Option"),
    "Payments": _payment,
    "TaxRates": _tax_rate,
    "TrackingCategories": _named("Category"),
}
