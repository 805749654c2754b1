"""The history of an object, and notes on it (facts: Xero API section 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, refusals
from xero_sandbox.books.events import MOST, USER
from xero_sandbox.books.incoming import HistoryIn
from xero_sandbox.books.records import Note
from xero_sandbox.books.values import moment, moment_string

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

_LONGEST = 2500


def handle(visit: Visit, object_id: str) -> Handled:
    """Answer a call on /{Endpoint}/{id}/History."""
    if visit.call.method == "GET":
        notes = visit.organisation.notes.get(object_id, [])
        return exchange.answer(visit, HistoryRecords=[_body(note) for note in reversed(notes)])
    # Xero's page on history has POST do the same as PUT, its OpenAPI file has no POST.
    if visit.call.method not in {"PUT", "POST"}:
        raise exchange.not_implemented()
    outcomes = [
        _add(visit, object_id, one) for one in exchange.read(visit, "history_records", HistoryIn)
    ]
    return exchange.batch(visit, "HistoryRecords", outcomes, None)


def refuse(visit: Visit) -> Handled:
    """Refuse notes where Xero only lists them: on over- and prepayments (section 19)."""
    sent = exchange.read(visit, "history_records", HistoryIn)
    text = refusals.NOT_FOUND_HERE.text
    outcomes = [exchange.Outcome({"Details": one.details or ""}, [text]) for one in sent]
    return exchange.batch(visit, "HistoryRecords", outcomes, None)


def _add(visit: Visit, object_id: str, incoming: HistoryIn) -> exchange.Outcome:
    details = incoming.details or ""
    notes = visit.organisation.notes.setdefault(object_id, [])
    if not 1 <= len(details) <= _LONGEST or len(notes) >= MOST:
        refusal = refusals.HISTORY_DETAILS.say(_LONGEST)
        return exchange.Outcome({"Details": details[:_LONGEST]}, [refusal])
    note = Note("Note", details, USER, visit.now)
    notes.append(note)
    return exchange.Outcome(_body(note))


def _body(note: Note) -> Body:
    return {
        "Changes": note.changes,
        "Details": note.details,
        "User": note.user,
        "DateUTC": moment(note.at),
        "DateUTCString": moment_string(note.at)[:19],
    }
