"""The second half of a request's life: the work, what a fault makes of it, and its answer."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from xero_sandbox import pages, refusals
from xero_sandbox.admission import Admitted, Entrance, auth_body, segments
from xero_sandbox.books.organisation import Organisation
from xero_sandbox.faults import Cut, FaultName
from xero_sandbox.identity import oauth
from xero_sandbox.identity.page import welcome_page
from xero_sandbox.state import State
from xero_sandbox.wire import Answer, AnyCase, Call, Handled, Request

Handle = Callable[[Organisation, Call, datetime], Handled]
Outcome = Answer | Cut
Effect = Callable[[State, Admitted, datetime], Outcome]

_MINUTE_SECONDS: Final = 60
_DAY_SECONDS: Final = 86_400


def outcome(
    state: State, handle: Handle, address: str, admitted: Admitted, at: datetime
) -> tuple[Outcome, tuple[str, ...]]:
    """Return what goes out and the ids of what the books changed.

    ``address`` is the URL under which the caller knows the sandbox.
    """
    fault = None if admitted.fault is None else admitted.fault.fault
    if fault in _INSTEAD:
        return _INSTEAD[fault](state, admitted, at), ()
    handled = _work(state, handle, address, admitted, at)
    # With a key the second delivery would replay the first answer, so it changes nothing.
    if fault == "duplicate" and admitted.joined is None and admitted.opened is None:
        again = _work(state, handle, address, admitted, at)
        handled = Handled(again.answer, handled.applied + again.applied)
    return _after(state, admitted, handled.answer, fault), handled.applied


def _after(state: State, admitted: Admitted, answer: Answer, fault: FaultName | None) -> Outcome:
    """Return what a fault makes of an answer whose work is done."""
    if fault == "500_after":
        answer = refusals.internal_error(state.ids.uuid())
    elif fault == "503_after":
        answer = refusals.offline()
    _keep(admitted, answer)
    if fault == "cut_after_commit":
        return Cut(after_commit=True)
    if fault == "cut_mid_body":
        return Cut(after_commit=True, answer=answer, partial=answer.body[: len(answer.body) // 2])
    return answer


# Not verified, see key-keeps-5xx.
def _keep(admitted: Admitted, answer: Answer) -> Answer:
    """Keep ``answer`` under the call's idempotency key; errors are kept like any other."""
    if admitted.opened is not None:
        admitted.opened.answer = answer
    return answer


def _limit(kind: str, seconds: int | None) -> Effect:
    def effect(state: State, admitted: Admitted, at: datetime) -> Answer:
        del state, at
        return _limited(kind, seconds, admitted)

    return effect


def _limited(kind: str, seconds: int | None, admitted: Admitted) -> Answer:
    ordered = None if admitted.fault is None else admitted.fault.retry_after
    # Xero never says how long to wait for one of the five slots (3.1), whatever is ordered.
    if kind == "concurrent":
        ordered = None
    return refusals.limited(kind, seconds if ordered is None else ordered)


def _day_limit(state: State, admitted: Admitted, at: datetime) -> Answer:
    entrance = admitted.entrance
    left = _DAY_SECONDS
    if entrance is not None:
        left = state.limiter.day_seconds_left(entrance.slot.pair, at)
    return _limited("day", left, admitted)


def _token_expired(state: State, admitted: Admitted, at: datetime) -> Answer:
    del admitted
    return auth_body(state, refusals.token_expired(at, state.ids.uuid()))


def _cut_before(state: State, admitted: Admitted, at: datetime) -> Cut:
    del state, admitted, at
    return Cut(after_commit=False)


def _html(state: State, admitted: Admitted, at: datetime) -> Answer:
    del state, admitted, at
    return refusals.html_page()


def _internal_error(state: State, admitted: Admitted, at: datetime) -> Answer:
    del at
    return _keep(admitted, refusals.internal_error(state.ids.uuid()))


def _offline(state: State, admitted: Admitted, at: datetime) -> Answer:
    del state, at
    return _keep(admitted, refusals.offline())


# The faults that keep a request from the books.
_INSTEAD: Final[Mapping[FaultName | None, Effect]] = {
    "429_minute": _limit("minute", _MINUTE_SECONDS),
    "429_day": _day_limit,
    "429_concurrent": _limit("concurrent", None),
    "429_app": _limit("appminute", None),
    "token_expired": _token_expired,
    "cut_before": _cut_before,
    "html_200": _html,
    "500_before": _internal_error,
    "503_before": _offline,
}


# Not verified, see replayed-answer.
def _work(state: State, handle: Handle, address: str, admitted: Admitted, at: datetime) -> Handled:
    if admitted.entrance is None:
        return Handled(_identity(state, address, admitted.request, at))
    if admitted.joined is not None and admitted.joined.answer is not None:
        return Handled(admitted.joined.answer)
    if not accepts_json(admitted.request.headers):
        return Handled(refusals.json_only())
    if is_xml(admitted.request.body):
        return Handled(refusals.json_body_only())
    call = _call(admitted.request, admitted.entrance)
    return handle(admitted.entrance.organisation, call, at)


# Not verified, see json-bom.
def _call(request: Request, entrance: Entrance) -> Call:
    return Call(
        request.method,
        segments(request),
        AnyCase(request.query),
        request.headers,
        request.body.removeprefix(BOM_UTF8),
        entrance.client_id,
    )


def _identity(state: State, address: str, request: Request, at: datetime) -> Answer:
    path = request.path.rstrip("/").lower()
    names = {each.tenant_id: each.name for each in state.organisations.values()}
    if not path:
        return welcome_page(address, names.items())
    desk = oauth.Desk(state.grants, state.key, names, address)
    if path == "/connections" or path.startswith("/connections/"):
        return oauth.connections(desk, request, at)
    route = oauth.ROUTES.get(path)
    if route is None:
        return pages.find(request) or refusals.not_found()
    return route(desk, request, at)


# Not verified, see accept-any.
def accepts_json(headers: Mapping[str, str]) -> bool:
    """Say whether the caller takes JSON; a missing Accept, and ``*/*``, pass.

    Xero would answer XML to those two; that the sandbox answers JSON is a stated shortcut.
    """
    accept = headers.get("accept", "").lower()
    return not accept or any(kind in accept for kind in ("*/*", "application/*", "json"))


def is_xml(body: bytes) -> bool:
    """Say whether a body is XML, plain or as the form field of Xero's oldest clients.

    The body is looked at rather than its Content-Type: ``curl -d`` calls everything a form.
    """
    return body[:64].lstrip(BOM_UTF8 + b" \t\r\n").startswith((b"<", b"xml="))
