"""What browsers are told, and what other sites cannot make them do."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING
from typing import cast as taken_as

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from counterfoil.web import bodies
from counterfoil.web.pages import mapping, work
from counterfoil.web.services import practice_chart
from tests.web.cast import BACKEND, As, Cast
from tests.web.test_access import ARGUMENTS, EVERY, PAGES

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

FORMS = [*PAGES, "setup", "account_login", "account_logout", "account_change_password"]


def test_no_form_of_another_site_is_taken(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["alice"], backend=BACKEND)
    for name in FORMS:
        address = reverse(name, kwargs=ARGUMENTS.get(name))
        answer = client.post(address, {"file": "x"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code in {403, 405}, name


def test_every_answer_carries_the_policies(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    stranger = Client()
    answers = [
        alice.get("/"),
        alice.get("/nowhere/"),
        stranger.get("/account/login/"),
        stranger.get("/api/v1/documents"),
        stranger.get("/health/live"),
        stranger.get("/static/counterfoil/counterfoil.css"),
    ]
    for answer in answers:
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
        policy = answer["Content-Security-Policy"]
        for rule in ("frame-ancestors", "base-uri", "object-src", "default-src"):
            assert f"{rule} 'none'" in policy


def test_a_session_is_out_of_reach_of_scripts_and_nowhere_in_a_page(
    cast: Cast, client: Client
) -> None:
    client.post("/account/login/", {"login": "bob@example.com", "password": "seven quiet ledgers"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value.encode() not in client.get("/").content
    client.post("/account/sessions/")
    assert b'class="success"' in client.get("/account/sessions/").content
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME}


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(to: str, cast: Cast, client: Client) -> None:
    bob = {"login": "bob@example.com", "password": "seven quiet ledgers", "next": to}
    assert client.post("/account/login/", bob)["Location"] == "/"


def test_nothing_private_is_kept_by_browsers(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    for name in sorted(EVERY):
        if name in PAGES and name not in ARGUMENTS:
            answer = bob.get(reverse(name))
            assert "no-store" in answer.headers.get("Cache-Control", "no-store"), name
            if answer.status_code == 200:
                assert "no-store" in answer["Cache-Control"], name


def test_methods_that_no_page_has_are_refused(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    for name in sorted(EVERY):
        if EVERY[name].pattern.converters and name not in ARGUMENTS:
            continue
        address = reverse(name, kwargs=ARGUMENTS.get(name))
        for method in ("TRACE", "DELETE") if name in PAGES else ("TRACE",):
            # Some pages lead elsewhere before they look at anything.
            answer = alice.generic(method, address)
            assert answer.status_code in {302, 404, 405}, (name, method)
            assert answer.status_code == 405 or name not in PAGES, (name, method)


@pytest.mark.parametrize("path", ["/static/", "/static/counterfoil/", "/static/../settings.py"])
def test_no_folder_is_listed(path: str, db: None, client: Client) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("address", "field", "module", "bound"),
    [
        ("/import/", "file", work, "LARGEST_FILE"),
        ("/mapping/upload/", "file", mapping, "LARGEST_FILE"),
        ("/mapping/names/", "chart", practice_chart, "LARGEST_FILE"),
    ],
)
def test_a_file_is_taken_up_to_a_size(
    address: str,
    field: str,
    module: object,
    bound: str,
    signed_in: As,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, bound, 10)
    answer = signed_in("bob").post(address, {field: SimpleUploadedFile("x.csv", b"x" * 11)})
    assert b"too large" in answer.content or b"over 512 MB" in answer.content


def handed_in(size: int, *, declared: bool, cookie: bytes = b"") -> tuple[int, list[int]]:
    """Hand a body in by megabytes; returns how much the application got, and the statuses."""
    got, statuses = 0, []

    async def application(
        scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        nonlocal got
        while (message := await receive())["type"] == "http.request":
            got += len(message["body"])
            if not message["more_body"]:
                return

    async def receive() -> object:
        nonlocal size
        size -= 1
        return {"type": "http.request", "body": b"x" * 2**20, "more_body": size > 0}

    async def send(message: dict[str, object]) -> None:
        statuses.append(message.get("status"))

    headers = [(b"cookie", cookie)]
    if declared:
        headers.append((b"content-length", b"%d" % (size * 2**20)))
    scope = {"type": "http", "headers": headers}
    guarded = bodies.bounded(taken_as("ASGI3Application", application), "__Host-session")
    asyncio.run(guarded(scope, receive, send))  # type: ignore[arg-type] # the parts that count
    return got // 2**20, [status for status in statuses if isinstance(status, int)]


def test_a_stranger_cannot_fill_the_disk() -> None:
    assert handed_in(16, declared=True) == (16, [])
    assert handed_in(17, declared=True) == (0, [413])
    assert handed_in(17, declared=False) == (16, [])
    assert handed_in(17, declared=False, cookie=b"a=b; __Host-session=x") == (17, [])


def test_scripts_write_text_and_never_html() -> None:
    ours = Path(bodies.__file__).with_name("static") / "counterfoil"
    scripts = [script.read_text() for script in ours.glob("*.js")]
    assert any(".textContent =" in script for script in scripts)
    written = "innerHTML|outerHTML|insertAdjacentHTML|document.write|createContextualFragment"
    assert not any(re.search(written, script) for script in scripts)


def test_scripts_store_nothing_in_the_browser(signed_in: As) -> None:
    assert b'"historyCacheSize":0' in signed_in("bob").get("/").content
    ours = Path(bodies.__file__).with_name("static") / "counterfoil"
    for script in ours.glob("*.js"):
        assert not re.search("localStorage|sessionStorage|indexedDB|cookie", script.read_text())
