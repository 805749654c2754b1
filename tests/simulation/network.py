"""The network between the workers and Xero: slow, lossy, and never to be trusted."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, deque
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from greenlet import getcurrent

from counterfoil.posting.target import Answer, Arrived, Fresh, NoAnswer, Refused
from tests.simulation.faults import FATES, Fate, fates, struck
from tests.simulation.wire import elements
from tests.simulation.world import World
from xero_sandbox import refusals
from xero_sandbox.faults import Fault, Match
from xero_sandbox.sandbox import Cut
from xero_sandbox.wire import Answer as SandboxAnswer
from xero_sandbox.wire import Request, decoded_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenlet import greenlet

    from counterfoil.posting.records import Grant
    from counterfoil.posting.target import Arrival, Call
    from tests.simulation.wire import Wire
    from xero_sandbox.admission import Admitted
    from xero_sandbox.sandbox import Sandbox

REFRESH_SECONDS = 30.0
"""The deadline of a refresh, as the product's authority keeps it."""
STORM = (
    Fate("1 storm", fault="429_minute"),
    Fate("1 storm", fault="429_concurrent"),
    Fate("1 storm", fault="503_before"),
)
LONG_LIMITS = "1 long limits"
LONG = frozenset(fate.name for _, fate in FATES[LONG_LIMITS])
KEY_KEEPS_429 = "429 kept under the key"


@dataclass
class Carried:
    """A call on its way, who sent it, whether it was applied and what its sender heard.

    ``whole``: what was heard is what Xero said; ``kept`` are the places of the elements of which it
    is, where it is not so of all.
    """

    call: Call
    fate: Fate
    process: greenlet
    applied: bool = False
    heard: Arrival | None = None
    whole: bool = True
    kept: frozenset[int] = frozenset()

    @property
    def unheard(self) -> bool:
        """Whether Xero did it and nobody was told so."""
        told = isinstance(self.heard, Answer) and self.heard.status < 300 and self.whole
        return self.applied and not told


