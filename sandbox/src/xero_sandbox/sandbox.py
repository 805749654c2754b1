"""The sandbox as two functions: ``admit`` a request, then ``perform`` it.

There is no clock, socket, file or thread in here. Who calls decides when each half runs and
when the answer arrives, so slow, concurrent, late and lost answers can be played: the server
does it with sleeps, a simulation with its own clock.

The order of checks is Xero's: token, organisation, scope, limits, then the idempotency key
(facts: Xero API sections 1.5, 3.1 and 5). Ordered faults strike between limits and key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from xero_sandbox import control, refusals
from xero_sandbox.books.organisation import Organisation, new_organisation
from xero_sandbox.faults import Cut, Fault, FaultBook
from xero_sandbox.idempotency import (
    LONGEST_KEY,
    METHODS,
    Kept,
    KeyInProcess,
    Keys,
    fingerprint,
)
from xero_sandbox.identity import oauth, scopes
from xero_sandbox.identity.grants import USERS, Consent, Grants
from xero_sandbox.identity.keys import SigningKey, process_key
from xero_sandbox.identity.page import welcome_page
from xero_sandbox.identity.tokens import TokenSet, token_set
from xero_sandbox.ids import Ids
from xero_sandbox.limits import Limiter, Refusal, Slot, calls_per_day
from xero_sandbox.requestlog import RequestLog, Row
from xero_sandbox.wire import Answer, Call, Handled, Request

ACCOUNTING: Final = "/api.xro/2.0/"
CONTROL: Final = "/_sandbox/"
LARGEST_BODY: Final = 10 * 1024 * 1024
APP_WITHOUT_NAME: Final = "sandbox-client"

Handle = Callable[[Organisation, Call, datetime], Handled]
Outcome = Answer | Cut

_FAULT_LIMITS: Final = {
    "429_minute": "minute",
    "429_day": "day",
    "429_concurrent": "concurrent",
    "429_app": "appminute",
}


@dataclass(slots=True)
class State:
    """Everything a sandbox remembers; it can be pickled (see ``state``)."""

    ids: Ids
    key: SigningKey
    grants: Grants
    organisations: dict[str, Organisation] = field(default_factory=dict)
    limiter: Limiter = field(default_factory=Limiter)
    keys: Keys = field(default_factory=Keys)
    faults: FaultBook = field(default_factory=FaultBook)
    log: RequestLog = field(default_factory=RequestLog)
    ahead: timedelta = timedelta(0)
    key_in_process: KeyInProcess = "replay"


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door by which an Accounting call came in: its app, organisation and slot."""

    client_id: str
    organisation: Organisation
    slot: Slot

    @property
    def pair(self) -> tuple[str, str]:
        """The pair that limits count by."""
        return self.slot.pair


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be performed.

    Do the work ``perform_after`` later than the arrival and deliver the answer ``answer_after``
    later than the work. While ``waiting`` is true, another call with the same idempotency key
    still runs: perform only when it is false.
    """

    request: Request
    seq: int
    at: datetime
    entrance: Entrance | None = None
    fault: Fault | None = None
    opened: Kept | None = None
    joined: Kept | None = None

    @property
    def perform_after(self) -> timedelta:
        """How long after arrival ``perform`` is due."""
        return timedelta(0) if self.fault is None else self.fault.perform_after

    @property
    def answer_after(self) -> timedelta:
        """How long after ``perform`` the answer goes out."""
        return timedelta(0) if self.fault is None else self.fault.answer_after

    @property
    def waiting(self) -> bool:
        """Whether this call joins another that has no answer yet."""
        return self.joined is not None and self.joined.answer is None


class Sandbox:
    """A Xero with any number of organisations, for any number of apps.

    Times passed in are aware datetimes; POST /_sandbox/clock adds to them. ``handle`` is the
    books' entrance and only tests give another one. ``changes`` grows with everything that is
    worth saving.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        limits: bool = True,
        key_in_process: KeyInProcess = "replay",
        handle: Handle | None = None,
        base_url: str = "http://localhost",
        state: State | None = None,
    ) -> None:
        self.handle_call = handle or _books()
        self.base_url = base_url
        self.changes = 0
        self.state = state or _fresh(Ids(seed))
        self.state.limiter.enforced = limits
        self.state.key_in_process = key_in_process

    def handle(self, request: Request, now: datetime) -> Outcome:
        """Admit and perform at one moment, as a quick and sequential caller would see it."""
        admitted = self.admit(request, now)
        return admitted if isinstance(admitted, Answer) else self.perform(admitted, now)

    def admit(self, request: Request, now: datetime) -> Admitted | Answer:
        """Check a request at its arrival; an Answer is a refusal, already in the log."""
        at = self.time(now)
        if request.path.startswith(CONTROL):
            return Admitted(request, 0, at)
        seq = self.state.log.number()
        entered = self._enter(request, at)
        if isinstance(entered, Answer):
            self._write(seq, at, request, entered)
            return entered
        fault = self.state.faults.draw(request)
        return self._check_key(Admitted(request, seq, at, entered, fault))

    def perform(self, admitted: Admitted, now: datetime) -> Outcome:
        """Do what was admitted, keep the answer under its key, free its slot, write the log.

        Raises ``RuntimeError`` when the call still waits for another with the same key.
        """
        if admitted.waiting:
            raise RuntimeError("the call that this one joins has no answer yet")
        at = self.time(now)
        if admitted.request.path.startswith(CONTROL):
            self.changes += 1
            return control.perform(self, admitted.request, at)
        try:
            outcome, applied = self._outcome(admitted, at)
        finally:
            if admitted.entrance is not None:
                leaving = at + admitted.answer_after
                self.state.limiter.leave(admitted.entrance.slot, leaving)
        return self._finish(admitted, outcome, applied, at)

    def fault_for(self, request: Request) -> Fault | None:
        """Return the fault that would strike ``request`` next, without counting it."""
        return self.state.faults.peek(request)

    def time(self, now: datetime) -> datetime:
        """Return the sandbox's own time: ``now`` and what the clock was advanced by."""
        return now + self.state.ahead

    def new_organisation(self, name: str, country: str, now: datetime) -> Organisation:
        """Open an organisation with its country's starting chart.

        Raises ``ValueError`` for a country without one.
        """
        organisation = new_organisation(name, country, ids=self.state.ids, now=self.time(now))
        self.state.organisations[organisation.tenant_id] = organisation
        return organisation

    def issue_token(
        self,
        tenants: tuple[str, ...],
        wanted: tuple[str, ...] = scopes.EVERYTHING,
        *,
        client_id: str = "",
        now: datetime,
    ) -> TokenSet:
        """Connect ``tenants`` and return a token set, without a browser.

        Without ``client_id`` the first app that refreshes the token takes it over.
        """
        at = self.time(now)
        grants = self.state.grants
        consent = Consent(grants.ids.uuid(), client_id, USERS[0], wanted, tenants, at)
        grants.connect(consent, client_id or APP_WITHOUT_NAME)
        _, refresh = grants.start_family(consent, at)
        return token_set(
            grants,
            self.state.key,
            consent,
            client_id=client_id or APP_WITHOUT_NAME,
            issuer=self.base_url,
            refresh_token=refresh if "offline_access" in wanted else None,
            now=at,
        )

    def reset(self) -> None:
        """Empty everything. Ids go on, so that no old token or id means something new."""
        limits, switch = self.state.limiter.enforced, self.state.key_in_process
        self.state = _fresh(self.state.ids)
        self.state.limiter.enforced, self.state.key_in_process = limits, switch

    def _enter(self, request: Request, at: datetime) -> Entrance | Answer | None:
        """Return the entrance of an Accounting call, None for other routes, or a refusal."""
        if len(request.body) > LARGEST_BODY:
            return refusals.too_large()
        if not request.path.lower().startswith(ACCOUNTING):
            return None
        access = oauth.authenticate(self.state.grants, request, at)
        if isinstance(access, Answer):
            return access
        instance = self.state.ids.uuid()
        tenant_id = request.headers.get("xero-tenant-id", "").strip().lower()
        organisation = self.state.organisations.get(tenant_id)
        if organisation is None or not self.state.grants.connected(access, tenant_id):
            return refusals.wrong_tenant(instance)
        enough = scopes.sufficient(request.method, segments(request))
        if enough is not None and not enough & access.scopes:
            return refusals.insufficient_scope(instance)
        return self._take_slot(access.client_id, organisation, at)

    def _take_slot(
        self, client_id: str, organisation: Organisation, at: datetime
    ) -> Entrance | Answer:
        pair = (client_id, organisation.tenant_id)
        slot = self.state.limiter.enter(pair, calls_per_day(organisation.settings.tier), at)
        if isinstance(slot, Refusal):
            refusal = refusals.limited(slot.kind, slot.retry_after)
            return self._with_limits(refusal, pair, organisation, at)
        return Entrance(client_id, organisation, slot)

    def _check_key(self, admitted: Admitted) -> Admitted | Answer:
        """Look the idempotency key up; a refusal frees the slot and goes to the log."""
        request, entrance = admitted.request, admitted.entrance
        key = request.headers.get("idempotency-key", "")
        skipped = admitted.fault is not None and admitted.fault.fault in _UNSEEN
        if entrance is None or not key or request.method not in METHODS or skipped:
            return admitted
        if len(key) > LONGEST_KEY:
            return self._refuse(admitted, refusals.key_too_long(LONGEST_KEY))
        mark = fingerprint(request)
        kept = self.state.keys.find(entrance.client_id, key, admitted.at)
        if kept is None:
            opened = self.state.keys.open(entrance.client_id, key, mark, admitted.at)
            return replace_keys(admitted, opened=opened)
        if kept.fingerprint != mark:
            return self._refuse(admitted, refusals.key_reused(key))
        if kept.answer is None:
            return self._meet(admitted, kept)
        return replace_keys(admitted, joined=kept)

    def _meet(self, admitted: Admitted, kept: Kept) -> Admitted | Answer:
        """Answer a key whose first call still runs: nobody knows what Xero does, so choose."""
        match self.state.key_in_process:
            case "replay":
                return replace_keys(admitted, joined=kept)
            case "409":
                return self._refuse(admitted, refusals.key_in_process(self.state.ids.uuid()))
            case "500":
                return self._refuse(admitted, refusals.internal_error(self.state.ids.uuid()))
            case "second":
                return admitted

    def _refuse(self, admitted: Admitted, answer: Answer) -> Answer:
        entrance = admitted.entrance
        if entrance is not None:
            self.state.limiter.leave(entrance.slot, admitted.at)
            answer = self._with_limits(answer, entrance.pair, entrance.organisation, admitted.at)
        self._write(admitted.seq, admitted.at, admitted.request, answer)
        return answer

    def _outcome(self, admitted: Admitted, at: datetime) -> tuple[Outcome, tuple[str, ...]]:
        """Return what goes out and what the books applied, with the fault's effect."""
        fault = None if admitted.fault is None else admitted.fault.fault
        instead = None if fault is None else self._instead_of_work(admitted, at)
        if instead is not None:
            return instead, ()
        handled = self._work(admitted, at)
        if fault == "duplicate" and admitted.joined is None:
            handled = self._again(admitted, handled, at)
        answer = handled.answer
        if fault == "500_after":
            answer = refusals.internal_error(self.state.ids.uuid())
        elif fault == "503_after":
            answer = refusals.offline()
        _keep(admitted, answer)
        if fault == "cut_after_commit":
            return Cut(after_commit=True), handled.applied
        if fault == "cut_mid_body":
            half = answer.body[: len(answer.body) // 2]
            return Cut(after_commit=True, answer=answer, partial=half), handled.applied
        return answer, handled.applied

    def _instead_of_work(self, admitted: Admitted, at: datetime) -> Outcome | None:
        """Return the outcome of a fault that keeps the request from the books, or None."""
        fault = admitted.fault
        if fault is None:
            return None
        match fault.fault:
            case "429_minute" | "429_day" | "429_concurrent" | "429_app":
                return refusals.limited(_FAULT_LIMITS[fault.fault], self._wait(admitted, at))
            case "token_expired":
                return refusals.token_expired(at, self.state.ids.uuid())
            case "cut_before":
                return Cut(after_commit=False)
            case "html_200":
                return refusals.html_page()
            case "500_before":
                return _keep(admitted, refusals.internal_error(self.state.ids.uuid()))
            case "503_before":
                return _keep(admitted, refusals.offline())
            case _:
                return None

    def _wait(self, admitted: Admitted, at: datetime) -> int | None:
        """Return the Retry-After of an ordered 429, in seconds."""
        fault, entrance = admitted.fault, admitted.entrance
        if fault is None or fault.retry_after is not None:
            return None if fault is None else fault.retry_after
        if fault.fault == "429_minute":
            return 60
        if fault.fault == "429_day":
            limiter = self.state.limiter
            return 86_400 if entrance is None else limiter.day_seconds_left(entrance.pair, at)
        return None

    def _work(self, admitted: Admitted, at: datetime) -> Handled:
        entrance, request = admitted.entrance, admitted.request
        if entrance is None:
            return Handled(self._identity(request, at))
        if admitted.joined is not None and admitted.joined.answer is not None:
            return Handled(admitted.joined.answer)
        if not accepts_json(request.headers):
            return Handled(refusals.json_only())
        call = Call(
            request.method,
            segments(request),
            request.query,
            request.headers,
            request.body,
            entrance.client_id,
        )
        return self.handle_call(entrance.organisation, call, at)

    def _again(self, admitted: Admitted, first: Handled, at: datetime) -> Handled:
        """Play the second delivery of one request: its key, if any, replays the first answer."""
        if admitted.opened is not None:
            return first
        second = self._work(admitted, at)
        return Handled(second.answer, first.applied + second.applied)

    def _identity(self, request: Request, at: datetime) -> Answer:
        path = request.path.rstrip("/").lower()
        names = {each.tenant_id: each.name for each in self.state.organisations.values()}
        desk = oauth.Desk(self.state.grants, self.state.key, names, self.address(request))
        if path == "":
            return welcome_page(desk.issuer, names.items())
        if path == "/connections" or path.startswith("/connections/"):
            return oauth.connections(desk, request, at)
        route = _ROUTES.get(path)
        return refusals.not_found() if route is None else route(desk, request, at)

    def address(self, request: Request) -> str:
        """Return the address under which the caller knows the sandbox."""
        host = request.headers.get("host")
        return f"http://{host}" if host else self.base_url

    def _finish(
        self, admitted: Admitted, outcome: Outcome, applied: tuple[str, ...], at: datetime
    ) -> Outcome:
        self.changes += 1
        entrance = admitted.entrance
        if isinstance(outcome, Answer) and entrance is not None:
            outcome = self._with_limits(outcome, entrance.pair, entrance.organisation, at)
        fault = None if admitted.fault is None else admitted.fault.fault
        self._write(admitted.seq, admitted.at, admitted.request, outcome, fault, applied)
        return outcome

    def _with_limits(
        self, answer: Answer, pair: tuple[str, str], organisation: Organisation, at: datetime
    ) -> Answer:
        per_day = calls_per_day(organisation.settings.tier)
        left = self.state.limiter.headers(pair, per_day, at)
        known = {"Xero-Correlation-Id": self.state.ids.uuid()}
        return Answer(answer.status, {**known, **answer.headers, **left}, answer.body)

    def _write(
        self,
        seq: int,
        at: datetime,
        request: Request,
        outcome: Outcome,
        fault: str | None = None,
        applied: tuple[str, ...] = (),
    ) -> None:
        status = outcome.status if isinstance(outcome, Answer) else None
        self.state.log.add(Row(seq, at, request, status, fault, applied))


# What strikes before the key is looked at leaves the key unseen.
_UNSEEN: Final = frozenset({*_FAULT_LIMITS, "token_expired", "cut_before", "html_200"})
_ROUTES: Final = oauth.routes()


def segments(request: Request) -> tuple[str, ...]:
    """Return the parts of an Accounting path after ``/api.xro/2.0/``."""
    return tuple(part for part in request.path[len(ACCOUNTING) :].split("/") if part)


def accepts_json(headers: Mapping[str, str]) -> bool:
    """Say whether the caller takes JSON; no Accept header, or ``*/*``, passes.

    Xero would answer XML to those, which is stated in the README as a shortcut.
    """
    accept = headers.get("accept", "*/*").lower()
    return any(kind in accept for kind in ("*/*", "application/*", "json")) or not accept


def replace_keys(
    admitted: Admitted, *, opened: Kept | None = None, joined: Kept | None = None
) -> Admitted:
    """Return ``admitted`` with the idempotency key it opened or joined."""
    return Admitted(
        admitted.request,
        admitted.seq,
        admitted.at,
        admitted.entrance,
        admitted.fault,
        opened,
        joined,
    )


def _keep(admitted: Admitted, answer: Answer) -> Answer:
    if admitted.opened is not None:
        admitted.opened.answer = answer
    return answer


def _fresh(ids: Ids) -> State:
    return State(ids, process_key(), Grants(ids))


def _books() -> Handle:
    from xero_sandbox.books import api

    return api.handle
