"""Bills and credit notes: an ACCREC invoice, an ACCRECCREDIT credit note, and its allocations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.billing import Posted, posted_lines, reference
from counterfoil.core.currency import billing_currency
from counterfoil.core.documents import Bill, Billing, CreditNote
from counterfoil.core.findings import Finding, note
from counterfoil.core.parts import allocation_part
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import Allocation, Invoice, Symbol
from counterfoil.core.xero_documents import CreditNote as XeroCreditNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.lookup import Lookup

SALES = "ACCREC"
SALES_CREDIT = "ACCRECCREDIT"


def convert_bill(document: Bill, books: Books, lookup: Lookup) -> Conversion:
    """Return the invoice of a bill, or the credit note of one whose total is negative."""
    del books
    posted, findings = posted_lines(document, lookup, turned=document.total < 0)
    if posted is None:
        return Conversion((), findings)
    if document.total == 0 and lookup.mapping.settings.zero_bills == "skip":
        return Conversion((), (*findings, _zero_skipped()))
    make = _credit if document.total < 0 else _invoice
    return Conversion((_create(document, make(document, posted, lookup)),), findings)


def convert_credit_note(document: CreditNote, books: Books, lookup: Lookup) -> Conversion:
    """Return a credit note, and one allocation for each bill it is applied to."""
    posted, found = posted_lines(document, lookup, turned=False)
    findings = (*found, *references.check_credit(document, books))
    if posted is None:
        return Conversion((), findings)
    credit = _create(document, _credit(document, posted, lookup))
    return Conversion((credit, *_allocations(document, books)), findings)


def symbol(document: Billing) -> Symbol:
    """The symbol of what a document becomes."""
    return Symbol(document.kind, document.id)


def _create(document: Billing, element: Invoice | XeroCreditNote) -> Planned:
    return Planned("", Act.CREATE, element, (Symbol("contact", document.client.id),))


def _invoice(document: Bill, posted: Posted, lookup: Lookup) -> Invoice:
    currency, rate = billing_currency(document, lookup.chart.organisation)
    return Invoice(
        SALES,
        Symbol("contact", document.client.id),
        one_line(document.number),
        reference(document),
        document.date,
        document.due_date or document.date,
        posted.amounts_are,
        posted.lines,
        posted.expected,
        currency,
        rate,
    )


def _credit(document: Billing, posted: Posted, lookup: Lookup) -> XeroCreditNote:
    currency, rate = billing_currency(document, lookup.chart.organisation)
    return XeroCreditNote(
        SALES_CREDIT,
        Symbol("contact", document.client.id),
        one_line(document.number),
        reference(document),
        document.date,
        posted.amounts_are,
        posted.lines,
        posted.expected,
        currency,
        rate,
    )


def _allocations(document: CreditNote, books: Books) -> Iterator[Planned]:
    for allocation in document.allocations:
        bill = Symbol(allocation.bill.kind, allocation.bill.id)
        element = Allocation(
            symbol(document),
            bill,
            allocation.amount,
            references.allocation_date(document, books.referenced.get(allocation.bill)),
        )
        yield Planned(
            allocation_part(allocation.bill.id), Act.ALLOCATE, element, (symbol(document), bill)
        )


def _zero_skipped() -> Finding:
    return note(
        "zero_bill_skipped",
        "The bill's total is 0.00 and zero bills are not posted.",
        "Set zero_bills to post if zero bills should stand in Xero.",
        "total",
        "setting:zero_bills",
    )
