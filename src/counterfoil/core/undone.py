"""What Xero makes of documents that take others back, told from the documents alone."""

from __future__ import annotations

import re
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

_PAPER: Final = r"(?:cheque|check|payment|eft|direct debit)"
DISHONOUR: Final = re.compile(
    r"(?<!\bnot )(?<!\bnever )(?<!\bno )\b(?:"
    r"dishonou?r(?:ed|s)?|bounced?|returned unpaid|refer(?:red)? to drawer|nsf"
    r"|(?:insufficient|not sufficient) funds|charged back|charge-?back"
    r"|(?:returned|refused|unpaid) by (?:the |its |their )?(?:client's |payer's )?bank"
    rf"|returned {_PAPER}|{_PAPER} (?:was )?returned|returned to (?:drawer|maker)"
    r")\b(?! to (?!drawer|maker))"
)
"""By one of these the reason of a reversal says that the bank did not honour the money."""


def says_dishonoured(document: Reversal) -> bool:
    """Tell whether the reason of a reversal says that the bank did not honour the money.

    Whole words count, and none that stands after *not*: "transfer entered twice" has *nsf* in it.
    """
    reason = " ".join(document.reason.casefold().split())
    return DISHONOUR.search(reason) is not None


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
