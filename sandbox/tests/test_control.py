"""The control routes: what they do, and what they refuse."""

from __future__ import annotations

import msgspec
import pytest

from sandbox.tests.counter import Caller, body_of
from xero_sandbox.wire import Answer


def test_a_new_organisation_shows_its_ids(caller: Caller) -> None:
    made = body_of(
        caller.answer("POST", "/_sandbox/organisations", json={"name": "Kea Law", "country": "NZ"})
    )
    assert set(made) == {"tenantId", "organisationId", "name", "country"}
    rows = msgspec.json.decode(caller.answer("GET", "/_sandbox/organisations").body)
    assert made in rows


def test_reset_empties_everything(caller: Caller) -> None:
    caller.call()
    assert caller.answer("POST", "/_sandbox/reset").status == 200
    assert caller.status() == 401
    assert caller.answer("GET", "/_sandbox/organisations").body == b"[]"


def test_the_log_shows_requests_without_their_secrets(caller: Caller) -> None:
    caller.call(key="k")
    caller.refresh(caller.refresh_token)
    answer = caller.answer("GET", "/_sandbox/requests")
    first, second = msgspec.json.decode(answer.body)
    assert (first["seq"], first["method"], first["status"]) == (1, "PUT", 200)
    assert first["path"] == "/api.xro/2.0/Invoices"
    assert (first["body"], first["applied"]) == ('{"a":1}', ["1"])
    assert first["headers"]["idempotency-key"] == "k"
    assert second["body"] == "[hidden]"
    for secret in (caller.token, caller.refresh_token, "hush"):
        assert secret.encode() not in answer.body


def test_refused_requests_are_logged_in_the_order_of_arrival(caller: Caller) -> None:
    caller.sandbox.admit(caller.accounting(), caller.now)
    caller.token = "wrong"
    caller.call()
    rows = msgspec.json.decode(caller.answer("GET", "/_sandbox/requests").body)
    assert [(row["seq"], row["status"]) for row in rows] == [(2, 401)]


def test_advancing_the_clock_ages_tokens(caller: Caller) -> None:
    caller.answer("POST", "/_sandbox/clock", json={"advance_seconds": 1800})
    assert caller.status() == 401


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("organisations", {"name": "x", "contry": "AU"}, "contry"),
        ("organisations", {"name": ""}, "$.name"),
        ("organisations", {"name": "x", "country": "XX"}, "$.country"),
        ("faults", [{"fault": "explode"}], "explode"),
        ("faults", [{"fault": "slow", "math": {}}], "math"),
        ("faults", [{"fault": "slow", "match": {"nth": 0}}], "$[0].match.nth"),
        ("clock", {"advance_seconds": -1}, "$.advance_seconds"),
        ("clock", {}, "advance_seconds"),
        ("token", {"scopes": ["accounting.everything"]}, "accounting.everything"),
        ("switches", {"key_in_process": "maybe"}, "$.key_in_process"),
    ],
)
def test_a_wrong_body_is_refused_with_its_place(
    caller: Caller, path: str, body: object, told: str
) -> None:
    answer = caller.answer("POST", f"/_sandbox/{path}", json=body)
    assert answer.status == 400
    assert told in str(body_of(answer)["error"])


def test_broken_json_is_refused(caller: Caller) -> None:
    request = caller.request("POST", "/_sandbox/token")
    broken = type(request)("POST", request.path, {}, {}, b"{\xff")
    answer = caller.sandbox.handle(broken, caller.now)
    assert isinstance(answer, Answer)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sandbox/nothing", 404),
        ("GET", "/_sandbox/", 200),
        ("GET", "/_sandbox/reset", 405),
        ("GET", "/_sandbox/ledger/unknown", 404),
        ("POST", "/_sandbox/organisations/unknown/settings", 404),
        ("GET", "/_sandbox/organisations/unknown/settings", 405),
        ("GET", "/somewhere", 404),
        ("GET", "/connect/token", 405),
        ("PATCH", "/identity/connect/authorize", 405),
        ("GET", "/", 200),
        ("GET", "/_sandbox/health", 200),
        ("GET", "/_sandbox/kinds-of-fault", 200),
    ],
)
def test_every_path_has_an_answer(caller: Caller, method: str, path: str, status: int) -> None:
    assert caller.answer(method, path).status == status


@pytest.mark.parametrize("path", ["disconnect", "reconcile"])
def test_a_tenant_has_to_exist(caller: Caller, path: str) -> None:
    body = {"tenantId": "unknown"}
    if path == "reconcile":
        body |= {"kind": "Payment", "id": "x"}
    assert caller.answer("POST", f"/_sandbox/{path}", json=body).status == 404


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("text/xml", 406)])
def test_a_caller_that_insists_on_xml_is_told_of_the_shortcut(
    caller: Caller, accept: str, status: int
) -> None:
    request = caller.accounting()
    sent = {**request.headers, "accept": accept}
    asked = type(request)("GET", request.path, {}, sent, b"")
    answer = caller.sandbox.handle(asked, caller.now)
    assert isinstance(answer, Answer)
    assert answer.status == status


def test_a_body_over_ten_megabytes_is_refused(caller: Caller) -> None:
    request = caller.accounting()
    large = type(request)("PUT", request.path, {}, request.headers, b" " * (10 * 1024 * 1024 + 1))
    answer = caller.sandbox.handle(large, caller.now)
    assert isinstance(answer, Answer)
    assert answer.status == 413
