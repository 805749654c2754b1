"""Invoices and credit notes: how a request becomes a document (facts: Xero API sections 8, 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import events, heads, journalise, parties, refusals
from xero_sandbox.books.lines import Rules, read_lines
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import Document
from xero_sandbox.books.values import ZERO_ID, is_guid, read_day

if TYPE_CHECKING:
    from xero_sandbox.books.incoming import DocumentIn
    from xero_sandbox.books.visit import Visit

CREATABLE = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
MOVES = {
    "DRAFT": {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    "PAID": {"PAID", "AUTHORISED"},
    "VOIDED": set[str](),
    "DELETED": set[str](),
}
"""Which status may follow which (facts: Xero API section 8); PAID stays as it is."""

SALES = frozenset({"ACCREC", "ACCRECCREDIT"})
INVOICES = frozenset({"ACCREC", "ACCPAY"})
_COMPLETE = frozenset({"SUBMITTED", "AUTHORISED"})


@dataclass(slots=True)
class Draft:
    """A document on trial: nothing of it is in the books until ``keep``."""

    document: Document
    incoming: DocumentIn
    party: parties.Party | None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


# Not verified, see empty-parts.
def prepare(visit: Visit, incoming: DocumentIn, kind: str, before: Document | None) -> Draft:
    """Return the document that ``incoming`` asks for, with everything Xero would refuse."""
    errors: list[str] = []
    warnings: list[str] = []
    document = _copy(visit, kind, before)
    party = None
    if before is None or parties.named(incoming.contact):
        party = parties.resolve(visit, incoming.contact, errors)
        document.contact_id = party.contact.contact_id if party else ""
    draft = Draft(document, incoming, party, errors, warnings)
    _read_status(draft, before)
    _read_head(visit, draft)
    _read_extras(draft)
    _read_lines(visit, draft, before)
    document.sub_total, document.total_tax, document.total = heads.sums(
        document.lines, document.line_amount_types
    )
    heads.check_total(document.total, incoming.total, errors)
    _check_dates(visit, draft, before)
    return draft


def _copy(visit: Visit, kind: str, before: Document | None) -> Document:
    if before is not None:
        return msgspec.structs.replace(before, updated=visit.now)
    return Document(
        ZERO_ID,
        kind,
        "DRAFT",
        "",
        "",
        visit.today,
        [],
        visit.organisation.currency,
        updated=visit.now,
        client_id=visit.call.client_id,
    )


def _read_status(draft: Draft, before: Document | None) -> None:
    status = draft.incoming.status or draft.document.status
    if before is None:
        if status not in CREATABLE:
            draft.errors.append(refusals.NOT_CREATABLE.text)
            return
    elif status not in MOVES[before.status]:
        _refuse_move(draft, before, status)
        return
    elif before.status == "PAID":
        # Asking for AUTHORISED on a paid document changes nothing: money decides that status.
        status = "PAID"
    elif status == "VOIDED" and (before.paid or before.credited):
        draft.errors.append(refusals.ALLOCATED_NO_STATUS.say(status))
        return
    draft.document.status = status


def _refuse_move(draft: Draft, before: Document, status: str) -> None:
    if before.paid or before.credited:
        draft.errors.append(refusals.ALLOCATED_NO_STATUS.say(status))
    else:
        draft.errors.append(refusals.NOT_MODIFIABLE.text)


def _read_head(visit: Visit, draft: Draft) -> None:
    incoming, document, errors = draft.incoming, draft.document, draft.errors
    document.date = heads.day_of(incoming.date, document.date, errors)
    if incoming.due_date is not None:
        due = document.due_date or document.date
        document.due_date = heads.day_of(incoming.due_date, due, errors, refusals.NO_DUE_DATE)
    document.line_amount_types = heads.line_amount_types(
        incoming.line_amount_types, document.line_amount_types, errors
    )
    reference = heads.text_of("Reference", incoming.reference, document.reference, errors)
    if document.kind in SALES:
        document.reference = reference
    heads.text_of("Number", incoming.number, "", errors)
    if document.kind in INVOICES:
        document.url = heads.url_of(incoming.url, document.url, errors)
    document.currency = heads.currency_of(
        visit.organisation, incoming.currency_code, document.currency, errors
    )
    document.rate = heads.rate_of(
        visit.organisation, document.currency, incoming.currency_rate, document.rate, errors
    )


def _read_extras(draft: Draft) -> None:
    """Keep what only matters to people reading the document."""
    incoming, document = draft.incoming, draft.document
    if incoming.expected_payment_date is not None:
        document.expected = read_day(incoming.expected_payment_date)
    if incoming.planned_payment_date is not None:
        document.planned = read_day(incoming.planned_payment_date)
    theme = (incoming.branding_theme_id or "").lower()
    if is_guid(theme):
        document.branding_theme = theme
    if incoming.sent_to_contact is not None:
        document.sent = incoming.sent_to_contact


def _read_lines(visit: Visit, draft: Draft, before: Document | None) -> None:
    incoming, document = draft.incoming, draft.document
    complete = document.status in _COMPLETE
    sent = incoming.line_items
    if before is not None and not sent:
        document.lines = list(before.lines)
        if before.status not in _COMPLETE and complete:
            _check_kept_lines(draft)
    else:
        rules = Rules(
            document.line_amount_types,
            complete,
            bank=False,
            discounts=document.kind == "ACCREC",
            errors=draft.errors,
            warnings=draft.warnings,
        )
        document.lines = read_lines(
            visit, sent or [], before.lines if before is not None else [], rules
        )
    if not document.lines and document.status not in {"VOIDED", "DELETED"}:
        draft.errors.append(refusals.NO_LINES.text)


def _check_kept_lines(draft: Draft) -> None:
    """Approving a draft without sending its lines again still needs them to be whole."""
    for line in draft.document.lines:
        if line.account_id is None:
            draft.errors.append(refusals.NO_ACCOUNT.text)
        if not line.tax_type:
            draft.errors.append(refusals.NO_TAX_TYPE.text)
        if not line.description:
            draft.errors.append(refusals.DESCRIPTION_MISSING.text)


def _check_dates(visit: Visit, draft: Draft, before: Document | None) -> None:
    document = draft.document
    if (
        document.status == "AUTHORISED"
        and document.due_date is None
        and (document.kind in INVOICES)
    ):
        draft.errors.append(refusals.NO_DUE_DATE.text)
    if before is not None and before.status in journalise.LIVE:
        reason = locked_for_edit(visit.organisation, before.date)
    else:
        reason = None
    if reason is None and document.status in journalise.LIVE:
        reason = locked(visit.organisation, document.date)
    if reason is not None:
        draft.errors.append(reason)


_FROZEN = ("date", "line_amount_types", "currency", "rate", "sub_total", "total_tax", "total")
_FROZEN_LINE = ("quantity", "unit_amount", "line_amount", "tax_amount", "tax_type")


# Not verified, see paid-bill-edit.
def check_frozen(draft: Draft, before: Document) -> None:
    """Refuse an edit of a paid or allocated document that touches its money (section 8)."""
    if not (before.paid or before.credited):
        return
    after = draft.document
    same = all(getattr(after, name) == getattr(before, name) for name in _FROZEN)
    lines = len(after.lines) == len(before.lines) and all(
        old.line_id == new.line_id
        and all(getattr(old, name) == getattr(new, name) for name in _FROZEN_LINE)
        for old, new in zip(before.lines, after.lines, strict=True)
    )
    # Paid in money the contact may still change, but not where credit was applied.
    kept_contact = not before.credited or after.contact_id == before.contact_id
    if not (same and lines and kept_contact):
        if before.status == "PAID":
            draft.errors.append(refusals.NOT_MODIFIABLE.text)
        draft.errors.append(refusals.ALLOCATED_NO_EDIT.text)


def keep(visit: Visit, draft: Draft, before: Document | None) -> Document:
    """Put a document that nothing is wrong with into the books and journalise it."""
    document = draft.document
    if draft.party is not None and draft.party.changed:
        parties.keep(visit, draft.party.contact)
    if before is None:
        document.document_id = visit.new_id()
    elif _unmoved(document, before):
        document.updated = before.updated
    settle_status(document, document.date)
    journalise.document(visit.organisation, document)
    visit.organisation.documents[document.document_id] = document
    if document.status in journalise.LIVE:
        contact = visit.organisation.contacts[document.contact_id]
        contact.is_customer |= document.kind in SALES
        contact.is_supplier |= document.kind not in SALES
    was = None if before is None else before.status
    events.kept(visit, document.document_id, was, document.status)
    visit.applied.append(document.document_id)
    return document


# Not verified, see updated-part-paid.
def _unmoved(after: Document, before: Document) -> bool:
    """Return whether a change does not count for UpdatedDateUTC (facts: Xero API section 4).

    On a part-paid document DueDate and SentToContact do not.
    """
    if before.status != "AUTHORISED" or not (before.paid or before.credited):
        return False
    same = {"due_date": before.due_date, "sent": before.sent, "updated": before.updated}
    return msgspec.structs.replace(after, **same) == before


def settle_status(document: Document, date: int) -> None:
    """Turn an approved document PAID when nothing is due, and back when something is.

    A document over nil is PAID at once.
    """
    if document.status == "AUTHORISED" and document.due == 0:
        document.status = "PAID"
        document.fully_paid = date
    elif document.status == "PAID" and document.due != 0:
        document.status = "AUTHORISED"
        document.fully_paid = None
