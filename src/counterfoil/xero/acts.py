"""Voiding, deleting, taking allocations off and renumbering: the calls, and what they left.

Invoices, credit notes and journals are voided; payments, bank transactions and transfers are
deleted; an allocation is deleted from its credit (facts: Xero API sections 8 to 14).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from counterfoil.core.conversion import ENDING, Act
from counterfoil.posting.records import Link
from counterfoil.posting.target import GONE as NOT_THERE
from counterfoil.posting.target import Existing, Looked, Shape, Standing, Verdict
from counterfoil.xero import decode, read
from counterfoil.xero.decode.elements import IDS, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.posting.records import Frozen, PostingKey
    from counterfoil.posting.target import Answer
    from counterfoil.xero.decode import ElementResult

GONE = frozenset({"DELETED", "VOIDED"})
"""Statuses of what counts for nothing any more."""
PREPAID = ("Overpayments", "Prepayments")
"""The resources that show the credit which a bank transaction opened."""
ENDS = MappingProxyType({Act.VOID: "VOIDED", Act.DELETE: "DELETED"})
"""The status that an act gives its object."""


def is_ending(request: Frozen) -> bool:
    """Tell whether a request takes something back; such a request has one member."""
    return request.members[0].act in ENDING


def end(act: Act, existing: Existing) -> Shape:
    """Return the call that voids, deletes or deallocates an object."""
    resource, xero_id, credit = existing
    if act is Act.DEALLOCATE:
        return Shape("DELETE", f"/{credit}/Allocations/{xero_id}", (), b"")
    if resource == "Payments":
        return _stated(existing, {"Status": ENDS[act]})
    return _stated(existing, {IDS[resource]: xero_id, "Status": ENDS[act]})


def renumber(existing: Existing, number: str) -> Shape:
    """Return the call that gives an invoice or credit note another number."""
    resource, xero_id, _ = existing
    return _stated(existing, {IDS[resource]: xero_id, NUMBERS[resource]: number})


def _stated(existing: Existing, fields: dict[str, str]) -> Shape:
    """Return a POST of these fields; of what they leave out Xero changes nothing."""
    resource, xero_id, _ = existing
    body = msgspec.json.encode({resource: [fields]})
    if resource == "Payments":
        # Xero's file describes this one body without its resource's name.
        body = msgspec.json.encode(fields)
    return Shape("POST", f"/{resource}/{xero_id}", (), body)


def existing_of(request: Frozen) -> Existing:
    """Return what a request takes back, read from its path."""
    _, *parts = request.path.split("/")
    credit = "/".join(parts[:2]) if len(parts) > 2 else ""  # noqa: PLR2004 -- an allocation's path
    return Existing(request.resource, parts[-1], credit)


def read_standing(existing: Existing) -> read.Reads[Standing]:
    """Read how an object stands, an allocation from its credit."""
    resource, xero_id, path = existing
    if path:
        return (yield from _allocated(xero_id, path))
    element = yield from read.one(resource, xero_id)
    if element is None and resource == "BankTransactions":
        # Prepaid money goes by its credit's id, which is that of no bank transaction.
        _, element = yield from _first(PREPAID, xero_id)
    return NOT_THERE if element is None else _standing(element)


def _allocated(xero_id: str, path: str) -> read.Reads[Standing]:
    """Read how an allocation stands, from its credit.

    Whether prepaid money is an overpayment or a prepayment is told by today's setting, which may
    have been another when it came: what is not there as the one is looked for as the other.
    """
    resource, credit_id = path.split("/")
    others = [one for one in PREPAID if one != resource] if resource in PREPAID else []
    at, credit = yield from _first((resource, *others), credit_id)
    found = [one for one in credit.allocations if one.xero_id == xero_id] if credit else []
    standing = [one for one in found if not one.deleted]
    if not standing:
        return NOT_THERE
    return Standing(ended=False, date=standing[0].date, credit=f"{at}/{credit_id}")


def _first(resources: Iterable[str], xero_id: str) -> read.Reads[tuple[str, ElementResult | None]]:
    """Read an object from the first of these resources that shows it, and say which it was."""
    for resource in resources:
        element = yield from read.credit(resource, xero_id)
        if element is not None:
            return resource, element
    return "", None


def _standing(element: ElementResult) -> Standing:
    on_it = (*element.payments, *element.allocations)
    return Standing(
        element.status in GONE,
        element.number,
        element.status,
        element.date,
        settled(element),
        element.reconciled,
        tuple(one.xero_id for one in on_it if not one.deleted),
    )


def settled(element: ElementResult) -> str:
    """Say what ties an object's sums down in Xero; empty where nothing does."""
    if element.reconciled:
        return "it is reconciled with a bank statement"
    applied = [one for one in (*element.payments, *element.allocations) if not one.deleted]
    due, totals = element.amount_due, element.totals
    if applied or (due is not None and totals is not None and due != totals.total):
        return "money or credit has been applied to it"
    return ""


def judge(request: Frozen, answer: Answer) -> tuple[Verdict, ...] | None:
    """Read the answer to such a call; None when it does not say that the object has ended.

    Xero's clients and its file differ in what a deleted allocation is answered with, so that its
    credit is read instead where the answer is not understood.
    """
    try:
        elements = decode.read_elements(request.resource, answer.body)
    except decode.Unreadable:
        return None
    if len(elements) != 1:
        return None
    element, existing = elements[0], existing_of(request)
    if element.errors or element.outcome == "ERROR":
        return (Verdict(None, element.errors or decode.problem(answer).messages),)
    ended = existing.credit or element.status in GONE
    if answer.status >= 300 or not ended or element.xero_id != existing.xero_id:  # noqa: PLR2004
        return None
    return (Verdict(_link(existing, element.number, element.status)),)


def look_up(request: Frozen) -> read.Reads[dict[PostingKey, Looked]]:
    """Read the object that a call was to end: the effect is there if it has ended."""
    existing = existing_of(request)
    found = yield from read_standing(existing)
    link = _link(existing, found.number, found.status, source="look-up")
    return {request.members[0]: Looked((link,) if found.ended else ())}


def _link(existing: Existing, number: str, status: str, *, source: str = "answer") -> Link:
    return Link(existing.xero_id, number, status or "DELETED", source=source)
