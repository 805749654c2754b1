"""What is billed to clients, what they pay, and what is taken off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from counterfoil.core.documents.common import (
    MOST_ALLOCATIONS,
    MOST_LINES,
    Allocation,
    Document,
    EitherAllocation,
    Key,
    Line,
    Lined,
    Matter,
    NumberedDocument,
    Party,
)
from counterfoil.core.fields import Field, Form

WriteOffReason = Literal["adjustment", "bad_debt"]
CREDITS = (
    "credit_note",
    "receipt",
    "bill",
    "opening_credit",
    "supplier_credit",
    "supplier_payment",
    "supplier_bill",
)
"""Kinds that can leave something to apply or to pay back; bills only when they are negative."""
PURCHASE_CREDITS = frozenset({"supplier_credit", "supplier_payment", "supplier_bill"})
"""Those of them that apply to supplier bills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing(Lined):
    """What a bill and a credit note have in common."""

    client: Annotated[Party, Field(Form.RECORD, "who is billed")]
    matter: Annotated[Matter | None, Field(Form.RECORD, "the matter that is billed")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Billing):
    """An approved bill to a client."""

    kind: ClassVar[str] = "bill"

    due_date: Annotated[dt.date | None, Field(Form.DATE, "when it is due; else its date")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(Billing):
    """A credit to a client, with the bills it is applied to."""

    kind: ClassVar[str] = "credit_note"

    allocations: Annotated[
        tuple[Allocation, ...],
        Field(Form.RECORDS, "the bills it is applied to", longest=MOST_ALLOCATIONS),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(NumberedDocument):
    """What the firm gives up of a bill. Without lines it is apportioned over the bill's groups."""

    kind: ClassVar[str] = "write_off"

    bill: Annotated[
        Key,
        Field(Form.REFERENCE, "the bill that is written off", refers_to=("bill", "opening_bill")),
    ]
    amount: Annotated[int, Field(Form.MONEY, "what is given up, tax included")]
    reason: Annotated[
        WriteOffReason,
        Field(
            Form.CHOICE,
            "adjustment takes income back, bad_debt is a cost",
            choices=get_args(WriteOffReason),
        ),
    ]
    lines: Annotated[
        tuple[Line, ...],
        Field(Form.RECORDS, "what it is written off from, where that matters", longest=MOST_LINES),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(NumberedDocument):
    """Money received from a client into an office bank account."""

    kind: ClassVar[str] = "receipt"

    client: Annotated[Party, Field(Form.RECORD, "who paid")]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]
    amount: Annotated[int, Field(Form.MONEY, "what was received")]
    allocations: Annotated[
        tuple[Allocation, ...],
        Field(Form.RECORDS, "the bills it pays; the rest is unapplied", longest=MOST_ALLOCATIONS),
    ] = ()
    method: Annotated[str | None, Field(Form.TEXT, "how it was paid, as in EFT")] = None
    reference: Annotated[str | None, Field(Form.TEXT, "the payer's reference")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying(Document):
    """What applying a credit and taking that back have in common."""

    of: Annotated[
        Key,
        Field(Form.REFERENCE, "whose unapplied part it is", refers_to=CREDITS, bare_id=False),
    ]
    allocations: Annotated[
        tuple[EitherAllocation, ...],
        Field(Form.RECORDS, "the bills and amounts", longest=MOST_ALLOCATIONS),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterAllocation(Applying):
    """The unapplied part of an earlier document, applied to bills."""

    kind: ClassVar[str] = "allocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unallocation(Applying):
    """What was applied to bills, taken back from them."""

    kind: ClassVar[str] = "unallocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(NumberedDocument):
    """The unapplied part of an earlier document, paid back from (or to) an office bank account."""

    kind: ClassVar[str] = "refund"

    of: Annotated[Key, Field(Form.REFERENCE, "what is paid back", refers_to=CREDITS, bare_id=False)]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]
    amount: Annotated[int, Field(Form.MONEY, "what is paid back")]
