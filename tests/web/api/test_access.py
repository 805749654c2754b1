"""Every route of the API, with every kind of key, of one's own firm and of another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from pytest_django import Settings

from counterfoil.web.api.site import operations, scope_of
from counterfoil.web.models import ApiKey, Webhook
from counterfoil.web.services import api_keys, vendors
from counterfoil.web.services.api_keys import Scope
from tests.web.api_scene import Answer, Keyring, Program, bill, said
from tests.web.cast import Cast, a_document, a_posting

GOOD = {200, 201, 202, 204}
OPEN = {("OPTIONS", "/status")}
"""What needs no key: browsers ask it before they bring one."""
OURS = {"firm": "harbour", "kind": "bill", "path:source_id": "b-1001", "name": "0123456789abcdef"}
"""What the parts of an address are, so that it names something of ours."""
BODIES: dict[str, object] = {
    "/documents": bill("b-1"),
    "/documents/batch": [bill("b-1")],
    "/webhooks": {"url": "https://practice.example.com/"},
    "/firms": {"id": "another", "name": "Another"},
    "/firms/{firm}/keys": {"name": "Practice"},
    "/firms/{firm}/connect-address": {"email": "olga@example.com"},
}
"""What is sent along, so that nothing but the key stands in the way."""

ROUTES = {
    (method, operation.path): scope_of(operation)
    for operation in operations()
    for method in operation.methods
}
KEYED = sorted(route for route in ROUTES if route not in OPEN)


def address(path: str) -> str:
    for part, value in OURS.items():
        path = path.replace(f"{{{part}}}", value)
    assert "{" not in path, f"say what {path} is to name"
    return path


def asked(program: Program, route: tuple[str, str]) -> Answer:
    method, path = route
    return program.ask(method, address(path), BODIES.get(path) if method == "POST" else None)


def status(program: Program, route: tuple[str, str]) -> int:
    return asked(program, route).status_code


@pytest.fixture(autouse=True)
def what_is_ours(cast: Cast, now: dt.datetime) -> None:
    a_posting(
        a_document(cast.organisation, "b-1001", number="INV-1001", party="Ng Family"), "ready"
    )
    acme = api_keys.vendor("acme", "Acme", now=now)
    vendors.set_up(acme, OURS["firm"], "Marsh Harbour", actor="test", now=now)
    Webhook.objects.create(
        firm=cast.firm,
        name=OURS["name"],
        url="https://Marsh.example.com",
        read_to=0,
        created_at=now,
    )


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_leads_nowhere_is_refused_in_the_words_of_the_api(method: str) -> None:
    answer = Program("").ask(method, "/invoices", {})
    assert (answer.status_code, said(answer)["findings"][0]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/documents/bill/b-1", "GET"), ("/documents", "GET, POST"), ("/status", "GET, OPTIONS")],
)
def test_another_method_is_refused_in_the_words_of_the_api(path: str, allowed: str) -> None:
    answer = Program("").ask("DELETE", path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert [one["code"] for one in said(answer)["findings"]] == ["method_wrong"]


def test_every_route_says_which_scope_it_needs() -> None:
    assert {route for route, scope in ROUTES.items() if scope is None} == OPEN


@pytest.mark.parametrize("route", KEYED)
def test_a_route_opens_for_keys_with_its_scope_and_for_no_other(
    route: tuple[str, str], keyring: Keyring
) -> None:
    needed = ROUTES[route]
    keys = {scope: keyring.ours(scope) for scope in api_keys.OF_FIRMS}
    for scope, program in {**keys, Scope.FIRMS: keyring.vendors()}.items():
        expected = GOOD if scope is needed else {403}
        assert status(program, route) in expected, scope


@pytest.mark.parametrize("route", KEYED)
def test_a_route_opens_for_nobody_without_a_key_in_force(
    route: tuple[str, str], keyring: Keyring, cast: Cast, now: dt.datetime
) -> None:
    good = keyring.vendors() if ROUTES[route] is Scope.FIRMS else keyring.ours()
    last = good.key[-1]
    mistyped = good.key[:-1] + ("A" if last != "A" else "B")
    for key in ("", "cf_", "cf_00_11", mistyped, good.key.replace("cf_", "xx_")):
        answer = asked(Program(key), route)
        assert answer.status_code == 401, key
        assert answer["WWW-Authenticate"] == "Bearer"
    name = good.key.split("_")[1]
    owner = ApiKey.objects.get(public=name)
    api_keys.revoke(owner.firm or owner.vendor or cast.firm, name, actor="test", now=now)
    assert status(good, route) == 401


@pytest.mark.parametrize("route", KEYED)
def test_a_key_of_another_firm_reaches_nothing_of_ours(
    route: tuple[str, str], keyring: Keyring
) -> None:
    other = keyring.vendors("other") if ROUTES[route] is Scope.FIRMS else keyring.theirs()
    answer = asked(other, route)
    for secret in (b"INV-1001", b"Ng Family", b"Marsh", b"alice@example.com"):
        assert secret not in answer.content
    if "{" in route[1]:
        assert answer.status_code == 404
        assert said(answer)["findings"][0]["code"] == "not_found"


def test_a_key_that_came_without_tls_is_refused_and_not_led_on(
    keyring: Keyring, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = keyring.ours(Scope.STATUS).ask("GET", "/status")
    assert answer.status_code == 403
    assert said(answer)["findings"][0]["code"] == "not_encrypted"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_SCHEME", "https")
    key = keyring.ours(Scope.STATUS).key
    headers = {"Authorization": f"Bearer {key}", "X-Scheme": "https"}
    assert Client(headers=headers).get("/api/v1/status").status_code == 200
