"""Invoices and bills (facts: Xero API section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import documents, exchange, journalise, query, refusals
from xero_sandbox.books.incoming import InvoiceIn
from xero_sandbox.books.resources import history, shown
from xero_sandbox.books.values import ZERO_ID, date_of, day, day_string, moment_of, money

if TYPE_CHECKING:
    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

KINDS = ("ACCREC", "ACCPAY")


def handle(visit: Visit) -> Handled:
    """Answer a call on /Invoices."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            return _one(visit, named)
        case (("PUT" | "POST"), ()):
            return _write(visit)
        case "POST", (named,):
            return _update(visit, named)
        case _, (named, "History"):
            return history.handle(visit, _find(visit.organisation, named).document_id)
        case _:
            raise exchange.not_implemented()


def _write(visit: Visit) -> Handled:
    sent = exchange.read(visit, "invoices", InvoiceIn)
    outcomes = [_apply(visit, one) for one in sent]
    return exchange.batch(visit, "Invoices", outcomes)


def _update(visit: Visit, named: str) -> Handled:
    before = _find(visit.organisation, named)
    incoming = exchange.read(visit, "invoices", InvoiceIn)[0]
    return exchange.single(visit, "Invoices", _change(visit, incoming, before))


def _apply(visit: Visit, incoming: InvoiceIn) -> Outcome:
    """Create or update one; only POST updates, by id or by the number of a sales invoice."""
    organisation = visit.organisation
    if visit.call.method == "POST":
        if incoming.invoice_id and incoming.invoice_id != ZERO_ID:
            found = organisation.documents.get(incoming.invoice_id.lower())
            if found is None or found.kind not in KINDS:
                body: Body = {"InvoiceID": incoming.invoice_id}
                return exchange.Outcome(body, [refusals.NOT_FOUND_HERE.text])
            return _change(visit, incoming, found)
        taken = organisation.invoice_numbers.ids.get(incoming.invoice_number or "")
        if taken is not None and incoming.type in {"ACCREC", None}:
            return _change(visit, incoming, organisation.documents[taken])
    return _create(visit, incoming)


def _create(visit: Visit, incoming: InvoiceIn) -> Outcome:
    kind = incoming.type if incoming.type in KINDS else "ACCREC"
    draft = documents.prepare(visit, incoming, kind, None)
    if incoming.type not in KINDS:
        draft.errors.insert(0, refusals.TYPE_NOT_VALID.say(incoming.type))
    _number(visit.organisation, draft, None)
    _check_cap(visit, draft, None)
    return _settle(visit, draft, None)


def _change(visit: Visit, incoming: InvoiceIn, before: Document) -> Outcome:
    if before.status in {"VOIDED", "DELETED"}:
        return exchange.Outcome(body_of(visit, before), [refusals.NOT_MODIFIABLE.text])
    draft = documents.prepare(visit, incoming, before.kind, before)
    if incoming.type not in {None, before.kind}:
        draft.errors.append(refusals.TYPE_NOT_VALID.say(incoming.type))
    _number(visit.organisation, draft, before)
    documents.check_frozen(draft, before)
    _check_cap(visit, draft, before)
    return _settle(visit, draft, before)


def _settle(visit: Visit, draft: Draft, before: Document | None) -> Outcome:
    if not draft.errors:
        kept = documents.keep(visit, draft, before)
        visit.organisation.invoice_numbers.keep(kept, before)
    body = shown.draft_contact(body_of(visit, draft.document), draft)
    return exchange.Outcome(body, draft.errors, draft.warnings)


def _number(organisation: Organisation, draft: Draft, before: Document | None) -> None:
    """Give the document its number; sales numbers are unique, voided ones stay taken."""
    document = draft.document
    sent = draft.incoming.invoice_number
    if sent is not None and (sent or document.kind == "ACCPAY"):
        document.number = sent
    organisation.invoice_numbers.give(draft, before)


def _check_cap(visit: Visit, draft: Draft, before: Document | None) -> None:
    """Refuse an approval above the plan's monthly cap (facts: section 8, legacy plans)."""
    document, settings = draft.document, visit.organisation.settings
    cap = settings.sales_cap if document.kind == "ACCREC" else settings.purchases_cap
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
    found = organisation.documents.get(named.lower())
    if found is None:
        number_id = organisation.invoice_numbers.ids.get(named, "")
        found = organisation.documents.get(number_id)
    if found is None:
        bills = organisation.documents.values()
        found = next((b for b in bills if b.kind == "ACCPAY" and b.number == named), None)
    if found is None or found.kind not in KINDS:
        raise exchange.not_found()
    return found


def _one(visit: Visit, named: str) -> Handled:
    found = _find(visit.organisation, named)
    return exchange.answer(visit, Invoices=[body_of(visit, found)])


def _list(visit: Visit) -> Handled:
    known = visit.organisation.documents
    numbers = query.wanted(visit, "InvoiceNumbers")
    if numbers is not None:
        rows = _numbered(visit.organisation, numbers)
    else:
        rows = [one for one in known.values() if one.kind in KINDS]
    ids = query.wanted_ids(visit, "IDs")
    if ids is not None:
        rows = [one for one in rows if one.document_id in ids]
    contacts = query.wanted_ids(visit, "ContactIDs")
    if contacts is not None:
        rows = [one for one in rows if one.contact_id in contacts]
    statuses = query.wanted(visit, "Statuses")
    if statuses is not None:
        rows = [one for one in rows if one.status in statuses]
    if visit.call.query.get("createdByMyApp", "").lower() == "true":
        rows = [one for one in rows if one.client_id == visit.call.client_id]
    term = visit.call.query.get("searchTerm", "").casefold()
    if term:
        rows = [one for one in rows if _mentions(visit.organisation, one, term)]
    listing = query.listing(visit, rows, FIELDS, forced=statuses is not None)
    brief = visit.call.query.get("summaryOnly", "").lower() == "true"
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
