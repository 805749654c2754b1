"""Sending: slots, bytes, arrivals, and what each arrival settles.

A request is written down before it leaves, and every arrival is settled before the next step of the
drain. What an arrival proves is decided in ``decide``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import Contact, Element
from counterfoil.posting import retry
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.decide import Circumstances, Decision, Then, decide
from counterfoil.posting.errors import AskedToStop, Ended, LimitReached, NotConnected
from counterfoil.posting.never_made import with_enders
from counterfoil.posting.outbox import FenceLost, Overtaken
from counterfoil.posting.records import (
    Answered,
    ConnectionState,
    Frozen,
    Grant,
    Lease,
    MirrorContact,
    Outcome,
    Posting,
    PostingKey,
    made,
)
from counterfoil.posting.states import State
from counterfoil.posting.target import CORRELATION, Answer, Arrival, Call
from counterfoil.posting.undoing import with_taken_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.posting.caller import Caller

IN_FLIGHT_MOST = 4
"""Calls of the drain in flight, at most: Xero's five less the one kept for people."""
WAIT_SECONDS = 10.0
"""How long an arrival is waited for before the lease gets its next sign of life."""
STOPPING_SECONDS = 1.0
"""The same, once somebody has asked for an end and may not wait for ever."""
SLOT_WAITS = 300
"""How often a free place among the calls in flight is waited for."""
SPOKEN = frozenset({200, 201, 400, 404, 409, 413, 422})
"""Statuses under which Xero may speak of single documents."""
NO_GRANT = Grant(ConnectionState.NEVER, 0, "")


@dataclass
class Flight:
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


