"""Whatever is sent, somebody answers, and never with a 500 of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.tests import nonsense
from sandbox.tests.books.schemas import need_spec
from sandbox.tests.counter import START, CountingBooks
from sandbox.tests.wrongdoer import KINDS
from xero_sandbox.books import Organisation, handle
from xero_sandbox.identity.oauth import ROUTES
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Call, Handled, Request, json_answer

CONTROLS = ("organisations", "token", "disconnect", "faults", "clock", "reconcile", "switches")
PATHS = (
    *ROUTES,
    *(f"/_sandbox/{name}" for name in CONTROLS),
    "/connections",
    "/connections/x",
    "/api.xro/2.0/Invoices",
    "/",
)
FIELDS = (
    "client_id",
    "client_secret",
    "grant_type",
    "code",
    "refresh_token",
    "redirect_uri",
    "response_type",
    "scope",
    "decision",
    "tenant_id",
    "token",
    "code_challenge",
)
WORDS = st.sampled_from(
    ("code", "app", "refresh_token", "authorization_code", "openid", "http://localhost/", "allow")
)
TEXT = st.one_of(WORDS, st.text(max_size=12))
JSON = st.sampled_from((b"", b"{}", b"[]", b"null", b'{"tenantId":1}', b'[{"fault":"slow"}]'))
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "authorization": st.one_of(TEXT, st.builds("Basic {}".format, TEXT)),
        "content-type": st.sampled_from(
            ("application/x-www-form-urlencoded", "application/json", "x")
        ),
        "xero-tenant-id": TEXT,
        "accept": TEXT,
    },
)


def form(fields: dict[str, str]) -> bytes:
    return "&".join(f"{name}={text}" for name, text in fields.items()).encode()


REQUESTS = st.builds(
    Request,
    st.sampled_from(("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")),
    st.one_of(st.sampled_from(PATHS), st.text(max_size=20).map("/{}".format)),
    st.dictionaries(st.sampled_from(FIELDS), TEXT, max_size=8),
    HEADERS,
    st.one_of(
        JSON,
        st.binary(max_size=40),
        st.dictionaries(st.sampled_from(FIELDS), TEXT, max_size=8).map(form),
    ),
)


@settings(max_examples=300, deadline=None)
@given(REQUESTS)
def test_every_request_has_an_answer(request: Request) -> None:
    sandbox = Sandbox(handle=CountingBooks().handle)
    sandbox.new_organisation("Firm", "AU", START)
    answer = sandbox.handle(request, START)
    assert isinstance(answer, Answer)
    assert answer.status < 500
    for name, text in answer.headers.items():
        assert f"{name}{text}".isprintable()


def test_a_thousand_calls_from_xeros_own_file_get_an_answer_that_fits() -> None:
    need_spec()
    run = nonsense.run(1_000)
    assert not run.found, "\n".join(run.found)
    assert run.drawn == {each.name for each in nonsense.ours()}
    assert len(run.succeeded) > 0.6 * len(run.drawn)
    assert {kind for kind, _ in run.seen} == set(KINDS)


def _crash(handled: Handled) -> Handled:
    return replace(handled, answer=json_answer(500, {"Message": "oops"}))


def _unknown_property(handled: Handled) -> Handled:
    answer = handled.answer
    if answer.status != 200:
        return handled
    body = answer.body[:-1] + b',"Nonsense":1}'
    return replace(handled, answer=replace(answer, body=body))


def _foreign_verb(handled: Handled) -> Handled:
    return replace(handled, answer=json_answer(501, {"Message": "not Xero's"}))


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_crash, "a 5xx of our own"),
        (_unknown_property, "unexpected root Nonsense"),
        (_foreign_verb, "a 501 that is not Xero's"),
    ],
)
def test_the_judge_sees_what_is_wrong(spoil: Callable[[Handled], Handled], told: str) -> None:
    need_spec()
    scene = nonsense.scene(0)

    def spoilt(organisation: Organisation, call: Call, now: datetime) -> Handled:
        return spoil(handle(organisation, call, now))

    scene.sandbox._handle = spoilt
    scene.run(20, at_most=1)
    assert told in scene.found[0]


def test_the_judge_sees_what_another_organisation_shows() -> None:
    need_spec()
    scene = nonsense.scene(0)
    theirs = scene.sandbox.state.organisations[scene.other]

    def crossing(organisation: Organisation, call: Call, now: datetime) -> Handled:
        return handle(theirs, call, now)

    scene.sandbox._handle = crossing
    scene.run(50, at_most=1)
    assert "another organisation's" in scene.found[0] or "not ours" in scene.found[0]
