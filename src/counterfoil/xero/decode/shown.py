"""Objects as drift compares them: everything that somebody may change, and how they are settled.

Reading a request's own bytes gives what was sent in the same form.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import AccountRef, DocumentType
from counterfoil.posting.drift.shown import NO_ACCOUNT, Share, Shown, ShownLine
from counterfoil.xero.decode.elements import IDS, NUMBERS, PREPAID_IDS, identity
from counterfoil.xero.decode.loose import (
    Fields,
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
    from collections.abc import Iterator

_CREDITS = ("CreditNotes", "Overpayments", "Prepayments")
_BANK = {
    "Payments": "Account",
    "BankTransactions": "BankAccount",
    "BankTransfers": "FromBankAccount",
}
_SETTLES = frozenset({"Payments", "Allocations"})


@dataclass(frozen=True, slots=True)
class ShownPage:
    """The objects of one page, how many pages there are, and Xero's own time, as far as said."""

    rows: tuple[Shown, ...] = ()
    page_count: int | None = None
    at: dt.datetime | None = None


def read_shown(resource: str, body: bytes) -> ShownPage:
    """Return the objects of a page, or the elements of a request; ``Unreadable`` for neither."""
    fields = envelope(body)
    rows = tuple(_shown(resource, entry) for entry in listed(fields, resource))
    pages = number(record(fields, "pagination"), "pageCount")
    page_count = None if pages is None else whole(pages)
    return ShownPage(rows, page_count, moment(fields, "DateTimeUTC"))


def _shown(resource: str, fields: Fields) -> Shown:
    kind = text(fields, "Type") or text(fields, "PaymentType")
    settles = resource in _SETTLES
    return Shown(
        resource=resource,
        xero_id=_own_id(resource, kind, fields),
        type=kind,
        number=text(fields, NUMBERS.get(resource, "")),
        reference=text(fields, "Narration") or text(fields, "Reference"),
        status=text(fields, "Status"),
        date=day(fields, "Date"),
        due_date=day(fields, "DueDate") if resource == "Invoices" else None,
        contact_id=identity(text(record(fields, "Contact"), "ContactID")),
        currency=text(fields, "CurrencyCode"),
        rate=number(fields, "CurrencyRate"),
        total=hundredths(fields, "Total" if "Total" in fields else "Amount"),
        tax=hundredths(fields, "TotalTax"),
        due=hundredths(fields, "AmountDue" if "AmountDue" in fields else "RemainingCredit"),
        account=_account(fields, _BANK.get(resource, "")),
        to_account=_account(fields, "ToBankAccount") if resource == "BankTransfers" else NO_ACCOUNT,
        document_id=_settled(fields) if settles else "",
        reconciled=any(flag(fields, name) for name in _RECONCILED),
        amounts_are=text(fields, "LineAmountTypes"),
        lines=tuple(_lines(fields)),
        payments=tuple(_share(one, "PaymentID") for one in records(fields, "Payments")),
        credits=tuple(_credits(fields)) if resource == "Invoices" else (),
        allocations=tuple(
            _share(one, "AllocationID")
            for one in records(fields, "Allocations")
            if not flag(one, "IsDeleted")
        ),
        bank_amount=hundredths(fields, "BankAmount"),
    )


_RECONCILED = ("IsReconciled", "FromIsReconciled", "ToIsReconciled")


def _own_id(resource: str, kind: str, fields: Fields) -> str:
    """Return the id that links name: prepaid money goes by its credit's."""
    prepaid = PREPAID_IDS.get(kind.rpartition("-")[2], "")
    return identity(text(fields, prepaid)) or identity(text(fields, IDS[resource]))


def _settled(fields: Fields) -> str:
    """Return the id of the document that a payment or allocation is applied to."""
    found = (identity(text(record(fields, kind), f"{kind}ID")) for kind in DocumentType)
    return next(filter(None, found), "")


def _account(fields: Fields, name: str) -> AccountRef:
    return _ref(record(fields, name), "Code")


def _ref(fields: Fields, code: str) -> AccountRef:
    return AccountRef(text(fields, code) or None, text(fields, "AccountID") or None)


def _lines(fields: Fields) -> Iterator[ShownLine]:
    """Yield the lines; where no tax is meant, the tax type that Xero shows says nothing."""
    taxed = text(fields, "LineAmountTypes") != "NoTax"
    for one in records(fields, "LineItems"):
        yield ShownLine(
            ten_thousandths(one, "Quantity"),
            ten_thousandths(one, "UnitAmount"),
            _ref(one, "AccountCode"),
            text(one, "TaxType") if taxed else "",
            hundredths(one, "TaxAmount"),
            _tracking(one),
            text(one, "Description"),
            hundredths(one, "LineAmount"),
        )
    for one in records(fields, "JournalLines"):
        if not flag(one, "IsBlank"):
            amount, account = ten_thousandths(one, "LineAmount"), _ref(one, "AccountCode")
            tax_type = text(one, "TaxType") if taxed else ""
            yield ShownLine(None, amount, account, tax_type, None, _tracking(one))


def _tracking(line: Fields) -> frozenset[tuple[str, str]]:
    return frozenset((text(one, "Name"), text(one, "Option")) for one in records(line, "Tracking"))


def _share(fields: Fields, name: str) -> Share:
    invoice = identity(text(record(fields, "Invoice"), "InvoiceID"))
    return Share(identity(text(fields, name)), hundredths(fields, "Amount"), invoice)


def _credits(fields: Fields) -> Iterator[Share]:
    for name in _CREDITS:
        for one in records(fields, name):
            amount = hundredths(one, "AppliedAmount")
            yield Share(identity(text(one, IDS[name])), amount)