class Sender:
    """Sends the requests of one drain and settles what comes back.

    ``stopping`` tells whether somebody asked for an end, ``leaving`` whether that was so long ago
    that not even what is in flight is waited for; ``progress`` is called after each settled
    request. ``names_taken`` is set when Xero refused a contact whose name or number was there
    already: the mirror of contacts is out of date then. ``made`` are the ids of what was created.
    """

    def __init__(
        self,
        caller: Caller,
        *,
        stopping: Callable[[], bool],
        leaving: Callable[[], bool],
        progress: Callable[[], None],
    ) -> None:
        """Hold the seams; nothing is in flight yet."""
        self._caller = caller
        self._outbox = caller.outbox
        self._target = caller.target
        self._clock = caller.clock
        self._stopping = stopping
        self._leaving = leaving
        self._progress = progress
        self._ended: Ended | None = None
        self._flights: dict[str, Flight] = {}
        self.names_taken = False
        self.made: set[str] = set()

    def send_all(self, lease: Lease, outgoing: Iterable[Flight]) -> None:
        """Send call after call, as many at a time as are allowed, and settle every arrival.

        What ends the drain ends it only when nothing is in flight any more; only whoever asked for
        an end and has waited long enough leaves before.
        """
        for flight in outgoing:
            while len(self._flights) >= IN_FLIGHT_MOST:
                self._receive(lease)
            if self._stopping() and self._ended is None:
                self._ended = AskedToStop()
            if self._ended is not None or not self._send(lease, flight):
                break
        while self._flights:
            self._receive(lease)
        if self._ended is not None:
            raise self._ended

    def _send(self, lease: Lease, flight: Flight) -> bool:
        """Take a token and a slot, write the request down, and only then let it leave."""
        try:
            flight.grant = self._caller.grant()
            ticket = self._reserve(lease)
        except Ended as ended:
            self._ended = ended
            return False
        try:
            flight.write_down()
        except Overtaken:
            # A person changed one of the documents meanwhile; the next claim sees it as it is now.
            self._outbox.give_slot(ticket, None, status=0, now=self._clock.now())
            return True
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

    def _launch(self, ticket: str, flight: Flight) -> None:
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
        arrived = self._caller.wait(STOPPING_SECONDS if self._stopping() else WAIT_SECONDS)
        if arrived is None:
            if self._leaving():
                raise AskedToStop
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

    def _decide(self, flight: Flight, arrival: Arrival) -> Decision:
        request, answer = flight.request, arrival if isinstance(arrival, Answer) else None
        spoken = answer is not None and answer.status in SPOKEN
        verdicts = self._target.judge(request, answer) if answer and spoken else None
        whole = self._target.whole_messages(answer) if answer and verdicts is None else ()
        return decide(request, arrival, verdicts, whole, self._circumstances(flight))

    def _circumstances(self, flight: Flight) -> Circumstances:
        return Circumstances(
            unique=self._target.unique(flight.request),
            sends=flight.sends,
            age=self._age(flight),
            final=flight.final,
            refreshed=flight.refreshed,
            tries={key: posting.tries for key, posting in flight.members.items()},
            batch_most={key: posting.batch_most for key, posting in flight.members.items()},
            now=self._clock.now(),
            jitter=self._caller.chance.jitter(),
        )

    def _age(self, flight: Flight) -> float:
        return self._clock.monotonic() - flight.started

    def _again(self, lease: Lease, flight: Flight, then: Then) -> bool:
        """Send the same bytes under the same key once more; False when that cannot be done."""
        flight.final = True
        try:
            if then is Then.REFRESH:
                flight.grant = self._caller.grant(stale=flight.grant.generation)
            ticket = self._reserve(lease)
        except Ended as ended:
            self._ended = ended
            return False
        if then is Then.RESEND and self._age(flight) >= retry.RESEND_WITHIN_SECONDS:
            # The wait for a place was too long: the key may be dead before the call arrives.
            self._outbox.give_slot(ticket, None, status=0, now=self._clock.now())
            return False
        if then is Then.REFRESH:
            flight.refreshed = True
            flight.sends -= 1  # The 401 proves that the first send did nothing.
        self._launch(ticket, flight)
        return True

    def _settle(self, lease: Lease, flight: Flight, arrival: Arrival, decision: Decision) -> None:
        answer = arrival if isinstance(arrival, Answer) else None
        self._outbox.settle(
            lease,
            flight.request.request_id,
            _answered(answer) if answer else None,
            with_enders(with_taken_back(decision.outcomes, self._outbox), self._outbox),
            look_up=decision.look_up,
            ambiguous=decision.ambiguous,
            now=self._clock.now(),
        )
        self.made.update(xero_id for xero_id, _ in made(decision.outcomes))
        self._keep_contacts(flight, decision.outcomes)
        self._progress()
        self._note_end(flight, answer, decision)

    def _keep_contacts(self, flight: Flight, outcomes: Sequence[Outcome]) -> None:
        """Put contacts just created into the mirror, so that the next claim knows their names."""
        if flight.request.resource != "Contacts":
            return
        mark = self._outbox.mirror_mark()
        created = [
            _mirrored(outcome.link.xero_id, element)
            for element, outcome in zip(flight.elements, outcomes, strict=False)
            if outcome.link is not None and isinstance(element, Contact)
        ]
        if created and mark is not None:
            self._outbox.mirror_store(created, mark)
        if any(outcome.state is State.READY for outcome in outcomes):
            self.names_taken = True

    def _note_end(self, flight: Flight, answer: Answer | None, decision: Decision) -> None:
        if decision.lost:
            self._caller.lose(decision.lost, flight.grant)
            self._ended = NotConnected(decision.lost)
        elif answer is not None and answer.status == 429:  # noqa: PLR2004 -- HTTP's own
            row = self._outbox.limits()
            if row.blocked_until is not None and row.blocked_by != "concurrent":
                self._ended = LimitReached(row.blocked_by, row.blocked_until)

    def _beat(self, lease: Lease) -> None:
        if not self._outbox.beat(lease):
            raise FenceLost


def _mirrored(contact_id: str, contact: Contact) -> MirrorContact:
    return MirrorContact(contact_id, contact.name, fold_name(contact.name), contact.number)


def _answered(answer: Answer) -> Answered:
    return Answered(answer.status, answer.body, answer.headers.get(CORRELATION, ""))