class Network:
    """Carries calls to the sandbox under the fate that is drawn for each.

    ``rate`` is how many calls in one meet a fault at the moment; ``on`` the groups of faults.
    """

    def __init__(
        self,
        world: World,
        sandbox: Sandbox,
        base_path: str,
        wire: Wire,
        rate: Callable[[], float],
        on: frozenset[str],
    ) -> None:
        self.world = world
        self.wire = wire
        self.faults: Counter[str] = Counter()
        self.carried: list[Carried] = []
        self.storm_until = 0.0
        self._sandbox = sandbox
        self._base_path = base_path
        self._rate = rate
        self._on = on
        self._fates, self._weights = fates(on)

    @property
    def unheard(self) -> int:
        """Count the writes that Xero applied and nobody was told so."""
        return sum(carried.unheard for carried in self.carried)

    @property
    def struck(self) -> int:
        """How many faults have struck so far."""
        return struck(self.faults)

    def fate(self, *, writes: bool = False) -> Fate:
        """Draw what becomes of a call."""
        if self.world.elapsed < self.storm_until:
            fate = self.world.random.choice(STORM)
        elif self.world.random.random() >= self._rate():
            return Fate("arrives", there=self._delay(), work=self._delay(), back=self._delay())
        else:
            fate = self.world.random.choices(self._fates, self._weights)[0]
        if not writes and not fate.reads:
            return Fate("arrives")
        self.faults[fate.name] += 1
        others = self._on - {LONG_LIMITS}
        if fate.name in LONG and others:  # A day each: two of them would outlast the story.
            self._fates, self._weights = fates(others)
        return fate

    def _delay(self) -> float:
        return self.world.random.expovariate(4.0)

    def carry(self, call: Call, grant: Grant, deliver: Callable[[Arrival], None]) -> None:
        """Set a call on its way; one arrival is delivered, at the deadline at the latest."""
        fate = self.fate(writes=bool(call.key))
        carried = Carried(call, fate, getcurrent())
        if call.key:
            self.carried.append(carried)
        self.world.tell("%s %s %s: %s", call.method, call.path, call.key[-6:], fate.name)
        once = self._once(carried, deliver)
        if not fate.leaves:
            self.world.at(fate.there, lambda: once(NoAnswer("no connection", left=False)))
            return
        self.world.at(call.seconds, lambda: once(NoAnswer("timed out", left=True)))
        if fate.reset:
            self.world.at(fate.there, lambda: once(NoAnswer("reset", left=True)))
        if fate.gateway:
            page = Answer(fate.gateway, {}, b"<html>gateway</html>")
            self.world.at(fate.there, lambda: once(page))
        if fate.reaches:
            request = self._request(call, grant)
            there = 0.1 if fate.gateway else fate.there
            self.world.at(there, lambda: self._arrive(request, carried, once))
        elif fate.spoil is not None:
            self._return(SandboxAnswer(200, {}, b"{}"), carried, once)

    def _once(
        self, carried: Carried, deliver: Callable[[Arrival], None]
    ) -> Callable[[Arrival], None]:
        """Deliver the first arrival; what comes after the deadline finds nobody there."""
        delivered = [False]

        def deliver_once(arrival: Arrival) -> None:
            if delivered[0]:
                return
            delivered[0] = True
            if not carried.process.dead:
                carried.heard = arrival
                self.wire.heard(carried.call, arrival, whole=carried.whole, kept=carried.kept)
            deliver(arrival)

        return deliver_once

    def _request(self, call: Call, grant: Grant) -> Request:
        headers = _headers(call, grant)
        path = self._base_path + decoded_path(call.path)
        return Request(call.method, path, dict(call.query), headers, call.body)

    def _arrive(
        self, request: Request, carried: Carried, deliver: Callable[[Arrival], None]
    ) -> None:
        fate, faults = carried.fate, self._sandbox.state.faults
        if fate.fault is not None:
            faults.order([Fault(fate.fault, Match(), times=1)])
        admitted = self._sandbox.admit(request, self.world.now())
        faults.active.clear()
        if isinstance(admitted, SandboxAnswer):
            self._return(admitted, carried, deliver)
            return
        if fate.name == KEY_KEEPS_429 and admitted.opened is not None:
            admitted.opened.answer = refusals.limited("minute", 5)
            admitted = replace(admitted, joined=admitted.opened, opened=None)
        self.world.at(fate.work, lambda: self._perform(admitted, carried, deliver))

    def _perform(
        self, admitted: Admitted, carried: Carried, deliver: Callable[[Arrival], None]
    ) -> None:
        if admitted.waiting:
            self.world.at(1.0, lambda: self._perform(admitted, carried, deliver))
            return
        outcome = self._sandbox.perform(admitted, self.world.now())
        carried.applied |= bool(self._sandbox.state.log.rows[-1].applied)
        if isinstance(outcome, Cut):
            self.world.at(carried.fate.back, lambda: deliver(NoAnswer("cut", left=True)))
        else:
            self._return(outcome, carried, deliver)

    def _return(
        self, answer: SandboxAnswer, carried: Carried, deliver: Callable[[Arrival], None]
    ) -> None:
        fate = carried.fate
        if not fate.returns or fate.reset or fate.gateway:
            return
        if fate.spoil is not None:
            spoilt = fate.spoil(answer, self.world.random, self.world.now())
            carried.whole = spoilt.body == answer.body
            carried.kept = _kept(answer, spoilt)
            answer = spoilt
        carried.whole &= fate.fault != "html_200"
        headers = {name.lower(): value for name, value in answer.headers.items()}
        headers["date"] = format_datetime(self.world.now(), usegmt=True)
        arrival = Answer(answer.status, headers, answer.body)
        self.world.at(fate.back, lambda: deliver(arrival))


