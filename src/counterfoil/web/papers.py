"""The papers behind the audit chain: each request and answer kept is the one the chain speaks of.

The chain holds the seal of what was sent and what came back, by posting: the SHA-256 of the body
and what is read beside it, as address, time and status (``sealing``). Here both are made again and
held against it, in both directions, so that a paper altered, exchanged, added or taken away shows.
A body that its keeping time let go leaves its hash, and the chain says so. Of calls of earlier
versions of the program the chain holds the SHA-256 of the body alone: these are counted and told.

What was only recorded, and the versions of the mapping, are held against events of their own.
Earlier versions of the program wrote none: what came before a firm's first such event is counted
and told, and nothing can be said of it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from counterfoil.posting.intake import RECEIVED, received_as
from counterfoil.web import sealing, sql
from counterfoil.web.models import Event, Revision
from counterfoil.web.models.packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERASED = "papers erased"
"""The event that lets go of bodies; its detail is the moment before which they are gone."""

MAPPING = "mapping saved"
"""The event of a mapping's version; its witness is the SHA-256 of the mapping file's JSON."""

SENT = "('sending', 'sending again')"
_R_WITNESS = "COALESCE(NULLIF(r.seal, ''), r.sha256)"
_A_WITNESS = "COALESCE(NULLIF(a.seal, ''), a.sha256)"
_OF_REQUEST = f"""
    SELECT 1 FROM web_requestmember m JOIN web_request r ON r.id = m.request_id
    WHERE m.posting_id = e.posting_id AND {_R_WITNESS} = e.witness"""  # noqa: S608 -- words of ours
GONE_REQUEST = f"""
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what IN {SENT} AND NOT EXISTS ({_OF_REQUEST})"""  # noqa: S608 -- words of ours
GONE_ANSWER = f"""
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what = 'settled' AND e.witness <> '' AND NOT EXISTS (
        SELECT 1 FROM web_event f JOIN web_requestmember m ON m.posting_id = f.posting_id
        JOIN web_answer a ON a.request_id = m.request_id
        WHERE f.firm_id = e.firm_id AND f.sequence = e.sequence
          AND f.witness = e.witness AND {_A_WITNESS} = e.witness)"""  # noqa: S608 -- words of ours
"""An answer may settle a posting that was not in its request, beside one that was."""
GONE_REVISION = f"""
    SELECT min(e.sequence) FROM web_event e
    WHERE e.firm_id = %s AND e.what = 'planned' AND e.witness <> ''
      AND NOT EXISTS (
        SELECT 1 FROM web_posting p JOIN web_revision v ON v.document_id = p.document_id
        WHERE p.id = e.posting_id AND v.fingerprint = e.witness)
      AND e.witness NOT IN (
        SELECT {_A_WITNESS} FROM web_answer a WHERE a.firm_id = e.firm_id)"""  # noqa: S608 -- words of ours
STRANGE_REQUEST = f"""
    SELECT min(r.id) FROM web_request r WHERE r.firm_id = %s AND NOT EXISTS (
        SELECT 1 FROM web_requestmember m JOIN web_event e ON e.posting_id = m.posting_id
        WHERE m.request_id = r.id AND e.witness = {_R_WITNESS} AND e.what IN {SENT})"""  # noqa: S608 -- words of ours
STRANGE_ANSWER = f"""
    SELECT min(a.id) FROM web_answer a WHERE a.firm_id = %s AND NOT EXISTS (
        SELECT 1 FROM web_requestmember m JOIN web_event e ON e.posting_id = m.posting_id
        WHERE m.request_id = a.request_id AND e.witness = {_A_WITNESS})
      AND {_A_WITNESS} NOT IN (
        SELECT e.witness FROM web_event e
        WHERE e.firm_id = a.firm_id AND e.what = 'late answer')"""  # noqa: S608 -- words of ours
FAULTS = (
    (GONE_REQUEST, "a request that entry {} speaks of is not kept any more, or is another one"),
    (GONE_ANSWER, "an answer that entry {} speaks of is not kept any more, or is another one"),
    (GONE_REVISION, "the document that entry {} was planned from is not kept, or is another one"),
    (STRANGE_REQUEST, "request {} was added: the chain does not speak of it"),
    (STRANGE_ANSWER, "answer {} was added: the chain does not speak of it"),
)
REQUESTS = """
    SELECT id, {}, sha256, body, seal, key, method, path, query FROM web_request
    WHERE firm_id = %s ORDER BY id"""
ANSWERS = """
    SELECT a.id, {}, a.sha256, a.body, a.seal, r.key, a.status, a.correlation_id, a.late
    FROM web_answer a JOIN web_request r ON r.id = a.request_id
    WHERE a.firm_id = %s ORDER BY a.id"""
REVISIONS = """
    SELECT id, {}, fingerprint, body, '' FROM web_revision WHERE firm_id = %s ORDER BY id"""
UNSEALED = """
    SELECT (SELECT count(*) FROM web_request WHERE firm_id = %s AND seal = ''),
           (SELECT count(*) FROM web_answer WHERE firm_id = %s AND seal = '')"""


def version(number: int) -> str:
    """Name a version of the mapping in the record."""
    return f"version {number}"


def fault(firm: int, using: str = "default") -> str:
    """Say the first thing that is wrong with a firm's papers; nothing where all is well."""
    with sql.snapshot(using):
        for statement, words in FAULTS:
            ((found,),) = sql.select(using, statement, (firm,))
            if found is not None:
                return words.format(found)
        checks = (_altered, _recorded_fault, _mapping_fault)
        return next((why for check in checks for why in check(firm, using)), "")


