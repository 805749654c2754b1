"""What documents are made of: parties, matters, lines, allocations, and what every kind carries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, NamedTuple

from counterfoil.core.fields import Field, Form

MOST_LINES = 10_000
MOST_ALLOCATIONS = 1_000
MOST_SPLITS = 1_000
MOST_PAYMENTS = 10_000


class Key(NamedTuple):
    """The name of a document within a firm: its kind and the source's own stable id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or company that documents name; all of them share one namespace of ids."""

    id: Annotated[str, Field(Form.TEXT, "the source's stable id of the party")]
    name: Annotated[str, Field(Form.TEXT, "the name as it should stand on the contact in Xero")]
    email: Annotated[str | None, Field(Form.TEXT, "e-mail address")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """The client's case that a document belongs to."""

    id: Annotated[str, Field(Form.TEXT, "the source's stable id of the matter")]
    number: Annotated[str, Field(Form.TEXT, "the human number of the matter")]
    name: Annotated[str | None, Field(Form.TEXT, "what the matter is called")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill or credit. Without quantity and unit price it is 1 × total."""

    description: Annotated[str, Field(Form.TEXT, "what was done or supplied", longest=4000)]
    account: Annotated[str, Field(Form.TEXT, "the practice's account code")]
    tax_code: Annotated[str, Field(Form.TEXT, "the practice's tax code")]
    total: Annotated[
        int, Field(Form.MONEY, "the line's amount, without tax unless the document is inclusive")
    ]
    quantity: Annotated[int | None, Field(Form.QUANTITY, "units, as in hours")] = None
    unit_price: Annotated[int | None, Field(Form.PRICE, "price of one unit")] = None
    tax: Annotated[int | None, Field(Form.MONEY, "tax of the line; on all lines or on none")] = None
    tracking: Annotated[
        tuple[tuple[str, str], ...],
        Field(Form.OPTIONS, "option per tracking dimension, as in Office: Sydney", longest=2),
    ] = ()
    matter: Annotated[Matter | None, Field(Form.RECORD, "the matter of this line")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Money or credit applied to a bill."""

    bill: Annotated[
        Key,
        Field(
            Form.REFERENCE,
            "the bill that the amount is applied to",
            refers_to=("bill", "opening_bill"),
        ),
    ]
    amount: Annotated[int, Field(Form.MONEY, "amount in the bill's currency")]
    bank_amount: Annotated[
        int | None, Field(Form.MONEY, "the same in the bank account's currency")
    ] = None

    @property
    def invoice(self) -> Key:
        """What the amount is applied to, on whichever side of the ledger."""
        return self.bill


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierAllocation:
    """Money or credit applied to a supplier's bill."""

    supplier_bill: Annotated[
        Key,
        Field(
            Form.REFERENCE,
            "the supplier bill that the amount is applied to",
            refers_to=("supplier_bill", "opening_supplier_bill"),
        ),
    ]
    amount: Annotated[int, Field(Form.MONEY, "amount in the supplier bill's currency")]
    bank_amount: Annotated[
        int | None, Field(Form.MONEY, "the same in the bank account's currency")
    ] = None

    @property
    def invoice(self) -> Key:
        """What the amount is applied to, on whichever side of the ledger."""
        return self.supplier_bill


@dataclass(frozen=True, slots=True, kw_only=True)
class EitherAllocation:
    """Credit applied later, to a bill or to a supplier's bill: one of the two is named."""

    bill: Annotated[
        Key | None,
        Field(
            Form.REFERENCE,
            "the bill that the amount is applied to, where a client's credit is applied",
            refers_to=("bill", "opening_bill"),
        ),
    ] = None
    supplier_bill: Annotated[
        Key | None,
        Field(
            Form.REFERENCE,
            "the supplier bill, where a supplier's credit is applied",
            refers_to=("supplier_bill", "opening_supplier_bill"),
        ),
    ] = None
    amount: Annotated[int, Field(Form.MONEY, "amount in the bill's currency")]
    bank_amount: Annotated[
        int | None, Field(Form.MONEY, "the same in the bank account's currency")
    ] = None

    @property
    def invoice(self) -> Key:
        """What the amount is applied to; in a document that has been checked one is named."""
        named = self.bill or self.supplier_bill
        assert named is not None, "form_rules refuses an allocation that names no bill"
        return named


AnyAllocation = Allocation | SupplierAllocation | EitherAllocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A matter's part of a trust movement."""

    client: Annotated[Party, Field(Form.RECORD, "whose money it is")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter ledger that it belongs to")]
    amount: Annotated[int, Field(Form.MONEY, "this matter's part of the amount")]
    description: Annotated[str | None, Field(Form.TEXT, "what for", longest=4000)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every document carries."""

    kind: ClassVar[str]
    once_only: ClassVar[bool] = False
    """True for trust kinds: they take revision 1 only, being reversed and never changed."""

    id: Annotated[str, Field(Form.TEXT, "the source's stable id; with the kind unique in a firm")]
    revision: Annotated[int, Field(Form.INTEGER, "from 1; a higher one replaces")] = 1
    date: Annotated[dt.date, Field(Form.DATE, "accounting date")]
    organisation: Annotated[
        str | None, Field(Form.TEXT, "key of the Xero organisation, where there are several")
    ] = None
    currency: Annotated[
        str | None, Field(Form.CURRENCY, "currency code; the base currency if left out")
    ] = None
    exchange_rate: Annotated[
        Decimal | None, Field(Form.RATE, "base units per one foreign unit")
    ] = None
    memo: Annotated[str | None, Field(Form.TEXT, "free text, kept and not sent", longest=4000)] = (
        None
    )

    @property
    def key(self) -> Key:
        """The document's name within the firm."""
        return Key(self.kind, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedDocument(Document):
    """A document that people know by a number of its own; nearly every kind is one."""

    number: Annotated[str, Field(Form.TEXT, "the human number, such as INV-1001")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lined(NumberedDocument):
    """A document whose lines add up, with tax, to its total."""

    tax_inclusive: Annotated[bool, Field(Form.FLAG, "line totals include tax")] = False
    lines: Annotated[
        tuple[Line, ...], Field(Form.RECORDS, "what was done or supplied", longest=MOST_LINES)
    ]
    tax: Annotated[int, Field(Form.MONEY, "the document's tax")]
    total: Annotated[int, Field(Form.MONEY, "grand total, tax included")]


def number_of(document: Document) -> str | None:
    """Return the human number, or None for the kinds that have none."""
    return document.number if isinstance(document, NumberedDocument) else None
