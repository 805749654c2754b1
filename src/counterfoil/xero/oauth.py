"""Signing in to Xero: the code flow as generators that yield requests and receive arrivals.

Nothing here opens a connection; whoever drives a flow carries the bytes (``client.Client.run``).

    OAuthTrouble
    ├── GrantDead        a person connects again
    ├── ConsentRefused   a person said no, or the reply was not for us: nothing happened
    ├── TokenRefused     refresh the token, then ask once more
    ├── Misconfigured    the operator corrects the settings that it names
    └── TryLater         the same again after a while
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, quote_plus, urlencode

from counterfoil.posting.target import Answer, Arrival
from counterfoil.xero.decode.identity import Connection, Tokens, connections, tokens
from counterfoil.xero.decode.loose import Unreadable
from counterfoil.xero.decode.problems import problem
from counterfoil.xero.wire import JSON, Endpoints, Pairs, Request

__all__ = [
    "SCOPES",
    "App",
    "Connection",
    "ConsentRefused",
    "GrantDead",
    "Misconfigured",
    "OAuth",
    "OAuthTrouble",
    "Scope",
    "TokenRefused",
    "Tokens",
    "TryLater",
    "new_secret",
]

FORM = "application/x-www-form-urlencoded"


class OAuthTrouble(Exception):
    """Signing in did not get further; the subclass says what to do next."""


class GrantDead(OAuthTrouble):
    """The code or refresh token is used up, expired or revoked."""


class ConsentRefused(OAuthTrouble):
    """Xero's consent page came back without a code of ours."""


class TokenRefused(OAuthTrouble):
    """The access token is not accepted any more."""


class Misconfigured(OAuthTrouble):
    """Xero does not accept this client: its id, secret, redirect address or scopes."""


class TryLater(OAuthTrouble):
    """Xero could not be reached, or answered nothing that can be used."""


class Scope(NamedTuple):
    """A permission that we ask for, and the reason, which the connection page shows."""

    name: str
    reason: str


SCOPES: tuple[Scope, ...] = (
    Scope("openid", "to know who connected"),
    Scope("profile", "to show the name of who connected"),
    Scope("email", "to show the address of who connected"),
    Scope("offline_access", "to stay connected without another login"),
    Scope("accounting.invoices", "to post bills, supplier bills and credit notes"),
    Scope("accounting.payments", "to post receipts and payments on them"),
    Scope("accounting.banktransactions", "to post trust money, deposits and withdrawals"),
    Scope("accounting.manualjournals", "to post journals and trust transfers"),
    Scope("accounting.contacts", "to match clients and suppliers, and create the missing ones"),
    Scope(
        "accounting.settings",
        "to read accounts, tax rates, tracking and lock dates, and to create the accounts for "
        "clients' money when you say yes to each",
    ),
    Scope("accounting.reports.trialbalance.read", "to reconcile with Xero's trial balance"),
    Scope("accounting.reports.banksummary.read", "to reconcile bank and trust balances"),
)
"""The least that the product works with (facts: Xero API section 2)."""

_FAULTS_OF_OURS: Mapping[str, str] = {
    "invalid_client": "Xero does not know XERO_CLIENT_ID, or XERO_CLIENT_SECRET is wrong.",
    "unauthorized_client": "XERO_CLIENT_ID may not sign in this way; it must be a web app.",
    "unsupported_grant_type": "XERO_CLIENT_ID may not sign in this way; it must be a web app.",
    "invalid_scope": "Xero does not grant XERO_CLIENT_ID the permissions that are needed.",
    "invalid_request": "Xero refuses the request; check the redirect address of the app.",
}


