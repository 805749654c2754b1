"""What Xero says of each element: its id, its figures, and everything it complains of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.identity import narration_key
from counterfoil.core.xero_documents import AccountRef, DocumentType, Totals
from counterfoil.xero.decode.loose import (
    Fields,
    Json,
    Unreadable,
    day,
    envelope,
    flag,
    hundredths,
    listed,
    moment,
    number,
    record,
    records,
    ten_thousandths,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_ID = "00000000-0000-0000-0000-000000000000"
"""What Xero writes as the id of something that it did not create."""

UNEXPLAINED = "Xero marked this element as faulty without saying why."

IDS: Mapping[str, str] = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Allocations": "AllocationID",
    "BankTransactions": "BankTransactionID",
    "BankTransfers": "BankTransferID",
    "ManualJournals": "ManualJournalID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
}
NUMBERS: Mapping[str, str] = {
    "Contacts": "ContactNumber",
    "Invoices": "InvoiceNumber",
    "CreditNotes": "CreditNoteNumber",
}
PREPAID_IDS: Mapping[str, str] = {"OVERPAYMENT": "OverpaymentID", "PREPAYMENT": "PrepaymentID"}
"""By the end of a bank transaction's type, the id of the credit that it opened."""

NO_ACCOUNT = AccountRef()
_APPLIED = frozenset({"Payments", "Allocations"})
_ACCOUNTS: Mapping[str, str] = {
    "Payments": "Account",
    "BankTransactions": "BankAccount",
    "BankTransfers": "FromBankAccount",
}
_NESTS = frozenset({dict, list})
_SPOKEN = frozenset({"ValidationErrors", "Warnings"})


class Applied(NamedTuple):
    """Money or credit applied: an allocation of a credit, or a payment of an invoice."""

    xero_id: str
    invoice_id: str
    amount: int | None
    date: dt.date | None
    deleted: bool = False


class LineRead(NamedTuple):
    """A line as sent or as answered; quantity and unit amount in ten-thousandths.

    A journal's line has no quantity, and its signed amount as the unit amount. ``line_id`` and
    ``amount`` (hundredths) are Xero's own, and absent from what was sent.
    """

    quantity: int | None
    unit_amount: int | None
    account: AccountRef
    tax_type: str
    line_id: str = ""
    amount: int | None = None
    description: str = ""
    tracking: tuple[tuple[str, str], ...] = ()


class Echo(NamedTuple):
    """What an answer repeats of what was sent, by which the two are told to be about the same."""

    type: str
    number: str
    reference: str
    document_id: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class ElementResult:
    """One element of a reply. Amounts are in hundredths; texts are empty where Xero gave none.

    ``xero_id`` is empty when Xero's is all zeros. ``outcome`` is its ``StatusAttributeString``
    (``OK``, ``WARNING``, ``ERROR`` or empty), ``status`` the object's own. ``errors`` holds the
    messages of the element and of everything nested in it, in full. ``prepaid_id`` is that of the
    overpayment or prepayment which a bank transaction opened. ``reference`` is what the object is
    known by where it has no number: of a journal the head of its narration, of prepaid money the
    description of its first line. ``document_id`` is what a payment or allocation is applied to;
    ``to_account`` is where a transfer goes. ``reconciled``: it is tied to a bank statement.
    """

    xero_id: str
    number: str
    status: str
    outcome: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    totals: Totals | None
    amount: int | None
    amount_due: int | None
    type: str
    name: str
    reference: str
    date: dt.date | None
    contact_id: str
    account: AccountRef
    to_account: AccountRef
    document_id: str
    prepaid_id: str
    allocations: tuple[Applied, ...]
    payments: tuple[Applied, ...]
    lines: tuple[LineRead, ...]
    updated: dt.datetime | None
    reconciled: bool = False
    due: dt.date | None = None
    bank_amount: int | None = None

    @property
    def created(self) -> bool:
        """Whether Xero made it, going by everything but its totals (facts: section 6)."""
        return bool(self.xero_id) and self.outcome != "ERROR" and not self.errors

    @property
    def echo(self) -> Echo:
        """What is held against what was sent."""
        return Echo(self.type, self.number, self.reference, self.document_id, self.amount)


