"""The door of the books: one call in, one answer out, never an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange
from xero_sandbox.books.resources import (
    accounts,
    bank_transactions,
    bank_transfers,
    batch_payments,
    contacts,
    credit_notes,
    invoices,
    journals,
    manual_journals,
    payments,
    reports,
    settings,
    tax_rates,
    tracking_categories,
    unapplied,
)
from xero_sandbox.books.visit import begin
from xero_sandbox.wire import Handled, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Call

RESOURCES: dict[str, Callable[[Visit], Handled]] = {
    "Accounts": accounts.handle,
    "BankTransactions": bank_transactions.handle,
    "BankTransfers": bank_transfers.handle,
    "BatchPayments": batch_payments.handle,
    "Contacts": contacts.handle,
    "CreditNotes": credit_notes.handle,
    "Currencies": settings.currencies,
    "Invoices": invoices.handle,
    "Organisation": settings.organisation,
    "Journals": journals.handle,
    "ManualJournals": manual_journals.handle,
    "Organisations": settings.organisation,
    "Overpayments": unapplied.overpayments,
    "Payments": payments.handle,
    "Prepayments": unapplied.prepayments,
    "Reports": reports.handle,
    "TaxRates": tax_rates.handle,
    "TrackingCategories": tracking_categories.handle,
}
_BY_FOLDED_NAME = {name.casefold(): handle for name, handle in RESOURCES.items()}


def handle(organisation: Organisation, call: Call, now: datetime) -> Handled:
    """Answer one admitted call on the books of ``organisation`` at ``now`` (aware).

    ``Handled.applied`` names the objects that the request itself created or changed, and the
    contacts made on the way; not documents whose balance moved because of them. Whatever a
    client sends gets Xero's answer; an exception here is a fault of the sandbox.
    """
    visit = begin(organisation, call, now)
    resource = _BY_FOLDED_NAME.get(call.segments[0].casefold()) if call.segments else None
    try:
        if resource is None:
            raise exchange.not_found()
        return resource(visit)
    except exchange.Refused as refused:
        return Handled(json_answer(refused.status, refused.body), tuple(visit.applied))
