"""What the books should hold, computed from the answers of the API and from nothing inside.

Everything here is Decimal and written anew: no sum, rounding or status of the sandbox is used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sandbox.tests.books.cast import Body, Firm

CENT: Final = Decimal("0.01")
LIVE: Final = frozenset({"AUTHORISED", "PAID"})
RECEIVABLE, PAYABLE, TAX, GAINS = "610", "800", "820", "499"
OWN_SIDE: Final = {
    "ACCREC": -1, "ACCPAY": 1, "ACCRECCREDIT": 1, "ACCPAYCREDIT": -1,
    "RECEIVE": -1, "SPEND": 1, "RECEIVE-PREPAYMENT": -1, "SPEND-PREPAYMENT": 1,
}  # fmt: skip
"""On which side the own accounts of a document stand: 1 is debit."""


@dataclass
class Expected:
    """Balances by account code, debits positive, and by how much each may be off.

    Only settling in parts, and foreign money, leave room: a cent for every part of every line.
    """

    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    room: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, code: str, amount: Decimal, room: int = 0) -> None:
        self.sums[code] += amount
        self.room[code] += CENT * room

    def off(self, found: dict[str, Decimal]) -> list[str]:
        """Return every account that is further off than it may be."""
        codes = self.sums.keys() | found.keys()
        held = {code: found.get(code, Decimal(0)) for code in sorted(codes - {GAINS})}
        return [
            f"{code} is {amount}, expected {self.sums[code]} ± {self.room[code]}"
            for code, amount in held.items()
            if abs(amount - self.sums[code]) > self.room[code]
        ]


def rows(firm: Firm, name: str) -> list[Body]:
    return firm.get(name, page="1", pageSize="1000").rows(name)


def _base(amount: Decimal, document: Body) -> Decimal:
    rate = Decimal(document.get("CurrencyRate", 1))
    return (Decimal(amount) / rate).quantize(CENT, ROUND_HALF_UP)


def _own(document: Body) -> list[tuple[str, Decimal]]:
    """The accounts of a document's lines and the tax account, in base currency, as amounts."""
    inclusive = document["LineAmountTypes"] == "Inclusive"
    lines = [
        (line["AccountCode"], Decimal(line["LineAmount"]) - inclusive * Decimal(line["TaxAmount"]))
        for line in document["LineItems"]
    ]
    parts = [*lines, (TAX, Decimal(document["TotalTax"]))]
    return [(code, _base(amount, document)) for code, amount in parts]


def settled(document: Body) -> Decimal:
    """How much of an invoice, bill or credit note was paid or applied, in its own currency."""
    if "AmountDue" in document:
        return Decimal(document["AmountPaid"]) + Decimal(document["AmountCredited"])
    return Decimal(document["Total"]) - Decimal(document["RemainingCredit"])


def expected(firm: Firm, *, cash: bool) -> Expected:
    """Return what every account should hold on a basis; ``GAINS`` is what balances the rest."""
    found = Expected()
    for document in rows(firm, "Invoices") + rows(firm, "CreditNotes"):
        if document["Status"] in LIVE:
            _document(found, document, cash=cash)
    for document in rows(firm, "Prepayments"):
        _prepayment(found, document)
    for document in rows(firm, "Overpayments"):
        control, side = (RECEIVABLE, -1) if document["Type"].startswith("REC") else (PAYABLE, 1)
        found.add(control, side * Decimal(document["RemainingCredit"]))
    _payments(found, firm)
    for moved in rows(firm, "BankTransactions"):
        _banked(found, moved)
    for moved in firm.get("BankTransfers").rows("BankTransfers"):
        found.add(moved["FromBankAccount"]["Code"], -Decimal(moved["Amount"]))
        found.add(moved["ToBankAccount"]["Code"], Decimal(moved["Amount"]))
    for journal in rows(firm, "ManualJournals"):
        if journal["Status"] == "POSTED" and (journal["ShowOnCashBasisReports"] or not cash):
            for line in journal["JournalLines"]:
                found.add(line["AccountCode"], Decimal(line["LineAmount"]))
    return found


def _document(found: Expected, document: Body, *, cash: bool) -> None:
    side = OWN_SIDE[document["Type"]]
    control = RECEIVABLE if document["Type"].startswith("ACCREC") else PAYABLE
    total, done = Decimal(document["Total"]), settled(document)
    own = _own(document)
    whole = sum((amount for _, amount in own), Decimal(0))
    part = Decimal(1) if total == 0 or whole == 0 else done / total
    for code, amount in own:
        room = 0 if part in {0, 1} or not cash else 1
        found.add(code, side * amount * (part if cash else 1), room)
    if not cash:
        room = 0 if document.get("CurrencyCode") == "AUD" or done in {0, total} else 9
        found.add(control, -side * whole * (1 if total == 0 else (total - done) / total), room)


def _prepayment(found: Expected, document: Body) -> None:
    """It stands on its own accounts until it is used; its bank side comes with the others."""
    total, left = Decimal(document["Total"]), Decimal(document["RemainingCredit"])
    room = 0 if left in {0, total} else 1
    for code, amount in _own(document):
        found.add(code, OWN_SIDE[document["Type"]] * amount * left / total, room)


def _payments(found: Expected, firm: Firm) -> None:
    for paid in rows(firm, "Payments"):
        if paid["Status"] == "AUTHORISED":
            incoming = paid["PaymentType"] in {"ACCRECPAYMENT", "APCREDITPAYMENT"}
            incoming |= paid["PaymentType"] in {"APOVERPAYMENTPAYMENT", "APPREPAYMENTPAYMENT"}
            amount = Decimal(paid["BankAmount"])
            found.add(paid["Account"]["Code"], amount if incoming else -amount)


def _banked(found: Expected, moved: Body) -> None:
    if moved["Status"] != "AUTHORISED" or moved["Type"].endswith("TRANSFER"):
        return
    received = moved["Type"].startswith("RECEIVE")
    total = Decimal(moved["Total"])
    found.add(moved["BankAccount"]["Code"], total if received else -total)
    if moved["Type"] in {"RECEIVE", "SPEND"}:
        for code, amount in _own(moved):
            found.add(code, OWN_SIDE[moved["Type"]] * amount)