@dataclass(frozen=True, slots=True)
class Reply:
    """The elements of a reply in its order, how many pages there are, and Xero's own time."""

    elements: tuple[ElementResult, ...]
    page_count: int | None
    at: dt.datetime | None


def read_elements(
    resource: str, body: bytes, *, with_lines: bool = False
) -> tuple[ElementResult, ...]:
    """Return what a reply says of each element, in its order; as ``read_reply``."""
    return read_reply(resource, body, with_lines=with_lines).elements


def read_reply(resource: str, body: bytes, *, with_lines: bool = False) -> Reply:
    """Return a reply of ``resource`` (``Invoices``), also of the error envelope's ``Elements``.

    Lines are read only on demand: they cost more than all the rest, and only a look-up compares
    them. ``Unreadable`` if the body is not JSON or has neither list.
    """
    fields = envelope(body)
    name = resource if resource in fields or "Elements" not in fields else "Elements"
    pages = number(record(fields, "pagination"), "pageCount")
    return Reply(
        tuple(_element(resource, entry, with_lines) for entry in listed(fields, name)),
        None if pages is None else whole(pages),
        moment(fields, "DateTimeUTC"),
    )


def read_echoes(resource: str, body: bytes, *, with_lines: bool = False) -> tuple[Echo, ...]:
    """Return of each element only what an answer to it would repeat; as ``read_reply``."""
    return tuple(_echo(resource, fields, with_lines) for fields in listed(envelope(body), resource))


def _echo(resource: str, fields: Fields, with_lines: bool) -> Echo:  # noqa: FBT001
    kind = _type(fields)
    return Echo(
        kind,
        _number(resource, fields),
        _reference(fields, _prepaid(kind), with_lines),
        _document_id(fields) if resource in _APPLIED else "",
        hundredths(fields, "Amount"),
    )


