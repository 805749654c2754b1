"""Whatever is sent, somebody answers, and never with a 500 of our own."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.tests.counter import START, CountingBooks
from xero_sandbox.identity.oauth import ROUTES
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

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
