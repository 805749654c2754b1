"""The one table: kind of document to the function that translates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Conversion
from counterfoil.core.convert.bills import convert_bill, convert_credit_note
from counterfoil.core.convert.receipts import convert_receipt
from counterfoil.core.convert.trust import convert_recorded, convert_trust
from counterfoil.core.documents import (
    BankStatement,
    Bill,
    CreditNote,
    Document,
    LedgerClose,
    OpeningTrust,
    PeriodClose,
    Receipt,
    TrustDocument,
    TrustNumberCancelled,
)
from counterfoil.core.findings import Finding, error

if TYPE_CHECKING:
    from counterfoil.core.conversion import Books
    from counterfoil.core.lookup import Lookup


def translate(document: Document, books: Books, lookup: Lookup) -> Conversion:
    """Translate one document by its kind."""
    match document:
        case Bill():
            return convert_bill(document, books, lookup)
        case Receipt():
            return convert_receipt(document, books, lookup)
        case TrustDocument():
            return convert_trust(document, books, lookup)
        case OpeningTrust() | TrustNumberCancelled() | LedgerClose():
            return convert_recorded(document, lookup)
        case PeriodClose() | BankStatement():
            return Conversion((), ())
        case CreditNote():
            return convert_credit_note(document, books, lookup)
        case _:
            return Conversion((), (_not_supported(document),))


def _not_supported(document: Document) -> Finding:
    return error(
        "kind_not_supported",
        f"Documents of kind {document.kind} are part of the format, but this version does not "
        "post them yet.",
        "It waits here; enter it in Xero by hand if it is urgent.",
        "kind",
        f"kind:{document.kind}",
    )
