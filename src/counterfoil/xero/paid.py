"""What has been paid on an invoice already: one read of it, and one of each payment in question."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from counterfoil.posting.target import (
    FedPayment,
    LeftOver,
    PaidInXero,
    PaymentThere,
    Settled,
    Settling,
    Whose,
)
from counterfoil.xero import lookup, read
from counterfoil.xero.routes import PAYABLE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Sequence

    from counterfoil.core.xero_documents import Payment
    from counterfoil.xero.decode import ElementResult

UNAPPROVED: Final = MappingProxyType({"DRAFT": "a draft", "SUBMITTED": "not approved"})
CREDIT: Final = MappingProxyType({"OVERPAYMENT": "Overpayments", "PREPAYMENT": "Prepayments"})
"""The resource that shows what a bank transaction of each kind opened."""
FED: Final = frozenset({"ACCRECPAYMENT", "ACCPAYPAYMENT"})
"""Payments of invoices, by the types that Xero gives them."""
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
            total = row.totals.total if row.totals else 0
            ended = row.status in lookup.GONE
            found[row.xero_id] = Settled(row.amount_due or 0, settling, total, ended)
    return found


def read_left_over(
    first: dt.date, last: dt.date, strange: Callable[[Collection[str]], Collection[str]]
) -> read.Reads[tuple[LeftOver, ...]]:
    """Read what others entered as an overpayment or a prepayment, and what was used of it.

    ``strange`` tells which ids are nobody's. One call where there is nothing of others. Only the
    credit that such a bank transaction opened tells what was applied of it.
    """
    between = f"Date>={_day(first)} AND Date<={_day(last)}"
    types = " OR ".join(f'Type=="{way}-{kind}"' for way in ("RECEIVE", "SPEND") for kind in CREDIT)
    rows = yield from read.where("BankTransactions", f"{between} AND ({types})")
    live = [row for row in rows if row.prepaid_id and row.status not in lookup.GONE]
    theirs = strange({row.prepaid_id for row in live}) if live else ()
    live = [row for row in live if row.prepaid_id in theirs]
    used: set[str] = set()
    for kind in sorted({row.type.partition("-")[2] for row in live}):
        of = yield from read.where(CREDIT[kind], between)
        used.update(one.xero_id for one in of if one.allocations or one.payments)
    return tuple(_left_over(row, used=row.prepaid_id in used) for row in live)


def read_fed(first: dt.date, last: dt.date) -> read.Reads[tuple[FedPayment, ...]]:
    """Read the live payments of these days on invoices; a thousand with one call."""
    rows = yield from read.where("Payments", f"Date>={_day(first)} AND Date<={_day(last)}")
    return tuple(
        _fed(row)
        for row in rows
        if row.type in FED and row.document_id and row.status not in lookup.GONE
    )


def read_whose(invoices: Sequence[str]) -> read.Reads[dict[str, Whose]]:
    """Read whose invoices are, by their ids, and the live payments on them."""
    whose: dict[str, Whose] = {}
    for at in range(0, len(invoices), AT_A_TIME):
        for row in (yield from read.invoices_by_id(invoices[at : at + AT_A_TIME])):
            live = frozenset(one.xero_id for one in row.payments if not one.deleted)
            whose[row.xero_id] = Whose(row.contact_id, row.number, live)
    return whose


def _fed(row: ElementResult) -> FedPayment:
    return FedPayment(
        row.xero_id,
        row.document_id,
        row.type == "ACCRECPAYMENT",
        row.date,
        row.amount or 0,
        row.bank_amount,
        row.account,
        row.reconciled,
    )


def _left_over(row: ElementResult, *, used: bool) -> LeftOver:
    total = row.totals.total if row.totals else 0
    tie = lookup.link(row, source="feed")
    return LeftOver(tie, row.xero_id, row.type, row.contact_id, row.account, row.date, total, used)


def _day(date: dt.date) -> str:
    return f"DateTime({date.year},{date.month:02},{date.day:02})"


def read_paid(payment: Payment) -> read.Reads[PaidInXero]:
    """Read the document, then each payment on it of the same amount: only that names its account.

    It is an invoice, or the credit that a refund pays back.
    """
    assert isinstance(payment.document, str)
    document = yield from read.one(PAYABLE[payment.document_type], payment.document)
    if document is None:
        return PaidInXero(ended="gone")
    if document.status in lookup.GONE or document.status in UNAPPROVED:
        return PaidInXero(ended=UNAPPROVED.get(document.status, document.status.lower()))
    found: list[PaymentThere] = []
    equal = [one for one in document.payments if one.amount == payment.amount and not one.deleted]
    for one in equal[:READ_MOST]:
        there = yield from read.one("Payments", one.xero_id)
        if there is not None and there.status not in lookup.GONE:
            link = lookup.link(there, source="feed")
            found.append(PaymentThere(link, there.date, there.account, there.bank_amount))
    return PaidInXero(tuple(found))
