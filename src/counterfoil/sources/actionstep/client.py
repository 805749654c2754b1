"""One call at a time to Actionstep, each judged by its status."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from counterfoil.sources.actionstep import decode, oauth
from counterfoil.sources.actionstep.decode import Page
from counterfoil.sources.actionstep.oauth import App, Keeper, Tokens
from counterfoil.sources.actionstep.wire import (
    JSON_API,
    Answer,
    Broken,
    ComeBack,
    NotGranted,
    NotThere,
    Request,
    Send,
    SignInAgain,
    Silent,
    Unreadable,
)

PAGE_SIZE = 200
"""The most that Actionstep gives; it cuts a larger wish without a word."""
UNAUTHORISED, FORBIDDEN, NOT_FOUND, THROTTLED = 401, 403, 404, 429
READ = frozenset({200, 201, 204})
FIRST_WAIT, LONGEST_WAIT = 10, 900
"""Seconds to wait after being refused for the first time, and at most, where none are named."""
MOST_DIGITS = 5
"""Of a wait that is named; a longer one, more than a day, is not believed."""


@dataclass(frozen=True, slots=True)
class Client:
    """Reads for one firm. ``now`` is the clock, ``send`` the network; neither is asked twice."""

    app: App
    keeper: Keeper
    send: Send
    now: Callable[[], dt.datetime]

    def page(self, resource: str, number: int, query: Mapping[str, str]) -> Page:
        """Read one page of a resource. Raises what ``wire`` names."""
        asked = {**query, "page": str(number), "pageSize": str(PAGE_SIZE)}
        answer = self._ask("GET", f"{resource}?{urlencode(asked)}")
        return decode.page(judged(answer, resource), resource)

    def create(self, resource: str, values: Mapping[str, str]) -> None:
        """Add a row; for REST hooks only, nothing else is written. Raises what ``wire`` names.

        A refused token is no end of the grant here, for the same one reads: it may not write.
        """
        answer = self._ask("POST", resource, json.dumps({resource: dict(values)}).encode())
        if answer.status == UNAUTHORISED:
            raise NotGranted(f"Actionstep does not let us add {resource}.")
        judged(answer, resource)

    def has(self, resource: str) -> bool | None:
        """Tell whether this Actionstep has a resource; None where that cannot be told.

        So it is where the resource is not for us, and where nobody can read the answer. Raises
        ``Silent`` where none came: whatever is asked next would wait as long.
        """
        try:
            self.page(resource, 1, {"fields": "id"})
        except NotThere:
            return False
        except Silent:
            raise
        except (NotGranted, Unreadable):
            return None
        return True

    def _ask(self, method: str, what: str, body: bytes = b"") -> Answer:
        """Send a call; once more with new tokens where those in force are refused."""
        tokens = oauth.in_force(self.app, self.keeper, self.send, now=self.now())
        answer = self._sent(tokens, method, what, body)
        if answer.status == UNAUTHORISED:
            tokens = oauth.renew(self.app, self.keeper, self.send, now=self.now())
            answer = self._sent(tokens, method, what, body)
        return answer

    def _sent(self, tokens: Tokens, method: str, what: str, body: bytes) -> Answer:
        return self.send(Request(method, f"{tokens.endpoint}/{what}", _headers(tokens), body))


def _headers(tokens: Tokens) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {tokens.access}",
        "Accept": JSON_API,
        "Content-Type": JSON_API,
    }


def wait_after(tries: int, named: int | None) -> int:
    """Return the seconds to wait after so many refusals in a row; what Actionstep names holds."""
    return named if named is not None else min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)


def judged(answer: Answer, resource: str) -> Answer:
    """Return an answer that can be read. Raises what ``wire`` names for any other."""
    if answer.status in READ:
        return answer
    if answer.status == UNAUTHORISED:
        raise SignInAgain("Actionstep refuses a token that it has only just given.")
    if answer.status == FORBIDDEN:
        raise NotGranted(f"Actionstep does not let us read {resource}.")
    if answer.status == NOT_FOUND:
        raise NotThere(f"This Actionstep has no {resource}.")
    if answer.status == THROTTLED:
        named = answer.headers.get("retry-after", "")
        seconds = int(named) if named.isdecimal() and len(named) <= MOST_DIGITS else None
        raise ComeBack(seconds)
    raise Broken(f"Actionstep answered {answer.status} when asked for {resource}.")
