"""Programs that use the intake API, each with its key."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client

from counterfoil.web.models import Firm, Vendor
from counterfoil.web.services import api_keys
from counterfoil.web.services.api_keys import Scope
from tests.web.cast import Cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    Answer = _MonkeyPatchedWSGIResponse
else:
    Answer = object

API = "/api/v1"
Json = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """A program with a key; without one if the key is empty."""

    key: str

    def ask(
        self, method: str, path: str, body: object = None, kind: str = "application/json"
    ) -> Answer:
        """Call the API; a body is JSON unless it is bytes."""
        given = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        content = b"" if body is None else given
        return Client(headers=headers).generic(method, f"{API}{path}", content, kind)

    def get(self, path: str) -> Json:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        return said(answer)


def said(answer: Answer) -> Json:
    told: Json = json.loads(answer.content)
    return told


@dataclass(frozen=True)
class Keyring:
    """Makes keys for the cast."""

    cast: Cast
    now: dt.datetime

    def of(self, owner: Firm | Vendor, *scopes: Scope) -> Program:
        made = api_keys.make(owner, "Practice system", scopes, actor="test", now=self.now)
        return Program(made.text)

    def ours(self, *scopes: Scope) -> Program:
        return self.of(self.cast.firm, *(scopes or api_keys.OF_FIRMS))

    def theirs(self, *scopes: Scope) -> Program:
        return self.of(self.cast.other.firm, *(scopes or api_keys.OF_FIRMS))

    def vendors(self, name: str = "acme") -> Program:
        return self.of(api_keys.vendor(name, name, now=self.now), Scope.FIRMS)


def bill(name: str, **fields: object) -> Json:
    """A bill as a practice system writes it."""
    return {
        "kind": "bill",
        "id": name,
        "number": name.upper(),
        "date": "2026-07-01",
        "client": {"id": "c-1", "name": "Abernethy Pty Ltd"},
        "lines": [
            {"description": "Advice", "account": "4-1000", "tax_code": "GST", "total": "600.00"}
        ],
        "tax": "60.00",
        "total": "660.00",
        **fields,
    }


def codes(findings: Iterable[Json]) -> list[str]:
    return [one["code"] for one in findings]