def complaints(value: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return every validation error and every warning in ``value``, nested ones last, each once.

    Xero hangs the errors of a line on the line and those of a contact on the contact.
    """
    errors: dict[str, None] = {}
    warnings: dict[str, None] = {}
    level: list[Json] = [value]
    while level:
        nested: list[Json] = []
        for entry in level:
            if isinstance(entry, dict):
                errors.update(dict.fromkeys(_own(entry, "ValidationErrors")))
                warnings.update(dict.fromkeys(_own(entry, "Warnings")))
                nested += [v for k, v in entry.items() if type(v) in _NESTS and k not in _SPOKEN]
            elif isinstance(entry, list):
                nested += [v for v in entry if type(v) in _NESTS]
        level = nested
    return tuple(errors), tuple(warnings)


def identity(written: str) -> str:
    """Return an id, empty for the one that stands for nothing."""
    return "" if written == NO_ID else written


def _own(fields: Fields, kind: str) -> list[str]:
    entries = fields.get(kind)
    if not entries or not isinstance(entries, list):
        return []
    texts = [text(e, "Message") if isinstance(e, dict) else e for e in entries]
    return [t for t in texts if isinstance(t, str) and t]


def _element(resource: str, fields: Fields, with_lines: bool) -> ElementResult:  # noqa: FBT001
    errors, warnings = _complaints(fields)
    kind = _type(fields)
    prepaid = _prepaid(kind)
    return ElementResult(
        xero_id=identity(text(fields, IDS[resource])),
        number=_number(resource, fields),
        status=text(fields, "ContactStatus" if resource == "Contacts" else "Status"),
        outcome=text(fields, "StatusAttributeString").upper(),
        errors=errors,
        warnings=warnings,
        totals=_totals(fields),
        amount=hundredths(fields, "Amount"),
        amount_due=_amount_due(fields),
        type=kind,
        name=text(fields, "Name"),
        reference=_reference(fields, prepaid, with_lines),
        date=day(fields, "Date"),
        contact_id=identity(text(record(fields, "Contact"), "ContactID")),
        account=_account(fields, _ACCOUNTS.get(resource, "")),
        to_account=_account(fields, "ToBankAccount" if resource == "BankTransfers" else ""),
        document_id=_document_id(fields) if resource in _APPLIED else "",
        prepaid_id=identity(text(fields, prepaid)) if prepaid else "",
        allocations=tuple(_applied(e, "AllocationID") for e in records(fields, "Allocations")),
        payments=tuple(_applied(e, "PaymentID") for e in records(fields, "Payments")),
        lines=_lines(resource, fields) if with_lines else (),
        updated=moment(fields, "UpdatedDateUTC"),
        reconciled=flag(fields, "IsReconciled"),
        due=day(fields, "DueDate"),
        bank_amount=hundredths(fields, "BankAmount"),
    )


def _type(fields: Fields) -> str:
    return text(fields, "Type") or text(fields, "PaymentType")


def _prepaid(kind: str) -> str:
    """Return the name of the id of the credit that a bank transaction of this type opens."""
    return PREPAID_IDS.get(kind.rpartition("-")[2], "")


def _number(resource: str, fields: Fields) -> str:
    return text(fields, NUMBERS.get(resource, ""))


def _lines(resource: str, fields: Fields) -> tuple[LineRead, ...]:
    if resource != "ManualJournals":
        return tuple(map(_line, records(fields, "LineItems")))
    lines = records(fields, "JournalLines")
    return tuple(_journal_line(line) for line in lines if not flag(line, "IsBlank"))


def _line(fields: Fields) -> LineRead:
    return LineRead(
        ten_thousandths(fields, "Quantity"),
        ten_thousandths(fields, "UnitAmount"),
        AccountRef(text(fields, "AccountCode") or None, text(fields, "AccountID") or None),
        text(fields, "TaxType"),
        text(fields, "LineItemID"),
        hundredths(fields, "LineAmount"),
        text(fields, "Description"),
        tuple((text(e, "Name"), text(e, "Option")) for e in records(fields, "Tracking")),
    )


def _journal_line(fields: Fields) -> LineRead:
    return LineRead(
        None,
        ten_thousandths(fields, "LineAmount"),
        AccountRef(text(fields, "AccountCode") or None, text(fields, "AccountID") or None),
        text(fields, "TaxType"),
    )


def _account(fields: Fields, name: str) -> AccountRef:
    account = record(fields, name)
    if not account:
        return NO_ACCOUNT
    return AccountRef(text(account, "Code") or None, text(account, "AccountID") or None)


def _reference(fields: Fields, prepaid: str, with_lines: bool) -> str:  # noqa: FBT001
    """Return what we know an object by; prepaid money only shows it with its lines."""
    if narration := text(fields, "Narration"):
        return narration_key(narration).rstrip()
    if not prepaid:
        return text(fields, "Reference")
    lines = records(fields, "LineItems") if with_lines else []
    return text(lines[0], "Description") if lines else ""


def _document_id(fields: Fields) -> str:
    """Return the id of the first document named; an allocation names its source after it."""
    found = (identity(text(record(fields, kind), f"{kind}ID")) for kind in DocumentType)
    return next(filter(None, found), "")


def _complaints(fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return errors and warnings; a flag without a word counts as an error all the same."""
    errors, warnings = complaints(dict(fields))
    flagged = flag(fields, "HasErrors") or flag(fields, "HasValidationErrors")
    return (UNEXPLAINED,) if flagged and not errors else errors, warnings


def _totals(fields: Fields) -> Totals | None:
    sums = tuple(hundredths(fields, name) for name in ("SubTotal", "TotalTax", "Total"))
    known = [amount for amount in sums if amount is not None]
    return Totals(*known) if len(known) == len(sums) else None


def _amount_due(fields: Fields) -> int | None:
    """Return what is left of an invoice, or of a credit."""
    name = "AmountDue" if "AmountDue" in fields else "RemainingCredit"
    return hundredths(fields, name)


def _applied(fields: Fields, name: str) -> Applied:
    return Applied(
        identity(text(fields, name)),
        identity(text(record(fields, "Invoice"), "InvoiceID")),
        hundredths(fields, "Amount"),
        day(fields, "Date"),
        flag(fields, "IsDeleted") or text(fields, "Status") == "DELETED",
    )


__all__ = [
    "NO_ID",
    "Applied",
    "Echo",
    "ElementResult",
    "LineRead",
    "Reply",
    "Unreadable",
    "complaints",
    "read_echoes",
    "read_elements",
    "read_reply",
]
