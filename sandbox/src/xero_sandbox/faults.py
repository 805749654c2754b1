"""Faults that a test orders: which request they strike, and what they do to it.

A fault names the requests it matches and how often it strikes. What each one does is in
``FAULTS``; ``sandbox.perform`` carries out the effects, so they work without a socket too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

if TYPE_CHECKING:
    from xero_sandbox.wire import Answer, Request

FaultName = Literal[
    "429_minute",
    "429_day",
    "429_concurrent",
    "429_app",
    "500_before",
    "500_after",
    "503_before",
    "503_after",
    "cut_before",
    "cut_after_commit",
    "cut_mid_body",
    "html_200",
    "slow",
    "late",
    "duplicate",
    "token_expired",
]

FAULTS: dict[FaultName, str] = {
    "429_minute": "429, X-Rate-Limit-Problem minute, Retry-After; nothing applied",
    "429_day": "429, X-Rate-Limit-Problem day, Retry-After to the day's end; nothing applied",
    "429_concurrent": "429, X-Rate-Limit-Problem concurrent, no Retry-After; nothing applied",
    "429_app": "429, X-Rate-Limit-Problem appminute; nothing applied",
    "500_before": "500; nothing applied; kept under the idempotency key",
    "500_after": "applied, then 500; the 500 is kept under the idempotency key",
    "503_before": "503 plain text; nothing applied; kept under the idempotency key",
    "503_after": "applied, then 503 plain text; the 503 is kept under the idempotency key",
    "cut_before": "the connection is cut; nothing applied, the key never seen",
    "cut_after_commit": "applied, then the connection is cut without a byte of answer",
    "cut_mid_body": "applied, then the connection is cut in the middle of the answer's body",
    "html_200": "a gateway answers 200 with an HTML page; nothing applied",
    "slow": "applied at once, the answer goes out after delay_ms and holds its slot until then",
    "late": "applied and answered only after delay_ms, even if the caller has hung up",
    "duplicate": "delivered twice; the answer is the second delivery's",
    "token_expired": "401 TokenExpired; nothing applied",
}

# What strikes before the idempotency key is looked at leaves the key unseen.
UNSEEN: frozenset[FaultName] = frozenset(
    {
        "429_minute",
        "429_day",
        "429_concurrent",
        "429_app",
        "token_expired",
        "cut_before",
        "html_200",
    }
)

_PREFIX = "/api.xro/2.0"


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which requests are meant.

    ``path`` is a part of the path, with ``*`` as wildcard; ``nth`` counts the requests that
    match method and path, from 1, and lets the fault begin there.
    """

    method: str | None = None
    path: str | None = None
    nth: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One ordered fault, as POST /_sandbox/faults takes it.

    ``times`` says how often it strikes: once when left out, without end when ``rate`` (0 to 1,
    drawn from ``seed``) is given. ``retry_after`` is in seconds.
    """

    fault: FaultName
    match: Match = Match()
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    delay_ms: Annotated[int, msgspec.Meta(ge=0, le=3_600_000)] = 3_000
    rate: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    seed: int = 0

    @property
    def perform_after(self) -> timedelta:
        """How long after arrival the work is done."""
        return self._delay if self.fault == "late" else timedelta(0)

    @property
    def answer_after(self) -> timedelta:
        """How long after the work the answer goes out."""
        return self._delay if self.fault == "slow" else timedelta(0)

    @property
    def _delay(self) -> timedelta:
        return timedelta(milliseconds=self.delay_ms)


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends here instead of answering.

    ``after_commit`` says whether the books took the request. ``answer`` and ``partial`` are
    set when the head and a part of the body still went out.
    """

    after_commit: bool
    answer: Answer | None = None
    partial: bytes | None = None


@dataclass(slots=True)
class Ordered:
    """A fault and how often it has been met and has struck."""

    fault: Fault
    chance: random.Random
    seen: int = 0
    struck: int = 0

    def would_strike(self, request: Request) -> bool:
        """Say whether the fault would strike ``request`` now; a rate is taken as a yes."""
        due = self.seen + 1 >= (self.fault.match.nth or 1)
        return due and not self.spent and _matches(self.fault.match, request)

    def due(self, request: Request) -> bool:
        """Count a matching request and say whether the fault is due to strike it."""
        if not _matches(self.fault.match, request):
            return False
        self.seen += 1
        if self.seen < (self.fault.match.nth or 1) or self.spent:
            return False
        return self.fault.rate is None or self.chance.random() < self.fault.rate

    @property
    def spent(self) -> bool:
        """Whether it has struck as often as was ordered."""
        unlimited = self.fault.times is None and self.fault.rate is not None
        return not unlimited and self.struck >= (self.fault.times or 1)


@dataclass(slots=True)
class FaultBook:
    """The active faults, in the order they were given."""

    active: list[Ordered] = field(default_factory=list)

    def order(self, faults: list[Fault]) -> None:
        """Add ``faults`` to the active ones; an empty list clears them all."""
        if not faults:
            self.active.clear()
        # Repeatable draws are the point, not secrecy.
        self.active.extend(Ordered(fault, random.Random(fault.seed)) for fault in faults)

    def draw(self, request: Request) -> Fault | None:
        """Return the first fault that strikes ``request``; spent ones leave the list."""
        # Every fault counts every request, so that one fault does not shift another's nth.
        due = [each for each in self.active if each.due(request)]
        if not due:
            return None
        due[0].struck += 1
        self.active = [each for each in self.active if not each.spent]
        return due[0].fault

    def peek(self, request: Request) -> Fault | None:
        """Return the fault that ``draw`` would try first, without counting anything."""
        return next((each.fault for each in self.active if each.would_strike(request)), None)

    def listing(self) -> list[dict[str, object]]:
        """Return the active faults as they were given, each with ``seen`` and ``struck``."""
        return [
            {**msgspec.to_builtins(each.fault), "seen": each.seen, "struck": each.struck}
            for each in self.active
        ]


def _matches(match: Match, request: Request) -> bool:
    if match.method is not None and match.method.upper() != request.method:
        return False
    if match.path is None:
        return True
    return fnmatchcase(request.path.lower(), f"*{match.path.lower().removeprefix(_PREFIX)}*")
