"""Bills and credits of either side: an invoice or a credit note, and what the credit is applied to.

A bill whose total is negative becomes a credit note with all signs turned (documents.md, Signs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.billing import Posted, Terms, posted_lines
from counterfoil.core.currency import billing_currency
from counterfoil.core.findings import Finding, note
from counterfoil.core.parts import bill_part
from counterfoil.core.texts import joined, one_line
from counterfoil.core.trade import party_of, trade_of
from counterfoil.core.xero_documents import Allocation, Invoice, Symbol
from counterfoil.core.xero_documents import CreditNote as XeroCreditNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import (
        Billing,
        CreditNote,
        Document,
        SupplierBilling,
        SupplierCredit,
    )
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.trade import AnyBill

    AnyBilling = Billing | SupplierBilling


def billed(document: AnyBill, lookup: Lookup) -> Conversion:
    """Return the invoice of a bill, or the credit note of one whose total is negative."""
    terms = Terms(trade_of(document).direction)
    posted, findings = posted_lines(document, lookup, terms, turned=document.total < 0)
    if posted is None:
        return Conversion((), findings)
    if document.total == 0 and lookup.mapping.settings.zero_bills == "skip":
        return Conversion((), (*findings, _zero_skipped()))
    make = _credit if document.total < 0 else _invoice
    return Conversion((_create(make(document, posted, lookup)),), findings)


def credited(document: CreditNote | SupplierCredit, books: Books, lookup: Lookup) -> Conversion:
    """Return a credit note, and one allocation for each bill it is applied to."""
    terms = Terms(trade_of(document).direction)
    posted, found = posted_lines(document, lookup, terms, turned=False)
    findings = (*found, *references.check_credit(document, books))
    if posted is None:
        return Conversion((), findings)
    credit = _create(_credit(document, posted, lookup))
    return Conversion((credit, *_allocations(document, books)), findings)


def symbol(document: Document) -> Symbol:
    """The symbol of what a document becomes."""
    return Symbol(document.kind, document.id)


def contact(document: Document) -> Symbol:
    """The symbol of the client or supplier whose account a document stands on."""
    party = party_of(document)
    assert party is not None, f"a {document.kind} names its party"
    return Symbol("contact", party.id)


def reference(document: AnyBilling) -> str:
    """The matters' numbers, the document's own first, joined by ", "."""
    if not trade_of(document).keeps_reference:
        return ""
    matters = [line.matter for line in document.lines if line.matter is not None]
    if document.matter is not None:
        matters.insert(0, document.matter)
    return joined([matter.number for matter in matters])


def _create(element: Invoice | XeroCreditNote) -> Planned:
    assert isinstance(element.contact, Symbol), "contacts are known by their party until claimed"
    return Planned("", Act.CREATE, element, (element.contact,))


def _invoice(document: AnyBill, posted: Posted, lookup: Lookup) -> Invoice:
    currency, rate = billing_currency(document, lookup.chart.organisation)
    return Invoice(
        trade_of(document).invoice,
        contact(document),
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


def _credit(document: AnyBilling, posted: Posted, lookup: Lookup) -> XeroCreditNote:
    currency, rate = billing_currency(document, lookup.chart.organisation)
    return XeroCreditNote(
        trade_of(document).credit,
        contact(document),
        one_line(document.number),
        reference(document),
        document.date,
        posted.amounts_are,
        posted.lines,
        posted.expected,
        currency,
        rate,
    )


def _allocations(document: CreditNote | SupplierCredit, books: Books) -> Iterator[Planned]:
    for each in document.allocations:
        bill = Symbol(*each.invoice)
        date = references.applied_on(document.date, books, each.invoice)
        element = Allocation(symbol(document), bill, each.amount, date)
        part = bill_part(each.invoice)
        yield Planned(part, Act.ALLOCATE, element, (symbol(document), bill))


def _zero_skipped() -> Finding:
    return note(
        "zero_bill_skipped",
        "The bill's total is 0.00 and zero bills are not posted.",
        "Set zero_bills to post if zero bills should stand in Xero.",
        "total",
        "setting:zero_bills",
    )
