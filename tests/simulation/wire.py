"""What leaves a machine, judged by the rules of the protocol, whatever the books come to.

Two defences hide each other's defects: a second send under a new key does no harm while Xero
refuses numbers that it has. So the judge does not only count what stands in Xero; it watches the
calls themselves and says which of them no rule allowed (architecture.md, rules 1, 4, 6, 7 and 9).
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ON_EXISTING
from counterfoil.posting.target import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.posting.records import Frozen, PostingKey
    from counterfoil.posting.target import Arrival, Call
    from tests.simulation.world import World

LOOK_AFTER = 120.0
"""A write may land until its deadline and half a minute have passed (rule 5)."""
LOOKS_APART = 300.0
RESEND_WITHIN = 240.0
PROVES_NOTHING_DONE = frozenset({401, 403, 412, 429})
LONGEST_WAIT = 86_400.0


@dataclass
class Track:
    """A request, and what is known of its sends.

    ``open`` counts those that may have been applied, ``left`` is when the last of them left and
    ``by`` who sent it. ``broken``: a 5xx was heard. ``over``: Xero itself has said that it is done
    with the call. ``repeated``: it left again while the first send was open. ``looks`` are when
    reads left that would have shown it. ``written`` is when it was written down, and ``behind``
    tells that it left when another process had taken the lease meanwhile. ``refused`` are members
    that Xero refused, in an answer that was spoilt for others only. ``before`` a restore it left:
    the store that came back may not know of it.
    """

    request: Frozen
    written: float = 0.0
    behind: bool = False
    open: int = 0
    sends: int = 0
    first: float = 0.0
    left: float = 0.0
    by: str = ""
    broken: bool = False
    over: bool = False
    repeated: bool = False
    before: bool = False
    looks: list[float] = field(default_factory=list)
    refused: set[PostingKey] = field(default_factory=set)

    @property
    def unique(self) -> bool:
        """Whether Xero refuses a second one of each member."""
        sold = b'"Type":"ACCPAY' not in self.request.body
        named = self.request.resource in {"Invoices", "CreditNotes"}
        return self.request.resource == "Contacts" or (named and sold)

    @property
    def by_id(self) -> bool:
        """Whether it acts on one object: a read of that one shows what came of it."""
        return all(member.act in ON_EXISTING for member in self.request.members)

    @property
    def seen_at(self) -> str:
        """The path whose reading shows what came of the request."""
        return self.request.path.partition("/Allocations")[0]


class Wire:
    """Watches every call.

    ``tolerance`` is by how many seconds two machines' clocks differ. ``wild``: they jump, and then
    nobody can hold a time of day against a limit; Xero will say again that it holds.
    """

    def __init__(self, world: World, tolerance: float, *, wild: bool = False) -> None:
        self.complaints: list[str] = []
        self.tolerance = tolerance
        self.wild = wild
        self._world = world
        self._tracks: dict[str, Track] = {}
        self._of: dict[PostingKey, list[Track]] = defaultdict(list)
        self._reserved: dict[str, float] = {}
        self._blocked: tuple[float, float] = (0.0, 0.0)
        self._may_refresh: set[str] = set()
        self._reads: dict[int, float] = {}
        self._holder = ""
        self._said_wait: list[tuple[Mapping[str, str], float]] = []

    def written(self, requests: Iterable[Frozen]) -> None:
        """A store has committed these requests."""
        for request in requests:
            track = Track(request, self._world.elapsed)
            self._tracks[request.request_id] = track
            for member in request.members:
                self._of[member].append(track)

    def taken_over(self, process: str) -> None:
        """A process has taken the organisation's lease."""
        self._holder = process

    def put_back(self) -> None:
        """The store came back from a copy: it does not know which limit Xero said last.

        Nothing is on its way any more by then. What takes an object back, or states it anew, reads
        that one as ever before it leaves, and cannot know that it left before.
        """
        self._blocked = (0.0, 0.0)
        for track in self._tracks.values():
            track.before = True

    def reserved(self, process: str) -> None:
        """A process has taken a slot for its next call."""
        self._reserved[process] = self._world.elapsed

    def may_refresh(self, process: str) -> None:
        """A process has taken the lease of a refresh."""
        self._may_refresh.add(process)

    def refreshing(self, process: str) -> None:
        """A process asks for a new token pair."""
        if process not in self._may_refresh:
            self._complain("refresh", "without the lease")
        self._may_refresh.discard(process)

    def left(self, call: Call, process: str) -> None:
        """A call leaves."""
        self._obeys_limit(call, process)
        if not call.key:
            self._reads[id(call)] = self._world.elapsed
            return
        track = self._tracks.get(call.key)
        if track is None or track.request.body != call.body:
            self._complain("unwritten", call.path)
            return
        self._may_leave(track, process)
        for member in track.request.members:
            for other in self._of[member]:
                open_still = other is not track and other.open and member not in other.refused
                if open_still and not self._absent(other):
                    self._complain("unproved", f"{member} leaves again under another key")
        track.first = track.first if track.open else self._world.elapsed
        track.open += 1
        track.sends += 1
        track.left, track.by = self._world.elapsed, process
        track.behind = process != self._holder
        track.refused.clear()
        if not track.behind:
            track.looks = []

    def _obeys_limit(self, call: Call, process: str) -> None:
        said, until = self._blocked
        reserved = self._reserved.get(process)
        if reserved is None:
            self._complain("limits", f"{call.path} took no slot")
        elif said < reserved < until - self.tolerance and not self.wild:
            self._complain("limits", f"{call.path} did not wait until Xero's limit ended")

    def _may_leave(self, track: Track, process: str) -> None:
        if track.broken:
            self._complain("resent", f"{track.request.path} after a 5xx under the same key")
        elif track.open > 1 or (track.open and not self._may_repeat(track, process)):
            self._complain("resent", f"{track.request.path} without an answer")

    def _may_repeat(self, track: Track, process: str) -> bool:
        # It decides as it takes its slot; whether it is held up then, it cannot know.
        in_time = self._reserved[process] - track.first <= RESEND_WITHIN and not track.repeated
        track.repeated = True
        return track.unique and track.by == process and in_time

    def _absent(self, track: Track) -> bool:
        """Tell whether reads have proved that a request was not applied and never will be.

        What a process sends that was stopped before it, until others had its lease, nobody can
        know: they count from when it was written down. Where Xero refuses a second one of the same
        number, that stands against it; elsewhere it is the time between two looks, the last of
        which has to be later than such a send can land.
        """
        waited = 0.0 if track.over else LOOK_AFTER - self.tolerance
        since = track.written if track.behind else track.left
        looks = [look for look in track.looks if look >= since + waited]
        read_by_id = track.by_id and (track.over or track.before)
        if not looks or track.unique or read_by_id:
            return bool(looks)
        apart = looks[-1] - looks[0] >= LOOKS_APART - self.tolerance
        return apart and looks[-1] >= track.left + waited

    def heard(
        self, call: Call, arrival: Arrival, *, whole: bool, kept: frozenset[int] = frozenset()
    ) -> None:
        """An arrival reaches a living process.

        ``whole``: it is what Xero said; ``kept``: so are its elements at these places.
        """
        if isinstance(arrival, Answer) and arrival.status == 429:
            self._said_wait.append((arrival.headers, self._world.elapsed))
        if not call.key:
            self._looked(call, arrival, whole=whole)
            return
        track = self._tracks.get(call.key)
        if track is None:
            return
        if not isinstance(arrival, Answer):
            track.open -= not arrival.left
        elif arrival.status in PROVES_NOTHING_DONE:
            track.open -= 1
        elif arrival.status >= 500:
            track.broken = True
            track.over = arrival.status in {500, 503} and track.open == 1
        elif whole and (arrival.status < 300 or (track.open == 1 and arrival.status != 409)):
            track.open = 0
        elif arrival.status >= 400:
            track.over = track.open == 1
        elif track.open == 1:
            # Whatever has become of it on the way, Xero speaks of what it has done with the call.
            track.over = bool(elements(arrival.body))
            track.refused.update(_refused(track.request, arrival, kept))

    def limited(self, headers: Mapping[str, str]) -> None:
        """A store has committed what a 429 says; the wait began when that was heard.

        Nobody could obey it before it was committed, by whoever was held up in between.
        """
        text, now = headers.get("retry-after", ""), self._world.elapsed
        said = next((at for one, at in self._said_wait if one is headers), now)
        if text.isdigit() and headers.get("x-rate-limit-problem") != "concurrent":
            until = said + min(float(text), LONGEST_WAIT)
            self._blocked = (now, max(until, self._blocked[1]))

    def _looked(self, call: Call, arrival: Arrival, *, whole: bool) -> None:
        left = self._reads.pop(id(call), None)
        answered = isinstance(arrival, Answer) and arrival.status in {200, 304} and whole
        if left is None or not answered:
            return
        for track in self._tracks.values():
            # One that was only written down may be with a process that is about to go on.
            if (track.open or not track.sends) and track.seen_at == call.path:
                track.looks.append(left)

    def _complain(self, what: str, detail: str) -> None:
        self._world.tell("NOT ALLOWED, %s: %s", what, detail)
        self.complaints.append(f"{what}: {detail}")


def elements(body: bytes) -> list[dict[str, object]]:
    """Return the elements of an answer; none where it is no JSON, or speaks of none."""
    try:
        said = json.loads(body)
    except ValueError:
        return []
    lists = [value for value in said.values() if isinstance(value, list)] if said else []
    return [one for one in lists[0] if isinstance(one, dict)] if lists else []


def _refused(request: Frozen, answer: Answer, kept: frozenset[int]) -> Iterator[PostingKey]:
    """Yield the members that Xero refused, as far as the answer still says what it said."""
    said = elements(answer.body)
    for place, member in enumerate(request.members):
        if place in kept and said[place].get("StatusAttributeString") == "ERROR":
            yield member
