"""The audit chain: what links a commit to the one before it.

One entry per commit holds the SHA-256 over the commit's event rows in order; an HMAC with a key
that the database does not hold binds the entry to the one before (architecture.md, Audit).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from counterfoil.web import crypto, sql
from counterfoil.web.models import AuditHead

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCK = hashlib.sha256().block_size
PURPOSE = "audit chain"
"""What ``Cipher.derive`` is asked for to get the chain's key."""

OTHER_KEY = (
    f"None of the keys in {crypto.SETTING}, or in the file {crypto.KEY_FILE} of the data folder, "
    "has sealed the record, so nothing was written. Put back the key that the installation began "
    "with; where it is lost for good, docs/operations.md (Keys) says how to go on. Where it is "
    "here, the record was altered: run counterfoil verify-audit."
)
_sealed: dict[tuple[bytes, int, str], bytes] = {}
"""The newest HMAC that this process made, by key, firm and database: no need to prove it again."""
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


Said = tuple[int, str, str, str, int | None, str, str, str, str]
"""A ``Row`` with its time in words, as ``moment`` writes it."""


def digest(rows: Iterable[Said]) -> bytes:
    """Return the SHA-256 over a commit's events, in order: compact JSON in ASCII.

    It is put together by hand, because a chain of a million entries is verified in seconds only
    if nothing is built for each of them but the bytes that are hashed.
    """
    said = ",".join(
        [
            f'[{organisation},"{at}",{_quoted(actor)},{_quoted(what)},'
            f"{'null' if posting is None else posting},{_quoted(before)},{_quoted(after)},"
            f"{_quoted(detail)},{_quoted(witness)}]"
            for organisation, at, actor, what, posting, before, after, detail, witness in rows
        ]
    )
    return hashlib.sha256(f"[{said}]".encode("ascii")).digest()


class Commit(NamedTuple):
    """What an entry says of a commit; all of it is bound by the entry's HMAC.

    ``at`` is as ``moment`` writes it.
    """

    sequence: int
    organisation: int | None
    at: str
    events: int
    events_sha256: bytes


class Signer:
    """Makes the HMAC that binds an entry to the one before it.

    The key is hashed once and the state copied for each entry: a third of the time of asking for
    a whole HMAC a million times.
    """

    def __init__(self, key: bytes) -> None:
        block = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def mac(self, before: bytes, firm: int, commit: Commit) -> bytes:
        """Return the HMAC-SHA-256 of an entry (RFC 2104)."""
        sequence, organisation, at, events, events_sha256 = commit
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(
            f'["{before.hex()}", {firm}, {sequence}, '
            f"{'null' if organisation is None else organisation}, "
            f'"{at}", {events}, "{events_sha256.hex()}"]'.encode("ascii")
        )
        outer.update(inner.digest())
        return outer.digest()


@lru_cache(maxsize=16)
def moment(at: dt.datetime) -> str:
    """Write a time to the microsecond in UTC, as both databases keep it."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def append(
    key: bytes, firm: int, organisation: int, at: dt.datetime, rows: list[Row], using: str
) -> int:
    """Add an entry for these events, in the caller's transaction; return its sequence.

    The head row is locked last of all, so that the commits of a firm queue up for a moment only.
    Raises ``crypto.KeyMissing`` where another key sealed the chain: one entry under a wrong key
    would break it for good. An entry that somebody altered is for ``verify-audit`` to find, and
    stops nobody, as long as the first one fits.
    """
    head = _locked_head(firm, using)
    _prove(key, firm, head, using)
    time, said = moment(at), [(row.organisation_id, moment(row.at), *row[2:]) for row in rows]
    commit = Commit(head.sequence + 1, organisation, time, len(rows), digest(said))
    signed = Signer(key).mac(head.mac, firm, commit)
    written = (firm, commit.sequence, organisation, at, *commit[3:], signed)
    sql.change(using, ADD_ENTRY, written)
    sql.change(using, MOVE_HEAD, (commit.sequence, signed, firm))
    _sealed[key, firm, using] = signed
    return commit.sequence


def _prove(key: bytes, firm: int, head: Head, using: str) -> None:
    """Refuse a key that has not sealed the chain; what this process sealed last is known."""
    if head.mac == _sealed.get((key, firm, using)) or settings.COUNTERFOIL.key_lost:
        return
    if not has_sealed(key, firm, head.sequence, using):
        raise crypto.KeyMissing(OTHER_KEY)


def has_sealed(key: bytes, firm: int, newest: int, using: str) -> bool:
    """Tell whether a chain is sealed with this key: its newest entry, or else its first."""
    return _fits(key, firm, newest, using) or _fits(key, firm, 1, using)


def _fits(key: bytes, firm: int, sequence: int, using: str) -> bool:
    """Tell whether an entry was sealed with this key; one that is not there was."""
    entry = f"""
        SELECT e.organisation_id, {sql.in_words(using, "e.at")}, e.events, e.events_sha256, e.mac,
            (SELECT b.mac FROM web_auditentry b WHERE b.firm_id = e.firm_id AND b.sequence = %s)
        FROM web_auditentry e WHERE e.firm_id = %s AND e.sequence = %s"""  # noqa: S608 -- names of ours
    found = sql.select(using, entry, (sequence - 1, firm, sequence))
    if not found:
        return True
    ((organisation, at, events, digested, signed, before),) = found
    commit = Commit(sequence, organisation, at, events, bytes(digested))
    return Signer(key).mac(bytes(before or b""), firm, commit) == bytes(signed)


def _locked_head(firm: int, using: str) -> Head:
    asked = HEAD + sql.locking(using)
    found = sql.select(using, asked, (firm,))
    if not found:
        AuditHead.objects.using(using).bulk_create([AuditHead(firm_id=firm)], ignore_conflicts=True)
        found = sql.select(using, asked, (firm,))
    ((sequence, signed),) = found
    return Head(sequence, bytes(signed))