def _kept(said: SandboxAnswer, spoilt: SandboxAnswer) -> frozenset[int]:
    """Return at which places a spoilt answer still says what Xero said."""
    before, after = elements(said.body), elements(spoilt.body)
    if said.status != spoilt.status or len(before) != len(after):
        return frozenset()
    return frozenset(place for place, one in enumerate(before) if one == after[place])


def _headers(call: Call, grant: Grant) -> dict[str, str]:
    headers = {
        "authorization": f"Bearer {grant.access_token}",
        "xero-tenant-id": grant.tenant_id,
        "accept": "application/json",
        "content-type": "application/json",
    }
    if call.key:
        headers["idempotency-key"] = call.key
    if call.modified_since is not None:
        headers["if-modified-since"] = f"{call.modified_since:%Y-%m-%dT%H:%M:%S}"
    return headers


class Courier:
    """A process's end of the network: its arrivals, and the process if it waits for one.

    ``point`` is where the process may die: before a send, after it, and as an answer comes in.
    """

    def __init__(self, network: Network, name: str, point: Callable[[str], None]) -> None:
        self._network = network
        self._name = name
        self._point = point
        self._inbox: deque[Arrived] = deque()
        self._waiting: greenlet | None = None

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        self._point("before a send")
        self._network.wire.left(call, self._name)
        self._network.carry(call, grant, lambda arrival: self._deliver(ticket, arrival))
        self._point("after a send")

    def wait(self, seconds: float) -> Arrived | None:
        if not self._inbox:
            self._wait(seconds)
        if not self._inbox:
            return None
        arrived = self._inbox.popleft()
        self._point("after an answer")
        return arrived

    def _wait(self, seconds: float) -> None:
        world, process = self._network.world, getcurrent()
        self._waiting = process
        turn = [True]

        def wake() -> None:
            if turn[0] and self._waiting is process and not process.dead:
                process.switch()

        world.at(seconds, wake)
        world.hold()
        turn[0] = False
        self._waiting = None

    def _deliver(self, ticket: str, arrival: Arrival) -> None:
        self._inbox.append(Arrived(ticket, arrival))
        process = self._waiting
        if process is not None and not process.dead:
            self._waiting = None
            self._network.world.at(0, lambda: None if process.dead else process.switch())


class Authority:
    """The token endpoint, over the same network: the answer with the new pair may be lost."""

    def __init__(self, network: Network, sandbox: Sandbox, name: str) -> None:
        self._network = network
        self._sandbox = sandbox
        self._name = name

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        world, fate = self._network.world, self._network.fate()
        self._network.wire.refreshing(self._name)
        world.tell("refresh: %s", fate.name)
        world.pause(min(fate.there, REFRESH_SECONDS))
        answer = self._ask(refresh_token) if fate.reaches else None
        world.pause(min(fate.back, REFRESH_SECONDS))
        if answer is None or not fate.returns or fate.reset or fate.back > REFRESH_SECONDS:
            return Refused("no answer", dead=False)
        if fate.gateway or (fate.fault or "").startswith(("5", "429", "html")):
            return Refused(f"a gateway's {fate.gateway or fate.fault}", dead=False)
        if answer.status != 200:
            return Refused(answer.body.decode(), dead=b"invalid_grant" in answer.body)
        pair = json.loads(answer.body)
        expires_at = now + dt.timedelta(seconds=pair["expires_in"])
        return Fresh(pair["access_token"], pair["refresh_token"], expires_at)

    def _ask(self, refresh_token: str) -> SandboxAnswer:
        form = urlencode(
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
                "client_id": "counterfoil",
                "client_secret": "of the simulation",
            }
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        request = Request("POST", "/connect/token", {}, headers, form.encode())
        answer = self._sandbox.handle(request, self._network.world.now())
        assert isinstance(answer, SandboxAnswer)
        return answer
