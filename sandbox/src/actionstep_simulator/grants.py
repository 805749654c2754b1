"""Signing in: codes, access tokens, and refresh tokens that work once."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field

ACCESS_SECONDS = 28_800
REFRESH_LIFE = dt.timedelta(days=21)
CODE_LIFE = dt.timedelta(minutes=5)
ALL = "all"


class NoGrant(Exception):
    """A code, a token or a client that is not good; the name is OAuth's own."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that Actionstep has registered."""

    id: str = "counterfoil"
    secret: str = field(default="a-secret-of-the-simulator", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for: the scopes, fixed at sign-in, and the end of its life."""

    scopes: frozenset[str]
    ends: dt.datetime

    def allows(self, scope: str) -> bool:
        """Tell whether a scope was granted; its name is that of the resource."""
        return ALL in self.scopes or scope in self.scopes


@dataclass
class Grants:
    """Every code and token that was given out."""

    client: Client
    endpoint: str
    orgkey: str = "demolaw"
    old_refresh_dies_at_once: bool = True
    _codes: dict[str, tuple[Grant, str]] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)

    def authorise(self, client_id: str, redirect_uri: str, scope: str, now: dt.datetime) -> str:
        """Return a code, as after a user's yes. Raises ``NoGrant``."""
        if client_id != self.client.id or not redirect_uri or not scope.split():
            raise NoGrant("invalid_request")
        code = secrets.token_urlsafe(16)
        self._codes[code] = Grant(frozenset(scope.split()), now + CODE_LIFE), redirect_uri
        return code

    def exchange(self, form: dict[str, str], now: dt.datetime) -> dict[str, object]:
        """Answer the token endpoint. Raises ``NoGrant``."""
        known = form.get("client_id"), form.get("client_secret")
        if known != (self.client.id, self.client.secret):
            raise NoGrant("invalid_client")
        match form.get("grant_type"):
            case "authorization_code":
                return self._pair(self._of_code(form, now), now)
            case "refresh_token":
                return self._pair(self._of_refresh(form.get("refresh_token", ""), now), now)
            case _:
                raise NoGrant("unsupported_grant_type")

    def _of_code(self, form: dict[str, str], now: dt.datetime) -> frozenset[str]:
        grant, redirect_uri = self._codes.pop(form.get("code", ""), (None, ""))
        if grant is None or grant.ends < now or redirect_uri != form.get("redirect_uri"):
            raise NoGrant("invalid_grant")
        return grant.scopes

    def _of_refresh(self, token: str, now: dt.datetime) -> frozenset[str]:
        grant = self._refresh.get(token)
        if grant is None or grant.ends < now:
            raise NoGrant("invalid_grant")
        if self.old_refresh_dies_at_once:
            del self._refresh[token]
        return grant.scopes

    def _pair(self, scopes: frozenset[str], now: dt.datetime) -> dict[str, object]:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self._access[access] = Grant(scopes, now + dt.timedelta(seconds=ACCESS_SECONDS))
        self._refresh[refresh] = Grant(scopes, now + REFRESH_LIFE)
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "api_endpoint": self.endpoint,
            "orgkey": self.orgkey,
            "refresh_token": refresh,
        }

    def of(self, authorization: str, now: dt.datetime) -> Grant | None:
        """Return what a call's token stands for; None if it is not, or no longer, good."""
        scheme, _, token = authorization.partition(" ")
        grant = self._access.get(token) if scheme.lower() == "bearer" else None
        return grant if grant is not None and now < grant.ends else None

    def revoke(self) -> None:
        """End every grant, as when the user takes the app away."""
        self._access.clear()
        self._refresh.clear()
