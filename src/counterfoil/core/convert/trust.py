"""Clients' money: every movement of a trust account, and what of it Xero is told.

Bank transactions on a trust bank are exclusive of tax with the no-tax type on each line, and touch
the trust liability, the statutory deposit or what the firm paid; never income or expense. Trust is
mirrored as the practice recorded it: never re-dated, never repaired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import trust_references
from counterfoil.core.conversion import Conversion
from counterfoil.core.convert.trust_bank import (
    convert_advance,
    convert_bank_entry,
    convert_deposit,
    convert_receipt,
)
from counterfoil.core.convert.trust_bills import (
    convert_bill_payment,
    convert_payment,
    covered_bills,
)
from counterfoil.core.convert.trust_transfers import convert_office_transfer, convert_transfer
from counterfoil.core.documents import (
    FirmAdvance,
    StatutoryDeposit,
    TrustBankEntry,
    TrustBillPayment,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.findings import Finding, error, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Document
    from counterfoil.core.lookup import Lookup


def convert_trust(document: TrustDocument, books: Books, lookup: Lookup) -> Conversion:
    """Return what a trust document becomes; it is checked even where trust is not posted."""
    findings = (*_base_currency(document, lookup), *trust_references.check(document, books))
    if lookup.mapping.settings.post_trust:
        translated = _posted(document, books, lookup)
    elif isinstance(document, TrustOfficeTransfer) and document.direction == "to_office":
        translated = covered_bills(document, books, lookup)
    else:
        translated = Conversion((), (_not_posted(),))
    return Conversion(translated.planned, (*findings, *translated.findings))


def convert_recorded(document: Document, lookup: Lookup) -> Conversion:
    """Return nothing to post: the document is kept, and checked where the trust books are."""
    return Conversion((), tuple(_base_currency(document, lookup)))


def _posted(  # noqa: PLR0911 -- one return for each kind
    document: TrustDocument, books: Books, lookup: Lookup
) -> Conversion:
    match document:
        case TrustReceipt():
            return convert_receipt(document, lookup)
        case TrustPayment():
            return convert_payment(document, books, lookup)
        case TrustBankEntry():
            return convert_bank_entry(document, lookup)
        case StatutoryDeposit():
            return convert_deposit(document, lookup)
        case FirmAdvance():
            return convert_advance(document, lookup)
        case TrustTransfer():
            return convert_transfer(document, lookup)
        case TrustOfficeTransfer():
            return convert_office_transfer(document, lookup)
        case TrustBillPayment():
            return convert_bill_payment(document, lookup)
        case _:
            raise NotImplementedError(f"no function translates {document.kind}")


def _base_currency(document: Document, lookup: Lookup) -> Iterator[Finding]:
    base = lookup.chart.organisation.base_currency
    if document.currency not in (None, base):
        yield error(
            "trust_in_foreign_currency",
            f"The document is in {document.currency}; trust money is kept in {base} only.",
            f"Record what the bank credited or debited in {base}.",
            "currency",
            f"currency:{document.currency}",
        )


def _not_posted() -> Finding:
    return note(
        "trust_not_posted",
        "Trust documents are kept and checked here and not posted to Xero.",
        "Set post_trust to true if they should be.",
        about="setting:post_trust",
    )
