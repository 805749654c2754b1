"""Credit notes and their allocations (facts: Xero API section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import documents, exchange, query, refusals
from xero_sandbox.books.incoming import CreditNoteIn, InvoiceIn
from xero_sandbox.books.resources import allocations, history, shown
from xero_sandbox.books.values import ZERO_ID, date_of, day, day_string, moment_of, money

if TYPE_CHECKING:
    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

KINDS = ("ACCRECCREDIT", "ACCPAYCREDIT")


def handle(visit: Visit) -> Handled:
    """Answer a call on /CreditNotes."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = _find(visit.organisation, named)
            return exchange.answer(visit, CreditNotes=[body_of(visit, found)])
        case (("PUT" | "POST"), ()):
            sent = exchange.read(visit, "credit_notes", CreditNoteIn)
            outcomes = [_apply(visit, _as_document(one)) for one in sent]
            return exchange.batch(visit, "CreditNotes", outcomes)
        case "POST", (named,):
            before = _find(visit.organisation, named)
            incoming = exchange.read(visit, "credit_notes", CreditNoteIn)[0]
            outcome = _change(visit, _as_document(incoming), before)
            return exchange.single(visit, "CreditNotes", outcome)
        case _, (named, "Allocations", *rest):
            return allocations.handle(visit, _allocatable(visit.organisation, named), rest)
        case _, (named, "History"):
            return history.handle(visit, _find(visit.organisation, named).document_id)
        case _:
            raise exchange.not_implemented()


def _as_document(sent: CreditNoteIn) -> InvoiceIn:
    """Return the request in the shape that all documents are read from."""
    return InvoiceIn(
        invoice_id=sent.credit_note_id,
        invoice_number=sent.credit_note_number,
        type=sent.type,
        contact=sent.contact,
        line_items=sent.line_items,
        date=sent.date,
        due_date=sent.due_date,
        line_amount_types=sent.line_amount_types,
        reference=sent.reference,
        branding_theme_id=sent.branding_theme_id,
        currency_code=sent.currency_code,
        currency_rate=sent.currency_rate,
        status=sent.status,
        sent_to_contact=sent.sent_to_contact,
        total=sent.total,
    )


def _apply(visit: Visit, incoming: InvoiceIn) -> Outcome:
    organisation = visit.organisation
    if visit.call.method == "POST":
        if incoming.invoice_id and incoming.invoice_id != ZERO_ID:
            found = organisation.documents.get(incoming.invoice_id.lower())
            if found is None or found.kind not in KINDS:
                body: Body = {"CreditNoteID": incoming.invoice_id}
                return exchange.Outcome(body, [refusals.CREDIT_NOTE_UNKNOWN.text])
            return _change(visit, incoming, found)
        taken = organisation.credit_numbers.ids.get(incoming.invoice_number or "")
        if taken is not None and incoming.type in {"ACCRECCREDIT", None}:
            return _change(visit, incoming, organisation.documents[taken])
    return _create(visit, incoming)


def _create(visit: Visit, incoming: InvoiceIn) -> Outcome:
    kind = incoming.type if incoming.type in KINDS else "ACCRECCREDIT"
    draft = documents.prepare(visit, incoming, kind, None)
    if incoming.type not in KINDS:
        draft.errors.insert(0, refusals.TYPE_NOT_VALID.say(incoming.type))
    _number(visit.organisation, draft, None)
    return _settle(visit, draft, None)


def _change(visit: Visit, incoming: InvoiceIn, before: Document) -> Outcome:
    if before.status in {"VOIDED", "DELETED"}:
        return exchange.Outcome(body_of(visit, before), [refusals.NOT_MODIFIABLE.text])
    draft = documents.prepare(visit, incoming, before.kind, before)
    if incoming.type not in {None, before.kind}:
        draft.errors.append(refusals.TYPE_NOT_VALID.say(incoming.type))
    _number(visit.organisation, draft, before)
    documents.check_frozen(draft, before)
    return _settle(visit, draft, before)


def _settle(visit: Visit, draft: Draft, before: Document | None) -> Outcome:
    if not draft.errors:
        kept = documents.keep(visit, draft, before)
        visit.organisation.credit_numbers.keep(kept, before)
    body = shown.draft_contact(body_of(visit, draft.document), draft)
    return exchange.Outcome(body, draft.errors, draft.warnings)


def _number(organisation: Organisation, draft: Draft, before: Document | None) -> None:
    """Give the note its number; those of sales are unique in a number space of their own."""
    document = draft.document
    document.number = draft.incoming.invoice_number or document.number
    organisation.credit_numbers.give(draft, before)


def _find(organisation: Organisation, named: str) -> Document:
    found = organisation.documents.get(named.lower())
    if found is None:
        found = organisation.documents.get(organisation.credit_numbers.ids.get(named, ""))
    if found is None or found.kind not in KINDS:
        raise exchange.not_found()
    return found


def _allocatable(organisation: Organisation, named: str) -> Document:
    found = organisation.documents.get(named.lower())
    if found is None or found.kind not in KINDS:
        raise exchange.invalid(refusals.CREDIT_NOTE_UNKNOWN.text, {"CreditNoteID": named})
    return found


def _list(visit: Visit) -> Handled:
    rows = [one for one in visit.organisation.documents.values() if one.kind in KINDS]
    ids = query.wanted_ids(visit, "IDs")
    if ids is not None:
        rows = [one for one in rows if one.document_id in ids]
    listing = query.listing(visit, rows, FIELDS)
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
