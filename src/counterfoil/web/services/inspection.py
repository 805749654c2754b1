"""A firm's record for an inspector: who posted what and when, each request and each answer.

One zip file that any program opens, whose hashes can be checked without ours. It holds what the
database holds of a span of days and is written row by row, so that a large firm's fits in memory.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.web import sql
from counterfoil.web.audit import Break, moment
from counterfoil.web.models.packed import unpacked
from counterfoil.web.services import record
from counterfoil.web.services.zipping import Zipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from counterfoil.web.audit import Head
    from counterfoil.web.models import Firm

Span = tuple[int, dt.datetime, dt.datetime]
"""The firm's number, the first moment, and the one behind the last."""
ENTRIES = """
    SELECT sequence, organisation_id, {}, events, events_sha256, mac FROM web_auditentry
    WHERE firm_id = %s AND at >= %s AND at < %s ORDER BY sequence"""
REQUESTS = """
    SELECT r.id, {}, r.key, r.method, r.path, r.query, r.sha256, r.seal, r.body
    FROM web_request r
    WHERE r.firm_id = %s AND r.frozen_at >= %s AND r.frozen_at < %s ORDER BY r.id"""
MEMBERS = """
    SELECT m.request_id, p.kind, p.source_id, p.part, p.act
    FROM web_requestmember m JOIN web_posting p ON p.id = m.posting_id
    JOIN web_request r ON r.id = m.request_id
    WHERE r.firm_id = %s AND r.frozen_at >= %s AND r.frozen_at < %s
    ORDER BY m.request_id, m.position"""
ANSWERS = """
    SELECT a.request_id, {}, a.status, a.correlation_id, a.late, a.sha256, a.seal, a.body
    FROM web_answer a JOIN web_request r ON r.id = a.request_id
    WHERE a.firm_id = %s AND r.frozen_at >= %s AND r.frozen_at < %s ORDER BY a.id"""
READ_ME = """\
The record of {firm}, from {since} to {until} by the clocks of {zone}, written out on {now}.
Times in its tables are UTC.

{verdict}

events.csv     who did what and when, one line for each event: the entry of the chain it belongs
               to and its place in it, time, person or program, what was done, the document, and
               the state before and after.
entries.csv    the chain itself, one line for each commit: events_sha256 is over that commit's
               events, mac binds the entry to the one before. The key of mac is not in the
               database and not in here; counterfoil verify-audit checks it.
requests.csv   every call to Xero as it was written down before it left: time, key, address, the
               SHA-256 of its body, and the seal over all of that.
postings.csv   which documents each call carried, in the order of the body's elements.
answers.csv    what came back for each call: time, status, Xero's correlation id, the SHA-256 of
               the body, and the seal. late says that it came to a sender that had been replaced.
bodies/        the bodies, named by their SHA-256: sha256sum FILE shows the name. A body that is
               not here was let go when its keeping time was over; its SHA-256 stays.

The chain covers a call by its seal, which the events of its postings bear. It is "2:" and the first
62 digits of the SHA-256 over this list as JSON in ASCII, without blanks between its members:
  ["request 2",key,method,path,query,time,sha256]
  ["answer 2",the request's key,time,status,correlation_id,late (true or false),sha256]
Where no seal stands, an earlier version of the program wrote the call down: of it the chain covers
the body, by its SHA-256, and neither address nor time nor status.
"""


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both included, by the clocks of a zone."""

    since: dt.date
    until: dt.date
    zone: dt.tzinfo = dt.UTC


def write(
    firm: Firm,
    to: IO[bytes],
    days: Days,
    verdict: Head | Break,
    *,
    now: dt.datetime,
) -> None:
    """Write the record of a span of days."""
    after = days.until + dt.timedelta(days=1)
    span = (firm.pk, record.begin(days.since, days.zone), record.begin(after, days.zone))
    with Zipped(to) as archive, sql.snapshot("default"):
        said = READ_ME.format(
            firm=firm,
            since=days.since,
            until=days.until,
            zone=days.zone,
            now=moment(now),
            verdict=in_words(verdict),
        )
        archive.put("README.txt", [said.encode()])
        search = record.Search(since=days.since, until=days.until, zone=days.zone)
        archive.put("events.csv", record.as_csv(firm, search))
        put_chain(archive, span)


def put_chain(archive: Zipped, span: Span, folder: str = "") -> None:
    """Put the entries of a span in, its calls, what they carried, what came back, and each body."""
    archive.put(f"{folder}entries.csv", _entries(span))
    archive.put(f"{folder}requests.csv", _requests(span))
    archive.put(f"{folder}postings.csv", _postings(span))
    archive.put(f"{folder}answers.csv", _answers(span))
    for statement, time in ((REQUESTS, "r.frozen_at"), (ANSWERS, "a.at")):
        for *_, hashed, _seal, body in _stream(statement, time, span):
            # Each body is put in once, however often it was sent or came back.
            name = f"{folder}bodies/{hashed}"
            if body is not None and not archive.has(name):
                archive.put(name, [unpacked(body)])


def in_words(verdict: Head | Break) -> str:
    """Say what was found of a chain when it was written out."""
    if isinstance(verdict, Break):
        return f"THE CHAIN DOES NOT HOLD: it breaks at entry {verdict.sequence}: {verdict.why}."
    return (
        f"The whole chain was verified when this was written: {verdict.sequence} entries, the last "
        f"sealed {verdict.mac.hex()}."
    )


def _entries(span: Span) -> Iterator[bytes]:
    heads = ("entry", "organisation", "time", "events", "events_sha256", "mac")
    rows = (
        (*row, bytes(hashed).hex(), bytes(mac).hex())
        for *row, hashed, mac in _stream(ENTRIES, "at", span)
    )
    return record.written(heads, rows)


def _requests(span: Span) -> Iterator[bytes]:
    heads = ("request", "time", "key", "method", "path", "query", "sha256", "seal")
    rows = (
        (*row, _compact(query), hashed, seal)
        for *row, query, hashed, seal, _body in _stream(REQUESTS, "r.frozen_at", span)
    )
    return record.written(heads, rows)


def _compact(written: str) -> str:
    """Write JSON as it stands in what is sealed; what is no JSON as it was found."""
    try:
        return json.dumps(json.loads(written), separators=(",", ":"))
    except ValueError:
        return written


def _postings(span: Span) -> Iterator[bytes]:
    heads = ("request", "kind", "document", "part", "act")
    return record.written(heads, _stream(MEMBERS, "", span))


def _answers(span: Span) -> Iterator[bytes]:
    heads = ("request", "time", "status", "correlation_id", "late", "sha256", "seal")
    rows = (
        (*row, "late" if late else "", hashed, seal)
        for *row, late, hashed, seal, _body in _stream(ANSWERS, "a.at", span)
    )
    return record.written(heads, rows)


def _stream(statement: str, time: str, span: Span) -> Iterator[sql.Values]:
    """Yield rows; the place for a time in the statement gets the expression that says it."""
    words = sql.in_words("default", time) if time else ""
    return sql.stream("default", statement.format(words), span)
