"""What has been paid on an invoice already: one read of it, and one of each payment in question."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.posting.target import PaidInXero, PaymentThere, Settled, Settling
from counterfoil.xero import lookup, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.xero_documents import Payment

UNAPPROVED: Final = MappingProxyType({"DRAFT": "a draft", "SUBMITTED": "not approved"})
READ_MOST: Final = 10
"""Payments of one amount on one invoice that are read, at most."""
AT_A_TIME: Final = 100
"""Invoices asked for in one call: their ids are then less than four kilobytes of the address."""


def read_settled(invoices: Sequence[str]) -> read.Reads[dict[str, Settled]]:
    """Read what is owed and paid on invoices, by their ids; what Xero does not show is left out."""
    found: dict[str, Settled] = {}
    for first in range(0, len(invoices), AT_A_TIME):
        for row in (yield from read.invoices_by_id(invoices[first : first + AT_A_TIME])):
            by = (one for one in row.payments if not one.deleted)
            settling = tuple(Settling(one.xero_id, one.amount, one.date) for one in by)
            found[row.xero_id] = Settled(row.amount_due or 0, settling)
    return found


def read_paid(payment: Payment) -> read.Reads[PaidInXero]:
    """Read the invoice, then each payment on it of the same amount: only that names its account."""
    assert isinstance(payment.document, str)
    invoice = yield from read.one("Invoices", payment.document)
    if invoice is None:
        return PaidInXero(ended="gone")
    if invoice.status in lookup.GONE or invoice.status in UNAPPROVED:
        return PaidInXero(ended=UNAPPROVED.get(invoice.status, invoice.status.lower()))
    found: list[PaymentThere] = []
    equal = [one for one in invoice.payments if one.amount == payment.amount and not one.deleted]
    for one in equal[:READ_MOST]:
        there = yield from read.one("Payments", one.xero_id)
        if there is not None and there.status not in lookup.GONE:
            link = lookup.link(there, source="feed")
            found.append(PaymentThere(link, there.date, there.account))
    return PaidInXero(tuple(found))
