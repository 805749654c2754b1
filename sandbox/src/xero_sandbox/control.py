"""The test hooks that real Xero does not have: everything under ``/_sandbox/``.

Who may call them (loopback only) is the server's business. Unknown fields are refused with
their path, so that a typing error in a test never goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec

from xero_sandbox import books, pages
from xero_sandbox.faults import FAULTS, Fault
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.identity import scopes
from xero_sandbox.identity.grants import ANY_APP
from xero_sandbox.pages import faults
from xero_sandbox.wire import Answer, Request, empty_answer, json_answer

if TYPE_CHECKING:
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.sandbox import Sandbox

Wanted = TypeVar("Wanted")
Route = Callable[["Sandbox", Request, datetime], Answer]

_LONGEST_NAME = 150
_FORM = "application/x-www-form-urlencoded"
_MOST_SECONDS = 100 * 366 * 86_400


class Refused(Exception):
    """A control request that cannot be carried out."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _NewOrganisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=_LONGEST_NAME)]
    country: str = "AU"


class _NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tenants: list[str] | None = None
    scopes: list[str] | str | None = None
    client_id: str = ANY_APP


class _Tenant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    tenant_id: str


class _Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    advance_seconds: Annotated[int, msgspec.Meta(ge=0, le=_MOST_SECONDS)]


class _Reconcile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    tenant_id: str
    kind: str
    id: str


