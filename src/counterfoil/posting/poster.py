"""The poster: claim, send, settle, look up, until nothing more is due.

Everything it decides is decided by pure functions elsewhere; here they are put in order around the
calls of the outbox port and the sends, which are the only points at which a crash can fall.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import Contact, Element
from counterfoil.posting import retry
from counterfoil.posting.claim import claim
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.decide import (
    Circumstances,
    Decision,
    Then,
    decide,
)
from counterfoil.posting.errors import AskedToStop, Ended, LimitReached, NotConnected
from counterfoil.posting.looking_up import look_up
from counterfoil.posting.outbox import FenceLost
from counterfoil.posting.plan import BATCH_MOST, CLAIM_MOST, Prepared, batches
from counterfoil.posting.records import (
    Answered,
    ConnectionState,
    Frozen,
    Grant,
    Lease,
    LeaseRow,
    MirrorContact,
    Outcome,
    Posting,
    PostingKey,
)
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer, Arrival, Call, UnreadableAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.xero_documents import Totals
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.shelf import Shelf

IN_FLIGHT_MOST = 4
"""Calls of the drain in flight, at most: Xero's five less the one kept for people."""
WAIT_SECONDS = 10.0
"""How long an arrival is waited for before the lease gets its next sign of life."""
PROBE_SECONDS = 60.0
SLOT_WAITS = 300
"""How often a free place among the calls in flight is waited for."""
MIRROR_OVERLAP = dt.timedelta(minutes=2)
"""How far back the next reading of contacts begins before the last one."""
SPOKEN = frozenset({200, 201, 400, 404, 409, 413, 422})
"""Statuses under which Xero may speak of single documents."""
NO_GRANT = Grant(ConnectionState.NEVER, 0, "")


@dataclass(frozen=True, slots=True)
class Drained:
    """How a drain ended.

    ``stopped_by`` is None when nothing more was due, else what ended it (``minute``, ``day``,
    ``connection``, ``xero``, ``request``, ``lease``); ``until`` tells when a limit ends.
    """

    calls: int
    stopped_by: str | None = None
    reason: str = ""
    until: dt.datetime | None = None


@dataclass
class _Flight:
    """A request on its way.

    ``sends`` counts sends that may have been applied, ``started`` is the monotonic time of the
    first. ``final``: whatever arrives next is settled, without another send.
    ``refreshed``: it was sent again with a new token.
    """

    request: Frozen
    members: Mapping[PostingKey, Posting]
    elements: tuple[Element, ...]
    write_down: Callable[[], None]
    grant: Grant = NO_GRANT
    started: float = 0.0
    sends: int = 0
    final: bool = False
    refreshed: bool = False


def _nothing() -> None:
    """Take no notice of progress."""


