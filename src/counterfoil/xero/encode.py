"""Elements to bytes: Xero's field names and order, amounts as exact JSON numbers.

The same element always gives the same bytes, because a resend must equal its original to the byte
(facts: Xero API section 5). Amounts arrive as integers and are written as digits straight away:
neither a float nor an exponent can come between.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, Raw, UnsetType

from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
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
)
from counterfoil.xero.routes import resource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal

    from counterfoil.core.correction import Correctable

AUTHORISED = "AUTHORISED"
POSTED = "POSTED"
DRAFT = "DRAFT"


class _ContactId(msgspec.Struct):
    contact_id: str = msgspec.field(name="ContactID")


class _InvoiceId(msgspec.Struct):
    invoice_id: str = msgspec.field(name="InvoiceID")


class _CreditNoteId(msgspec.Struct):
    credit_note_id: str = msgspec.field(name="CreditNoteID")


class _OverpaymentId(msgspec.Struct):
    overpayment_id: str = msgspec.field(name="OverpaymentID")


class _PrepaymentId(msgspec.Struct):
    prepayment_id: str = msgspec.field(name="PrepaymentID")


class _Account(msgspec.Struct, rename="pascal"):
    code: str | UnsetType = UNSET
    account_id: str | UnsetType = msgspec.field(default=UNSET, name="AccountID")


class _Option(msgspec.Struct, rename="pascal"):
    name: str
    option: str


class _Line(msgspec.Struct, rename="pascal"):
    description: str
    quantity: Raw
    unit_amount: Raw
    account_code: str | UnsetType
    account_id: str | UnsetType = msgspec.field(name="AccountID")
    tax_type: str
    tax_amount: Raw | UnsetType
    tracking: list[_Option] | UnsetType
    line_item_id: str | UnsetType = msgspec.field(name="LineItemID", default=UNSET)


class _Invoice(msgspec.Struct, rename="pascal"):
    type: str
    contact: _ContactId
    line_items: list[_Line]
    date: dt.date
    due_date: dt.date
    line_amount_types: str
    invoice_number: str
    reference: str | UnsetType
    currency_code: str | UnsetType
    currency_rate: Raw | UnsetType
    status: str = AUTHORISED
    own_id: str | UnsetType = msgspec.field(name="InvoiceID", default=UNSET)


class _CreditNote(msgspec.Struct, rename="pascal"):
    type: str
    contact: _ContactId
    line_items: list[_Line]
    date: dt.date
    line_amount_types: str
    credit_note_number: str
    reference: str | UnsetType
    currency_code: str | UnsetType
    currency_rate: Raw | UnsetType
    status: str = AUTHORISED
    own_id: str | UnsetType = msgspec.field(name="CreditNoteID", default=UNSET)


class _Payment(msgspec.Struct, rename="pascal", kw_only=True):
    invoice: _InvoiceId | UnsetType = UNSET
    credit_note: _CreditNoteId | UnsetType = UNSET
    overpayment: _OverpaymentId | UnsetType = UNSET
    prepayment: _PrepaymentId | UnsetType = UNSET
    account: _Account
    date: dt.date
    currency_rate: Raw | UnsetType
    amount: Raw
    bank_amount: Raw | UnsetType
    reference: str | UnsetType


class _Allocation(msgspec.Struct, rename="pascal"):
    invoice: _InvoiceId
    amount: Raw
    date: dt.date


class _BankTransaction(msgspec.Struct, rename="pascal"):
    type: str
    contact: _ContactId
    line_items: list[_Line]
    bank_account: _Account
    date: dt.date
    reference: str | UnsetType
    currency_code: str | UnsetType
    currency_rate: Raw | UnsetType
    line_amount_types: str
    status: str = AUTHORISED
    own_id: str | UnsetType = msgspec.field(name="BankTransactionID", default=UNSET)


class _BankTransfer(msgspec.Struct, rename="pascal"):
    from_bank_account: _Account
    to_bank_account: _Account
    amount: Raw
    date: dt.date
    reference: str | UnsetType


class _JournalLine(msgspec.Struct, rename="pascal"):
    line_amount: Raw
    account_code: str | UnsetType
    account_id: str | UnsetType = msgspec.field(name="AccountID")
    description: str
    tax_type: str | UnsetType
    tracking: list[_Option] | UnsetType


class _ManualJournal(msgspec.Struct, rename="pascal"):
    narration: str
    journal_lines: list[_JournalLine]
    date: dt.date
    line_amount_types: str
    show_on_cash_basis_reports: bool
    status: str = POSTED


class _Contact(msgspec.Struct, rename="pascal"):
    contact_number: str
    name: str
    email_address: str | UnsetType


_Shape = (
    _Contact
    | _Invoice
    | _CreditNote
    | _Payment
    | _Allocation
    | _BankTransaction
    | _BankTransfer
    | _ManualJournal
)

_encoder = msgspec.json.Encoder()


def money(hundredths: int) -> Raw:
    """Return an amount as a JSON number with two decimals."""
    if hundredths < 0:
        return Raw(b"-%d.%02d" % divmod(-hundredths, 100))
    return Raw(b"%d.%02d" % divmod(hundredths, 100))


def unit_amount(ten_thousandths: int) -> Raw:
    """Return a price as a JSON number with two decimals, or up to four where it needs them."""
    hundredths, beyond = divmod(abs(ten_thousandths), 100)
    if not beyond:
        return money(hundredths if ten_thousandths >= 0 else -hundredths)
    sign = "-" if ten_thousandths < 0 else ""
    more = f"{beyond:02d}".rstrip("0")
    return Raw(f"{sign}{hundredths // 100}.{hundredths % 100:02d}{more}")


@lru_cache(maxsize=1024)
def quantity(ten_thousandths: int) -> Raw:
    """Return a quantity as a JSON number with as many decimals as it needs, at most four."""
    whole, part = divmod(abs(ten_thousandths), 10_000)
    sign = "-" if ten_thousandths < 0 else ""
    return Raw(f"{sign}{whole}.{part:04d}".rstrip("0").rstrip("."))


def encode_element(element: Element) -> bytes:
    """Return the bare element as Xero reads it; ids not yet known stand as their symbols."""
    return _encoder.encode(_shape(element))


def encode_amended(element: Correctable, xero_id: str, line_ids: Sequence[str]) -> bytes:
    """Return an element that states an existing object anew.

    Its first lines are those of ``line_ids``, in their order; further ones are new, and ids without
    a line are left out: Xero deletes what is not sent.
    """
    shape = _shape(element)
    assert isinstance(shape, _Invoice | _CreditNote | _BankTransaction)
    shape.own_id = xero_id
    for line, line_id in zip(shape.line_items, line_ids, strict=False):
        line.line_item_id = line_id
    return _encoder.encode(shape)


def wrap(elements: Sequence[Element]) -> bytes:
    """Return the body of one call that creates all these elements, which are of one kind."""
    names = {resource(element) for element in elements}
    if len(names) != 1:
        raise ValueError(f"one call creates elements of one kind, not of {sorted(names)}")
    return wrap_encoded(names.pop(), [encode_element(element) for element in elements])


def wrap_encoded(name: str, encoded: Sequence[bytes]) -> bytes:
    """Return the body of one call from elements that are bytes already."""
    return b'{"%s":[%s]}' % (name.encode("ascii"), b",".join(encoded))


def _shape(element: Element) -> _Shape:  # noqa: PLR0911 -- one for each class
    match element:
        case Invoice():
            return _invoice(element)
        case CreditNote():
            return _credit_note(element)
        case BankTransaction():
            return _bank_transaction(element)
        case Payment():
            return _payment(element)
        case Allocation():
            return _allocation(element)
        case BankTransfer():
            return _bank_transfer(element)
        case ManualJournal():
            return _manual_journal(element)
        case Contact(number, name, email):
            return _Contact(number, name, email or UNSET)


def _invoice(invoice: Invoice) -> _Invoice:
    return _Invoice(
        invoice.type,
        _ContactId(str(invoice.contact)),
        _lines(invoice.lines),
        invoice.date,
        invoice.due_date,
        invoice.amounts_are,
        invoice.number,
        invoice.reference or UNSET,
        invoice.currency or UNSET,
        _rate(invoice.currency_rate),
        DRAFT if invoice.draft else AUTHORISED,
    )


def _credit_note(note: CreditNote) -> _CreditNote:
    return _CreditNote(
        note.type,
        _ContactId(str(note.contact)),
        _lines(note.lines),
        note.date,
        note.amounts_are,
        note.number,
        note.reference or UNSET,
        note.currency or UNSET,
        _rate(note.currency_rate),
        DRAFT if note.draft else AUTHORISED,
    )


def _bank_transaction(transaction: BankTransaction) -> _BankTransaction:
    return _BankTransaction(
        transaction.type,
        _ContactId(str(transaction.contact)),
        _lines(transaction.lines),
        _account(transaction.bank_account),
        transaction.date,
        transaction.reference or UNSET,
        transaction.currency or UNSET,
        _rate(transaction.currency_rate),
        transaction.amounts_are,
    )


def _payment(payment: Payment) -> _Payment:
    shape = _Payment(
        account=_account(payment.account),
        date=payment.date,
        currency_rate=_rate(payment.currency_rate),
        amount=money(payment.amount),
        bank_amount=UNSET if payment.bank_amount is None else money(payment.bank_amount),
        reference=payment.reference or UNSET,
    )
    document = str(payment.document)
    match payment.document_type:
        case DocumentType.INVOICE:
            shape.invoice = _InvoiceId(document)
        case DocumentType.CREDIT_NOTE:
            shape.credit_note = _CreditNoteId(document)
        case DocumentType.OVERPAYMENT:
            shape.overpayment = _OverpaymentId(document)
        case DocumentType.PREPAYMENT:
            shape.prepayment = _PrepaymentId(document)
    return shape


def _allocation(allocation: Allocation) -> _Allocation:
    return _Allocation(
        _InvoiceId(str(allocation.invoice)), money(allocation.amount), allocation.date
    )


def _bank_transfer(transfer: BankTransfer) -> _BankTransfer:
    return _BankTransfer(
        _account(transfer.from_account),
        _account(transfer.to_account),
        money(transfer.amount),
        transfer.date,
        transfer.reference or UNSET,
    )


def _manual_journal(journal: ManualJournal) -> _ManualJournal:
    return _ManualJournal(
        journal.narration,
        [_journal_line(line) for line in journal.lines],
        journal.date,
        journal.amounts_are,
        journal.show_on_cash_basis,
        DRAFT if journal.draft else POSTED,
    )


def _journal_line(line: JournalLine) -> _JournalLine:
    return _JournalLine(
        money(line.amount),
        *_code_and_id(line.account),
        line.description,
        line.tax_type or UNSET,
        _options(line.tracking),
    )


def _lines(lines: Sequence[LineItem]) -> list[_Line]:
    return [
        _Line(
            line.description,
            quantity(line.quantity),
            unit_amount(line.unit_amount),
            *_code_and_id(line.account),
            line.tax_type,
            UNSET if line.tax_amount is None else money(line.tax_amount),
            _options(line.tracking),
        )
        for line in lines
    ]


def _code_and_id(account: AccountRef) -> tuple[str | UnsetType, str | UnsetType]:
    return (
        UNSET if account.code is None else account.code,
        UNSET if account.account_id is None else account.account_id,
    )


def _options(tracking: tuple[tuple[str, str], ...]) -> list[_Option] | UnsetType:
    return [_Option(name, option) for name, option in tracking] or UNSET


def _account(account: AccountRef) -> _Account:
    return _Account(account.code or UNSET, account.account_id or UNSET)


def _rate(rate: Decimal | None) -> Raw | UnsetType:
    """Return a currency rate without an exponent, which ``Decimal`` may have."""
    return UNSET if rate is None else Raw(f"{rate:f}")
