"""Overpayments and prepayments: read, and allocated to invoices (facts: sections 9 and 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, query
from xero_sandbox.books.cash import OVERPAYMENTS, PREPAYMENTS
from xero_sandbox.books.resources import allocations, history, shown
from xero_sandbox.books.values import date_of, moment_of, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled


def overpayments(visit: Visit) -> Handled:
    """Answer a call on /Overpayments."""
    return _handle(visit, "Overpayments", OVERPAYMENTS)


def prepayments(visit: Visit) -> Handled:
    """Answer a call on /Prepayments."""
    return _handle(visit, "Prepayments", PREPAYMENTS)


def _handle(visit: Visit, name: str, kinds: tuple[str, str]) -> Handled:
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit, name, kinds)
        case "GET", (named,):
            return exchange.answer(visit, **{name: [body_of(visit, _find(visit, named, kinds))]})
        case _, (named, "Allocations", *rest):
            return allocations.handle(visit, _find(visit, named, kinds), rest)
        case "GET", (named, "History"):
            return history.handle(visit, _find(visit, named, kinds).document_id)
        case "PUT" | "POST", (named, "History"):
            return history.refuse(visit)
        case _:
            raise exchange.not_implemented()


def _list(visit: Visit, name: str, kinds: tuple[str, str]) -> Handled:
    rows: Sequence[Document] = [
        one for one in visit.organisation.documents.values() if one.kind in kinds
    ]
    # Each resource's parameter is the one that Xero's file gives it; both mean the reference.
    parameter = "References" if name == "Overpayments" else "InvoiceNumbers"
    rows = query.chosen(visit, rows, parameter, lambda one: one.reference)
    listing = query.listing(visit, rows, FIELDS)
    bodies = [body_of(visit, one, whole=listing.paged) for one in listing.rows]
    return exchange.answer(visit, **listing.block, **{name: bodies})


def _find(visit: Visit, named: str, kinds: tuple[str, str]) -> Document:
    found = visit.organisation.documents.get(named.lower())
    if found is None or found.kind not in kinds:
        raise exchange.not_found()
    return found


def body_of(visit: Visit, document: Document, *, whole: bool = True) -> Body:
    """Return an overpayment or prepayment as printed."""
    body = shown.head(visit.organisation, document)
    if document.reference:
        body["Reference"] = document.reference
    body["RemainingCredit"] = money(document.due)
    body["Allocations"] = shown.allocations(visit.organisation, document)
    body["Payments"] = shown.payments(visit.organisation, document)
    body["LineItems"] = shown.lines(visit, document) if whole else []
    return body


FIELDS: query.Fields[Document] = {
    "OverpaymentID": lambda _, one: one.document_id,
    "PrepaymentID": lambda _, one: one.document_id,
    "Type": lambda _, one: one.kind,
    "Reference": lambda _, one: one.reference or None,
    "Status": lambda _, one: one.status,
    "Date": lambda _, one: date_of(one.date),
    "Total": lambda _, one: query.amount(one.total),
    "RemainingCredit": lambda _, one: query.amount(one.due),
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "Contact.ContactID": lambda _, one: one.contact_id,
}
