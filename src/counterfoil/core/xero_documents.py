"""What will be sent to Xero, before anybody knows Xero's ids.

Each class is one element of one Xero resource. Where Xero wants the id of another object the value
holds a ``Symbol`` (the kind and id of the document that becomes it) until the posting is claimed;
then ``resolve`` puts the real id in its place. Amounts are in hundredths, quantities and unit
amounts in ten-thousandths, because four decimals are the most that Xero carries
(facts: Xero API section 7).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Symbol(NamedTuple):
    """An id not yet known: that of the Xero object which a document or party becomes.

    ``kind`` is ``contact`` for parties, otherwise the document's kind.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


Ref = Symbol | str
"""A Xero id, or the symbol that stands for one."""


class AmountsAre(StrEnum):
    """Xero's LineAmountTypes."""

    EXCLUSIVE = "Exclusive"
    INCLUSIVE = "Inclusive"
    NO_TAX = "NoTax"


class DocumentType(StrEnum):
    """What a payment settles, or an allocation draws on, by the name under which Xero holds it."""

    INVOICE = "Invoice"
    CREDIT_NOTE = "CreditNote"
    OVERPAYMENT = "Overpayment"
    PREPAYMENT = "Prepayment"


class AccountRef(NamedTuple):
    """A Xero account by code or, where it has none, by id; exactly one of the two is set.

    Neither is set on the line of an overpayment, whose account Xero chooses itself.
    """

    code: str | None = None
    account_id: str | None = None


class Totals(NamedTuple):
    """A document's three sums in hundredths, as predicted or as Xero answered."""

    sub_total: int
    total_tax: int
    total: int


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line. ``tax_amount`` is sent only where Xero's own figure would differ."""

    description: str
    quantity: int
    unit_amount: int
    account: AccountRef
    tax_type: str
    tax_amount: int | None = None
    tracking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A party, as a contact to create. ContactNumber carries the party's id."""

    number: str
    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An AUTHORISED invoice, or a draft: ``type`` is ACCREC (sales) or ACCPAY (purchases)."""

    type: str
    contact: Ref
    number: str
    reference: str
    date: dt.date
    due_date: dt.date
    amounts_are: AmountsAre
    lines: tuple[LineItem, ...]
    expected: Totals
    currency: str | None = None
    currency_rate: Decimal | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class CreditNote:
    """An AUTHORISED credit note, or a draft: ``type`` is ACCRECCREDIT or ACCPAYCREDIT."""

    type: str
    contact: Ref
    number: str
    reference: str
    date: dt.date
    amounts_are: AmountsAre
    lines: tuple[LineItem, ...]
    expected: Totals
    currency: str | None = None
    currency_rate: Decimal | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """Money applied to an invoice, or refunded from a credit.

    ``amount`` is in the document's currency; ``bank_amount`` is the same money in the currency of
    the bank account, where that is another one. ``account`` takes payments.
    """

    document: Ref
    account: AccountRef
    date: dt.date
    amount: int
    reference: str
    currency_rate: Decimal | None = None
    bank_amount: int | None = None
    document_type: DocumentType = DocumentType.INVOICE


@dataclass(frozen=True, slots=True)
class Allocation:
    """Part of a credit note, overpayment or prepayment applied to an invoice.

    One call takes the allocations of one source.
    """

    source: Ref
    invoice: Ref
    amount: int
    date: dt.date
    source_type: DocumentType = DocumentType.CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class BankTransaction:
    """Money spent or received on a bank account.

    ``type`` is SPEND or RECEIVE, or one of the two with ``-OVERPAYMENT`` or ``-PREPAYMENT`` behind
    it for money that waits to be allocated. Only the plain two carry a reference: elsewhere the
    document's number opens the description of the first line, and ``reference`` is empty. An
    overpayment has one line, without an account, and alone may name a currency (facts: Xero API
    section 12).
    """

    type: str
    contact: Ref
    bank_account: AccountRef
    date: dt.date
    reference: str
    amounts_are: AmountsAre
    lines: tuple[LineItem, ...]
    expected: Totals
    currency: str | None = None
    currency_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """Money moved between two bank accounts of the organisation, in their one currency."""

    from_account: AccountRef
    to_account: AccountRef
    date: dt.date
    amount: int
    reference: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of a journal: a positive amount is a debit, a negative one a credit."""

    amount: int
    account: AccountRef
    description: str
    tax_type: str | None = None
    tracking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ManualJournal:
    """A POSTED journal, or a draft.

    ``narration`` begins with the document's number, as ``J-7 | …``. That number is all that it can
    be found by: Xero's journals have neither number nor reference.
    """

    narration: str
    date: dt.date
    amounts_are: AmountsAre
    lines: tuple[JournalLine, ...]
    show_on_cash_basis: bool = True
    draft: bool = False


Element = (
    Contact
    | Invoice
    | CreditNote
    | Payment
    | Allocation
    | BankTransaction
    | BankTransfer
    | ManualJournal
)


@dataclass(frozen=True, slots=True)
class Undone:
    """What is taken back: the object that a part of an earlier document became.

    It is nothing to create, and its id is that of the part's own posting. ``source`` is the credit
    that an allocation draws on, for Xero knows an allocation by its credit only.
    """

    document: Symbol
    part: str
    resource: str
    source: Symbol | None = None
    source_type: DocumentType = DocumentType.CREDIT_NOTE


def symbols(element: Element) -> tuple[Symbol, ...]:
    """Return the symbols that an element still holds."""
    return tuple(ref for ref in _refs(element) if isinstance(ref, Symbol))


def resolve(element: Element, ids: Mapping[Symbol, str]) -> Element:
    """Return the element with Xero's ids in the place of its symbols.

    Raises KeyError for a symbol without an id: an element is resolved whole or not at all.
    """

    def known(ref: Ref) -> str:
        return ids[ref] if isinstance(ref, Symbol) else ref

    match element:
        case Contact() | BankTransfer() | ManualJournal():
            return element
        case Payment():
            return replace(element, document=known(element.document))
        case Allocation():
            return replace(element, source=known(element.source), invoice=known(element.invoice))
        case _:
            return replace(element, contact=known(element.contact))


def _refs(element: Element) -> tuple[Ref, ...]:
    match element:
        case Contact() | BankTransfer() | ManualJournal():
            return ()
        case Payment():
            return (element.document,)
        case Allocation():
            return element.source, element.invoice
        case _:
            return (element.contact,)
