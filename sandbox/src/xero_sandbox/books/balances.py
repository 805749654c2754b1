"""What contacts owe and are owed, as Xero shows it on them (facts: Xero API section 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.journalise import CONTROL
from xero_sandbox.books.values import money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit

_SIDES = {"DEBTORS": "AccountsReceivable", "CREDITORS": "AccountsPayable"}
_INVOICES = frozenset({"ACCREC", "ACCPAY"})


# Not verified, see contact-balances.
def of_contacts(visit: Visit) -> Mapping[str, Body]:
    """Return ``Balances`` by ContactID, for contacts of whom anything is open.

    One pass over all documents, so that a page of contacts costs no more than one of them.
    Amounts are in the documents' own currencies, as Xero's are.
    """
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for document in visit.organisation.documents.values():
        if document.status == "AUTHORISED" and document.due:
            sides = found.setdefault(document.contact_id, {})
            side = _SIDES[CONTROL[document.kind][0]]
            outstanding, overdue = _open(document, visit.today)
            before = sides.get(side, (0, 0))
            sides[side] = (before[0] + outstanding, before[1] + overdue)
    return {contact_id: _shown(sides) for contact_id, sides in found.items()}


def _open(document: Document, today: int) -> tuple[int, int]:
    """Return what a document adds to (Outstanding, Overdue); credit is never overdue."""
    if document.kind not in _INVOICES:
        return -document.due, 0
    late = document.due_date is not None and document.due_date < today
    return document.due, document.due if late else 0


def _shown(sides: Mapping[str, tuple[int, int]]) -> Body:
    shown: Body = {}
    for side in _SIDES.values():
        outstanding, overdue = sides.get(side, (0, 0))
        shown[side] = {"Outstanding": money(outstanding), "Overdue": money(overdue)}
    return shown
