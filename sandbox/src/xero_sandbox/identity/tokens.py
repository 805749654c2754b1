"""The token set that a consent or a refresh yields."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from xero_sandbox.identity.grants import ACCESS_LIFE, CODE_LIFE, Access, Consent, Grants
from xero_sandbox.identity.keys import Claims, SigningKey, half_hash, sign

if TYPE_CHECKING:
    from datetime import datetime


class TokenSet(TypedDict):
    """The body of the token endpoint's answer; ``expires_in`` counts seconds."""

    id_token: NotRequired[str]
    access_token: str
    expires_in: int
    token_type: str
    refresh_token: NotRequired[str]
    scope: str


def token_set(
    grants: Grants,
    key: SigningKey,
    consent: Consent,
    *,
    client_id: str,
    issuer: str,
    refresh_token: str | None,
    now: datetime,
) -> TokenSet:
    """Issue an access token and return the body of the token endpoint's answer.

    ``refresh_token`` goes out as it is, and only with the scope ``offline_access``; an
    ``id_token`` only with ``openid``.
    """
    access = sign(key, _access_claims(grants, consent, client_id, issuer, now), "at+jwt")
    known = Access(
        client_id,
        consent.user,
        frozenset(consent.scopes),
        consent.event_id,
        now + ACCESS_LIFE,
        consent.tenants[0] if consent.custom else "",
    )
    grants.remember(access, known, now)
    answer: TokenSet = {
        "access_token": access,
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "token_type": "Bearer",
        "scope": " ".join(consent.scopes),
    }
    if "openid" in consent.scopes:
        claims = _identity_claims(consent, client_id, issuer, access, now)
        answer["id_token"] = sign(key, claims, "JWT")
    if refresh_token is not None:
        answer["refresh_token"] = refresh_token
    return answer


def _access_claims(
    grants: Grants, consent: Consent, client_id: str, issuer: str, now: datetime
) -> Claims:
    return {
        **_common(consent, issuer, now),
        "exp": int((now + ACCESS_LIFE).timestamp()),
        "aud": f"{issuer}/resources",
        "client_id": client_id,
        "jti": grants.ids.uuid().replace("-", "").upper(),
        "authentication_event_id": consent.event_id,
        "scope": list(consent.scopes),
    }


def _identity_claims(
    consent: Consent, client_id: str, issuer: str, access: str, now: datetime
) -> Claims:
    user = consent.user
    claims: Claims = {
        **_common(consent, issuer, now),
        "exp": int((now + CODE_LIFE).timestamp()),
        "aud": client_id,
        "at_hash": half_hash(access),
        "sid": consent.event_id.replace("-", ""),
    }
    if consent.nonce is not None:
        claims["nonce"] = consent.nonce
    if "profile" in consent.scopes:
        claims |= {
            "name": user.name,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "preferred_username": user.email,
        }
    if "email" in consent.scopes:
        claims["email"] = user.email
    return claims


def _common(consent: Consent, issuer: str, now: datetime) -> Claims:
    moment = int(now.timestamp())
    return {
        "iss": issuer,
        "nbf": moment,
        "iat": moment,
        "auth_time": int(consent.at.timestamp()),
        "sub": consent.user.user_id.replace("-", ""),
        "xero_userid": consent.user.user_id,
        "global_session_id": consent.event_id.replace("-", ""),
    }