class Poster:
    """Drains the outbox of one organisation.

    ``holder`` names this process; ``is_dead`` tells of another holder's name whether its process
    is known to be gone, which spares waiting for its lease to lapse. ``progress`` is called after
    each settled request. ``batch_most`` bounds the elements of a call.
    """

    def __init__(
        self,
        caller: Caller,
        shelf: Shelf,
        *,
        holder: str,
        is_dead: Callable[[str], bool] = lambda _: False,
        progress: Callable[[], None] = _nothing,
        batch_most: int = BATCH_MOST,
    ) -> None:
        """Hold the seams; nothing is read yet."""
        self._caller = caller
        self._outbox = caller.outbox
        self._target = caller.target
        self._clock = caller.clock
        self._shelf = shelf
        self._holder = holder
        self._is_dead = is_dead
        self._progress = progress
        self._batch_most = batch_most
        self._stopping = False
        self._observed: tuple[LeaseRow, float] | None = None
        self._probed_at: float | None = None
        self._contacts_fresh = False
        self._ended: Ended | None = None
        self._flights: dict[str, _Flight] = {}

    def stop(self) -> None:
        """Ask the drain to end once what is in flight has been settled."""
        self._stopping = True

    def drain(self) -> Drained:
        """Send what is due until nothing is, or something ends it.

        Returns at once, with ``stopped_by`` ``lease``, while another process holds the lease.
        """
        before = self._caller.calls
        lease = self._take_lease()
        if lease is None:
            return Drained(0, "lease", "another process is posting for this organisation")
        try:
            ended = self._work(lease)
            self._outbox.release(lease)
        except FenceLost:
            ended = Drained(0, "lease", "another process has taken over")
        return replace(ended, calls=self._caller.calls - before)

    def _work(self, lease: Lease) -> Drained:
        self._contacts_fresh = False
        self._ended = None
        self._flights.clear()
        try:
            self._recover(lease)
            while self._step(lease):
                pass
        except LimitReached as reached:
            return Drained(0, reached.stopped_by, str(reached), reached.until)
        except (Ended, UnreadableAnswer) as ended:
            return Drained(0, getattr(ended, "stopped_by", "xero"), str(ended))
        return Drained(0)

    def _take_lease(self) -> Lease | None:
        seen = self._outbox.lease()
        now = self._clock.monotonic()
        if self._observed is None or self._observed[0] != seen:
            self._observed = (seen, now)
        lapsed = now - self._observed[1] >= retry.LEASE_SECONDS
        if seen.holder and not lapsed and not self._is_dead(seen.holder):
            return None
        return self._outbox.take_lease(self._holder, seen, now=self._clock.now())

    def _recover(self, lease: Lease) -> None:
        now = self._clock.now()
        self._outbox.recover(lease, due_at=retry.first_look(now), now=now)

    def _step(self, lease: Lease) -> bool:
        """Do the next thing that is due; False when there is none.

        Xero is not called while there is nothing to do.
        """
        if self._stopping:
            raise AskedToStop
        self._beat(lease)
        now = self._clock.now()
        look_ups = self._outbox.lookups_due(lease, now=now)
        if look_ups:
            self._probe_once()
            look_up(lease, look_ups, self._caller)
            self._progress()
            return True
        resumable = self._outbox.resumable(lease, now=now)
        if resumable:
            self._probe_once()
            self._send_all(lease, self._resumed(lease, resumable))
            return True
        return self._claim(lease, now)

    def _claim(self, lease: Lease, now: dt.datetime) -> bool:
        dues = self._outbox.due(lease, now=now, most=CLAIM_MOST)
        if not dues:
            return False
        self._probe_once()
        if dues[0].posting.resource == "Contacts":
            self._refresh_contacts()
        claimed = claim(dues, self._outbox, self._shelf, self._target)
        if claimed.outcomes:
            self._outbox.settle_unsent(lease, claimed.outcomes, now=self._clock.now())
            self._progress()
        self._send_all(lease, self._frozen(lease, claimed.prepared))
        return True

    def _beat(self, lease: Lease) -> None:
        if not self._outbox.beat(lease):
            raise FenceLost

    def _probe_once(self) -> None:
        """Read the organisation, at most once a minute: the cheap probe, and the lock dates."""
        now = self._clock.monotonic()
        if self._probed_at is None or now - self._probed_at >= PROBE_SECONDS:
            self._shelf.store_organisation(self._caller.read(self._target.read_organisation()))
            self._probed_at = now

    def _refresh_contacts(self) -> None:
        """Bring the mirror of Xero's contacts up to date, once a drain."""
        if self._contacts_fresh:
            return
        mark = self._caller.xero_now() - MIRROR_OVERLAP
        contacts = self._caller.read(self._target.read_contacts(self._outbox.mirror_mark()))
        self._outbox.mirror_store(contacts, mark)
        self._contacts_fresh = True

    def _frozen(self, lease: Lease, prepared: Sequence[Prepared]) -> Iterator[_Flight]:
        """Write down one batch after another, each when it is asked for."""
        tenant_id = self._outbox.grant().tenant_id if prepared else ""
        for batch in batches(prepared, self._batch_most):
            request = self._freeze(batch, tenant_id)
            members = {one.posting.key: one.posting for one in batch}
            elements = tuple(one.element for one in batch)
            yield _Flight(request, members, elements, partial(self._write_down, lease, request))

    def _freeze(self, batch: Sequence[Prepared], tenant_id: str) -> Frozen:
        elements = [one.element for one in batch]
        shape = self._target.shape(elements, [one.encoded for one in batch])
        return Frozen(
            f"{tenant_id}:{self._caller.chance.name()}",
            batch[0].posting.resource,
            shape.method,
            shape.path,
            shape.query,
            shape.body,
            hashlib.sha256(shape.body).hexdigest(),
            tuple(one.posting.key for one in batch),
            tuple(_expected(element) for element in elements),
            self._clock.now(),
            self._caller.xero_now(),
        )

    def _write_down(self, lease: Lease, request: Frozen) -> None:
        self._outbox.freeze(lease, [request], now=self._clock.now())

    def _resumed(self, lease: Lease, requests: Sequence[Frozen]) -> Iterator[_Flight]:
        for request in requests:
            documents = {key.document for key in request.members}
            found = {posting.key: posting for posting in self._outbox.postings(documents)}
            members = {key: found[key] for key in request.members}
            yield _Flight(request, members, (), partial(self._resume, lease, request))

    def _resume(self, lease: Lease, request: Frozen) -> None:
        self._outbox.resume(lease, request.request_id, now=self._clock.now())

    def _send_all(self, lease: Lease, outgoing: Iterable[_Flight]) -> None:
        """Send call after call, as many at a time as are allowed, and settle every arrival.

        What ends the drain ends it only when nothing is in flight any more.
        """
        for flight in outgoing:
            while len(self._flights) >= IN_FLIGHT_MOST:
                self._receive(lease)
            if self._stopping and self._ended is None:
                self._ended = AskedToStop()
            if self._ended is not None or not self._send(lease, flight):
                break
        while self._flights:
            self._receive(lease)
        if self._ended is not None:
            raise self._ended

    def _send(self, lease: Lease, flight: _Flight) -> bool:
        """Take a token and a slot, write the request down, and only then let it leave."""
        try:
            flight.grant = self._caller.grant()
            ticket = self._reserve(lease)
        except Ended as ended:
            self._ended = ended
            return False
        flight.write_down()
        flight.started = self._clock.monotonic()
        self._launch(ticket, flight)
        return True

    def _reserve(self, lease: Lease) -> str:
        """Take a slot; while all places are taken, make use of what arrives in them."""
        for waits_left in reversed(range(SLOT_WAITS)):
            try:
                return self._caller.reserve(retry.WRITE_SECONDS)
            except LimitReached as reached:
                if reached.stopped_by != "concurrent" or not waits_left:
                    raise
            if self._flights:
                self._receive(lease)
            else:
                self._clock.sleep(1)
                self._beat(lease)
        raise AssertionError  # The last round returns or raises.

    def _launch(self, ticket: str, flight: _Flight) -> None:
        request = flight.request
        call = Call(
            request.method,
            request.path,
            request.query,
            request.body,
            request.request_id,
            seconds=retry.WRITE_SECONDS,
        )
        flight.sends += 1
        self._flights[ticket] = flight
        self._caller.launch(ticket, call, flight.grant)

    def _receive(self, lease: Lease) -> None:
        arrived = self._caller.wait(WAIT_SECONDS)
        if arrived is None:
            self._beat(lease)
            return
        flight = self._flights.pop(arrived.ticket, None)
        if flight is None:
            return  # The late answer of a drain that lost its lease; look-ups will tell.
        decision = self._decide(flight, arrived.arrival)
        if decision.then is not Then.SETTLE:
            if self._again(lease, flight, decision.then):
                return
            decision = self._decide(flight, arrived.arrival)
        self._settle(lease, flight, arrived.arrival, decision)

    def _decide(self, flight: _Flight, arrival: Arrival) -> Decision:
        request, answer = flight.request, arrival if isinstance(arrival, Answer) else None
        spoken = answer is not None and answer.status in SPOKEN
        verdicts = self._target.judge(request, answer) if answer and spoken else None
        whole = self._target.whole_messages(answer) if answer and verdicts is None else ()
        return decide(request, arrival, verdicts, whole, self._circumstances(flight))

    def _circumstances(self, flight: _Flight) -> Circumstances:
        return Circumstances(
            unique=self._target.unique(flight.request),
            sends=flight.sends,
            age=self._clock.monotonic() - flight.started,
            final=flight.final,
            refreshed=flight.refreshed,
            tries={key: posting.tries for key, posting in flight.members.items()},
            batch_most={key: posting.batch_most for key, posting in flight.members.items()},
            now=self._clock.now(),
            jitter=self._caller.chance.jitter(),
        )

    def _again(self, lease: Lease, flight: _Flight, then: Then) -> bool:
        """Send the same bytes under the same key once more; False when that cannot be done."""
        flight.final = True
        try:
            if then is Then.REFRESH:
                flight.grant = self._caller.grant(stale=flight.grant.generation)
            ticket = self._reserve(lease)
        except Ended as ended:
            self._ended = ended
            return False
        if then is Then.REFRESH:
            flight.refreshed = True
            flight.sends -= 1  # The 401 proves that the first send did nothing.
        self._launch(ticket, flight)
        return True

    def _settle(self, lease: Lease, flight: _Flight, arrival: Arrival, decision: Decision) -> None:
        answer = arrival if isinstance(arrival, Answer) else None
        self._outbox.settle(
            lease,
            flight.request.request_id,
            _answered(answer) if answer else None,
            decision.outcomes,
            look_up=decision.look_up,
            ambiguous=decision.ambiguous,
            now=self._clock.now(),
        )
        self._keep_contacts(flight, decision.outcomes)
        self._progress()
        self._note_end(flight, answer, decision)

    def _keep_contacts(self, flight: _Flight, outcomes: Sequence[Outcome]) -> None:
        """Put contacts just created into the mirror, so that the next claim knows their names."""
        if flight.request.resource != "Contacts":
            return
        mark = self._outbox.mirror_mark()
        created = [
            MirrorContact(outcome.link.xero_id, element.name, fold_name(element.name))
            for element, outcome in zip(flight.elements, outcomes, strict=False)
            if outcome.link is not None and isinstance(element, Contact)
        ]
        if created and mark is not None:
            self._outbox.mirror_store(created, mark)
        if any(outcome.state is State.READY for outcome in outcomes):
            self._contacts_fresh = False

    def _note_end(self, flight: _Flight, answer: Answer | None, decision: Decision) -> None:
        if decision.lost:
            self._caller.lose(decision.lost, flight.grant)
            self._ended = NotConnected(decision.lost)
        elif answer is not None and answer.status == 429:  # noqa: PLR2004 -- HTTP's own
            row = self._outbox.limits()
            if row.blocked_until is not None and row.blocked_by != "concurrent":
                self._ended = LimitReached(row.blocked_by, row.blocked_until)


def _expected(element: Element) -> Totals | None:
    return getattr(element, "expected", None)


def _answered(answer: Answer) -> Answered:
    return Answered(answer.status, answer.body, answer.headers.get("xero-correlation-id", ""))
