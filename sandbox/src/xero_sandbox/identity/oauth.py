"""The OAuth and OpenID routes (facts: Xero API section 1)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from xero_sandbox import refusals
from xero_sandbox.identity import scopes
from xero_sandbox.identity.forms import bearer, credentials, form, redirect_allowed, with_query
from xero_sandbox.identity.grants import ANY_APP, USERS, Access, Connection, Consent, Grants, User
from xero_sandbox.identity.keys import SigningKey, jwks
from xero_sandbox.identity.page import consent_page, refusal_page
from xero_sandbox.identity.tokens import token_set
from xero_sandbox.wire import Answer, Request, empty_answer, json_answer

AUTHORIZE: Final = "/identity/connect/authorize"
_NO_STORE = {"Cache-Control": "no-store, no-cache, max-age=0", "Pragma": "no-cache"}
_PASSED_ON = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with: the grants, the key, and the organisations' names by tenant."""

    grants: Grants
    key: SigningKey
    names: Mapping[str, str]
    issuer: str


def connections(desk: Desk, request: Request, now: datetime) -> Answer:
    """Answer GET /connections and DELETE /connections/{id}."""
    access = authenticate(desk.grants, request, now)
    if isinstance(access, Answer):
        return access
    wanted = request.path.strip("/").split("/")[1:]
    if request.method == "DELETE" and len(wanted) == 1:
        gone = desk.grants.disconnect(wanted[0], access)
        return empty_answer(204) if gone else refusals.not_found()
    if request.method != "GET" or wanted:
        return refusals.wrong_method("DELETE" if wanted else "GET")
    event = request.query.get("authEventId")
    rows = desk.grants.connections_of(access)
    return json_answer(200, [_row(desk, each) for each in rows if event in {None, each.event_id}])


