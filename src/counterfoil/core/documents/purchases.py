"""What suppliers bill, credit and are paid: the mirror of the sales side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from counterfoil.core.documents.common import (
    MOST_ALLOCATIONS,
    MOST_LINES,
    Line,
    Lined,
    Matter,
    NumberedDocument,
    Party,
    SupplierAllocation,
)
from counterfoil.core.fields import Field, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLine(Line):
    """One line of a supplier's bill or credit. Without quantity and unit price it is 1 × total."""

    recoverable: Annotated[bool, Field(Form.FLAG, "it is to be charged on to the client")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierBilling(Lined):
    """What a supplier's bill and credit have in common."""

    supplier: Annotated[Party, Field(Form.RECORD, "who supplied")]
    matter: Annotated[Matter | None, Field(Form.RECORD, "the matter it was supplied for")] = None
    lines: Annotated[
        tuple[SupplierLine, ...],
        Field(Form.RECORDS, "what was supplied", longest=MOST_LINES),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierBill(SupplierBilling):
    """A bill from a supplier. Its number is unique with the supplier."""

    kind: ClassVar[str] = "supplier_bill"

    due_date: Annotated[dt.date | None, Field(Form.DATE, "when it is due; else its date")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierCredit(SupplierBilling):
    """A credit from a supplier, with the supplier bills it is applied to."""

    kind: ClassVar[str] = "supplier_credit"

    allocations: Annotated[
        tuple[SupplierAllocation, ...],
        Field(Form.RECORDS, "the supplier bills it is applied to", longest=MOST_ALLOCATIONS),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPayment(NumberedDocument):
    """Money paid to a supplier from an office bank account."""

    kind: ClassVar[str] = "supplier_payment"

    supplier: Annotated[Party, Field(Form.RECORD, "who was paid")]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]
    amount: Annotated[int, Field(Form.MONEY, "what was paid")]
    allocations: Annotated[
        tuple[SupplierAllocation, ...],
        Field(
            Form.RECORDS,
            "the supplier bills it pays; the rest is unapplied",
            longest=MOST_ALLOCATIONS,
        ),
    ] = ()
    method: Annotated[str | None, Field(Form.TEXT, "how it was paid, as in EFT")] = None
    reference: Annotated[str | None, Field(Form.TEXT, "the reference given to the payee")] = None
