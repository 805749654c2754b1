"""A sandbox whose books only count, and a caller that speaks to it without a socket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack
from urllib.parse import urlencode

import msgspec

from xero_sandbox.books.organisation import Organisation
from xero_sandbox.sandbox import Cut, Sandbox
from xero_sandbox.wire import Answer, Call, Handled, Request, json_answer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class CountingBooks:
    """Books that remember what they were told and answer with how often that was."""

    calls: list[Call] = field(default_factory=list)

    def handle(self, organisation: Organisation, call: Call, now: datetime) -> Handled:
        self.calls.append(call)
        number = str(len(self.calls))
        return Handled(json_answer(200, {"number": number, "in": organisation.name}), (number,))


class Parts(TypedDict, total=False):
    """What a request may carry."""

    json: object
    form: Mapping[str, str]
    headers: Mapping[str, str]
    query: Mapping[str, str]


@dataclass
class Caller:
    """An app at the counter: its token, its organisation and its own clock."""

    sandbox: Sandbox
    books: CountingBooks
    tenant: str = ""
    token: str = ""
    refresh_token: str = ""
    now: datetime = START

    def request(self, method: str, path: str, **parts: Unpack[Parts]) -> Request:
        sent = {"host": "localhost", **parts.get("headers", {})}
        body = msgspec.json.encode(parts["json"]) if "json" in parts else b""
        if "form" in parts:
            sent["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(parts["form"]).encode()
        return Request(method, path, parts.get("query", {}), sent, body)

    def send(self, method: str, path: str, **parts: Unpack[Parts]) -> Answer | Cut:
        return self.sandbox.handle(self.request(method, path, **parts), self.now)

    def answer(self, method: str, path: str, **parts: Unpack[Parts]) -> Answer:
        found = self.send(method, path, **parts)
        assert isinstance(found, Answer)
        return found

    def accounting(self, method: str = "PUT", path: str = "/Invoices", key: str = "") -> Request:
        headers = {"authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant}
        if key:
            headers["idempotency-key"] = key
        return self.request(method, f"/api.xro/2.0{path}", json={"a": 1}, headers=headers)

    def call(self, method: str = "PUT", path: str = "/Invoices", key: str = "") -> Answer | Cut:
        return self.sandbox.handle(self.accounting(method, path, key), self.now)

    def status(self, method: str = "PUT", path: str = "/Invoices", key: str = "") -> int:
        found = self.call(method, path, key)
        assert isinstance(found, Answer)
        return found.status

    def order(self, **fault: object) -> None:
        assert self.answer("POST", "/_sandbox/faults", json=[fault]).status == 200

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def take(self, token_set: Mapping[str, object]) -> None:
        self.token = str(token_set["access_token"])
        self.refresh_token = str(token_set.get("refresh_token", ""))

    def refresh(self, token: str, client: str = "app", secret: str = "hush") -> Answer:
        return self.answer(
            "POST",
            "/connect/token",
            form={"grant_type": "refresh_token", "refresh_token": token},
            headers=basic(client, secret),
        )


def basic(client: str, secret: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"authorization": f"Basic {encoded}"}


def body_of(answer: Answer | Cut) -> dict[str, object]:
    assert isinstance(answer, Answer)
    decoded: dict[str, object] = msgspec.json.decode(answer.body)
    return decoded
