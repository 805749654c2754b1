"""The engine and the sandbox in one process: calls are answered at once, and time is told.

Nothing fails here; that is the simulation's part (tests/simulation). What counts is what stands on
both sides in the end.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, TypeVar

from counterfoil.posting.caller import Caller
from counterfoil.posting.errors import LimitReached
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.poster import Poster
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.target import Answer, Arrived, Fresh
from counterfoil.xero.target import XeroTarget
from tests.simulation import firm as firms
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer as SandboxAnswer
from xero_sandbox.wire import Request, decoded_path

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from counterfoil.core.mapping import Mapping
    from counterfoil.posting.target import Call, Refused

T = TypeVar("T")

CALL_SECONDS = 0.2
TOKEN_SECONDS = 1_800
APP = "counterfoil"
MORNING = dt.time(9, tzinfo=dt.UTC)
EVENING = dt.time(18, tzinfo=dt.UTC)


def _drafting(mapping: Mapping) -> Mapping:
    """Have what lies behind a lock date go to Xero as a draft, where it can."""
    return replace(mapping, settings=replace(mapping.settings, lock_date="draft"))


class Clock:
    """Time that passes when somebody sleeps or calls."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._began = now

    def now(self) -> dt.datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._began).total_seconds()

    def sleep(self, seconds: float) -> None:
        self._now += dt.timedelta(seconds=seconds)

    def wait_until(self, moment: dt.datetime) -> None:
        self._now = max(self._now, moment)


class Chance:
    """Names and jitter from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def name(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def jitter(self) -> float:
        return self._random.random()


class Wire:
    """Carries each call to the sandbox and back, and gives new tokens."""

    def __init__(self, sandbox: Sandbox, tenant_id: str, clock: Clock) -> None:
        self._sandbox = sandbox
        self._tenant_id = tenant_id
        self._clock = clock
        self._inbox: deque[Arrived] = deque()
        self.calls = 0

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
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
        path = firms.API + decoded_path(call.path)
        request = Request(call.method, path, dict(call.query), headers, call.body)
        answer = self._sandbox.handle(request, self._clock.now())
        assert isinstance(answer, SandboxAnswer)
        heard = {name.lower(): value for name, value in answer.headers.items()}
        self._inbox.append(Arrived(ticket, Answer(answer.status, heard, answer.body)))
        self.calls += 1
        self._clock.sleep(CALL_SECONDS)

    def wait(self, seconds: float) -> Arrived | None:
        del seconds
        return self._inbox.popleft() if self._inbox else None

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        del refresh_token
        grant = self.grant(now)
        assert grant.expires_at is not None
        return Fresh(grant.access_token, grant.refresh_token, grant.expires_at)

    def grant(self, now: dt.datetime) -> Grant:
        token = self._sandbox.issue_token((self._tenant_id,), client_id=APP, now=now)
        return Grant(
            ConnectionState.CONNECTED,
            0,
            self._tenant_id,
            "Simulated Law",
            expires_at=now + dt.timedelta(seconds=TOKEN_SECONDS),
            access_token=token["access_token"],
            refresh_token=token["refresh_token"],
        )


class Practice:
    """A firm with its outbox in memory, connected to an organisation of its own."""

    def __init__(self, began: dt.date, seed: int = 1) -> None:
        self.clock = Clock(dt.datetime.combine(began, dt.time(1), dt.UTC))
        self.sandbox = Sandbox(seed=seed)
        self.firm = firms.Firm(self.sandbox, self.clock.now())
        self.outbox = MemoryOutbox()
        self.shelf = FixedShelf(self.firm.chart(self.clock.now()), _drafting(firms.mapping()))
        self.wire = Wire(self.sandbox, self.firm.tenant_id, self.clock)
        self.outbox.connect(self.wire.grant(self.clock.now()), actor="year", now=self.clock.now())
        self.caller = Caller(
            outbox=self.outbox,
            target=XeroTarget(),
            courier=self.wire,
            authority=self.wire,
            clock=self.clock,
            chance=Chance(seed),
        )
        self.poster = Poster(self.caller, self.shelf, holder="year", is_dead=lambda _: False)

    def read(self, asked: Callable[[], Generator[Call, Answer, T]]) -> T:
        """Read from Xero for a person who waits until a minute's limit has passed."""
        try:
            return self.caller.read(asked())
        except LimitReached as reached:
            self.clock.wait_until(reached.until)
            return self.caller.read(asked())
