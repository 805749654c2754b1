"""Documents that take another one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from counterfoil.core.documents.common import Document, Key, NumberedDocument
from counterfoil.core.documents.sales import Unallocation
from counterfoil.core.fields import Field, Form

REVERSIBLE = (
    "trust_receipt",
    "trust_payment",
    "trust_transfer",
    "trust_bill_payment",
    "trust_office_transfer",
    "statutory_deposit",
    "firm_advance",
    "trust_bank_entry",
    "receipt",
    "supplier_payment",
    "refund",
    "withdrawal",
    "deposit",
    "bank_transfer",
)
"""Movements of money, which happened and are undone by their opposite."""
VOIDABLE = ("bill", "credit_note", "write_off", "supplier_bill", "supplier_credit", "journal")
"""Papers and entries, which can be declared void while nothing rests on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(NumberedDocument):
    """The opposite of a movement of money, of the same amount."""

    kind: ClassVar[str] = "reversal"

    reverses: Annotated[
        Key, Field(Form.REFERENCE, "what is reversed", refers_to=REVERSIBLE, bare_id=False)
    ]
    reason: Annotated[str, Field(Form.TEXT, "why", longest=4000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Document):
    """A bill, credit or journal declared void."""

    kind: ClassVar[str] = "void"

    voids: Annotated[
        Key, Field(Form.REFERENCE, "what is voided", refers_to=VOIDABLE, bare_id=False)
    ]
    reason: Annotated[str, Field(Form.TEXT, "why", longest=4000)]


def undone_key(document: Document) -> Key | None:
    """Return what a document takes back, or whose credit it takes off bills; None for others."""
    match document:
        case Reversal(reverses=key) | Void(voids=key) | Unallocation(of=key):
            return key
        case _:
            return None