class _Switches(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key_in_process: KeyInProcess | None = None
    limits: bool | None = None
    rapid_sync: bool | None = None
    lower_case_auth: bool | None = None


_NEW_ORGANISATION = msgspec.json.Decoder(_NewOrganisation)
_NEW_TOKEN = msgspec.json.Decoder(_NewToken)
_TENANT = msgspec.json.Decoder(_Tenant)
_CLOCK = msgspec.json.Decoder(_Clock)
_RECONCILE = msgspec.json.Decoder(_Reconcile)
_SWITCHES = msgspec.json.Decoder(_Switches)
_BODY = msgspec.json.Decoder(dict[str, object])
_FAULTS: msgspec.json.Decoder[list[Fault] | Fault] = msgspec.json.Decoder(list[Fault] | Fault)


def perform(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    """Carry out a control request; ``at`` is the sandbox's own time.

    Trouble is answered as ``{"error": text}`` with 400, 404 or 405.
    """
    parts = request.path.strip("/").split("/")[1:]
    try:
        match parts:
            case ["organisations", tenant_id, "settings"]:
                return _settings(sandbox, request, tenant_id, at)
            case ["ledger", tenant_id]:
                lines = books.ledger_lines(_organisation(sandbox, tenant_id))
                return json_answer(200, {"lines": lines})
            case [name] if name in _ROUTES:
                return _route(name, request.method)(sandbox, request, at)
            case _:
                shown = pages.show(sandbox, request, at)
                return shown or _error(404, f"no such control route: {request.path}")
    except Refused as refused:
        return _error(refused.status, str(refused))


def _error(status: int, message: str) -> Answer:
    return json_answer(status, {"error": message})


def _route(name: str, method: str) -> Route:
    verbs = _ROUTES[name]
    if method not in verbs:
        raise Refused(405, f"/_sandbox/{name} takes {' and '.join(verbs)}")
    return verbs[method]


def _health(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del request
    count = len(sandbox.state.organisations)
    return json_answer(200, {"status": "ok", "time": at.isoformat(), "organisations": count})


def _reset(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del request, at
    sandbox.reset()
    return json_answer(200, {"reset": True})


def _organisations(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del request, at
    return json_answer(200, [_shown(each) for each in sandbox.state.organisations.values()])


def _new_organisation(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    wanted = _read(request, _NEW_ORGANISATION)
    try:
        made = sandbox.new_organisation(wanted.name, wanted.country, at - sandbox.state.ahead)
    except ValueError as error:
        raise Refused(400, f"{error} - at `$.country`") from error
    return json_answer(200, _shown(made))


def _token(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    wanted = _read(request, _NEW_TOKEN)
    asked = wanted.scopes.split() if isinstance(wanted.scopes, str) else wanted.scopes
    granted = tuple(asked or scopes.EVERYTHING)
    if unknown := scopes.unknown(granted):
        raise Refused(400, f"unknown scopes {' '.join(unknown)} - at `$.scopes`")
    tenants = tuple(sandbox.state.organisations) if wanted.tenants is None else wanted.tenants
    for tenant_id in tenants:
        _organisation(sandbox, tenant_id)
    now = at - sandbox.state.ahead
    answer = sandbox.issue_token(tuple(tenants), granted, client_id=wanted.client_id, now=now)
    return json_answer(200, answer)


def _disconnect(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del at
    tenant_id = _organisation(sandbox, _read(request, _TENANT).tenant_id).tenant_id
    return json_answer(200, {"removed": sandbox.state.grants.disconnect_tenant(tenant_id)})


def _faults(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del at
    if "text/html" in request.headers.get("accept", ""):
        return faults.faults(sandbox)
    return json_answer(200, sandbox.state.faults.listing())


def _order_faults(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del at
    # curl -d calls JSON a form, so the body has the last word.
    kind = request.headers.get("content-type", "")
    if kind.startswith(_FORM) and request.body[:1] not in {b"[", b"{"}:
        return _order_by_form(sandbox, request)
    ordered = _read(request, _FAULTS)
    sandbox.state.faults.order([ordered] if isinstance(ordered, Fault) else ordered)
    return json_answer(200, sandbox.state.faults.listing())


def _order_by_form(sandbox: Sandbox, request: Request) -> Answer:
    """Do what the page's form asks for, and show the page again."""
    try:
        sandbox.state.faults.order(faults.ordered(request.body))
    except msgspec.ValidationError as error:
        raise Refused(400, str(error)) from error
    return empty_answer(303, {"Location": "/_sandbox/faults"})


def _clear_faults(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del request, at
    sandbox.state.faults.order([])
    return json_answer(200, [])


def _kinds_of_fault(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del sandbox, request, at
    return json_answer(200, FAULTS)


def _clock(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    step = timedelta(seconds=_read(request, _CLOCK).advance_seconds)
    sandbox.state.ahead += step
    return json_answer(200, {"now": (at + step).isoformat()})


def _reconcile(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del at
    wanted = _read(request, _RECONCILE)
    organisation = _organisation(sandbox, wanted.tenant_id)
    try:
        books.mark_reconciled(organisation, wanted.kind, wanted.id)
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return json_answer(200, {"reconciled": wanted.id})


def _settings(sandbox: Sandbox, request: Request, tenant_id: str, at: datetime) -> Answer:
    if request.method != "POST":
        raise Refused(405, "settings takes POST")
    organisation = _organisation(sandbox, tenant_id)
    body = _read(request, _BODY)
    try:
        books.change_settings(organisation, body, at)
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return json_answer(200, _shown(organisation))


def _requests(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del request, at
    return json_answer(200, sandbox.state.log.listing())


def _switches(sandbox: Sandbox, request: Request, at: datetime) -> Answer:
    del at
    wanted = _read(request, _SWITCHES)
    state = sandbox.state
    if wanted.key_in_process is not None:
        state.key_in_process = wanted.key_in_process
    if wanted.limits is not None:
        state.limiter.enforced = wanted.limits
    if wanted.rapid_sync is not None:
        state.limiter.rapid_sync = wanted.rapid_sync
    if wanted.lower_case_auth is not None:
        state.lower_case_auth = wanted.lower_case_auth
    now = {
        "key_in_process": state.key_in_process,
        "limits": state.limiter.enforced,
        "rapid_sync": state.limiter.rapid_sync,
        "lower_case_auth": state.lower_case_auth,
    }
    return json_answer(200, now)


_ROUTES: dict[str, dict[str, Route]] = {
    "health": {"GET": _health},
    "reset": {"POST": _reset},
    "organisations": {"GET": _organisations, "POST": _new_organisation},
    "token": {"POST": _token},
    "disconnect": {"POST": _disconnect},
    "faults": {"GET": _faults, "POST": _order_faults, "DELETE": _clear_faults},
    "kinds-of-fault": {"GET": _kinds_of_fault},
    "clock": {"POST": _clock},
    "reconcile": {"POST": _reconcile},
    "requests": {"GET": _requests},
    "switches": {"POST": _switches},
}


def _read(request: Request, decoder: msgspec.json.Decoder[Wanted]) -> Wanted:
    try:
        return decoder.decode(request.body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, str(error)) from error


def _organisation(sandbox: Sandbox, tenant_id: str) -> Organisation:
    found = sandbox.state.organisations.get(tenant_id.lower())
    if found is None:
        raise Refused(404, f"no organisation with the tenant id {tenant_id}")
    return found


def _shown(organisation: Organisation) -> dict[str, str]:
    return {
        "tenantId": organisation.tenant_id,
        "organisationId": organisation.organisation_id,
        "name": organisation.name,
        "country": organisation.country,
    }