def uncovered(firm: int, using: str = "default") -> list[str]:
    """Tell what was kept before the chain spoke of such things: no fault, and no proof either."""
    with sql.snapshot(using):
        since = _since(firm, using)
        said = _said(firm, RECEIVED, using)
        papers = sum(1 for one in _recorded(firm, using) if one.key not in said)
        saved = _said(firm, MAPPING, using)
        versions = sum(1 for one in _versions(firm, using) if one.key not in saved)
        ((requests, answers),) = sql.select(using, UNSEALED, (firm, firm))
    counts = ((papers, "documents that post nothing"), (versions, "versions of the mapping"))
    when = since or "now"
    calls = (
        f"calls of before their seals covered more than the body: {requests:,} requests, "
        f"{answers:,} answers. Their bodies are as they were; whether address, time and status "
        "are cannot be shown"
    )
    return [calls] * bool(requests or answers) + [
        f"{what} kept before the record covered such (until {when}): {many:,}. Whether they are "
        "as they came cannot be shown"
        for many, what in counts
        if many
    ]


Place = tuple[int, str]
"""An organisation, and how the record names a revision or version there."""


class _Kept(NamedTuple):
    """A row as an event speaks of it: ``at`` in words, ``sha256`` of what it holds."""

    key: Place
    sha256: str
    at: str
    actor: str


RECORDED = """
    SELECT v.organisation_id, d.kind, d.source_id, v.revision, v.fingerprint, {}, v.actor
    FROM web_revision v JOIN web_document d ON d.id = v.document_id
    WHERE v.firm_id = %s AND NOT EXISTS (
        SELECT 1 FROM web_posting p JOIN web_event e ON e.posting_id = p.id
        WHERE p.document_id = v.document_id AND e.witness = v.fingerprint)
    ORDER BY v.id"""
VERSIONS = """
    SELECT organisation_id, version, content, {}, actor FROM web_mappingversion
    WHERE firm_id = %s ORDER BY id"""
SAID = """
    SELECT organisation_id, detail, witness, {}, actor FROM web_event
    WHERE firm_id = %s AND what = %s ORDER BY sequence"""
SINCE = """
    SELECT min({}) FROM web_event WHERE firm_id = %s AND what IN (%s, %s)"""


def _recorded(firm: int, using: str) -> Iterator[_Kept]:
    """Yield the revisions that no event of a posting speaks of."""
    rows = sql.stream(using, RECORDED.format(sql.in_words(using, "v.received_at")), (firm,))
    for organisation, kind, name, number, fingerprint, at, actor in rows:
        yield _Kept((organisation, received_as(kind, name, number)), fingerprint, at, actor)


def _versions(firm: int, using: str) -> Iterator[_Kept]:
    rows = sql.stream(using, VERSIONS.format(sql.in_words(using, "saved_at")), (firm,))
    for organisation, number, content, at, actor in rows:
        yield _Kept((organisation, version(number)), sha256(content.encode()), at, actor)


