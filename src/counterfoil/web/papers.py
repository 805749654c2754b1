"""The papers behind the audit chain: each request and answer kept is the one the chain speaks of.

The chain holds the SHA-256 of what was sent and what came back, by posting. Here the bodies are
hashed again and held against it, in both directions, so that a paper altered, exchanged, added or
taken away shows. A body that its keeping time let go leaves its hash, and the chain says so.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from counterfoil.web import sql
from counterfoil.web.models import Event
from counterfoil.web.models.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

ERASED = "papers erased"
"""The event that lets go of bodies; its detail is the moment before which they are gone."""

SENT = "('sending', 'sending again')"
_OF_REQUEST = """
    SELECT 1 FROM web_requestmember m JOIN web_request r ON r.id = m.request_id
    WHERE m.posting_id = e.posting_id AND r.sha256 = e.witness"""
GONE_REQUEST = f"""
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what IN {SENT} AND NOT EXISTS ({_OF_REQUEST})"""  # noqa: S608 -- words of ours
GONE_ANSWER = """
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what = 'settled' AND e.witness <> '' AND NOT EXISTS (
        SELECT 1 FROM web_event f JOIN web_requestmember m ON m.posting_id = f.posting_id
        JOIN web_answer a ON a.request_id = m.request_id
        WHERE f.firm_id = e.firm_id AND f.sequence = e.sequence
          AND f.witness = e.witness AND a.sha256 = e.witness)"""
"""An answer may settle a posting that was not in its request, beside one that was."""
GONE_REVISION = """
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what = 'planned' AND e.witness <> ''
      AND NOT EXISTS (
        SELECT 1 FROM web_posting p JOIN web_revision v ON v.document_id = p.document_id
        WHERE p.id = e.posting_id AND v.fingerprint = e.witness)
      AND e.witness NOT IN (SELECT a.sha256 FROM web_answer a WHERE a.firm_id = e.firm_id)"""
STRANGE_REQUEST = f"""
    SELECT min(r.id) FROM web_request r WHERE r.firm_id = %s AND NOT EXISTS (
        SELECT 1 FROM web_requestmember m JOIN web_event e ON e.posting_id = m.posting_id
        WHERE m.request_id = r.id AND e.witness = r.sha256 AND e.what IN {SENT})"""  # noqa: S608 -- words of ours
STRANGE_ANSWER = """
    SELECT min(a.id) FROM web_answer a WHERE a.firm_id = %s AND NOT EXISTS (
        SELECT 1 FROM web_requestmember m JOIN web_event e ON e.posting_id = m.posting_id
        WHERE m.request_id = a.request_id AND e.witness = a.sha256)
      AND a.sha256 NOT IN (
        SELECT e.witness FROM web_event e
        WHERE e.firm_id = a.firm_id AND e.what = 'late answer')"""
FAULTS = (
    (GONE_REQUEST, "a request that entry {} speaks of is not kept any more, or is another one"),
    (GONE_ANSWER, "an answer that entry {} speaks of is not kept any more, or is another one"),
    (GONE_REVISION, "the document that entry {} was planned from is not kept, or is another one"),
    (STRANGE_REQUEST, "request {} was added: the chain does not speak of it"),
    (STRANGE_ANSWER, "answer {} was added: the chain does not speak of it"),
)
BODIES = (
    ("web_request", "frozen_at", "sha256", "request"),
    ("web_answer", "at", "sha256", "answer"),
    ("web_revision", "received_at", "fingerprint", "document's revision"),
)


def fault(firm: int, using: str = "default") -> str:
    """Say the first thing that is wrong with a firm's papers; nothing where all is well."""
    with sql.snapshot(using):
        for statement, words in FAULTS:
            ((found,),) = sql.select(using, statement, (firm,))
            if found is not None:
                return words.format(found)
        return next(_altered(firm, using), "")


def _altered(firm: int, using: str) -> Iterator[str]:
    erased = erased_before(firm, using)
    for table, time, column, what in BODIES:
        rows = sql.stream(
            using,
            f"SELECT id, {sql.in_words(using, time)}, {column}, body FROM {table} "  # noqa: S608 -- names of ours
            "WHERE firm_id = %s ORDER BY id",
            (firm,),
        )
        for number, at, hashed, body in rows:
            if body is None and at >= erased:
                yield f"the body of {what} {number} is gone, and its keeping time is not over"
            elif body is not None and _hash(body) != hashed:
                yield f"the body of {what} {number} is not the one that was written"


def erased_before(firm: int, using: str = "default") -> str:
    """Return the moment before which bodies may be gone; an empty text if none may."""
    events = Event.objects.using(using).filter(firm_id=firm, what=ERASED)
    return max(events.values_list("detail", flat=True), default="")


def _hash(body: bytes) -> str:
    try:
        return hashlib.sha256(unpacked(body)).hexdigest()
    except ValueError:
        return ""
