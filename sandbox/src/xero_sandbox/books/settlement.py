"""Money and credit on documents: what is due, and when that makes a document PAID (section 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import events, journalise
from xero_sandbox.books.documents import settle_status

if TYPE_CHECKING:
    from xero_sandbox.books.records import Allocation, Document, Payment
    from xero_sandbox.books.visit import Visit


def pay(visit: Visit, payment: Payment, document: Document) -> None:
    """Take a payment off what is due and journalise it."""
    payment.base_relieved = journalise.relieve(document, payment.amount)
    document.paid += payment.amount
    document.payments = (*document.payments, payment.payment_id)
    journalise.payment(visit.organisation, payment, document)
    events.paid(visit, document.document_id, payment.amount, payment.date)
    _touch(visit, document, payment.date)


def unpay(visit: Visit, payment: Payment, document: Document) -> None:
    """Delete a payment: the document is due again, the journal is taken back."""
    payment.status = "DELETED"
    payment.updated = visit.now
    document.paid -= payment.amount
    events.record(visit, payment.payment_id, "Deleted")
    events.unpaid(visit, document.document_id, payment.amount, payment.date)
    document.base_open += payment.base_relieved
    visit.organisation.ledger.reverse(payment.entry)
    journalise.release_again(visit.organisation, document)
    _touch(visit, document, payment.date)


def allocate(visit: Visit, allocation: Allocation, credit: Document, invoice: Document) -> None:
    """Apply credit to an invoice and journalise what their currency rates differ by."""
    allocation.base_invoice = journalise.relieve(invoice, allocation.amount)
    allocation.base_credit = journalise.relieve(credit, allocation.amount)
    for document in (credit, invoice):
        document.credited += allocation.amount
        document.allocations = (*document.allocations, allocation.allocation_id)
        events.credited(visit, document.document_id, allocation.amount, allocation.date)
        _touch(visit, document, allocation.date)
    journalise.allocation(visit.organisation, allocation, credit, invoice)


def deallocate(visit: Visit, allocation: Allocation) -> None:
    """Take applied credit back."""
    allocation.deleted = True
    organisation = visit.organisation
    invoice = organisation.documents[allocation.invoice_id]
    credit = organisation.documents[allocation.credit_id]
    invoice.base_open += allocation.base_invoice
    credit.base_open += allocation.base_credit
    organisation.ledger.reverse(allocation.entry)
    for document in (credit, invoice):
        document.credited -= allocation.amount
        events.uncredited(visit, document.document_id, allocation.amount, allocation.date)
        journalise.release_again(organisation, document)
        _touch(visit, document, allocation.date)


def _touch(visit: Visit, document: Document, date: int) -> None:
    document.updated = visit.now
    settle_status(document, date)
