"""One firm's elements, and what carries them, for the tests of Xero's client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    AmountsAre,
    BankTransaction,
    BankTransfer,
    Contact,
    CreditNote,
    DocumentType,
    Element,
    Invoice,
    JournalLine,
    LineItem,
    ManualJournal,
    Payment,
    Symbol,
    Totals,
)
from counterfoil.posting.records import Frozen, PostingKey
from counterfoil.posting.target import Answer, Call
from counterfoil.xero.target import XeroTarget

T = TypeVar("T")
S = TypeVar("S")
R = TypeVar("R")

NOW = dt.datetime(2026, 7, 20, 9, 30, tzinfo=dt.UTC)
ADA = Symbol("contact", "c-17")
ZEROS = "00000000-0000-0000-0000-000000000000"

ADVICE = LineItem("Advice", 13_400, 1_014_925, AccountRef("200"), "OUTPUT")
FEES = LineItem("Fees", 10_000, 763_000, AccountRef("200"), "OUTPUT", 764, (("Office", "Sydney"),))
BILL = Invoice(
    "ACCREC",
    ADA,
    "INV-1001",
    "M-7, M-8",
    dt.date(2026, 7, 1),
    dt.date(2026, 7, 15),
    AmountsAre.EXCLUSIVE,
    (
        LineItem(
            "Fees", 10_000, 763_000, AccountRef("200"), "OUTPUT", 764, (("Office", "Sydney"),)
        ),
        LineItem("Rounding errors", 10_000, -100, AccountRef("200"), "BASEXCLUDED"),
    ),
    Totals(7629, 764, 8393),
)
CREDIT = CreditNote(
    "ACCRECCREDIT",
    ADA,
    "CN-1",
    "M-7",
    dt.date(2026, 7, 3),
    AmountsAre.INCLUSIVE,
    (ADVICE,),
    Totals(12364, 1236, 13600),
)
RECEIPT = Payment(
    Symbol("bill", "b-1001"),
    AccountRef(account_id="6f7594f2-f059-4d56-9e67-47ac9733bfe9"),
    dt.date(2026, 7, 9),
    5_005,
    "R-1",
)
SET_OFF = Allocation(
    Symbol("credit_note", "cn-1"), Symbol("bill", "b-1001"), 3_300, dt.date(2026, 7, 9)
)
TRUST = BankTransaction(
    "RECEIVE",
    ADA,
    AccountRef("091"),
    dt.date(2026, 7, 10),
    "TR-000123",
    AmountsAre.EXCLUSIVE,
    (LineItem("Deposit, from B. Byron", 10_000, 5_000_000, AccountRef("805"), "BASEXCLUDED"),),
    Totals(50_000, 0, 50_000),
)
SUPPLIED = replace(BILL, type="ACCPAY", number="S-77", reference="")
RETURNED = replace(CREDIT, type="ACCPAYCREDIT", number="SC-5", reference="")
BANK = AccountRef("090")
OVERPAID = BankTransaction(
    "RECEIVE-OVERPAYMENT",
    ADA,
    BANK,
    dt.date(2026, 7, 9),
    "",
    AmountsAre.NO_TAX,
    (LineItem("R-2 Paid twice", 10_000, 1_250_000, AccountRef(), "BASEXCLUDED"),),
    Totals(12_500, 0, 12_500),
    "USD",
    Decimal("0.66"),
)
PREPAID = BankTransaction(
    "SPEND-PREPAYMENT",
    ADA,
    BANK,
    dt.date(2026, 7, 9),
    "",
    AmountsAre.EXCLUSIVE,
    (LineItem("SP-3 Retainer of counsel", 10_000, 2_000_000, AccountRef("620"), "INPUT"),),
    Totals(20_000, 2_000, 22_000),
)
REFUND = Payment(
    Symbol("receipt", "r-2"),
    BANK,
    dt.date(2026, 7, 12),
    2_500,
    "RF-1",
    Decimal("0.660001"),
    3_788,
    DocumentType.OVERPAYMENT,
)
LATER = Allocation(
    Symbol("receipt", "r-2"),
    Symbol("bill", "b-1001"),
    10_000,
    dt.date(2026, 7, 11),
    DocumentType.OVERPAYMENT,
)
COSTS = BankTransfer(AccountRef("091"), BANK, dt.date(2026, 7, 31), 33_000, "TO-9")
MOVED = ManualJournal(
    "TT-4 | From M-7 to M-8",
    dt.date(2026, 7, 20),
    AmountsAre.NO_TAX,
    (
        JournalLine(10_000, AccountRef("805"), "Ada Lovelace, M-7"),
        JournalLine(-10_000, AccountRef("806"), "Ada Lovelace, M-7"),
        JournalLine(10_000, AccountRef("806"), "Ada Lovelace, M-8"),
        JournalLine(-10_000, AccountRef("805"), "Ada Lovelace, M-8"),
    ),
)
ACCRUED = ManualJournal(
    "J-1 | Accrued rent",
    dt.date(2026, 7, 31),
    AmountsAre.EXCLUSIVE,
    (
        JournalLine(50_000, AccountRef("469"), "Rent", "INPUT", (("Office", "Sydney"),)),
        JournalLine(-50_000, AccountRef(account_id="a-1"), "Accrual", "BASEXCLUDED"),
    ),
    show_on_cash_basis=False,
)
CLIENT = Contact("c-17", "Ada Lovelace & Sons", "ada@example.com")
EVERY: Mapping[str, Element] = {
    "contact": CLIENT,
    "invoice": BILL,
    "credit_note": CREDIT,
    "payment": RECEIPT,
    "allocation": SET_OFF,
    "bank_transaction": TRUST,
    "supplier_bill": SUPPLIED,
    "supplier_credit": RETURNED,
    "overpayment": OVERPAID,
    "prepayment": PREPAID,
    "refund_of_overpayment": REFUND,
    "refund_of_prepayment": replace(REFUND, document_type=DocumentType.PREPAYMENT),
    "refund_of_credit_note": replace(REFUND, document_type=DocumentType.CREDIT_NOTE),
    "allocation_of_overpayment": LATER,
    "bank_transfer": COSTS,
    "manual_journal": MOVED,
    "taxed_journal": ACCRUED,
}


def frozen(*elements: Element) -> Frozen:
    """Write down the call that creates these elements."""
    target = XeroTarget()
    shape = target.shape(elements, [target.encode(element) for element in elements])
    return Frozen(
        "tenant:key",
        target.resource(elements[0]),
        shape.method,
        shape.path,
        shape.query,
        shape.body,
        "",
        tuple(PostingKey("bill", f"b-{n}", "", Act.CREATE, 1) for n in range(len(elements))),
        tuple(getattr(element, "expected", None) for element in elements),
        NOW,
        NOW,
    )


def answered(body: bytes | str = b"", status: int = 200, **headers: str) -> Answer:
    """Return an answer; underscores in header names stand for hyphens."""
    raw = body.encode() if isinstance(body, str) else body
    return Answer(status, {name.replace("_", "-"): v for name, v in headers.items()}, raw)


def drive(flow: Generator[T, S, R], answer: Callable[[T], S]) -> R:
    """Drive a generator with one function for all its questions; return its result."""
    try:
        question = next(flow)
        while True:
            question = flow.send(answer(question))
    except StopIteration as done:
        result: R = done.value
        return result


def in_turn(answers: Sequence[Answer], asked: list[Call]) -> Callable[[Call], Answer]:
    """Answer calls one after another, and note what was asked."""
    left = iter(answers)

    def answer(call: Call) -> Answer:
        asked.append(call)
        return next(left)

    return answer
