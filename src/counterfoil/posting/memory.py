"""The outbox in memory: the twin that the databases are proved equal to.

Simulation and tests run on it. Every method either does all that it says or raises before it has
changed anything, as a transaction would.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import intake, limits
from counterfoil.posting.intake import Known, Step
from counterfoil.posting.outbox import FenceLost, OtherOrganisation
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import (
    CONTACT,
    Answered,
    ConnectionState,
    Due,
    Entry,
    Event,
    Frozen,
    Grant,
    Lease,
    LeaseRow,
    LimitsRow,
    Link,
    LookUp,
    MirrorContact,
    Outcome,
    Posting,
    PostingKey,
    Receipt,
    Taken,
    Wait,
)
from counterfoil.posting.states import State, may_move

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.findings import Finding

REPLANNED = frozenset({State.HELD, State.WAITING, State.READY, State.REFUSED})


@dataclass
class _Document:
    """A document with its revisions; ``working`` is the one whose postings stand."""

    newest: int
    working: Entry
    revisions: dict[int, str]
    findings: tuple[Finding, ...]


@dataclass
class _Request:
    frozen: Frozen
    fence: int
    look_up: LookUp | None = None
    answers: list[Answered] = field(default_factory=list)


class MemoryOutbox:
    """``outbox.Outbox`` in dictionaries; see there for what each method promises."""

    def __init__(self) -> None:
        """Start empty and never connected."""
        self._documents: dict[Key, _Document] = {}
        self._numbers: dict[tuple[str, str], Key] = {}
        self._postings: dict[PostingKey, Posting] = {}
        self._of: dict[Key, list[PostingKey]] = {}
        self._needs: dict[PostingKey, tuple[Symbol, ...]] = {}
        self._found: dict[PostingKey, tuple[Finding, ...]] = {}
        self._links: dict[PostingKey, Link] = {}
        self._requests: dict[str, _Request] = {}
        self._events: list[Event] = []
        self._lease = LeaseRow("", 0, 0)
        self._limits = LimitsRow()
        self._grant = Grant(ConnectionState.NEVER, 0, "")
        self._refresh: tuple[int, dt.datetime] | None = None
        self._mirror: dict[str, MirrorContact] = {}
        self._mark: dt.datetime | None = None

    def receive(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> list[Receipt]:
        """Take documents into the daybook and plan their postings."""
        return [self._receive(entry, actor, now) for entry in entries]

    def _receive(self, entry: Entry, actor: str, now: dt.datetime) -> Receipt:
        known = self._known(entry.key)
        decision = intake.decide(entry, known, self._number_holder(entry))
        document = self._documents.get(entry.key)
        if decision.step is Step.ADD:
            self._documents[entry.key] = _Document(entry.revision, entry, {}, entry.findings)
            self._plan(entry, actor, now)
        elif decision.step is Step.REPLACE and document is not None:
            self._withdraw(self._current(entry.key), actor, now)
            document.newest, document.working = entry.revision, entry
            document.findings = entry.findings
            self._plan(entry, actor, now)
        elif decision.step is Step.KEEP_NEW and document is not None:
            document.newest = entry.revision
            document.findings = (
                *(f for f in document.findings if f.code != "changed_after_posting"),
                intake.changed_after_posting(entry),
            )
        if decision.step is not Step.NOTHING:
            self._documents[entry.key].revisions[entry.revision] = entry.fingerprint
            self._hold_number(entry, decision.taken)
        finding = decision.finding if decision.taken is Taken.REFUSED else None
        return Receipt(entry.key, decision.taken, finding)

    def _known(self, key: Key) -> Known | None:
        document = self._documents.get(key)
        if document is None:
            return None
        states = [self._postings[posting].state for posting in self._of.get(key, ())]
        return Known(document.newest, document.revisions, states)

    def _number_holder(self, entry: Entry) -> Key | None:
        holder = self._numbers.get((entry.number_space, entry.summary.number))
        return holder if entry.number_space and holder != entry.key else None

    def _hold_number(self, entry: Entry, taken: Taken) -> None:
        if not entry.number_space or taken is Taken.UNCHANGED:
            return
        for name in [name for name, key in self._numbers.items() if key == entry.key]:
            del self._numbers[name]
        self._numbers[entry.number_space, entry.summary.number] = entry.key

    def _plan(self, entry: Entry, actor: str, now: dt.datetime) -> None:
        attempt = 1 + max((key.attempt for key in self._of.get(entry.key, ())), default=0)
        for intent in entry.intents:
            key = PostingKey(entry.key.kind, entry.key.id, intent.part, intent.act, attempt)
            state = intake.initial_state(entry, self._missing(intent.needs))
            due = now if state is State.READY else None
            self._postings[key] = Posting(
                key, state, intent.resource, intent.stage, due, BATCH_MOST
            )
            self._of.setdefault(entry.key, []).append(key)
            self._needs[key] = intent.needs
            self._event(now, actor, "planned", key, None, state)

    def _missing(self, needs: Iterable[Symbol]) -> tuple[Symbol, ...]:
        return tuple(symbol for symbol in needs if self._posted(symbol) is None)

    def _posted(self, symbol: Symbol) -> PostingKey | None:
        for key in self._of.get(Key(symbol.kind, symbol.id), ()):
            makes_it = key.part == "" and key.act is Act.CREATE
            if makes_it and self._postings[key].state is State.POSTED:
                return key
        return None

    def _current(self, key: Key) -> list[PostingKey]:
        return [
            posting
            for posting in self._of.get(key, ())
            if self._postings[posting].state is not State.WITHDRAWN
        ]

    def _withdraw(self, keys: Iterable[PostingKey], actor: str, now: dt.datetime) -> None:
        for key in keys:
            before = self._postings[key]
            self._move(key, State.WITHDRAWN, actor, "withdrawn", now, due_at=None)
            self._found.pop(key, None)
            if before.state is State.READY and before.request_id is not None:
                self._untie(before.request_id, actor, now)

    def _untie(self, request_id: str, actor: str, now: dt.datetime) -> None:
        """Free the rest of a request that cannot be sent again, because a member is gone."""
        for key, posting in list(self._postings.items()):
            if posting.state is State.READY and posting.request_id == request_id:
                self._move(key, State.READY, actor, "untied", now, request_id=None)

    def _move(
        self,
        key: PostingKey,
        after: State,
        actor: str,
        what: str,
        now: dt.datetime,
        **changes: object,
    ) -> None:
        posting = self._postings[key]
        self._postings[key] = replace(posting, state=after, **changes)  # type: ignore[arg-type]
        self._event(now, actor, what, key, posting.state, after)

    def _event(
        self,
        now: dt.datetime,
        actor: str,
        what: str,
        posting: PostingKey | None = None,
        before: State | None = None,
        after: State | None = None,
        detail: str = "",
    ) -> None:
        self._events.append(Event(now, actor, what, posting, before, after, detail))

    def replan(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> None:
        """Store the findings and plans of a new conversion of known documents."""
        for entry in entries:
            document = self._documents.get(entry.key)
            if document is not None and document.working.fingerprint == entry.fingerprint:
                document.working, document.findings = entry, entry.findings
                self._replan(entry, actor, now)

    def _replan(self, entry: Entry, actor: str, now: dt.datetime) -> None:
        current = {(key.part, key.act): key for key in self._current(entry.key)}
        planned = {(intent.part, intent.act) for intent in entry.intents}
        gone = [k for name, k in current.items() if name not in planned and self._replannable(k)]
        self._withdraw(gone, actor, now)
        fresh = tuple(i for i in entry.intents if (i.part, i.act) not in current)
        for intent in entry.intents:
            key = current.get((intent.part, intent.act))
            if key is not None and self._replannable(key):
                self._needs[key] = intent.needs
                state = intake.initial_state(entry, self._missing(intent.needs))
                self._restart(key, state, actor, "replanned", now)
        if fresh:
            self._plan(replace(entry, intents=fresh), actor, now)

    def _replannable(self, key: PostingKey) -> bool:
        posting = self._postings[key]
        tied = posting.state is State.READY and posting.request_id is not None
        return posting.state in REPLANNED and not tied

    def _restart(
        self, key: PostingKey, state: State, actor: str, what: str, now: dt.datetime
    ) -> None:
        self._found.pop(key, None)
        due = now if state is State.READY else None
        self._move(
            key,
            state,
            actor,
            what,
            now,
            due_at=due,
            tries=0,
            batch_most=BATCH_MOST,
            request_id=None,
        )

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        """Return the canonical bodies of the working revisions that are known."""
        return {k: self._documents[k].working.body for k in keys if k in self._documents}

    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        """Return what is found about these documents."""
        return {key: self._findings(key) for key in keys if key in self._documents}

    def _findings(self, key: Key) -> tuple[Finding, ...]:
        postings = sorted(self._of.get(key, ()))
        outcomes = tuple(f for posting in postings for f in self._found.get(posting, ()))
        return self._documents[key].findings + outcomes

    def held_by(self, about: Collection[str] | None) -> tuple[Key, ...]:
        """Return the documents with a HELD posting, in the order in which they came."""
        return tuple(
            key
            for key in self._documents
            if any(self._postings[p].state is State.HELD for p in self._of.get(key, ()))
            and (about is None or any(f.about in about for f in self._findings(key)))
        )

    def lease(self) -> LeaseRow:
        """Read the lease, as an observer."""
        return self._lease

    def take_lease(self, holder: str, seen: LeaseRow, *, now: dt.datetime) -> Lease | None:
        """Take the lease if it still stands as it was seen."""
        if self._lease != seen:
            return None
        self._lease = LeaseRow(holder, seen.fence + 1, 0)
        self._event(now, holder, "lease taken")
        return Lease(holder, seen.fence + 1)

    def beat(self, lease: Lease) -> bool:
        """Give a sign of life."""
        if not self._ours(lease):
            return False
        self._lease = replace(self._lease, beat=self._lease.beat + 1)
        return True

    def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        if self._ours(lease):
            self._lease = replace(self._lease, holder="")

    def _ours(self, lease: Lease) -> bool:
        return self._lease.fence == lease.fence and self._lease.holder == lease.holder

    def _guard(self, lease: Lease) -> None:
        if not self._ours(lease):
            raise FenceLost

    def recover(self, lease: Lease, *, due_at: dt.datetime, now: dt.datetime) -> int:
        """Turn what an earlier holder left SENDING into UNKNOWN."""
        self._guard(lease)
        left = [r for r in self._requests.values() if r.fence < lease.fence and self._sending(r)]
        count = sum(len(self._sending(request)) for request in left)
        for request in left:
            request.look_up = LookUp(due_at, request.frozen.lookups)
            request.frozen = replace(request.frozen, ambiguous=True)
            for key in self._sending(request):
                self._move(key, State.UNKNOWN, lease.holder, "recovered", now, due_at=None)
        slots = tuple(s for s in self._limits.in_flight if not s[0].startswith("drain:"))
        self._limits = replace(self._limits, in_flight=slots)
        return count

    def _sending(self, request: _Request) -> list[PostingKey]:
        return [m for m in request.frozen.members if self._is_sent_by(m, request)]

    def _is_sent_by(self, key: PostingKey, request: _Request) -> bool:
        posting = self._postings[key]
        return posting.state is State.SENDING and posting.request_id == request.frozen.request_id

    def due(self, lease: Lease, *, now: dt.datetime, most: int) -> tuple[Due, ...]:
        """Return READY postings without a request that are due, of the lowest stage."""
        self._guard(lease)
        ready = [
            p
            for p in self._postings.values()
            if p.state is State.READY and p.request_id is None and _is_due(p.due_at, now)
        ]
        first = min(((p.stage, p.resource) for p in ready), default=None)
        chosen = [p for p in ready if (p.stage, p.resource) == first]
        return tuple(Due(p, self._documents[p.key.document].working.body) for p in chosen[:most])

    def resumable(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests all of whose members are READY, due, and still tied to them."""
        self._guard(lease)
        return tuple(r.frozen for r in self._requests.values() if self._resumable(r, now))

    def _resumable(self, request: _Request, now: dt.datetime) -> bool:
        members = [self._postings[key] for key in request.frozen.members]
        return all(
            p.state is State.READY
            and p.request_id == request.frozen.request_id
            and _is_due(p.due_at, now)
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
            raise ValueError(msg)
        for request in requests:
            self._requests[request.request_id] = _Request(request, lease.fence)
            for key in request.members:
                changes = {"request_id": request.request_id, "due_at": None}
                self._move(key, State.SENDING, lease.holder, "sending", now, **changes)

    def _free(self, key: PostingKey) -> bool:
        posting = self._postings[key]
        return posting.state is State.READY and posting.request_id is None

    def resume(self, lease: Lease, request_id: str, *, now: dt.datetime) -> None:
        """Move the members of a resumable request from READY to SENDING."""
        self._guard(lease)
        request = self._requests[request_id]
        if not self._resumable(request, now):
            msg = "the request cannot be resumed"
            raise ValueError(msg)
        request.fence = lease.fence
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
        if any(not self._free(outcome.posting) for outcome in outcomes):
            msg = "a posting is not ready any more"
            raise ValueError(msg)
        self._check(outcomes)
        self._apply(outcomes, lease.holder, now)

    def _check(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            before = self._postings[outcome.posting].state
            if not may_move(before, outcome.state):
                msg = f"{outcome.posting}: no move from {before} to {outcome.state}"
                raise ValueError(msg)

    def _apply(self, outcomes: Sequence[Outcome], actor: str, now: dt.datetime) -> None:
        for outcome in outcomes:
            self._apply_one(outcome, actor, now)
        posted = [o.posting for o in outcomes if o.state is State.POSTED]
        self._free_waiting({Symbol(k.kind, k.id) for k in posted if k.part == ""}, actor, now)

    def _apply_one(self, outcome: Outcome, actor: str, now: dt.datetime) -> None:
        key, posting = outcome.posting, self._postings[outcome.posting]
        undecided = outcome.state in {State.READY, State.UNKNOWN}
        untied = outcome.state is State.READY and not outcome.same_request
        self._move(
            key,
            outcome.state,
            actor,
            "settled",
            now,
            due_at=(outcome.due_at or now) if outcome.state is State.READY else None,
            tries=posting.tries + undecided,
            batch_most=outcome.batch_most or posting.batch_most,
            request_id=None if untied else posting.request_id,
        )
        if outcome.link is not None:
            self._links[key] = outcome.link
        self._found[key] = outcome.findings

    def _free_waiting(self, posted: set[Symbol], actor: str, now: dt.datetime) -> None:
        if not posted:
            return
        for key, posting in list(self._postings.items()):
            if posting.state is not State.WAITING or posted.isdisjoint(self._needs[key]):
                continue
            if not self._missing(self._needs[key]):
                self._move(key, State.READY, actor, "freed", now, due_at=now)

    def lookups_due(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests whose look-up is due."""
        self._guard(lease)
        return tuple(
            r.frozen
            for r in self._requests.values()
            if r.look_up is not None and _is_due(r.look_up.due_at, now)
        )

    def states(self, postings: Collection[PostingKey]) -> dict[PostingKey, State]:
        """Return where these postings stand."""
        return {key: self._postings[key].state for key in postings if key in self._postings}

    def links(self, postings: Collection[PostingKey]) -> dict[PostingKey, Link]:
        """Return the links of these postings."""
        return {key: self._links[key] for key in postings if key in self._links}

    def linked(self, xero_ids: Collection[str]) -> dict[str, PostingKey]:
        """Return which of these Xero ids are already tied to a posting."""
        return {link.xero_id: k for k, link in self._links.items() if link.xero_id in xero_ids}

    def next_due(self) -> dt.datetime | None:
        """Return when the next posting or look-up is due."""
        ready = (p.due_at for p in self._postings.values() if p.state is State.READY)
        looks = (r.look_up.due_at for r in self._requests.values() if r.look_up is not None)
        return min((due for due in (*ready, *looks) if due is not None), default=None)

    def choose(
        self, postings: Sequence[PostingKey], choice: str, *, actor: str, now: dt.datetime
    ) -> int:
        """Record an answer about contacts of the same name; HELD ones become READY."""
        asked = dict.fromkeys(postings)
        chosen = [k for k in asked if k in self._postings and k.kind == CONTACT]
        held = [k for k in chosen if self._postings[k].state is State.HELD]
        for key in held:
            self._restart(key, State.READY, actor, f"chose {choice}", now)
            self._postings[key] = replace(self._postings[key], choice=choice)
        return len(held)

    def retry(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Move REFUSED postings to READY (or WAITING), and make UNKNOWN ones due for look-up."""
        known = [key for key in dict.fromkeys(postings) if key in self._postings]
        refused = [key for key in known if self._postings[key].state is State.REFUSED]
        for key in refused:
            state = State.WAITING if self._missing(self._needs[key]) else State.READY
            self._restart(key, state, actor, "retried", now)
        unknown = [key for key in known if self._postings[key].state is State.UNKNOWN]
        for request in self._requests.values():
            if any(self._postings[key].request_id == request.frozen.request_id for key in unknown):
                request.look_up = LookUp(now, request.frozen.lookups)
        return len(refused) + len(unknown)

    def mirror(
        self, *, numbers: Collection[str], folded: Collection[str]
    ) -> tuple[MirrorContact, ...]:
        """Return mirrored contacts with one of these numbers or folded names."""
        return tuple(
            contact
            for _, contact in sorted(self._mirror.items())
            if (contact.number and contact.number in numbers) or contact.folded in folded
        )

    def mirror_mark(self) -> dt.datetime | None:
        """Return the Xero time up to which the mirror is read."""
        return self._mark

    def mirror_store(self, contacts: Sequence[MirrorContact], mark: dt.datetime) -> None:
        """Add or replace contacts and move the mark."""
        self._mirror.update({contact.contact_id: contact for contact in contacts})
        self._mark = mark

    def take_slot(
        self, slot: str, *, clicking: bool, seconds: int, now: dt.datetime
    ) -> Wait | None:
        """Take a slot for one call, or say how long to wait."""
        decided = limits.admit(self._limits, slot, clicking=clicking, seconds=seconds, now=now)
        if isinstance(decided, Wait):
            return decided
        self._limits = decided
        return None

    def give_slot(
        self, slot: str, headers: Mapping[str, str] | None, *, status: int, now: dt.datetime
    ) -> None:
        """Give the slot back and correct the counts by Xero's headers."""
        self._limits = limits.learn(self._limits, slot, headers, status=status, now=now)

    def limits(self) -> LimitsRow:
        """Read the counts."""
        return self._limits

    def grant(self) -> Grant:
        """Read the token pair in force."""
        return self._grant

    def connect(self, grant: Grant, *, actor: str, now: dt.datetime) -> None:
        """Store the grant of a fresh consent; the generation grows."""
        bound = self._grant.tenant_id
        if self._links and bound and bound != grant.tenant_id:
            raise OtherOrganisation
        self._grant = replace(grant, generation=self._grant.generation + 1, since=now)
        self._refresh = None
        self._event(now, actor, "connected", detail=grant.tenant_name)

    def take_refresh(self, generation: int, *, seconds: int, now: dt.datetime) -> bool:
        """Take the refresh lease if the generation still stands and nobody holds it."""
        held = self._refresh is not None and self._refresh[1] > now
        if self._grant.generation != generation or held:
            return False
        self._refresh = (generation, now + dt.timedelta(seconds=seconds))
        return True

    def store_refresh(self, generation: int, grant: Grant, *, now: dt.datetime) -> bool:
        """Store a refreshed pair as generation + 1, if ``generation`` still stands."""
        if self._grant.generation != generation:
            return False
        self._grant = replace(grant, generation=generation + 1)
        self._refresh = None
        self._event(now, "counterfoil", "token refreshed")
        return True

    def drop_refresh(self, generation: int) -> None:
        """Give the refresh lease back after a refresh that failed."""
        if self._refresh is not None and self._refresh[0] == generation:
            self._refresh = None

    def disconnect(
        self, state: ConnectionState, reason: str, *, generation: int, actor: str, now: dt.datetime
    ) -> None:
        """Mark the connection lost or disconnected, if the generation still stands."""
        if self._grant.generation != generation:
            return
        self._grant = replace(
            self._grant,
            state=state,
            reason=reason,
            since=now,
            generation=generation + 1,
            expires_at=None,
            access_token="",
            refresh_token="",
        )
        self._refresh = None
        self._event(now, actor, f"connection {state}", detail=reason)

    def counts(self) -> dict[State, int]:
        """Count the postings in each state."""
        counted: dict[State, int] = {}
        for posting in self._postings.values():
            counted[posting.state] = counted.get(posting.state, 0) + 1
        return counted

    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents."""
        found = [posting for key in set(keys) for posting in self._of.get(key, ())]
        return tuple(self._postings[key] for key in sorted(found))

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first."""
        return tuple(self._events)


def _is_due(due_at: dt.datetime | None, now: dt.datetime) -> bool:
    return due_at is not None and due_at <= now
