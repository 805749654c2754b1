"""Signing in to Actionstep, and staying signed in: a refresh token works once.

The new pair is stored before it is used. A process that dies between the two has lost nothing but
a refresh; one that used it first would have locked the firm out.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from counterfoil.sources.actionstep.wire import FORM, Answer, Request, Send, SignInAgain, Unreadable

SCOPES = ("actions", "participants", "bills", "disbursements", "divisions", "resthooks")
EARLY = dt.timedelta(minutes=5)
"""How long before its end a token is renewed: clocks differ."""
LONGEST_LIFE = 366 * 24 * 60 * 60
"""Seconds for which a token is believed to be good, whatever is said of it."""
LONGEST_KEY, LONGEST_URL = 255, 500
"""Characters that are kept of an organisation's key, and the longest address that is one."""
WORD = re.compile(r"[!-~]{1,4096}")
OK, BAD_REQUEST, UNAUTHORISED = 200, 400, 401


@dataclass(frozen=True, slots=True)
class App:
    """Our registration with Actionstep, and which of its installations it is for.

    ``login`` is the host of the consent page, ``api`` that of the token endpoint.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    login: str = "https://go.actionstep.com"
    api: str = "https://api.actionstep.com"

    @classmethod
    def staging(cls, client_id: str, client_secret: str, redirect_uri: str) -> App:
        """Return the registration with the staging installation."""
        hosts = ("https://go.actionstepstaging.com", "https://api.actionstepstaging.com")
        return cls(client_id, client_secret, redirect_uri, *hosts)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens in force. ``endpoint`` is the region's own, with ``/rest`` at its end."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    ends: dt.datetime
    endpoint: str
    orgkey: str = ""


class Keeper(Protocol):
    """Where the pair in force is kept."""

    def load(self) -> Tokens:
        """Return the pair in force. Raises ``SignInAgain``."""
        ...

    def store(self, tokens: Tokens) -> None:
        """Keep a pair; on disk when this returns."""
        ...


def consent_url(app: App, state: str) -> str:
    """Return the address at which a person says yes."""
    asked = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": " ".join(SCOPES),
        "state": state,
    }
    return f"{app.login}/api/oauth/authorize?{urlencode(asked)}"


def exchange(app: App, code: str, send: Send, *, now: dt.datetime) -> Tokens:
    """Turn the code of a consent into tokens. Raises ``SignInAgain`` or ``Unreadable``."""
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
    return _pair(send(_request(app, given)), now)


def renew(app: App, keeper: Keeper, send: Send, *, now: dt.datetime) -> Tokens:
    """Renew the pair in force, and keep the new one before it is used."""
    old = keeper.load()
    given = {"grant_type": "refresh_token", "refresh_token": old.refresh}
    fresh = _pair(send(_request(app, given)), now)
    keeper.store(fresh)
    return fresh


def in_force(app: App, keeper: Keeper, send: Send, *, now: dt.datetime) -> Tokens:
    """Return tokens that are good for a while, renewed if they are near their end."""
    tokens = keeper.load()
    return tokens if now < tokens.ends - EARLY else renew(app, keeper, send, now=now)


def endpoint_of(given: str) -> str:
    """Return a region's address in the one form that resources are appended to."""
    base = given.rstrip("/")
    return base if base.endswith("/rest") else f"{base}/rest"


def _request(app: App, given: dict[str, str]) -> Request:
    form = {**given, "client_id": app.client_id, "client_secret": app.client_secret}
    headers = {"Content-Type": FORM, "Accept": "application/json"}
    return Request("POST", f"{app.api}/api/oauth/token", headers, urlencode(form).encode())


def _pair(answer: Answer, now: dt.datetime) -> Tokens:
    if answer.status in {BAD_REQUEST, UNAUTHORISED}:
        raise SignInAgain("Actionstep does not accept the sign-in any more.")
    try:
        told = json.loads(answer.body)
        seconds = min(int(told["expires_in"]), LONGEST_LIFE)
        return Tokens(
            _word(told["access_token"]),
            _word(told["refresh_token"]),
            now + dt.timedelta(seconds=max(seconds, 0)),
            _address(told["api_endpoint"]),
            _word(told["orgkey"])[:LONGEST_KEY] if told.get("orgkey") else "",
        )
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError, RecursionError):
        raise Unreadable("Actionstep's answer to the sign-in cannot be read.") from None


def _word(value: object) -> str:
    """Return a token or key as it stands; what no header could carry is none."""
    if not isinstance(value, str) or WORD.fullmatch(value) is None:
        raise ValueError("no word")
    return value


def _address(value: object) -> str:
    endpoint = endpoint_of(_word(value))
    parts = urlsplit(endpoint)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(endpoint) > LONGEST_URL:
        raise ValueError("no address")
    return endpoint
