"""The audit chain: what links a commit to the one before it, and the walk that verifies it.

One entry per commit holds the SHA-256 over the commit's event rows in order; an HMAC with a key
that the database does not hold binds the entry to the one before (architecture.md, Audit).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.web import sql
from counterfoil.web.models import AuditEntry, AuditHead, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PURPOSE = "audit chain"
"""What ``Cipher.derive`` is asked for to get the chain's key."""

AT_A_TIME = 2_000

HEAD = "SELECT sequence, mac FROM web_audithead WHERE firm_id = %s"
MOVE_HEAD = "UPDATE web_audithead SET sequence = %s, mac = %s WHERE firm_id = %s"
ADD_ENTRY = """
    INSERT INTO web_auditentry
        (firm_id, sequence, organisation_id, at, events, events_sha256, mac)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""


class Row(NamedTuple):
    """An event as the chain sees it: everything in the row that says what happened."""

    organisation_id: int
    at: dt.datetime
    actor: str
    what: str
    posting_id: int | None
    before: str
    after: str
    detail: str
    witness: str


COLUMNS = Row._fields
"""The columns of an event that the chain covers, by their names in the database."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain; kept elsewhere, it proves that no tail was cut off."""

    sequence: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold; ``why`` is for people."""

    sequence: int
    why: str


def digest(rows: Iterable[Row]) -> bytes:
    """Return the SHA-256 over a commit's events, in order."""
    said = [(row.organisation_id, moment(row.at), *row[2:]) for row in rows]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode("ascii")).digest()


class Commit(NamedTuple):
    """What an entry says of a commit; all of it is bound by the entry's HMAC."""

    firm: int
    sequence: int
    organisation: int | None
    at: dt.datetime
    events: int
    events_sha256: bytes


def mac(key: bytes, before: bytes, commit: Commit) -> bytes:
    """Return the HMAC that binds an entry to the one before it."""
    said = (before.hex(), *commit[:3], moment(commit.at), commit.events, commit.events_sha256.hex())
    return hmac.digest(key, json.dumps(said).encode("ascii"), "sha256")


@lru_cache(maxsize=16)
def moment(at: dt.datetime) -> str:
    """Write a time to the microsecond in UTC, as both databases keep it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def append(
    key: bytes, firm: int, organisation: int, at: dt.datetime, rows: list[Row], using: str
) -> int:
    """Add an entry for these events, in the caller's transaction; return its sequence.

    The head row is locked last of all, so that the commits of a firm queue up for a moment only.
    """
    head = _locked_head(firm, using)
    commit = Commit(firm, head.sequence + 1, organisation, at, len(rows), digest(rows))
    signed = mac(key, head.mac, commit)
    sql.change(using, ADD_ENTRY, (*commit, signed))
    sql.change(using, MOVE_HEAD, (commit.sequence, signed, firm))
    return commit.sequence


def _locked_head(firm: int, using: str) -> Head:
    asked = HEAD + sql.locking(using)
    found = sql.select(using, asked, (firm,))
    if not found:
        AuditHead.objects.using(using).bulk_create([AuditHead(firm_id=firm)], ignore_conflicts=True)
        found = sql.select(using, asked, (firm,))
    ((sequence, signed),) = found
    return Head(sequence, bytes(signed))


def verify(firm: int, key: bytes, using: str = "default") -> Head | Break:
    """Walk a firm's chain, streaming; return its head, or the first break."""
    events = _Commits(firm, using)
    before = Head(0, b"")
    for entry in _entries(firm, using):
        why = _fault(entry, before, events.take(entry.sequence), key)
        if why:
            return Break(entry.sequence, why)
        before = Head(entry.sequence, bytes(entry.mac))
    return _at_end(firm, before, events, using)


def _entries(firm: int, using: str) -> Iterator[AuditEntry]:
    entries = AuditEntry.objects.using(using).filter(firm_id=firm).order_by("sequence")
    return entries.iterator(chunk_size=AT_A_TIME)


def _fault(entry: AuditEntry, before: Head, rows: list[Row], key: bytes) -> str:
    if entry.sequence != before.sequence + 1:
        return f"entry {before.sequence + 1} is missing"
    if len(rows) != entry.events or digest(rows) != bytes(entry.events_sha256):
        return "its events are not those that were written"
    commit = Commit(
        entry.firm_id,
        entry.sequence,
        entry.organisation_id,
        entry.at,
        entry.events,
        bytes(entry.events_sha256),
    )
    signed = mac(key, before.mac, commit)
    if not hmac.compare_digest(signed, bytes(entry.mac)):
        return "the entry was altered, or another key signed it"
    return ""


def _at_end(firm: int, last: Head, events: _Commits, using: str) -> Head | Break:
    stray = events.next_sequence()
    if stray is not None:
        return Break(stray, "an event belongs to no entry")
    head = AuditHead.objects.using(using).filter(firm_id=firm).first()
    kept = Head(0, b"") if head is None else Head(head.sequence, bytes(head.mac))
    if kept != last:
        return Break(last.sequence + 1, f"the head says {kept.sequence}: the end was cut off")
    return last


class _Commits:
    """The events of a firm, handed out commit by commit from one streaming query."""

    def __init__(self, firm: int, using: str) -> None:
        self._rows = (
            Event.objects.using(using)
            .filter(firm_id=firm)
            .order_by("sequence", "position")
            .values_list(
                "sequence",
                "position",
                *COLUMNS,
            )
            .iterator(chunk_size=AT_A_TIME)
        )
        self._next = next(self._rows, None)

    def next_sequence(self) -> int | None:
        """Return the entry that the next event names; None at the end."""
        return None if self._next is None else self._next[0]

    def take(self, sequence: int) -> list[Row]:
        """Return the events up to and with an entry's; strays make its digest fail."""
        taken: list[Row] = []
        while self._next is not None and self._next[0] <= sequence:
            taken.append(Row(*self._next[2:]))
            self._next = next(self._rows, None)
        return taken
