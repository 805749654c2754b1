"""What the bank says of a trust account: the documents' own movements, the last ones not yet shown.

Told from the documents alone, apart from the product's trust books, so that the reconciliation of
the sample month compares two counts.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    BankStatement,
    FirmAdvance,
    OpeningTrust,
    StatementLine,
    StatutoryDeposit,
    TrustBankEntry,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Document

NOT_YET_SHOWN: Final = 2
"""Movements at the end of the month that the bank shows later."""


def statement(
    account: str, documents: Sequence[Document], first_day: dt.date, last_day: dt.date
) -> BankStatement:
    """Return the month's statement of a trust account."""
    opening = sum(
        document.amount
        for document in documents
        if isinstance(document, OpeningTrust) and document.trust_account == account
    )
    moved = [
        StatementLine(date=document.date, amount=amount, text=f"{document.number} {document.kind}")
        for document in documents
        if isinstance(document, TrustDocument) and (amount := on_bank(document, account))
    ]
    lines = sorted(moved, key=lambda line: line.date)[:-NOT_YET_SHOWN]
    return BankStatement(
        id=f"st-{account.lower()}",
        date=last_day,
        trust_account=account,
        from_=first_day,
        opening_balance=opening,
        closing_balance=opening + sum(line.amount for line in lines),
        lines=tuple(lines),
    )


def on_bank(document: TrustDocument, account: str) -> int:
    """Return what a document moves on the bank of a trust account, in hundredths."""
    amount = document.amount
    match document:
        case TrustTransfer(from_=left, to=reached):
            return amount * ((reached.trust_account == account) - (left.trust_account == account))
        case TrustReceipt(trust_account=code):
            signed = amount
        case TrustPayment(trust_account=code):
            signed = -amount
        case TrustBankEntry(trust_account=code, direction=way):
            signed = amount if way == "in" else -amount
        case TrustOfficeTransfer(trust_account=code, direction=way):
            signed = amount if way == "to_trust" else -amount
        case StatutoryDeposit(trust_account=code, direction=way):
            signed = amount if way == "out" else -amount
        case FirmAdvance(trust_account=code, direction="advance"):
            signed = -amount
        case _:
            return 0
    return signed if code == account else 0
