"""What Xero makes of documents that take others back, told from the documents alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Receipt,
    Refund,
    SupplierPayment,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
)
from counterfoil.core.parts import BANK, UNAPPLIED

if TYPE_CHECKING:
    from counterfoil.core.documents import Document, Reversal

DISHONOUR: Final = (
    "dishono",
    "bounced",
    "returned unpaid",
    "refer to drawer",
    "insufficient funds",
    "nsf",
    "charged back",
    "chargeback",
)
"""By one of these the reason of a reversal says that the bank did not honour the money."""


def says_dishonoured(document: Reversal) -> bool:
    """Tell whether the reason of a reversal says that the bank did not honour the money."""
    reason = document.reason.casefold()
    return any(word in reason for word in DISHONOUR)


def is_deleted(target: Document, part: str) -> bool:
    """Tell whether a reversal of this deletes what the part became, instead of moving money back.

    That is so of whatever became a payment, and of the credit on a supplier's bill that was paid
    straight from trust.
    """
    match target:
        case Receipt() | SupplierPayment():
            return part != UNAPPLIED
        case Refund() | TrustBillPayment():
            return True
        case TrustPayment(supplier_bill=bill) if bill is not None:
            return part != BANK
        case TrustOfficeTransfer():
            return part != ""
        case _:
            return False
