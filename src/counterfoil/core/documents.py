"""What practices record, as frozen values.

Each class is one kind of document of ``interfaces.md`` and at the same time its field table: name,
form, limits and meaning stand in the annotation, a default makes the field optional. Money is in
hundredths of the currency's unit, whatever the currency, because that is how Xero holds it;
quantities and unit prices are in millionths.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, NamedTuple

from counterfoil.core.fields import Field, Form

MOST_LINES = 10_000
MOST_ALLOCATIONS = 1_000
MOST_SPLITS = 1_000


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
        Key, Field(Form.REFERENCE, "the bill that the amount is applied to", refers_to=("bill",))
    ]
    amount: Annotated[int, Field(Form.MONEY, "amount in the bill's currency")]
    bank_amount: Annotated[
        int | None, Field(Form.MONEY, "the same in the bank account's currency")
    ] = None


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
    number: Annotated[str, Field(Form.TEXT, "the human number, such as INV-1001")]
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
class Billing(Document):
    """What a bill and a credit note have in common."""

    client: Annotated[Party, Field(Form.RECORD, "who is billed")]
    matter: Annotated[Matter | None, Field(Form.RECORD, "the matter that is billed")] = None
    tax_inclusive: Annotated[bool, Field(Form.FLAG, "line totals include tax")] = False
    lines: Annotated[
        tuple[Line, ...], Field(Form.RECORDS, "what was done or supplied", longest=MOST_LINES)
    ]
    tax: Annotated[int, Field(Form.MONEY, "the document's tax")]
    total: Annotated[int, Field(Form.MONEY, "grand total, tax included")]


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
class Receipt(Document):
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
class TrustReceipt(Document):
    """Clients' money received into a trust bank account."""

    kind: ClassVar[str] = "trust_receipt"
    once_only: ClassVar[bool] = True

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    payer: Annotated[Party, Field(Form.RECORD, "who handed the money over")]
    amount: Annotated[int, Field(Form.MONEY, "what was received")]
    splits: Annotated[
        tuple[Split, ...],
        Field(Form.RECORDS, "whose money it is, by matter", longest=MOST_SPLITS),
    ]
    method: Annotated[str | None, Field(Form.TEXT, "form in which it was received")] = None
    reference: Annotated[str | None, Field(Form.TEXT, "the payer's reference")] = None


KINDS: dict[str, type[Document]] = {
    cls.kind: cls for cls in (Bill, CreditNote, Receipt, TrustReceipt)
}
"""The kinds that can be read today, by name."""

KINDS_TO_COME = frozenset(
    {
        "write_off",
        "allocation",
        "unallocation",
        "refund",
        "supplier_bill",
        "supplier_credit",
        "supplier_payment",
        "withdrawal",
        "deposit",
        "bank_transfer",
        "journal",
        "trust_payment",
        "trust_transfer",
        "trust_bill_payment",
        "trust_office_transfer",
        "statutory_deposit",
        "firm_advance",
        "trust_bank_entry",
        "opening_bill",
        "opening_supplier_bill",
        "opening_credit",
        "opening_trust",
        "reversal",
        "void",
        "trust_number_cancelled",
        "ledger_close",
        "period_close",
        "bank_statement",
    }
)
"""Kinds of the format that this version names, refuses clearly, and does not yet post."""