def _said(firm: int, what: str, using: str) -> dict[Place, _Kept]:
    rows = sql.stream(using, SAID.format(sql.in_words(using, "at")), (firm, what))
    return {(one[0], one[1]): _Kept((one[0], one[1]), *one[2:]) for one in rows}


def _since(firm: int, using: str) -> str:
    """Return the moment of the first event of these kinds; an empty text before there is one."""
    statement = SINCE.format(sql.in_words(using, "at"))
    ((since,),) = sql.select(using, statement, (firm, RECEIVED, MAPPING))
    return since or ""


def _recorded_fault(firm: int, using: str) -> Iterator[str]:
    said = _said(firm, RECEIVED, using)
    yield from _against(_recorded(firm, using), said, _since(firm, using))
    # What is left was planned from later on, or is gone.
    revisions = Revision.objects.using(using).filter(firm_id=firm)
    for (organisation, named), event in said.items():
        key, _, number = named.rpartition(", revision ")
        kind, _, name = key.partition(" ")
        found = revisions.filter(
            document__organisation_id=organisation,
            document__kind=kind,
            document__source_id=name,
            revision=int(number),
            fingerprint=event.sha256,
        )
        if not found.exists():
            yield f"{named}, which was received, is not kept any more, or is another one"


def _mapping_fault(firm: int, using: str) -> Iterator[str]:
    said = _said(firm, MAPPING, using)
    yield from _against(_versions(firm, using), said, _since(firm, using), "mapping, ")
    for _, named in said:
        yield f"mapping, {named}, is not kept any more"


def _against(
    kept: Iterator[_Kept], said: dict[Place, _Kept], since: str, of: str = ""
) -> Iterator[str]:
    """Hold what is kept against what was said of it, which is taken out of ``said``."""
    for one in kept:
        event = said.pop(one.key, None)
        if event is not None and event != one:
            yield f"{of}{one.key[1]}, or when and from whom it came, is not what was written"
        elif event is None and since and one.at >= since:
            yield f"{of}{one.key[1]} was added: the chain does not speak of it"


def _altered(firm: int, using: str) -> Iterator[str]:
    erased = erased_before(firm, using)
    for statement, time, what, sealed in KEPT:
        rows = sql.stream(using, statement.format(sql.in_words(using, time)), (firm,))
        for number, at, hashed, body, seal, *beside in rows:
            if body is None and at >= erased:
                yield f"the body of {what} {number} is gone, and its keeping time is not over"
            elif body is not None and _hash(body) != hashed:
                yield f"the body of {what} {number} is not the one that was written"
            if (seal and seal != sealed(at, hashed, *beside)) or hashed.startswith(sealing.MARK):
                yield f"what is kept of {what} {number} beside its body is not what was written"


def _request(at: str, hashed: str, *beside: str) -> str:
    key, method, path, query = beside
    try:
        pairs = json.loads(query)
        return sealing.of_request(key, method, path, pairs, at, hashed)
    except (ValueError, TypeError):
        # Somebody else wrote that: no seal fits.
        return ""


def _answer(at: str, hashed: str, *beside: Any) -> str:  # noqa: ANN401 -- as the database gives them
    key, status, correlation, late = beside
    return sealing.of_answer(key, at, status, correlation, late=bool(late), body_sha256=hashed)


def _nothing(*_: str) -> str:
    return ""


KEPT: Final[tuple[tuple[str, str, str, Callable[..., str]], ...]] = (
    (REQUESTS, "frozen_at", "request", _request),
    (ANSWERS, "a.at", "answer", _answer),
    (REVISIONS, "received_at", "document's revision", _nothing),
)
"""What has a body: how it is read, the column of its time, its name, and how it is sealed."""


def erased_before(firm: int, using: str = "default") -> str:
    """Return the moment before which bodies may be gone; an empty text if none may."""
    events = Event.objects.using(using).filter(firm_id=firm, what=ERASED)
    return max(events.values_list("detail", flat=True), default="")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes, as the record writes it."""
    return hashlib.sha256(content).hexdigest()


def _hash(body: bytes) -> str:
    try:
        return sha256(unpacked(body))
    except ValueError:
        return ""
