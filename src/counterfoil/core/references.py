"""What a document says about other documents, held against them.

A reference that is absent is no finding here: a file has nothing else to wait for and makes it
``needs_history``, while the daybook makes the document wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core import trust_outline
from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    Document,
    Receipt,
    TrustDocument,
)
from counterfoil.core.findings import Finding, error, note, warning
from counterfoil.core.money import amount_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Key


class Missing(NamedTuple):
    """A document that is named and that nobody has sent, and where it is named."""

    path: str
    key: Key


def missing(document: Document, books: Books) -> tuple[Missing, ...]:
    """Return the references that lead nowhere yet."""
    if isinstance(document, TrustDocument):
        named = zip(trust_outline.paths(document), trust_outline.names(document), strict=True)
        return tuple(Missing(path, key) for path, key in named if key not in books.referenced)
    if not isinstance(document, Receipt | CreditNote):
        return ()
    return tuple(
        Missing(f"allocations[{place}].bill", allocation.bill)
        for place, allocation in enumerate(document.allocations)
        if allocation.bill not in books.referenced
    )


def allocation_date(document: CreditNote, bill: Document | None) -> dt.date:
    """The day a credit is applied: not before both the credit and the bill are there."""
    return document.date if bill is None else max(document.date, bill.date)


def check_receipt(document: Receipt, books: Books) -> Iterator[Finding]:
    """Hold a receipt's allocations against the bills they pay."""
    yield from _set_off(document.allocations)
    for place, allocation in enumerate(document.allocations):
        bill = books.referenced.get(allocation.bill)
        if not isinstance(bill, Bill):
            continue
        path = f"allocations[{place}]"
        yield from _against_bill(document, allocation, bill, books, path)
        if bill.client.id != document.client.id:
            yield warning(
                "other_clients_bill",
                f"Bill {bill.number} is to {bill.client.name}; this was received from "
                f"{document.client.name}.",
                "Nothing, if somebody else pays the bill. Otherwise correct the allocation.",
                f"{path}.bill",
            )
        if document.date < bill.date:
            yield warning(
                "received_before_bill",
                f"Bill {bill.number} is dated {bill.date}, after this receipt of {document.date}.",
                "Check both dates in the practice system.",
                f"{path}.bill",
            )


def check_credit(document: CreditNote, books: Books) -> Iterator[Finding]:
    """Hold a credit note's allocations against the bills they reduce."""
    yield from _set_off(document.allocations)
    for place, allocation in enumerate(document.allocations):
        bill = books.referenced.get(allocation.bill)
        if not isinstance(bill, Bill):
            continue
        path = f"allocations[{place}]"
        yield from _against_bill(document, allocation, bill, books, path)
        yield from _credit_against_bill(document, bill, books, path)


def _set_off(allocations: tuple[Allocation, ...]) -> Iterator[Finding]:
    for place, allocation in enumerate(allocations):
        if allocation.amount < 0:
            yield error(
                "set_off_not_yet",
                f"{amount_text(allocation.amount)} is applied to bill {allocation.bill.id}. This "
                "version does not set a negative bill off against others.",
                "Leave the negative bill out of this document and apply its credit in Xero.",
                f"allocations[{place}].amount",
            )


def _against_bill(
    document: Receipt | CreditNote, allocation: Allocation, bill: Bill, books: Books, path: str
) -> Iterator[Finding]:
    if (bill.organisation or books.mapping.organisation) != (
        document.organisation or books.mapping.organisation
    ):
        yield error(
            "other_organisation",
            f"Bill {bill.number} belongs to organisation {bill.organisation}; references cannot "
            "cross organisations.",
            "Correct the organisation of one of the two.",
            f"{path}.bill",
        )
    if allocation.amount > bill.total:
        worth = f"is worth {amount_text(bill.total)}"
        negative = " and becomes a credit note, which takes no payments" if bill.total < 0 else ""
        yield error(
            "allocation_above_bill",
            f"{amount_text(allocation.amount)} is applied to bill {bill.number}, which "
            f"{worth}{negative}.",
            "Apply at most what the bill is worth.",
            f"{path}.amount",
        )


def _credit_against_bill(
    document: CreditNote, bill: Bill, books: Books, path: str
) -> Iterator[Finding]:
    base = books.chart.organisation.base_currency
    if bill.client.id != document.client.id:
        yield error(
            "other_clients_bill",
            f"Bill {bill.number} is to {bill.client.name}, the credit note to "
            f"{document.client.name}; Xero applies credit within one contact only.",
            "Credit the client who was billed.",
            f"{path}.bill",
        )
    if (bill.currency or base) != (document.currency or base):
        yield error(
            "other_currency",
            f"Bill {bill.number} is in {bill.currency or base}, the credit note in "
            f"{document.currency or base}.",
            "Credit the bill in its own currency.",
            f"{path}.bill",
        )
    if document.date < bill.date:
        yield note(
            "allocated_on_bills_date",
            f"Bill {bill.number} is dated after the credit note; the credit is applied to it on "
            f"{bill.date}.",
            path=f"{path}.bill",
        )
