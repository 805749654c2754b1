"""The network between the workers and Xero: slow, lossy, and never to be trusted."""

from __future__ import annotations

import datetime as dt
import json
from collections import deque
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlencode

from greenlet import getcurrent

from counterfoil.posting.target import Answer, Arrived, Fresh, NoAnswer, Refused
from tests.simulation.world import World
from xero_sandbox.faults import Fault, FaultName, Match
from xero_sandbox.sandbox import Cut
from xero_sandbox.wire import Answer as SandboxAnswer
from xero_sandbox.wire import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenlet import greenlet

    from counterfoil.posting.records import Grant
    from counterfoil.posting.target import Arrival, Call
    from xero_sandbox.admission import Admitted
    from xero_sandbox.sandbox import Sandbox


class Fate(NamedTuple):
    """What becomes of one call.

    ``fault`` is one that the sandbox plays. ``reaches``: the call gets there at all, ``returns``:
    its answer comes back. The three delays are those to Xero, of the work there, and back.
    """

    name: str
    fault: FaultName | None = None
    leaves: bool = True
    reaches: bool = True
    returns: bool = True
    there: float = 0.1
    work: float = 0.2
    back: float = 0.1


FATES: tuple[tuple[int, Fate], ...] = (
    (4, Fate("cannot connect", leaves=False, reaches=False, returns=False)),
    (4, Fate("lost on the way", reaches=False, returns=False)),
    (6, Fate("applied, answer lost", returns=False)),
    (4, Fate("applied late, answer lost", returns=False, work=110.0)),
    (2, Fate("slow on the way, answer lost", returns=False, there=80.0)),
    (3, Fate("slow", work=45.0)),
    (4, Fate("500, not applied", fault="500_before")),
    (4, Fate("500, applied", fault="500_after")),
    (3, Fate("503, not applied", fault="503_before")),
    (3, Fate("503, applied", fault="503_after")),
    (3, Fate("minute limit", fault="429_minute")),
    (3, Fate("too many at once", fault="429_concurrent")),
    (4, Fate("cut in the body", fault="cut_mid_body")),
    (3, Fate("token expired", fault="token_expired")),
    (2, Fate("a gateway's page", fault="html_200")),
)
"""Faults with their weights."""


class Network:
    """Carries calls to the sandbox under the fate that is drawn for each."""

    def __init__(
        self, world: World, sandbox: Sandbox, base_path: str, rate: Callable[[], float]
    ) -> None:
        self.world = world
        self.faults: dict[str, int] = {}
        self._sandbox = sandbox
        self._base_path = base_path
        self._rate = rate

    def fate(self) -> Fate:
        if self.world.random.random() >= self._rate():
            return Fate("arrives", there=self._delay(), work=self._delay(), back=self._delay())
        weights = [weight for weight, _ in FATES]
        fate = self.world.random.choices([fate for _, fate in FATES], weights)[0]
        self.faults[fate.name] = self.faults.get(fate.name, 0) + 1
        return fate

    def _delay(self) -> float:
        return self.world.random.expovariate(4.0)

    def carry(self, call: Call, grant: Grant, deliver: Callable[[Arrival], None]) -> None:
        """Set a call on its way; one arrival is delivered, at the deadline at the latest."""
        fate = self.fate()
        self.world.tell(f"{call.method} {call.path} {call.key[-6:]}: {fate.name}")
        once = _once(deliver)
        if not fate.leaves:
            self.world.at(fate.there, lambda: once(NoAnswer("no connection", left=False)))
            return
        self.world.at(call.seconds, lambda: once(NoAnswer("timed out", left=True)))
        if fate.reaches:
            request = self._request(call, grant)
            self.world.at(fate.there, lambda: self._arrive(request, fate, once))

    def _request(self, call: Call, grant: Grant) -> Request:
        headers = _headers(call, grant)
        path = self._base_path + unquote(call.path)
        return Request(call.method, path, dict(call.query), headers, call.body)

    def _arrive(self, request: Request, fate: Fate, deliver: Callable[[Arrival], None]) -> None:
        if fate.fault is not None:
            self._sandbox.state.faults.order([Fault(fate.fault, Match(), times=1)])
        admitted = self._sandbox.admit(request, self.world.now())
        if isinstance(admitted, SandboxAnswer):
            self._return(admitted, fate, deliver)
        else:
            self.world.at(fate.work, lambda: self._perform(admitted, fate, deliver))

    def _perform(self, admitted: Admitted, fate: Fate, deliver: Callable[[Arrival], None]) -> None:
        if admitted.waiting:
            self.world.at(1.0, lambda: self._perform(admitted, fate, deliver))
            return
        outcome = self._sandbox.perform(admitted, self.world.now())
        if isinstance(outcome, Cut):
            self.world.at(fate.back, lambda: deliver(NoAnswer("cut", left=True)))
        else:
            self._return(outcome, fate, deliver)

    def _return(
        self, answer: SandboxAnswer, fate: Fate, deliver: Callable[[Arrival], None]
    ) -> None:
        if not fate.returns:
            return
        headers = {name.lower(): value for name, value in answer.headers.items()}
        arrival = Answer(answer.status, headers, answer.body)
        self.world.at(fate.back, lambda: deliver(arrival))


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


def _once(deliver: Callable[[Arrival], None]) -> Callable[[Arrival], None]:
    """Deliver the first arrival; what comes after the deadline finds nobody there."""
    delivered: list[Arrival] = []

    def deliver_once(arrival: Arrival) -> None:
        if not delivered:
            delivered.append(arrival)
            deliver(arrival)

    return deliver_once


class Courier:
    """A process's end of the network: its arrivals, and the process if it waits for one."""

    def __init__(self, network: Network, before_send: Callable[[], None]) -> None:
        self._network = network
        self._before_send = before_send
        self._inbox: deque[Arrived] = deque()
        self._waiting: greenlet | None = None

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        self._before_send()
        self._network.carry(call, grant, lambda arrival: self._deliver(ticket, arrival))
        self._before_send()

    def wait(self, seconds: float) -> Arrived | None:
        if not self._inbox:
            self._wait(seconds)
        return self._inbox.popleft() if self._inbox else None

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

    def __init__(self, network: Network, sandbox: Sandbox) -> None:
        self._network = network
        self._sandbox = sandbox

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        del now  # Xero goes by its own clock.
        world, fate = self._network.world, self._network.fate()
        world.tell(f"refresh: {fate.name}")
        world.pause(fate.there)
        answer = self._ask(refresh_token) if fate.reaches else None
        world.pause(fate.back)
        if answer is None or not fate.returns:
            return Refused("no answer", dead=False)
        if answer.status != 200:
            return Refused(answer.body.decode(), dead=b"invalid_grant" in answer.body)
        pair = json.loads(answer.body)
        expires_at = world.now() + dt.timedelta(seconds=pair["expires_in"])
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
