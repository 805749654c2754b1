"""The first half of a request's life: whether it may be performed at all.

The order of checks is Xero's: token, organisation, scope, limits, then the idempotency key
(facts: Xero API sections 1.5, 3.1 and 5). Ordered faults strike between limits and key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from xero_sandbox import refusals
from xero_sandbox.books.organisation import Organisation
from xero_sandbox.faults import UNSEEN, Fault
from xero_sandbox.idempotency import LONGEST_KEY, METHODS, Kept, fingerprint
from xero_sandbox.identity import scopes
from xero_sandbox.identity.forms import bearer
from xero_sandbox.identity.grants import Access
from xero_sandbox.identity.oauth import authenticate
from xero_sandbox.limits import Refusal, Slot, calls_per_day, in_rapid_sync
from xero_sandbox.state import State
from xero_sandbox.wire import Answer, Request, segment

ACCOUNTING: Final = "/api.xro/2.0/"
_NOT_STORED: Final = {"Cache-Control": "max-age=0, no-cache, no-store", "Pragma": "no-cache"}
LARGEST_BODY: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door by which an Accounting call came in: its app, organisation and slot."""

    client_id: str
    organisation: Organisation
    slot: Slot


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


def admit(state: State, request: Request, seq: int, at: datetime) -> Admitted | Answer:
    """Return the admitted request, or the refusal that it gets instead."""
    entered = _enter(state, request, at)
    if isinstance(entered, Answer):
        return entered
    fault = state.faults.draw(request)
    return _check_key(state, Admitted(request, seq, at, entered, fault))


def segments(request: Request) -> tuple[str, ...]:
    """Return the parts of an Accounting path after ``/api.xro/2.0/``."""
    return tuple(segment(part) for part in request.path[len(ACCOUNTING) :].split("/") if part)


def with_limits(
    state: State, answer: Answer, pair: tuple[str, str], organisation: Organisation, at: datetime
) -> Answer:
    """Return ``answer`` with what is left of the limits and a correlation id, as Xero has it."""
    per_day = calls_per_day(organisation.settings.tier)
    left = state.limiter.headers(pair, per_day, at)
    # An ordered 429 says itself that nothing is left, and is believed.
    headers = {"Xero-Correlation-Id": state.ids.uuid(), **_NOT_STORED, **left, **answer.headers}
    return Answer(answer.status, headers, answer.body)


# Not verified, see limits-of-strangers.
def turned_away(state: State, request: Request, answer: Answer, at: datetime) -> Answer:
    """Return the refusal of a call that came to no organisation, with what is left of its limits.

    Only what is known is said: nothing without a token of ours, and of an unknown organisation
    nothing but the app's minute. Nothing is counted, and no id is drawn.
    """
    access = state.grants.access.get(bearer(request))
    if access is None or not _is_accounting(request):
        return answer
    organisation = state.organisations.get(_tenant_id(access, request))
    if organisation is None:
        left = state.limiter.app_header(access.client_id, at)
    else:
        per_day = calls_per_day(organisation.settings.tier)
        left = state.limiter.headers((access.client_id, organisation.tenant_id), per_day, at)
    return Answer(answer.status, {**left, **answer.headers}, answer.body)


def _enter(state: State, request: Request, at: datetime) -> Entrance | Answer | None:
    """Return the entrance of an Accounting call, None for other routes, or a refusal."""
    if len(request.body) > LARGEST_BODY:
        return turned_away(state, request, refusals.too_large(), at)
    if not _is_accounting(request):
        return None
    access = authenticate(state.grants, request, at)
    if isinstance(access, Answer):
        return _unknown(state, request, access, at)
    organisation = _organisation(state, access, request)
    if organisation is None:
        return _unknown(state, request, refusals.wrong_tenant(state.ids.uuid()), at)
    enough = scopes.sufficient(request.method, segments(request))
    if enough is not None and not enough & access.scopes:
        pair = (access.client_id, organisation.tenant_id)
        refusal = auth_body(state, refusals.insufficient_scope(state.ids.uuid()))
        return with_limits(state, refusal, pair, organisation, at)
    return _take_slot(state, access, organisation, at)


