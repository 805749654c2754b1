"""Credit notes and their allocations (facts: Xero API section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, query, refusals
from xero_sandbox.books.incoming import CreditNoteIn
from xero_sandbox.books.resources import allocations, history, shown
from xero_sandbox.books.resources.papers import Family, apply, by_id, change, rows
from xero_sandbox.books.values import date_of, day, day_string, moment_of, money

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("credit_notes", CreditNoteIn, "HasErrors")


def handle(visit: Visit) -> Handled:
    """Answer a call on /CreditNotes."""
    organisation = visit.organisation
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            return exchange.answer(visit, CreditNotes=[body_of(visit, _find(organisation, named))])
        case (("PUT" | "POST"), ()):
            return exchange.each(visit, WRITTEN, lambda _, sent: apply(visit, FAMILY, sent))
        case "POST", (named,):
            before = _find(organisation, named)
            return exchange.first(visit, WRITTEN, lambda sent: change(visit, FAMILY, sent, before))
        case _, (named, "Allocations", *rest):
            return allocations.handle(visit, _allocatable(organisation, named), rest)
        case _, (named, "History"):
            return history.handle(visit, _find(organisation, named).document_id)
        case _:
            raise exchange.not_implemented()


def _find(organisation: Organisation, named: str) -> Document:
    found = by_id(organisation, FAMILY, named)
    if found is None:
        found = organisation.documents.get(organisation.credit_numbers.ids.get(named, ""))
    if found is None:
        raise exchange.not_found()
    return found


def _allocatable(organisation: Organisation, named: str) -> Document:
    found = by_id(organisation, FAMILY, named)
    if found is None:
        body: Body = {"CreditNote": {"CreditNoteID": named}}
        raise exchange.invalid(refusals.CREDIT_NOTE_UNKNOWN.text, body)
    return found


def _list(visit: Visit) -> Handled:
    known = query.chosen_ids(visit, rows(visit, FAMILY), "IDs", lambda one: one.document_id)
    listing = query.listing(visit, known, FIELDS)
    bodies = [body_of(visit, one, whole=listing.paged) for one in listing.rows]
    return exchange.answer(visit, **listing.block, CreditNotes=bodies)


def body_of(visit: Visit, document: Document, *, whole: bool = True) -> Body:
    """Return a credit note as printed; ``whole`` with its lines."""
    organisation = visit.organisation
    body = shown.head(organisation, document)
    body["CreditNoteNumber"] = document.number
    live = document.status not in {"VOIDED", "DELETED"}
    body["RemainingCredit"] = money(document.due if live else 0)
    body["SentToContact"] = document.sent
    body["HasErrors"] = False
    if document.kind == "ACCRECCREDIT":
        body["Reference"] = document.reference
    if document.due_date is not None:
        body["DueDateString"] = day_string(document.due_date)
        body["DueDate"] = day(document.due_date)
    if document.fully_paid is not None:
        body["FullyPaidOnDate"] = day(document.fully_paid)
    if document.branding_theme is not None:
        body["BrandingThemeID"] = document.branding_theme
    body["Payments"] = shown.payments(organisation, document)
    body["Allocations"] = shown.allocations(organisation, document)
    body["LineItems"] = shown.lines(visit, document) if whole else []
    return body


FAMILY = Family(
    ("ACCRECCREDIT", "ACCPAYCREDIT"),
    refusals.CREDIT_NOTE_UNKNOWN,
    lambda organisation: organisation.credit_numbers,
    body_of,
    lambda _visit, _draft, _before: None,
)
FIELDS: query.Fields[Document] = {
    "CreditNoteID": lambda _, one: one.document_id,
    "CreditNoteNumber": lambda _, one: one.number,
    "Type": lambda _, one: one.kind,
    "Status": lambda _, one: one.status,
    "Reference": lambda _, one: one.reference or None,
    "Date": lambda _, one: date_of(one.date),
    "Total": lambda _, one: query.amount(one.total),
    "RemainingCredit": lambda _, one: query.amount(one.due),
    "CurrencyCode": lambda _, one: one.currency,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "Contact.ContactID": lambda _, one: one.contact_id,
    "Contact.Name": lambda visit, one: visit.organisation.contacts[one.contact_id].name,
}
