"""The tick: one organisation's turn, whoever asks for it.

The worker on SQLite ticks round and round; on PostgreSQL the jobs of Procrastinate tick. Neither
decides anything about money: the lease with its fence lets one drain at a time act for an
organisation, and everything that is to happen later is a row with its time.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection

from counterfoil.posting.errors import Ended
from counterfoil.posting.poster import Drained, Poster, Watch
from counterfoil.posting.records import LeaseRow
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web import heads
from counterfoil.web.models import Lease, Organisation
from counterfoil.web.office import Office, endpoints, furnished, is_dead
from counterfoil.web.services import drift, nightly, pausing
from counterfoil.xero.client import Client
from counterfoil.xero.courier import HttpCourier

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN_MOST = 64
"""Offices kept open by a process; each holds a chart and a mapping."""
GRACE_SECONDS = 10.0
"""How long a worker that was told to stop waits for what is in flight."""
TROUBLE = (OperationalError, InterfaceError)
"""What a database says that is down, full, or starting again."""


@dataclass
class Seat:
    """One organisation's place in this process; ``busy`` while a turn of it runs."""

    office: Office
    courier: HttpCourier
    poster: Poster
    busy: bool = False


@dataclass
class Ticker:
    """What a process keeps from one tick to the next. It serves many threads."""

    open_most: int = OPEN_MOST
    _seats: OrderedDict[int, Seat] = field(default_factory=OrderedDict)
    _watches: defaultdict[int, Watch] = field(default_factory=lambda: defaultdict(Watch))
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    @cached_property
    def _client(self) -> Client:
        """The client of all offices, made when the first of them is opened."""
        return Client()

    def tick(self, organisation_id: int, steps: int | None = None) -> Drained:
        """Give an organisation its turn, of at most so many steps.

        What the database refuses ends the turn (``stopped_by`` is ``database``) and breaks
        nothing: whatever was on its way is looked up by the next one.
        """
        try:
            seat = self._take_seat(organisation_id)
            if seat is None:
                return Drained(0, "lease", "this process is at it already, or was told to stop")
            try:
                return self._turn(seat, steps)
            finally:
                self._leave(seat)
        except TROUBLE as trouble:
            hang_up()
            return Drained(0, "database", str(trouble).strip())

    def _turn(self, seat: Seat, steps: int | None) -> Drained:
        """Drain; say when there is more to do, unless what stopped the drain has said so."""
        if pausing.paused(seat.office.organisation.pk):
            return Drained(0, "paused", "somebody has paused posting")
        firm = seat.office.organisation.firm
        heads.notice(firm)
        drained = seat.poster.drain(steps)
        heads.keep(firm)
        if drained.stopped_by is None and not drained.more:
            read = _read_back(seat.office)
            return Drained(drained.calls + read, until=seat.office.outbox.next_due())
        return drained

    def _take_seat(self, organisation_id: int) -> Seat | None:
        with self._guard:
            seat = self._seats.get(organisation_id)
            if self._stopped or (seat is not None and seat.busy):
                return None
            if seat is None:
                seat = self._opened(organisation_id)
                self._seats[organisation_id] = seat
                self._make_room()
            seat.busy = True
            self._seats.move_to_end(organisation_id)
            return seat

    def _opened(self, organisation_id: int) -> Seat:
        organisation = Organisation.objects.select_related("firm").get(pk=organisation_id)
        courier = HttpCourier(self._client, endpoints())
        office = furnished(organisation, self._client, courier)
        return Seat(office, courier, office.poster(watch=self._watches[organisation_id]))

    def _make_room(self) -> None:
        idle = [number for number, seat in self._seats.items() if not seat.busy]
        # The last of them has only just come in.
        for number in idle[: max(0, min(len(idle) - 1, len(self._seats) - self.open_most))]:
            self._seats.pop(number).courier.abandon()

    def _leave(self, seat: Seat) -> None:
        with self._guard:
            seat.busy = False

    def observe(self, leases: Iterable[Lease]) -> set[int]:
        """Look at the leases that somebody holds; return whose can be taken over.

        A lapse is judged by how long this process has seen a lease unchanged; so every process
        looks at all of them, every few seconds, whether or not it has work.
        """
        now = time.monotonic()
        return {
            row.organisation_id
            for row in leases
            if self._watches[row.organisation_id].lapsed(
                LeaseRow(row.holder, row.fence, row.beat), now
            )
            or is_dead(row.holder)
        }

    def stop(self) -> None:
        """Ask every turn to end, and no other one to begin."""
        self._stopped = True
        for seat in tuple(self._seats.values()):
            seat.poster.stop(GRACE_SECONDS)
            seat.courier.nudge()


def _read_back(office: Office) -> int:
    """Read the organisation back if that is due, and reconcile it; return how many calls it took.

    What keeps it from being read keeps nobody from posting: it is tried again later. The practice's
    own books are held against the bank all the same.
    """
    now = office.caller.clock.now()
    try:
        reading = drift.when_due(office)
    except (Ended, UnreadableAnswer):
        nightly.reconcile(office.organisation, now)
        return 0
    if reading is None:
        nightly.when_needed(office.organisation, now)
        return 0
    nightly.reconcile(office.organisation, now)
    return reading.calls


def hang_up() -> None:
    """Close this thread's connection, so that the next question opens a new one."""
    try:
        connection.close()
    except TROUBLE:
        connection.connection = None


def seconds_until(due: dt.datetime) -> float:
    """Return the seconds from now to a time of day; nil once it has passed."""
    return max(0.0, (due - dt.datetime.now(dt.UTC)).total_seconds())
