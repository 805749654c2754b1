"""Claims, answers and look-ups of the outbox in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import retry
from counterfoil.posting.outbox import FenceLost, Overtaken
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import (
    Answered,
    Due,
    Frozen,
    Lease,
    Link,
    LookUp,
    Outcome,
    Posting,
    PostingKey,
    made,
)
from counterfoil.posting.states import ACCEPTABLE, DONE_WITH, UNDER_WAY, UNSENT, State, may_move

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


from counterfoil.posting.memory.base import Rows, StoredRequest, is_due


class Sending(Rows):
    """From READY to what Xero made of it."""

    def recover(self, lease: Lease, *, due_at: dt.datetime, now: dt.datetime) -> int:
        """Turn what an earlier holder left SENDING into UNKNOWN."""
        self._guard(lease)
        sent = self._tied(State.SENDING)
        left = [r for key, r in self._requests.items() if key in sent and r.fence < lease.fence]
        count = sum(len(self._sending(request)) for request in left)
        for request in left:
            request.look_up = LookUp(due_at, request.frozen.lookups)
            request.frozen = replace(request.frozen, ambiguous=True)
            for key in self._sending(request):
                self._move(key, State.UNKNOWN, lease.holder, "recovered", now, due_at=None)
        slots = tuple(s for s in self._limits.in_flight if not s.name.startswith("drain:"))
        self._limits = replace(self._limits, in_flight=slots)
        self._bring_near(now)
        return count

    def _bring_near(self, now: dt.datetime) -> None:
        farthest = now + retry.FARTHEST
        for key, posting in self._postings.items():
            if posting.due_at is not None and posting.due_at > farthest:
                self._postings[key] = replace(posting, due_at=now)
        for request in self._requests.values():
            watch = request.look_up
            if watch is not None and watch.due_at is not None and watch.due_at > farthest:
                request.look_up = replace(watch, due_at=now)

    def _sending(self, request: StoredRequest) -> list[PostingKey]:
        return [m for m in request.frozen.members if self._is_sent_by(m, request)]

    def _is_sent_by(self, key: PostingKey, request: StoredRequest) -> bool:
        posting = self._postings[key]
        return posting.state is State.SENDING and posting.request_id == request.frozen.request_id

    def due(self, lease: Lease, *, now: dt.datetime, most: int) -> tuple[Due, ...]:
        """Return READY postings without a request that are due, of the lowest stage."""
        self._guard(lease)
        ready = [
            p
            for p in self._postings.values()
            if p.state is State.READY and p.request_id is None and is_due(p.due_at, now)
        ]
        first = min(((p.stage, p.resource) for p in ready), default=None)
        chosen = [p for p in ready if (p.stage, p.resource) == first]
        return tuple(self._due(posting) for posting in chosen[:most])

    def _due(self, posting: Posting) -> Due:
        document = self._documents[posting.key.document]
        overtaken = document.newest > document.working.revision
        return Due(posting, document.working.body, overtaken)

    def resumable(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests all of whose members are READY, due, and still tied to them."""
        self._guard(lease)
        tied = self._tied(State.READY)
        return tuple(
            r.frozen for key, r in self._requests.items() if key in tied and self._resumable(r, now)
        )

    def _tied(self, state: State) -> set[str]:
        """Return the requests that postings of this state are tied to: most have none any more."""
        return {
            p.request_id
            for p in self._postings.values()
            if p.state is state and p.request_id is not None
        }

    def _resumable(self, request: StoredRequest, now: dt.datetime) -> bool:
        members = (self._postings[key] for key in request.frozen.members)
        return all(
            p.request_id == request.frozen.request_id
            and p.state is State.READY
            and is_due(p.due_at, now)
            for p in members
        )

    def ids(self, symbols: Collection[Symbol]) -> dict[Symbol, str]:
        """Return the Xero ids of the objects that are posted, of those asked for."""
        posted = {symbol: self._posted(symbol) for symbol in symbols}
        return {symbol: self._links[key].xero_id for symbol, key in posted.items() if key}

    def freeze(self, lease: Lease, requests: Sequence[Frozen], *, now: dt.datetime) -> None:
        """Write requests down and move their members from READY to SENDING."""
        self._guard(lease)
        members = [key for request in requests for key in request.members]
        if any(not self._free(key) for key in members) or len(set(members)) < len(members):
            msg = "a member is not ready any more"
            raise Overtaken(msg)
        for request in requests:
            self._requests[request.request_id] = StoredRequest(request, lease.fence)
            for key in request.members:
                changes = {"request_id": request.request_id, "due_at": None}
                self._move(key, State.SENDING, lease.holder, "sending", now, **changes)

    def resume(
        self, lease: Lease, request_id: str, *, xero_time: dt.datetime, now: dt.datetime
    ) -> None:
        """Move the members of a resumable request from READY to SENDING."""
        self._guard(lease)
        request = self._requests[request_id]
        if not self._resumable(request, now):
            msg = "the request cannot be resumed"
            raise Overtaken(msg)
        request.fence = lease.fence
        request.frozen = replace(request.frozen, xero_time=xero_time)
        for key in request.frozen.members:
            self._move(key, State.SENDING, lease.holder, "sending again", now, due_at=None)

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
        request = self._requests[request_id]
        if not self._ours(lease):
            status = str(answered.status) if answered else "no answer"
            self._event(now, lease.holder, "late answer", detail=f"{request_id} {status}")
            raise FenceLost
        self._check(outcomes)
        if answered is not None:
            request.answers.append(answered)
        request.look_up = look_up
        request.frozen = replace(
            request.frozen,
            ambiguous=request.frozen.ambiguous or ambiguous,
            lookups=look_up.lookups if look_up else request.frozen.lookups,
            rechecking=look_up.rechecking if look_up else False,
        )
        self._apply(outcomes, lease.holder, now)

    def settle_unsent(self, lease: Lease, outcomes: Sequence[Outcome], *, now: dt.datetime) -> None:
        """Store decisions that needed no call, on READY postings without a request."""
        self._guard(lease)
        if any(not self._decidable(outcome) for outcome in outcomes):
            msg = "a posting is not ready any more"
            raise Overtaken(msg)
        self._check(outcomes)
        self._apply(outcomes, lease.holder, now)

    def _check(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            before = self._postings[outcome.posting].state
            if not may_move(before, outcome.state):
                msg = f"{outcome.posting}: no move from {before} to {outcome.state}"
                raise ValueError(msg)
        self._check_ties(outcomes)

    def _check_ties(self, outcomes: Sequence[Outcome]) -> None:
        taken: dict[str, PostingKey] = {}
        wanted = {xero_id for xero_id, _ in made(outcomes)}
        for key, link in self._links.items():
            if link.xero_id in wanted and not self._postings[key].unlinked:
                taken |= dict(made([Outcome(key, State.POSTED, link)]))
        for xero_id, key in made(outcomes):
            if taken.setdefault(xero_id, key)[:3] != key[:3]:
                msg = f"{key}: {xero_id} is tied to {taken[xero_id]}"
                raise Overtaken(msg)

    def _apply(self, outcomes: Sequence[Outcome], actor: str, now: dt.datetime) -> None:
        for outcome in outcomes:
            self._apply_one(outcome, actor, now)
        done = [o.posting for o in outcomes if o.state in DONE_WITH]
        self._free_waiting({Symbol(k.kind, k.id) for k in done}, actor, now)

    def _apply_one(
        self,
        outcome: Outcome,
        actor: str,
        now: dt.datetime,
        what: str = "settled",
        named: str = "",
    ) -> None:
        key, posting = outcome.posting, self._postings[outcome.posting]
        undecided = outcome.state in {State.READY, State.UNKNOWN}
        untied = outcome.state is State.READY and not outcome.same_request
        self._move(
            key,
            outcome.state,
            actor,
            what,
            now,
            due_at=(outcome.due_at or now) if outcome.state is State.READY else None,
            tries=posting.tries + undecided,
            batch_most=outcome.batch_most or posting.batch_most,
            request_id=None if untied else posting.request_id,
        )
        if named:
            self._events[-1] = replace(self._events[-1], detail=named)
        if outcome.link is not None:
            self._links[key] = outcome.link
        self._found[key] = outcome.findings
        if outcome.correct:
            self._plan_beside(posting, Act.UPDATE, actor, now)
        if outcome.raced:
            self._plan_beside(posting, Act.RELINK, actor, now)
        if outcome.again:
            self._plan_again(posting, outcome.again, actor, now)

    def _plan_again(
        self, posting: Posting, after: tuple[Symbol, ...], actor: str, now: dt.datetime
    ) -> None:
        """Plan an act anew; it waits, until ``_free_waiting`` finds that it need not."""
        of = self._of[posting.key.document]
        key = posting.key._replace(attempt=1 + max(one.attempt for one in of))
        self._postings[key] = Posting(
            key, State.WAITING, posting.resource, posting.stage, due_at=None, batch_most=BATCH_MOST
        )
        of.append(key)
        self._needs[key] = tuple(dict.fromkeys((*self._needs[posting.key], *after)))
        self._event(now, actor, "planned", key, None, State.WAITING)

    def _plan_beside(self, posting: Posting, act: Act, actor: str, now: dt.datetime) -> None:
        key = posting.key.of(act)
        if key in self._postings:
            self._move(key, State.READY, actor, "planned", now, due_at=now, tries=0)
            return
        fresh = Posting(
            key, State.READY, posting.resource, posting.stage, due_at=now, batch_most=BATCH_MOST
        )
        self._postings[key] = fresh
        self._of[key.document].append(key)
        self._needs[key] = ()
        self._event(now, actor, "planned", key, None, State.READY)

    def accept(self, outcomes: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Take MISMATCHED objects as Xero holds them."""
        taken = [o for o in outcomes if self._acceptable(o.posting)]
        for outcome in taken:
            self._withdraw(self._open_corrections(outcome.posting), actor, now)
        for outcome in taken:
            self._apply_one(outcome, actor, now, what="accepted")
        posted = {Symbol(*o.posting.document) for o in taken if o.state is State.POSTED}
        self._free_waiting(posted, actor, now)
        return len(taken)

    def _acceptable(self, key: PostingKey) -> bool:
        posting, beside = self._postings.get(key), self._postings.get(key.of(Act.UPDATE))
        under_way = beside is not None and beside.state in UNDER_WAY
        return posting is not None and posting.state in ACCEPTABLE and not under_way

    def _open_corrections(self, key: PostingKey) -> list[PostingKey]:
        beside = self._postings.get(key.of(Act.UPDATE))
        return [beside.key] if beside is not None and beside.state in UNSENT else []

    def _free_waiting(self, posted: set[Symbol], actor: str, now: dt.datetime) -> None:
        if not posted:
            return
        for key, posting in list(self._postings.items()):
            if posting.state is not State.WAITING or posted.isdisjoint(self._needs[key]):
                continue
            if not self._missing(self._needs[key], key.document, posting.stage):
                self._move(key, State.READY, actor, "freed", now, due_at=now)

    def lookups_due(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests whose look-up is due."""
        self._guard(lease)
        return tuple(
            r.frozen
            for r in self._requests.values()
            if r.look_up is not None and is_due(r.look_up.due_at, now)
        )

    def links(self, postings: Collection[PostingKey]) -> dict[PostingKey, Link]:
        """Return the links of these postings."""
        return {key: self._links[key] for key in postings if key in self._links}

    def stated(self, postings: Collection[PostingKey]) -> tuple[Frozen, ...]:
        """Return the requests that had one of these as a member, in the order of their writing."""
        asked = [one.frozen for one in self._requests.values()]
        return tuple(one for one in asked if not set(postings).isdisjoint(one.members))

    def linked(self, xero_ids: Collection[str]) -> dict[str, PostingKey]:
        """Return which of these Xero ids are already tied to a posting."""
        return {
            link.xero_id: key
            for key, link in self._links.items()
            if link.xero_id in xero_ids and not self._postings[key].unlinked
        }

    def next_due(self) -> dt.datetime | None:
        """Return when the next posting or look-up is due."""
        ready = (p.due_at for p in self._postings.values() if p.state is State.READY)
        looks = (r.look_up.due_at for r in self._requests.values() if r.look_up is not None)
        return min((due for due in (*ready, *looks) if due is not None), default=None)
