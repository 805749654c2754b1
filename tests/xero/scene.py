"""One firm's elements, and what carries them, for the tests of Xero's client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TypeVar

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    AmountsAre,
    BankTransaction,
    Contact,
    CreditNote,
    Element,
    Invoice,
    LineItem,
    Payment,
    Symbol,
    Totals,
)
from counterfoil.posting.records import Frozen, PostingKey
from counterfoil.posting.target import Answer, Call
from counterfoil.xero.target import XeroTarget

T = TypeVar("T")
S = TypeVar("S")

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
CLIENT = Contact("c-17", "Ada Lovelace & Sons", "ada@example.com")
EVERY: Mapping[str, Element] = {
    "contact": CLIENT,
    "invoice": BILL,
    "credit_note": CREDIT,
    "payment": RECEIPT,
    "allocation": SET_OFF,
    "bank_transaction": TRUST,
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


def drive(flow: Generator[T, S, object], answer: Callable[[T], S]) -> object:
    """Drive a generator with one function for all its questions; return its result."""
    try:
        question = next(flow)
        while True:
            question = flow.send(answer(question))
    except StopIteration as done:
        return done.value


def in_turn(answers: Sequence[Answer], asked: list[Call]) -> Callable[[Call], Answer]:
    """Answer calls one after another, and note what was asked."""
    left = iter(answers)

    def answer(call: Call) -> Answer:
        asked.append(call)
        return next(left)

    return answer
