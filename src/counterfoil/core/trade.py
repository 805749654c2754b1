"""The two sides of the firm's trade: what clients owe it, and what it owes suppliers.

Purchases are the mirror of sales (documents.md); what differs stands here as values, so that the
rules themselves are written once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Bill,
    Billing,
    OpeningCredit,
    Receipt,
    SupplierBill,
    SupplierBilling,
    SupplierPayment,
)
from counterfoil.core.lookup import Direction

if TYPE_CHECKING:
    from counterfoil.core.documents import Document, Party


@dataclass(frozen=True, slots=True)
class Trade:
    """One side: Xero's types for it, and the practice's word for what is owed.

    ``keeps_reference`` tells whether Xero has a reference beside the number: it has none on what
    suppliers send (facts: Xero API section 8).
    """

    invoice: str
    credit: str
    direction: Direction
    overpayment: str
    prepayment: str
    bill: str
    keeps_reference: bool


SALES: Final = Trade(
    "ACCREC",
    "ACCRECCREDIT",
    Direction.SALES,
    "RECEIVE-OVERPAYMENT",
    "RECEIVE-PREPAYMENT",
    "bill",
    keeps_reference=True,
)
PURCHASES: Final = Trade(
    "ACCPAY",
    "ACCPAYCREDIT",
    Direction.PURCHASES,
    "SPEND-OVERPAYMENT",
    "SPEND-PREPAYMENT",
    "supplier bill",
    keeps_reference=False,
)

AnyBill = Bill | SupplierBill
Settling = Receipt | SupplierPayment
"""Money that settles bills."""


def trade_of(document: Document) -> Trade:
    """Return the side on which a document stands; sales where nothing makes it a purchase."""
    return PURCHASES if isinstance(document, SupplierBilling | SupplierPayment) else SALES


def party_of(document: Document) -> Party | None:
    """Return the client or supplier whose account a document stands on, if it stands on one."""
    match document:
        case Billing(client=party) | Receipt(client=party) | OpeningCredit(client=party):
            return party
        case SupplierBilling(supplier=party) | SupplierPayment(supplier=party):
            return party
        case _:
            return None