def _is_accounting(request: Request) -> bool:
    return request.path.lower().startswith(ACCOUNTING)


def _unknown(state: State, request: Request, refusal: Answer, at: datetime) -> Answer:
    headers = {"Xero-Correlation-Id": state.ids.uuid(), **_NOT_STORED, **refusal.headers}
    answer = Answer(refusal.status, headers, auth_body(state, refusal).body)
    return turned_away(state, request, answer, at)


def auth_body(state: State, refusal: Answer) -> Answer:
    """Return ``refusal`` in the case of keys that is switched on; both have been seen (1.5)."""
    return refusals.in_lower_case(refusal) if state.lower_case_auth else refusal


def _organisation(state: State, access: Access, request: Request) -> Organisation | None:
    tenant_id = _tenant_id(access, request)
    return state.organisations.get(tenant_id) if state.grants.connected(access, tenant_id) else None


def _tenant_id(access: Access, request: Request) -> str:
    return request.headers.get("xero-tenant-id", "").strip().lower() or access.own_tenant


# Not verified, see limited-app-retry.
def _take_slot(
    state: State, access: Access, organisation: Organisation, at: datetime
) -> Entrance | Answer:
    pair = (access.client_id, organisation.tenant_id)
    tier = organisation.settings.tier
    since = state.grants.connected_at(access, organisation.tenant_id)
    lifted = state.limiter.rapid_sync and in_rapid_sync(tier, since, at)
    slot = state.limiter.enter(pair, calls_per_day(tier), at, lifted=lifted)
    if isinstance(slot, Refusal):
        refusal = refusals.limited(slot.kind, slot.retry_after)
        return with_limits(state, refusal, pair, organisation, at)
    return Entrance(access.client_id, organisation, slot)


def _check_key(state: State, admitted: Admitted) -> Admitted | Answer:
    """Look the idempotency key up: open a new one, join a known one, or refuse."""
    request, entrance = admitted.request, admitted.entrance
    key = request.headers.get("idempotency-key", "")
    unseen = admitted.fault is not None and admitted.fault.fault in UNSEEN
    if entrance is None or not key or request.method not in METHODS or unseen:
        return admitted
    if len(key) > LONGEST_KEY:
        return _refuse(state, admitted, entrance, refusals.key_too_long(LONGEST_KEY))
    mark = fingerprint(request)
    kept = state.keys.find(entrance.client_id, key, admitted.at)
    if kept is None:
        return replace(admitted, opened=state.keys.open(entrance.client_id, key, mark, admitted.at))
    if kept.fingerprint != mark:
        return _refuse(state, admitted, entrance, refusals.key_reused(key))
    if kept.answer is None:
        return _meet(state, admitted, entrance, kept)
    return replace(admitted, joined=kept)


# Not verified, see key-in-process.
def _meet(state: State, admitted: Admitted, entrance: Entrance, kept: Kept) -> Admitted | Answer:
    """Treat a key whose first call still runs: nobody knows what Xero does, so it is a switch."""
    match state.key_in_process:
        case "replay":
            return replace(admitted, joined=kept)
        case "409":
            answer = refusals.key_in_process(state.ids.uuid())
            return _refuse(state, admitted, entrance, answer)
        case "500":
            answer = refusals.internal_error(state.ids.uuid())
            return _refuse(state, admitted, entrance, answer)
        case "second":
            return admitted


def _refuse(state: State, admitted: Admitted, entrance: Entrance, answer: Answer) -> Answer:
    state.limiter.leave(entrance.slot, admitted.at)
    return with_limits(state, answer, entrance.slot.pair, entrance.organisation, admitted.at)