@dataclass(frozen=True, slots=True)
class App:
    """Our registration with Xero. Without a secret it is a PKCE app, which has none."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


def new_secret() -> str:
    """Return a fresh ``state`` or PKCE verifier: 86 characters, 512 bits."""
    return secrets.token_urlsafe(64)


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (facts: Xero API section 1.3)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class OAuth:
    """The flows of one app at one place."""

    app: App
    endpoints: Endpoints

    def authorisation_url(self, *, state: str, verifier: str) -> str:
        """Return where to send the browser; keep ``state`` and ``verifier`` in its session."""
        query = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.app.redirect_uri,
            "scope": " ".join(scope.name for scope in SCOPES),
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.endpoints.authorise}?{urlencode(query, quote_via=quote)}"

    def exchange(
        self, code: str, verifier: str, *, now: dt.datetime
    ) -> Generator[Request, Arrival, Tokens]:
        """Turn the consent page's code into a token pair; a code lives for five minutes."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.app.redirect_uri,
            "code_verifier": verifier,
        }
        return (yield from self._tokens(form, now))

    def refresh(
        self, refresh_token: str, *, now: dt.datetime
    ) -> Generator[Request, Arrival, Tokens]:
        """Turn a refresh token into the next pair, which replaces it.

        If the reply is lost the old token may be used again for 30 minutes.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return (yield from self._tokens(form, now))

    def revoke(self, refresh_token: str) -> Generator[Request, Arrival, None]:
        """Give the grant back: all of this user's connections to the app end."""
        answer = whole((yield self._post(self.endpoints.revocation, {"token": refresh_token})))
        if answer.status != 200:  # noqa: PLR2004 -- HTTP's own
            raise _sorted(answer)

    def connections(
        self, access_token: str, *, auth_event_id: str = ""
    ) -> Generator[Request, Arrival, tuple[Connection, ...]]:
        """Read the connected organisations, or only those of one consent."""
        query = (("authEventId", auth_event_id),) if auth_event_id else ()
        headers = _bearer(access_token)
        answer = whole((yield Request("GET", self.endpoints.connections, query, headers)))
        if answer.status != 200:  # noqa: PLR2004 -- HTTP's own
            raise _sorted(answer)
        try:
            return connections(answer.body)
        except Unreadable as error:
            raise TryLater(str(error)) from error

    def disconnect(
        self, access_token: str, connection_id: str
    ) -> Generator[Request, Arrival, None]:
        """End one connection; one that is gone already is what was wanted."""
        url = f"{self.endpoints.connections}/{quote(connection_id, safe='')}"
        answer = whole((yield Request("DELETE", url, (), _bearer(access_token))))
        if answer.status not in {200, 204, 404}:
            raise _sorted(answer)

    def _tokens(
        self, form: Mapping[str, str], now: dt.datetime
    ) -> Generator[Request, Arrival, Tokens]:
        answer = whole((yield self._post(self.endpoints.token, form)))
        if answer.status != 200:  # noqa: PLR2004 -- HTTP's own
            raise _sorted(answer)
        try:
            return tokens(answer.body, now)
        except Unreadable as error:
            raise TryLater(str(error)) from error

    def _post(self, url: str, form: Mapping[str, str]) -> Request:
        """Return a form post that says who we are: by Basic header, or by id without a secret."""
        headers: Pairs = (("Content-Type", FORM), ("Accept", JSON))
        if self.app.client_secret:
            headers = (*headers, ("Authorization", _basic(self.app)))
        else:
            form = {**form, "client_id": self.app.client_id}
        return Request("POST", url, (), headers, urlencode(form).encode("ascii"))


def read_callback(query: Mapping[str, str], *, state: str) -> str:
    """Return the code that the consent page sent back; ``ConsentRefused`` if there is none.

    ``state`` is what the session kept: another one is somebody else's reply, or a forged one.
    """
    if not state or not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
        raise ConsentRefused("The reply from Xero does not belong to this browser: start again.")
    fault = query.get("error", "")
    if fault in _FAULTS_OF_OURS:
        raise Misconfigured(_FAULTS_OF_OURS[fault])
    if fault or not query.get("code"):
        raise ConsentRefused("Nobody gave consent on Xero's page: nothing was connected.")
    return query["code"]


def whole(arrival: Arrival) -> Answer:
    """Return the answer; ``TryLater`` if none came."""
    if isinstance(arrival, Answer):
        return arrival
    raise TryLater(arrival.reason)


def _sorted(answer: Answer) -> OAuthTrouble:
    """Return the error that says what to do next about a refusal."""
    kind = problem(answer).kind
    if kind == "invalid_grant":
        return GrantDead("Xero has ended this connection: it must be connected again.")
    if kind in _FAULTS_OF_OURS:
        return Misconfigured(_FAULTS_OF_OURS[kind])
    if answer.status in {401, 403}:
        return TokenRefused("Xero does not accept the access token.")
    if answer.status in {408, 429} or answer.status >= 500:  # noqa: PLR2004 -- HTTP's own
        return TryLater(f"Xero's sign-in service answered {answer.status}.")
    return Misconfigured(f"Xero's sign-in service refuses the request ({answer.status}).")


def _basic(app: App) -> str:
    """Return the Basic header; both halves are form-encoded first, as RFC 6749 says (2.3.1)."""
    pair = f"{quote_plus(app.client_id)}:{quote_plus(app.client_secret)}"
    return "Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii")


def _bearer(access_token: str) -> Pairs:
    return (("Authorization", f"Bearer {access_token}"), ("Accept", JSON))