def _discovery(desk: Desk, request: Request, now: datetime) -> Answer:
    del request, now
    at = desk.issuer
    return json_answer(
        200,
        {
            "issuer": at,
            "jwks_uri": f"{at}/.well-known/openid-configuration/jwks",
            "authorization_endpoint": f"{at}{AUTHORIZE}",
            "token_endpoint": f"{at}/connect/token",
            "userinfo_endpoint": f"{at}/connect/userinfo",
            "revocation_endpoint": f"{at}/connect/revocation",
            "scopes_supported": sorted(scopes.KNOWN),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": sorted(_GRANTS),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        },
    )


def _jwks(desk: Desk, request: Request, now: datetime) -> Answer:
    del request, now
    return json_answer(200, jwks(desk.key))


def _userinfo(desk: Desk, request: Request, now: datetime) -> Answer:
    access = authenticate(desk.grants, request, now)
    if isinstance(access, Answer):
        return access
    user = access.user
    return json_answer(
        200,
        {
            "sub": user.user_id.replace("-", ""),
            "xero_userid": user.user_id,
            "name": user.name,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "email": user.email,
        },
    )


def _authorize(desk: Desk, request: Request, now: datetime) -> Answer:
    if request.method not in {"GET", "POST"}:
        return refusals.wrong_method("GET, POST")
    fields = form(request) if request.method == "POST" else dict(request.query)
    wrong = _fault_of(fields)
    if wrong is not None:
        return refusal_page(*wrong)
    user = next((u for u in USERS if u.user_id == fields.get("sandbox_user")), USERS[0])
    if request.method == "POST":
        return _decide(desk, fields, user, now)
    passed = {name: fields[name] for name in _PASSED_ON if name in fields}
    others = [each for each in USERS if each != user]
    return consent_page(request.path, passed, user, others, list(desk.names.items()))


def _fault_of(fields: Mapping[str, str]) -> tuple[str, str] | None:
    """Return error code and explanation for an authorisation request that cannot be shown."""
    unknown = scopes.unknown(tuple(fields.get("scope", "").split()))
    method = fields.get("code_challenge_method", "S256" if "code_challenge" in fields else None)
    if not fields.get("client_id"):
        return "invalid_request", "client_id is missing."
    if not redirect_allowed(fields.get("redirect_uri", "")):
        return (
            "invalid_request : Invalid redirect_uri",
            "It begins with https:// or with http://localhost; http://127.0.0.1 is refused.",
        )
    if fields.get("response_type") != "code":
        return "unsupported_response_type", "response_type has to be code."
    if unknown or not fields.get("scope", "").strip():
        return "invalid_scope", f"Unknown or missing scope: {' '.join(unknown) or '(none)'}."
    if method not in {None, "S256"}:
        return "invalid_request", "code_challenge_method has to be S256."
    return None


def _decide(desk: Desk, fields: Mapping[str, str], user: User, now: datetime) -> Answer:
    echoed = {"state": fields["state"]} if "state" in fields else {}
    address = fields["redirect_uri"]
    if fields.get("decision") != "allow":
        return _redirect(with_query(address, {"error": "access_denied", **echoed}))
    tenant_id = fields.get("tenant_id", "")
    if tenant_id not in desk.names:
        return refusal_page("invalid_request", "Choose one of the organisations.")
    consent = Consent(
        desk.grants.ids.uuid(),
        fields["client_id"],
        user,
        tuple(dict.fromkeys(fields["scope"].split())),
        (tenant_id,),
        now,
        address,
        fields.get("code_challenge"),
        fields.get("nonce"),
    )
    code = desk.grants.offer_code(consent)
    answer = {"code": code, "scope": fields["scope"], **echoed}
    return _redirect(with_query(address, {**answer, "session_state": consent.event_id}))


def _token(desk: Desk, request: Request, now: datetime) -> Answer:
    if request.method != "POST":
        return refusals.wrong_method("POST")
    fields = form(request)
    client_id, secret = credentials(request, fields)
    if not client_id or (secret is not None and not desk.grants.knows(client_id, secret)):
        return _error("invalid_client")
    grant = fields.get("grant_type")
    if grant is None:
        return _error("invalid_request")
    if grant not in _GRANTS:
        return _error("unsupported_grant_type")
    return _GRANTS[grant](desk, fields, client_id, secret, now)


def _exchange(
    desk: Desk, fields: Mapping[str, str], client_id: str, secret: str | None, now: datetime
) -> Answer:
    consent = desk.grants.take_code(fields.get("code", ""), now)
    if (
        consent is None
        or consent.client_id != client_id
        or consent.redirect_uri != fields.get("redirect_uri")
    ):
        return _error("invalid_grant")
    if consent.challenge is None and secret is None:
        return _error("invalid_client")
    verifier = fields.get("code_verifier", "")
    if consent.challenge is not None and not _proves(verifier, consent.challenge):
        return _error("invalid_grant")
    refresh = None
    if "offline_access" in consent.scopes:
        refresh = desk.grants.start_family(consent, now)
    return _token_answer(desk, consent, client_id, refresh, now)


def _refresh(
    desk: Desk, fields: Mapping[str, str], client_id: str, secret: str | None, now: datetime
) -> Answer:
    token = fields.get("refresh_token", "")
    family = desk.grants.family_of(token, now)
    if family is None or family.client_id not in {ANY_APP, client_id}:
        return _error("invalid_grant")
    if secret is None and family.consent.challenge is None:
        return _error("invalid_client")
    refresh = desk.grants.rotate(family, token, client_id, now)
    return _token_answer(desk, family.consent, client_id, refresh, now)


def _custom(
    desk: Desk, fields: Mapping[str, str], client_id: str, secret: str | None, now: datetime
) -> Answer:
    """Answer a custom connection: an app of one organisation, without a user or a refresh token.

    Xero ties such an app to its organisation when it is made; here it is the first one.
    """
    # Not verified, see custom-connection.
    if secret is None or not desk.names:
        return _error("invalid_client" if secret is None else "unauthorized_client")
    wanted = tuple(fields.get("scope", "").split()) or scopes.GRANULAR
    if scopes.unknown(wanted) or set(wanted) & set(scopes.OPENID):
        return _error("invalid_scope")
    tenants = (next(iter(desk.names)),)
    event_id = desk.grants.ids.uuid()
    consent = Consent(event_id, client_id, USERS[0], wanted, tenants, now, custom=True)
    desk.grants.connect(consent, client_id, tenants)
    return _token_answer(desk, consent, client_id, None, now)


def _token_answer(
    desk: Desk, consent: Consent, client_id: str, refresh: str | None, now: datetime
) -> Answer:
    body = token_set(
        desk.grants,
        desk.key,
        consent,
        client_id=client_id,
        issuer=desk.issuer,
        refresh_token=refresh,
        now=now,
    )
    return json_answer(200, body, _NO_STORE)


def _revocation(desk: Desk, request: Request, now: datetime) -> Answer:
    del now
    if request.method != "POST":
        return refusals.wrong_method("POST")
    fields = form(request)
    client_id, secret = credentials(request, fields)
    if not client_id or (secret is not None and not desk.grants.knows(client_id, secret)):
        return _error("invalid_client")
    if not fields.get("token"):
        return _error("invalid_request")
    desk.grants.revoke(fields["token"], client_id)
    return empty_answer(200)


def authenticate(grants: Grants, request: Request, now: datetime) -> Access | Answer:
    """Return what the request's bearer token stands for, or the 401 that refuses it."""
    access = grants.access.get(bearer(request))
    if access is None:
        return refusals.unauthenticated(grants.ids.uuid())
    if now >= access.expires_at:
        return refusals.token_expired(access.expires_at, grants.ids.uuid())
    return access


def _proves(verifier: str, challenge: str) -> bool:
    # RFC 7636: 43 to 128 characters.
    if not 43 <= len(verifier) <= 128:  # noqa: PLR2004 - the bounds are the rule
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge.rstrip("=")


def _row(desk: Desk, connection: Connection) -> dict[str, str]:
    return {
        "id": connection.connection_id,
        "authEventId": connection.event_id,
        "tenantId": connection.tenant_id,
        "tenantType": "ORGANISATION",
        "tenantName": desk.names.get(connection.tenant_id, ""),
        "createdDateUtc": seven_digits(connection.created_at),
        "updatedDateUtc": seven_digits(connection.updated_at),
    }


def seven_digits(moment: datetime) -> str:
    """Return a moment as /connections writes it: no zone, seven digits after the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0"


def _redirect(address: str) -> Answer:
    return empty_answer(302, {"Location": address, **_NO_STORE})


def _error(name: str) -> Answer:
    # The official client compares this body as a string, so it has no spaces and nothing else.
    return json_answer(400, {"error": name}, _NO_STORE)


_GRANTS: Final[
    Mapping[str, Callable[[Desk, Mapping[str, str], str, str | None, datetime], Answer]]
] = {
    "authorization_code": _exchange,
    "client_credentials": _custom,
    "refresh_token": _refresh,
}
ROUTES: Final[Mapping[str, Callable[[Desk, Request, datetime], Answer]]] = {
    AUTHORIZE: _authorize,
    "/connect/authorize": _authorize,
    "/connect/token": _token,
    "/identity/connect/token": _token,
    "/connect/revocation": _revocation,
    "/identity/connect/revocation": _revocation,
    "/connect/userinfo": _userinfo,
    "/.well-known/openid-configuration": _discovery,
    "/.well-known/openid-configuration/jwks": _jwks,
}
