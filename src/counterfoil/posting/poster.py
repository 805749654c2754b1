"""The poster: claim, send, settle, look up, until nothing more is due.

Everything it decides is decided by pure functions elsewhere; here they are put in order around the
calls of the outbox port and the sends, which are the only points at which a crash can fall.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ON_EXISTING, Act
from counterfoil.posting import (
    approving,
    opposites,
    paid_already,
    racing,
    rebill_credit,
    rebilling,
    rebills,
    restoring,
    retry,
)
from counterfoil.posting.acting import later
from counterfoil.posting.claim import claim
from counterfoil.posting.correcting import amend
from counterfoil.posting.corrections import put_off
from counterfoil.posting.daybook import renew, revise
from counterfoil.posting.errors import AskedToStop, Ended, LimitReached
from counterfoil.posting.looking_again import look_again
from counterfoil.posting.looking_up import look_up
from counterfoil.posting.outbox import FenceLost, Overtaken
from counterfoil.posting.plan import BATCH_MOST, CLAIM_MOST, Prepared, batches
from counterfoil.posting.records import (
    CORRECTION,
    REBILL,
    Lease,
    LeaseRow,
    Outcome,
    Restored,
)
from counterfoil.posting.requests import request_of, written
from counterfoil.posting.sender import Flight, Sender
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.posting.undoing import undo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.posting.acting import Amendment
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Due, Frozen
    from counterfoil.posting.shelf import Shelf

PROBE_SECONDS = 60.0
ASK_AGAIN_SECONDS = 900.0
"""How often, at most, Xero is read for whether what stood in the way there is gone."""
ACTED_ON_AT_A_TIME = 10
"""Objects read before what acts on them leaves, so that little can change in between."""
MIRROR_OVERLAP = dt.timedelta(minutes=2)
"""How far back the next reading of contacts begins before the last one."""


@dataclass(frozen=True, slots=True)
class Drained:
    """How a drain ended.

    ``stopped_by`` is None when nothing more was due, else what ended it (``minute``, ``day``,
    ``connection``, ``xero``, ``request``, ``lease``); ``until`` tells when a limit ends. ``more``:
    its turn was over before the work was.
    """

    calls: int
    stopped_by: str | None = None
    reason: str = ""
    until: dt.datetime | None = None
    more: bool = False


class Watch:
    """What this process has seen of an organisation's lease, and since when.

    A lease has lapsed for whoever has seen it unchanged for long enough by their own steady clock:
    no two clocks are compared (architecture.md, rule 5).
    """

    def __init__(self) -> None:
        """Nothing has been seen yet."""
        self._seen: LeaseRow | None = None
        self._since = 0.0

    def lapsed(self, seen: LeaseRow, now: float) -> bool:
        """Take note of the lease as it is now, in monotonic seconds; tell whether it has lapsed."""
        if seen != self._seen:
            self._seen, self._since = seen, now
        return now - self._since >= retry.LEASE_SECONDS


def _nothing() -> None:
    """Take no notice of progress."""


class Poster:
    """Drains the outbox of one organisation.

    ``holder`` names this process, in which one poster at a time drains the organisation.
    ``is_dead`` tells of another holder's name whether its process is known to be gone, which spares
    waiting for its lease to lapse; ``watch`` is what this process has seen of the lease before.
    ``progress`` is called after each settled request. ``batch_most`` bounds the elements of a call.
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
        watch: Watch | None = None,
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
        self._watch = watch or Watch()
        self._stopping = False
        self._leave_at: float | None = None
        self._probed_at: float | None = None
        self._asked_at: float | None = None
        self._taken_back = True  # Before it began somebody else may have.
        self._contacts_fresh = False
        self._restored: Restored | None = None
        self._readings = paid_already.readings_of(caller)
        self._sender = self._new_sender()

    def _new_sender(self) -> Sender:
        return Sender(
            self._caller,
            stopping=lambda: self._stopping,
            leaving=self._leaving,
            progress=self._progress,
        )

    def stop(self, grace: float | None = None) -> None:
        """Ask the drain to end once what is in flight has been settled.

        After ``grace`` seconds it ends all the same: what has no answer by then is as unknown as
        after a crash, and whoever drains next looks it up.
        """
        self._stopping = True
        if grace is not None:
            self._leave_at = self._clock.monotonic() + grace

    def _leaving(self) -> bool:
        return self._leave_at is not None and self._clock.monotonic() >= self._leave_at

    def drain(self, steps: int | None = None) -> Drained:
        """Send what is due until nothing is, or something ends it, or this many steps are done.

        A step is one claim of up to ``CLAIM_MOST`` postings, or what is due of looking up and of
        sending again. Returns at once, with ``stopped_by`` ``lease``, while another process holds
        the lease.
        """
        before = self._caller.calls
        lease = self._take_lease()
        if lease is None:
            return Drained(0, "lease", "another process is posting for this organisation")
        try:
            ended = self._work(lease, steps)
            self._outbox.release(lease)
        except FenceLost:
            ended = Drained(0, "lease", "another process has taken over")
        return replace(ended, calls=self._caller.calls - before)

    def _work(self, lease: Lease, steps: int | None) -> Drained:
        self._contacts_fresh = False
        self._sender = self._new_sender()
        # Whoever marks a restore takes the lease away, so that once a drain is often enough.
        self._restored = self._outbox.restored()
        try:
            self._recover(lease)
            turn = range(steps) if steps is not None else itertools.count()
            more = all(self._step(lease) for _ in turn)
        except LimitReached as reached:
            return Drained(0, reached.stopped_by, str(reached), reached.until)
        except (Ended, UnreadableAnswer) as ended:
            return Drained(0, getattr(ended, "stopped_by", "xero"), str(ended))
        return Drained(0, more=more)

    def _take_lease(self) -> Lease | None:
        seen = self._outbox.lease()
        lapsed = self._watch.lapsed(seen, self._clock.monotonic())
        # A lease in our own name was left by a drain of ours that the database failed.
        free = not seen.holder or seen.holder == self._holder
        if not free and not lapsed and not self._is_dead(seen.holder):
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
            # A contact that was found may bear the name that another one is about to be given.
            self._contacts_fresh = False
            self._progress()
            return True
        resumable = self._outbox.resumable(lease, now=now)
        if resumable:
            self._probe_once()
            self._sender.send_all(lease, self._resumed(lease, resumable))
            return True
        return self._claim(lease, now)

    def _claim(self, lease: Lease, now: dt.datetime) -> bool:
        dues = self._outbox.due(lease, now=now, most=CLAIM_MOST)
        if not dues:
            return self._awaken(now)
        self._probe_once()
        acts = [due for due in dues if due.posting.key.act in ON_EXISTING]
        if acts:
            self._act(lease, acts[:ACTED_ON_AT_A_TIME])
            return True
        looks = [due for due in dues if due.posting.key.act is Act.RELINK]
        if looks:
            some = looks[:ACTED_ON_AT_A_TIME]
            if some[0].posting.key.kind == REBILL:
                # Whoever ordered it may have died before the newest revision was taken up.
                of = {rebills.read_rebill(due.body).of for due in some}
                revise(of, self._outbox, self._shelf, actor=self._holder, now=now, wanted=True)
                self._settle_unsent(lease, rebilling.hand_over(some, self._caller))
            else:
                self._settle_unsent(lease, racing.look(some, self._caller, self._shelf))
            return True
        resting = put_off(self._outbox)
        early = [later(due.posting, self._caller) for due in dues if due.posting.key in resting]
        early += opposites.early(dues, self._caller, self._mark())
        if early:
            self._settle_unsent(lease, early)
            return True
        overtaken = {due.posting.key.document for due in dues if due.overtaken}
        if overtaken and renew(overtaken, self._outbox, self._shelf, actor=self._holder, now=now):
            return True  # The next claim sees what was planned instead.
        if dues[0].posting.resource == "Contacts":
            self._refresh_contacts()
        weighed = rebill_credit.weighed(dues, self._caller)
        claimed = claim(weighed.dues, self._outbox, self._shelf, self._target, weighed.sums)
        outcomes = (*weighed.outcomes, *claimed.outcomes)
        if outcomes:
            self._settle_unsent(lease, outcomes)
        known = self._look_first(lease, claimed.prepared)
        noticed = paid_already.noticed(
            known, self._sender.made, self._caller, self._shelf, self._readings
        )
        if noticed:
            self._settle_unsent(lease, noticed)
            known = [one for one in known if one.posting.key not in {o.posting for o in noticed}]
        self._sender.send_all(lease, self._frozen(lease, known))
        return True

    def _awaken(self, now: dt.datetime) -> bool:
        """Let go on what waited for something else than a posting; tell whether anything does."""
        who = self._holder
        if revise(None, self._outbox, self._shelf, actor=who, now=now):
            return True
        if self._taken_back:
            self._taken_back = False
            if look_again(self._outbox, self._shelf, actor=who, now=now):
                return True
        tick = self._clock.monotonic()
        if self._asked_at is not None and tick - self._asked_at < ASK_AGAIN_SECONDS:
            return False
        self._asked_at = tick
        approved = approving.look(self._caller, self._shelf, actor=who, now=now)
        released = paid_already.release(
            self._caller, self._shelf, self._readings, actor=who, now=now
        )
        return approved or released

    def _look_first(self, lease: Lease, prepared: Sequence[Prepared]) -> Sequence[Prepared]:
        """Have looked up what a restored store may not know of; return what may be sent."""
        mark = self._mark()
        if mark is None or not prepared:
            return prepared
        unseen = restoring.unseen(prepared, mark, self._outbox)
        tenant_id = self._outbox.grant().tenant_id
        doubtful = [one for one in prepared if one.posting.key in unseen]
        for batch in batches(doubtful, self._batch_most):
            request = request_of(batch, tenant_id, self._caller)
            with suppress(Overtaken):  # The next claim sees a changed document as it is now.
                restoring.look_first(lease, request, mark, self._outbox)
        return [one for one in prepared if one.posting.key not in unseen]

    def _act(self, lease: Lease, dues: Sequence[Due]) -> None:
        """Act on objects that are in Xero already, each read first; all are of one sort."""
        corrects = dues[0].posting.key.act is Act.UPDATE and dues[0].posting.key.kind != CORRECTION
        if corrects:
            amendments = amend(dues, self._caller, self._shelf, actor=self._holder)
        else:
            who, now = self._holder, self._clock.now()
            locked_to = self._shelf.chart().organisation.locked_to
            followed = rebill_credit.follow(dues, self._caller, locked_to, actor=who, now=now)
            if followed.moving:
                self._asked_at = None  # What is paid anew goes on when the credit has moved.
            if followed.held:
                self._settle_unsent(lease, followed.held)
            self._taken_back = True
            amendments = undo(followed.dues, self._caller, self._shelf, self._minded())
        if amendments.outcomes:
            self._settle_unsent(lease, amendments.outcomes)
        self._sender.send_all(lease, self._amended(lease, amendments.ready))

    def _mark(self) -> Restored | None:
        return restoring.in_force(self._restored, self._caller.xero_now())

    def _minded(self) -> Restored | None:
        """Return the mark of a restore while it is to be minded, with Xero's contacts read anew."""
        mark = self._mark()
        if mark is not None:
            self._refresh_contacts()
        return mark

    def _amended(self, lease: Lease, amendments: Sequence[Amendment]) -> Iterator[Flight]:
        tenant_id = self._outbox.grant().tenant_id if amendments else ""
        for one in amendments:
            request = written(one.shape, (one.posting,), (one.expected,), tenant_id, self._caller)
            members = {one.posting.key: one.posting}
            yield Flight(request, members, (), partial(self._write_down, lease, request))

    def _settle_unsent(self, lease: Lease, outcomes: Sequence[Outcome]) -> None:
        try:
            self._outbox.settle_unsent(lease, outcomes, now=self._clock.now())
        except Overtaken:
            return  # A person changed a document meanwhile; the next claim sees it as it is now.
        self._progress()

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
        if self._contacts_fresh and not self._sender.names_taken:
            return
        mark = self._caller.xero_now() - MIRROR_OVERLAP
        contacts = self._caller.read(self._target.read_contacts(self._outbox.mirror_mark()))
        self._outbox.mirror_store(contacts, mark)
        self._contacts_fresh = True
        self._sender.names_taken = False

    def _frozen(self, lease: Lease, prepared: Sequence[Prepared]) -> Iterator[Flight]:
        """Write down one batch after another, each when it is asked for."""
        tenant_id = self._outbox.grant().tenant_id if prepared else ""
        for batch in batches(prepared, self._batch_most):
            request = request_of(batch, tenant_id, self._caller)
            members = {one.posting.key: one.posting for one in batch}
            elements = tuple(one.element for one in batch)
            yield Flight(request, members, elements, partial(self._write_down, lease, request))

    def _write_down(self, lease: Lease, request: Frozen) -> None:
        self._outbox.freeze(lease, [request], now=self._clock.now())

    def _resumed(self, lease: Lease, requests: Sequence[Frozen]) -> Iterator[Flight]:
        for request in requests:
            documents = {key.document for key in request.members}
            found = {posting.key: posting for posting in self._outbox.postings(documents)}
            members = {key: found[key] for key in request.members}
            yield Flight(request, members, (), partial(self._resume, lease, request))

    def _resume(self, lease: Lease, request: Frozen) -> None:
        xero_time = self._caller.xero_now()
        self._outbox.resume(lease, request.request_id, xero_time=xero_time, now=self._clock.now())
