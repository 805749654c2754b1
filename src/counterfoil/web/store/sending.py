"""Claiming, writing down, settling: each one transaction under the organisation's gate."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.posting import retry
from counterfoil.posting.outbox import FenceLost, Overtaken
from counterfoil.posting.records import Due, LookUp
from counterfoil.posting.states import State
from counterfoil.web import models, sealing, sql
from counterfoil.web.audit import moment
from counterfoil.web.store import limits, outcomes, rows
from counterfoil.web.store.base import Base, chunks, holds, reads, writes
from counterfoil.web.store.insert import insert
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import Answered, Frozen, Lease, Outcome, PostingKey
    from counterfoil.web.store.rows import Row

REQUEST_COLUMNS = (
    "firm_id",
    "organisation_id",
    "key",
    "resource",
    "method",
    "path",
    "query",
    "body",
    "sha256",
    "seal",
    "frozen_at",
    "xero_time",
    "fence",
    "ambiguous",
    "lookups",
    "rechecking",
)
MEMBER_COLUMNS = (
    "firm_id",
    "organisation_id",
    "request_id",
    "position",
    "posting_id",
    "sub_total",
    "total_tax",
    "total",
)

FIRST = """
    SELECT stage, resource FROM web_posting
    WHERE organisation_id = %s AND state = 'ready' AND request_id IS NULL
      AND COALESCE(due_at, '9999-12-31') <= %s
    ORDER BY stage, resource, id LIMIT 1"""
FREE = """
    p.state = 'ready' AND p.request_id IS NULL AND COALESCE(p.due_at, '9999-12-31') <= %s
    AND p.stage = %s AND p.resource = %s"""
"""The due time is so written that a database walks the postings in the order of sending and stops
at the first that are due, instead of sorting all that are due: there may be a million."""
LEFT = "p.state = 'sending' AND r.fence < %s ORDER BY p.id"
NEARER_READY = """
    UPDATE web_posting SET due_at = %s
    WHERE organisation_id = %s AND state = 'ready' AND due_at > %s"""
NEARER_LOOK_UP = """
    UPDATE web_request SET look_up_at = %s WHERE organisation_id = %s AND look_up_at > %s"""
TIED = """
    SELECT DISTINCT request_id FROM web_posting
    WHERE organisation_id = %s AND state = 'ready' AND request_id IS NOT NULL"""
BODIES = """
    SELECT v.document_id, v.body, d.revision > d.working
    FROM web_revision v JOIN web_document d ON d.id = v.document_id
    WHERE v.document_id IN %s AND v.revision = d.working"""
SEND = """
    UPDATE web_posting SET state = 'sending', request_id = %s, due_at = NULL WHERE id IN %s"""
"""Row numbers are condition enough: with the organisation SQLite would walk all that it has."""
REQUEST = """
    SELECT id, COALESCE(NULLIF(seal, ''), sha256), ambiguous, lookups FROM web_request
    WHERE organisation_id = %s AND key = %s"""
WATCH = """
    UPDATE web_request SET ambiguous = %s, lookups = %s, rechecking = %s, look_up_at = %s
    WHERE id = %s"""


class _Request(NamedTuple):
    """What settling asks of a request's row; ``witness`` is its seal, or its body's SHA-256."""

    id: int
    witness: str
    ambiguous: bool
    lookups: int


class Sending(Base):
    """The part of the port that drains."""

    @writes
    def recover(self, lease: Lease, *, due_at: dt.datetime, now: dt.datetime) -> int:
        """Turn what an earlier holder left SENDING into UNKNOWN."""
        self._guarded(lease)
        left = rows.select(self, LEFT, (lease.fence,))
        journal = Journal(self, lease.holder, now, self._audit_key)
        for ids in chunks(row.id for row in left):
            rows.postings_of(self).filter(id__in=ids).update(state=State.UNKNOWN.value, due_at=None)
        for ids in chunks({row.request for row in left if row.request is not None}):
            self._requests().filter(id__in=ids).update(ambiguous=True, look_up_at=due_at)
        for row in _in_order_of_requests(self, left):
            journal.moved(row.id, "recovered", row.state, State.UNKNOWN)
        limits.drop_drain_slots(self)
        self._bring_near(now)
        journal.close()
        return len(left)

    def _bring_near(self, now: dt.datetime) -> None:
        values = (now, self.organisation_id, now + retry.FARTHEST)
        sql.change(self.using, NEARER_READY, values)
        sql.change(self.using, NEARER_LOOK_UP, values)

    @reads
    def due(self, lease: Lease, *, now: dt.datetime, most: int) -> tuple[Due, ...]:
        """Return READY postings without a request that are due, of the lowest stage."""
        self._still_ours(lease)
        first = sql.select(self.using, FIRST, (self.organisation_id, now))
        if not first:
            return ()
        chosen = rows.select(self, FREE + " ORDER BY p.id LIMIT %s", (now, *first[0], most))
        bodies = self._bodies_of({row.document for row in chosen})
        return tuple(Due(rows.posting(row), *bodies[row.document]) for row in chosen)

    def _bodies_of(self, documents: Collection[int]) -> dict[int, tuple[bytes, bool]]:
        """Return the working revisions' bodies, and whether a later one has come."""
        bodies: dict[int, tuple[bytes, bool]] = {}
        for ids in chunks(documents):
            for number, body, overtaken in sql.select(self.using, BODIES, (ids,)):
                bodies[number] = bytes(body or b""), bool(overtaken)
        return bodies

    @reads
    def resumable(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests all of whose members are READY, due, and still tied to them."""
        self._still_ours(lease)
        tied = sql.select(self.using, TIED, (self.organisation_id,))
        states = self._member_states([number for (number,) in tied]) if tied else {}
        return self._frozen(n for n, members in states.items() if _resumable(members, n, now))

    def _frozen(self, numbers: Iterable[int]) -> tuple[Frozen, ...]:
        found = [
            request
            for ids in chunks(sorted(numbers))
            for request in self._requests().filter(id__in=ids).order_by("id")
        ]
        return rows.frozen(self, found) if found else ()

    @reads
    def ids(self, symbols: Collection[Symbol]) -> dict[Symbol, str]:
        """Return the Xero ids of the objects that are posted, of those asked for."""
        made = rows.posted(self, symbols)
        xero_ids: dict[int, str] = {}
        for numbers in chunks(made.values()):
            links = models.Link.objects.using(self.using).filter(posting_id__in=numbers)
            xero_ids.update(links.values_list("posting_id", "xero_id"))
        return {s: xero_ids[made[s]] for s in symbols if s in made and made[s] in xero_ids}

    @writes
    def freeze(self, lease: Lease, requests: Sequence[Frozen], *, now: dt.datetime) -> None:
        """Write requests down and move their members from READY to SENDING."""
        self._guarded(lease)
        members = [key for request in requests for key in request.members]
        found = rows.find(self, members)
        if len(found) < len(members) or not all(row.free for row in found.values()):
            raise Overtaken("a member is not ready any more")
        seals = [_seal(request) for request in requests]
        written = insert(
            self.using,
            models.Request,
            REQUEST_COLUMNS,
            (
                self._request_row(request, seal, lease.fence)
                for request, seal in zip(requests, seals, strict=True)
            ),
        )
        self._write_members(requests, written, found)
        journal = Journal(self, lease.holder, now, self._audit_key)
        for request, seal, row in zip(requests, seals, written, strict=True):
            numbers = [found[key].id for key in request.members]
            for ids in chunks(numbers):
                sql.change(self.using, SEND, (row, ids))
            for number in numbers:
                journal.moved(number, "sending", State.READY, State.SENDING, seal)
        journal.close()

    def _request_row(self, request: Frozen, seal: str, fence: int) -> tuple[object, ...]:
        return (
            self.firm_id,
            self.organisation_id,
            request.request_id,
            request.resource,
            request.method,
            request.path,
            json.dumps(request.query),
            request.body,
            request.sha256,
            seal,
            request.frozen_at,
            request.xero_time,
            fence,
            request.ambiguous,
            request.lookups,
            request.rechecking,
        )

    def _write_members(
        self,
        requests: Sequence[Frozen],
        written: Sequence[int],
        found: dict[PostingKey, Row],
    ) -> None:
        insert(
            self.using,
            models.RequestMember,
            MEMBER_COLUMNS,
            (
                (
                    self.firm_id,
                    self.organisation_id,
                    row,
                    position,
                    found[key].id,
                    *rows.sums(expected),
                )
                for request, row in zip(requests, written, strict=True)
                for position, (key, expected) in enumerate(
                    zip(request.members, request.expected, strict=True)
                )
            ),
        )

    @writes
    def resume(
        self, lease: Lease, request_id: str, *, xero_time: dt.datetime, now: dt.datetime
    ) -> None:
        """Move the members of a resumable request from READY to SENDING."""
        self._guarded(lease)
        request = self._request(request_id)
        members = self._member_states([request.id])[request.id]
        if not _resumable(members, request.id, now):
            raise Overtaken("the request cannot be resumed")
        journal = Journal(self, lease.holder, now, self._audit_key)
        self._requests().filter(pk=request.id).update(fence=lease.fence, xero_time=xero_time)
        for ids in chunks(row.id for row in members):
            rows.postings_of(self).filter(id__in=ids).update(state=State.SENDING.value, due_at=None)
        for row in members:
            journal.moved(row.id, "sending again", row.state, State.SENDING, request.witness)
        journal.close()

    def settle(
        self,
        lease: Lease,
        request_id: str,
        answered: Answered | None,
        outcomes: Sequence[Outcome],
        *,
        look_up: LookUp | None = None,
        ambiguous: bool = False,
        now: dt.datetime,
    ) -> None:
        """Store an answer and what follows from it for each member."""
        watch = look_up or LookUp(None, -1)
        if not self._settle(lease, request_id, answered, outcomes, watch, ambiguous, now):
            raise FenceLost

    @writes
    def _settle(
        self,
        lease: Lease,
        request_id: str,
        answered: Answered | None,
        told: Sequence[Outcome],
        watch: LookUp,
        ambiguous: bool,  # noqa: FBT001 -- as in the port
        now: dt.datetime,
    ) -> bool:
        """Settle; False when the fence is stale and only the observation was stored."""
        ours = holds(self._gate(), lease)
        request = self._request(request_id)
        journal = Journal(self, lease.holder, now, self._audit_key)
        witness = self._keep_answer(request.id, request_id, answered, late=not ours, now=now)
        if not ours:
            status = str(answered.status) if answered else "no answer"
            journal.note("late answer", f"{request_id} {status}", witness)
            journal.close()
            return False
        found = rows.find(self, [outcome.posting for outcome in told])
        outcomes.check(told, found)
        outcomes.check_ties(self, told)
        sql.change(
            self.using,
            WATCH,
            (
                bool(request.ambiguous or ambiguous),
                request.lookups if watch.lookups < 0 else watch.lookups,
                watch.rechecking,
                watch.due_at,
                request.id,
            ),
        )
        outcomes.Settling(self, journal, now, witness).apply(told, found)
        journal.close()
        return True

    def _keep_answer(
        self, request: int, key: str, answered: Answered | None, *, late: bool, now: dt.datetime
    ) -> str:
        """Keep what came back; return its seal, or nothing if nothing came."""
        if answered is None:
            return ""
        hashed = hashlib.sha256(answered.body).hexdigest()
        seal = sealing.of_answer(
            key,
            moment(now),
            answered.status,
            answered.correlation_id,
            late=late,
            body_sha256=hashed,
        )
        answer = {
            **self._owner,
            "request_id": request,
            "at": now,
            "status": answered.status,
            "body": answered.body,
            "sha256": hashed,
            "seal": seal,
            "correlation_id": answered.correlation_id,
            "late": late,
        }
        insert(self.using, models.Answer, tuple(answer), [tuple(answer.values())])
        return seal

    @writes
    def settle_unsent(self, lease: Lease, told: Sequence[Outcome], *, now: dt.datetime) -> None:
        """Store decisions that needed no call, on READY postings without a request."""
        self._guarded(lease)
        found = rows.find(self, [outcome.posting for outcome in told])
        if not all(found[outcome.posting].decidable(outcome) for outcome in told):
            raise Overtaken("a posting is not ready any more")
        outcomes.check(told, found)
        outcomes.check_ties(self, told)
        journal = Journal(self, lease.holder, now, self._audit_key)
        outcomes.Settling(self, journal, now).apply(told, found)
        journal.close()

    def _requests(self) -> QuerySet[models.Request]:
        requests = models.Request.objects.using(self.using)
        return requests.filter(organisation_id=self.organisation_id)

    def _request(self, request_id: str) -> _Request:
        found = sql.select(self.using, REQUEST, (self.organisation_id, request_id))
        if not found:
            raise KeyError(request_id)
        return _Request(*found[0])

    def _member_states(self, requests: Collection[int]) -> dict[int, list[Row]]:
        """Return the members of requests, in their order, as they stand now."""
        order: dict[int, list[int]] = {number: [] for number in requests}
        for ids in chunks(order):
            members = models.RequestMember.objects.using(self.using).filter(request_id__in=ids)
            for request, posting in members.order_by("request_id", "position").values_list(
                "request_id", "posting_id"
            ):
                order[request].append(posting)
        by_id: dict[int, Row] = {}
        for ids in chunks({number for of in order.values() for number in of}):
            found = rows.fetch(rows.postings_of(self).filter(id__in=ids))
            by_id.update((row.id, row) for row in found)
        return {request: [by_id[n] for n in of] for request, of in order.items()}


def _seal(request: Frozen) -> str:
    return sealing.of_request(
        request.request_id,
        request.method,
        request.path,
        request.query,
        moment(request.frozen_at),
        request.sha256,
    )


def _resumable(members: Collection[Row], request: int, now: dt.datetime) -> bool:
    return all(
        row.state is State.READY
        and row.request == request
        and row.due_at is not None
        and row.due_at <= now
        for row in members
    )


def _in_order_of_requests(store: Base, left: Sequence[Row]) -> list[Row]:
    """Order postings as their requests hold them: the order in which they were sent."""
    place: dict[int, tuple[int, int]] = {}
    for ids in chunks({row.request for row in left if row.request is not None}):
        members = models.RequestMember.objects.using(store.using).filter(request_id__in=ids)
        for request, position, posting in members.values_list(
            "request_id", "position", "posting_id"
        ):
            place[posting] = max(place.get(posting, (0, 0)), (request, position))
    return sorted(left, key=lambda row: place[row.id])
