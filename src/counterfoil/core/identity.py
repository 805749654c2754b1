"""By what a document, a contact, a request and a Xero object are known again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Bill,
    CreditNote,
    OpeningBill,
    OpeningSupplierBill,
    SupplierBill,
    SupplierCredit,
    SupplierPayment,
    TrustDocument,
    TrustNumberCancelled,
    WriteOff,
)
from counterfoil.core.trust_outline import trust_account_of
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    BankTransaction,
    BankTransfer,
    Contact,
    Invoice,
    ManualJournal,
    Payment,
)
from counterfoil.core.xero_documents import CreditNote as XeroCreditNote

if TYPE_CHECKING:
    from counterfoil.core.documents import Document
    from counterfoil.core.xero_documents import Element

LONGEST_CONTACT_NUMBER: Final = 50
LONGEST_IDEMPOTENCY_KEY: Final = 128
NARRATION_BAR: Final = " | "
"""What stands between a journal's number and the rest of its narration."""
_SEPARATOR: Final = b"\x1f"


def number_space(  # noqa: PLR0911 -- one for each kind
    document: Document,
) -> tuple[str, ...]:
    """Name the space in which a document's number must be unique; empty where there is none.

    Credit notes, write-offs and bills with a negative total share Xero's space of credit note
    numbers; suppliers' numbers are unique with the supplier (documents.md, Numbers). What stood in
    Xero at the start has its number there already.
    """
    match document:
        case Bill(total=total) | OpeningBill(total=total):
            return ("credit_note",) if total < 0 else ("bill",)
        case CreditNote() | WriteOff():
            return ("credit_note",)
        case (
            SupplierBill(supplier=supplier, total=total)
            | OpeningSupplierBill(supplier=supplier, total=total)
        ):
            kind = "supplier_credit" if total < 0 else "supplier_bill"
            return (kind, contact_number(supplier.id))
        case SupplierCredit(supplier=supplier) | SupplierPayment(supplier=supplier):
            return (document.kind, contact_number(supplier.id))
        case TrustNumberCancelled(trust_account=trust_account, series=series):
            return (f"trust_{series}", trust_account)
        case TrustDocument(kind=kind):
            return (kind, trust_account_of(document))
        case _:
            return ()


def contact_number(party_id: str) -> str:
    """Return the ContactNumber of a party: its id, or a 32-character hash of an id too long."""
    if len(party_id) <= LONGEST_CONTACT_NUMBER:
        return party_id
    return hashlib.sha256(party_id.encode()).hexdigest()[:32]


def idempotency_key(tenant_id: str, *parts: str) -> str:
    """Return a request's key of at most 128 characters; the same parts give the same key.

    The tenant stands in it because Xero keeps keys per app, not per organisation (facts: Xero API
    section 5). What makes a request another one, such as its attempt, belongs among the parts.
    """
    digest = hashlib.sha256(_SEPARATOR.join(part.encode() for part in parts)).hexdigest()
    key = f"{tenant_id}:{digest}"
    assert len(key) <= LONGEST_IDEMPOTENCY_KEY, "a tenant's id has 36 characters"
    return key


def look_up_key(element: Element) -> tuple[str, ...]:  # noqa: PLR0911 -- one for each class
    """Return what an element is found by when the answer to its creation was lost.

    The fields are those of documents.md, References; dates are ISO, amounts in hundredths. Ids
    should be resolved: a symbol stands in the key as its text.
    """
    match element:
        case Contact():
            return ("contact", element.number)
        case Invoice():
            suppliers = (str(element.contact),) if element.type == "ACCPAY" else ()
            return ("invoice", element.number, *suppliers)
        case XeroCreditNote():
            suppliers = (str(element.contact),) if element.type == "ACCPAYCREDIT" else ()
            return ("credit_note", element.number, *suppliers)
        case Payment():
            return _payment_key(element)
        case Allocation():
            return _allocation_key(element)
        case BankTransaction():
            return _bank_transaction_key(element)
        case BankTransfer():
            return _bank_transfer_key(element)
        case ManualJournal():
            return ("manual_journal", narration_key(element.narration))


def narration_key(narration: str) -> str:
    """Return what a journal is known by: its narration up to and including the first " | "."""
    number, bar, _ = narration.partition(NARRATION_BAR)
    return number + bar


def _payment_key(payment: Payment) -> tuple[str, ...]:
    return (
        "payment",
        payment.reference,
        payment.date.isoformat(),
        str(payment.amount),
        _account(payment.account),
        str(payment.document),
    )


def _allocation_key(allocation: Allocation) -> tuple[str, ...]:
    return (
        "allocation",
        str(allocation.source),
        str(allocation.invoice),
        allocation.date.isoformat(),
        str(allocation.amount),
    )


def _bank_transaction_key(transaction: BankTransaction) -> tuple[str, ...]:
    return (
        "bank_transaction",
        _account(transaction.bank_account),
        transaction.reference or _opening(transaction),
        transaction.date.isoformat(),
        str(transaction.expected.total),
        str(transaction.contact),
    )


def _opening(transaction: BankTransaction) -> str:
    """Return the description that stands for the reference which prepaid money cannot carry."""
    return transaction.lines[0].description if transaction.lines else ""


def _bank_transfer_key(transfer: BankTransfer) -> tuple[str, ...]:
    return (
        "bank_transfer",
        transfer.reference,
        transfer.date.isoformat(),
        str(transfer.amount),
        _account(transfer.from_account),
        _account(transfer.to_account),
    )


def _account(account: AccountRef) -> str:
    return account.code or f"id:{account.account_id}"
