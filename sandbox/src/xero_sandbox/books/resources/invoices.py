"""Invoices and bills (facts: Xero API section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, journalise, query, refusals
from xero_sandbox.books.incoming import InvoiceIn
from xero_sandbox.books.resources import history, shown
from xero_sandbox.books.resources.papers import Family, apply, by_id, change, rows
from xero_sandbox.books.values import date_of, day, day_string, moment_of, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("invoices", InvoiceIn, "HasErrors")


def handle(visit: Visit) -> Handled:
    """Answer a call on /Invoices."""
    organisation = visit.organisation
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            return exchange.answer(visit, Invoices=[body_of(visit, _find(organisation, named))])
        case (("PUT" | "POST"), ()):
            return exchange.each(visit, WRITTEN, lambda _, sent: apply(visit, FAMILY, sent))
        case "POST", (named,):
            before = _find(organisation, named)
            return exchange.first(visit, WRITTEN, lambda sent: change(visit, FAMILY, sent, before))
        case _, (named, "History"):
            return history.handle(visit, _find(organisation, named).document_id)
        case _:
            raise exchange.not_implemented()


def _check_cap(visit: Visit, draft: Draft, before: Document | None) -> None:
    """Refuse an approval above the plan's monthly cap (facts: section 8, legacy plans)."""
    document = draft.document
    cap = visit.organisation.settings.cap(document.kind)
    approving = document.status == "AUTHORISED"
    if cap is None or not approving or (before is not None and before.status == "AUTHORISED"):
        return
    month = date_of(document.date)[:7]
    approved = sum(
        1
        for one in visit.organisation.documents.values()
        if one.kind == document.kind
        and one.status in journalise.LIVE
        and date_of(one.date)[:7] == month
    )
    if approved >= cap:
        draft.errors.append(refusals.PLAN_CAP.text)


def _find(organisation: Organisation, named: str) -> Document:
    found = by_id(organisation, FAMILY, named)
    if found is None:
        found = next(iter(_numbered(organisation, {named})), None)
    if found is None:
        raise exchange.not_found()
    return found


def _list(visit: Visit) -> Handled:
    numbers = query.wanted(visit, "InvoiceNumbers")
    known: Sequence[Document] = rows(visit, FAMILY)
    if numbers is not None:
        known = _numbered(visit.organisation, numbers)
    known = query.chosen_ids(visit, known, "IDs", lambda one: one.document_id)
    known = query.chosen_ids(visit, known, "ContactIDs", lambda one: one.contact_id)
    known = query.chosen(visit, known, "Statuses", lambda one: one.status)
    if query.flag(visit, "createdByMyApp"):
        known = [one for one in known if one.client_id == visit.call.client_id]
    term = visit.call.query.get("searchTerm", "").casefold()
    if term:
        known = [one for one in known if _mentions(visit.organisation, one, term)]
    listing = query.listing(visit, known, FIELDS, forced="Statuses" in visit.call.query)
    brief = query.flag(visit, "summaryOnly")
    whole = listing.paged and not brief
    bodies = [body_of(visit, one, whole=whole, brief=brief) for one in listing.rows]
    return exchange.answer(visit, **listing.block, Invoices=bodies)


def _numbered(organisation: Organisation, numbers: set[str]) -> list[Document]:
    sales = organisation.invoice_numbers.ids
    found = [organisation.documents[sales[number]] for number in numbers if number in sales]
    bills = organisation.documents.values()
    return found + [one for one in bills if one.kind == "ACCPAY" and one.number in numbers]


def _mentions(organisation: Organisation, document: Document, term: str) -> bool:
    contact = organisation.contacts[document.contact_id].name
    return any(term in text.casefold() for text in (document.number, document.reference, contact))


def body_of(visit: Visit, document: Document, *, whole: bool = True, brief: bool = False) -> Body:
    """Return an invoice as printed; ``whole`` with its lines, ``brief`` for summaryOnly."""
    organisation = visit.organisation
    body = shown.head(organisation, document)
    body["InvoiceNumber"] = document.number
    body["AmountDue"] = money(0 if document.status in NOTHING_DUE else document.due)
    body["AmountPaid"] = money(document.paid)
    body["AmountCredited"] = money(document.credited)
    body["SentToContact"] = document.sent
    body["IsDiscounted"] = any(
        line.discount_rate or line.discount_amount for line in document.lines
    )
    body["HasErrors"] = False
    if document.kind == "ACCREC":
        body["Reference"] = document.reference
    _dates(body, document)
    if document.url is not None:
        body["Url"] = document.url
    if document.branding_theme is not None:
        body["BrandingThemeID"] = document.branding_theme
    if brief:
        return body
    body["Payments"] = shown.payments(organisation, document) if document.payments else []
    if document.allocations:
        body.update(shown.credits_on(organisation, document))
    else:
        body["CreditNotes"], body["Prepayments"], body["Overpayments"] = [], [], []
    body["LineItems"] = shown.lines(visit, document) if whole else []
    return body


NOTHING_DUE = frozenset({"VOIDED", "DELETED"})
FAMILY = Family(
    ("ACCREC", "ACCPAY"),
    refusals.NOT_FOUND_HERE,
    lambda organisation: organisation.invoice_numbers,
    body_of,
    _check_cap,
)


def _dates(body: Body, document: Document) -> None:
    if document.due_date is not None:
        body["DueDateString"] = day_string(document.due_date)
        body["DueDate"] = day(document.due_date)
    if document.fully_paid is not None:
        body["FullyPaidOnDate"] = day(document.fully_paid)
    if document.expected is not None:
        body["ExpectedPaymentDate"] = day(document.expected)
    if document.planned is not None:
        body["PlannedPaymentDate"] = day(document.planned)


FIELDS: query.Fields[Document] = {
    "InvoiceID": lambda _, one: one.document_id,
    "InvoiceNumber": lambda _, one: one.number,
    "Type": lambda _, one: one.kind,
    "Status": lambda _, one: one.status,
    "Reference": lambda _, one: one.reference or None,
    "Date": lambda _, one: date_of(one.date),
    "DueDate": lambda _, one: None if one.due_date is None else date_of(one.due_date),
    "Total": lambda _, one: query.amount(one.total),
    "SubTotal": lambda _, one: query.amount(one.sub_total),
    "TotalTax": lambda _, one: query.amount(one.total_tax),
    "AmountDue": lambda _, one: query.amount(one.due),
    "AmountPaid": lambda _, one: query.amount(one.paid),
    "AmountCredited": lambda _, one: query.amount(one.credited),
    "CurrencyCode": lambda _, one: one.currency,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "FullyPaidOnDate": lambda _, one: None if one.fully_paid is None else date_of(one.fully_paid),
    "SentToContact": lambda _, one: one.sent,
    "Contact.ContactID": lambda _, one: one.contact_id,
    "Contact.Name": lambda visit, one: visit.organisation.contacts[one.contact_id].name,
    "Contact.ContactNumber": lambda visit, one: visit.organisation.contacts[one.contact_id].number,
}
