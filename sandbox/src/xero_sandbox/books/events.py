"""What Xero writes into the history of an object by itself (facts: Xero API section 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.records import Note
from xero_sandbox.books.values import day_words, money_text

if TYPE_CHECKING:
    from xero_sandbox.books.visit import Visit

USER = "System Generated"
"""Who makes every change that comes through the API (Xero's page on history)."""

MOST = 1000
_RECEIVED = "Received through the Xero API from Xero sandbox"
_OF_STATUS = {
    "SUBMITTED": "Submitted",
    "AUTHORISED": "Approved",
    "POSTED": "Posted",
    "VOIDED": "Voided",
    "DELETED": "Deleted",
    "ARCHIVED": "Archived",
}


# Not verified, see history-records.
def record(visit: Visit, object_id: str, changes: str, details: str = _RECEIVED) -> None:
    """Write that something happened to an object; a full history stays as it is."""
    kept = visit.organisation.notes.setdefault(object_id, [])
    if len(kept) < MOST:
        kept.append(Note(changes, details, USER, visit.now))


def kept(visit: Visit, object_id: str, before: str | None, status: str) -> None:
    """Write what keeping an object means: ``before`` is its last status, None if it is new."""
    # Money alone makes a document PAID, so that is no step of a person's.
    was, now = _unpaid(before), _unpaid(status)
    if was is None:
        record(visit, object_id, "Created")
    if now != was and now in _OF_STATUS:
        record(visit, object_id, _OF_STATUS[now])
    elif was is not None:
        record(visit, object_id, "Edited")


def _unpaid(status: str | None) -> str | None:
    return "AUTHORISED" if status == "PAID" else status


def paid(visit: Visit, document_id: str, cents: int, date: int) -> None:
    """Write a payment into the history of what it pays."""
    record(visit, document_id, "Paid", f"Payment of {money_text(cents)} on {day_words(date)}.")


def unpaid(visit: Visit, document_id: str, cents: int, date: int) -> None:
    """Write that a payment was deleted into the history of what it paid."""
    details = f"Payment of {money_text(cents)} on {day_words(date)} was deleted."
    record(visit, document_id, "Edited", details)


def credited(visit: Visit, document_id: str, cents: int, date: int) -> None:
    """Write applied credit into the history of the credit or of the invoice."""
    details = f"Credit of {money_text(cents)} on {day_words(date)}."
    record(visit, document_id, "Credit Applied", details)


def uncredited(visit: Visit, document_id: str, cents: int, date: int) -> None:
    """Write that applied credit was taken back."""
    details = f"Credit of {money_text(cents)} on {day_words(date)} was removed."
    record(visit, document_id, "Edited", details)
