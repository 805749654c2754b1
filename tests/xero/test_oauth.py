from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Generator
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from counterfoil.posting.target import Arrival, NoAnswer
from counterfoil.xero.oauth import (
    SCOPES,
    App,
    ConsentRefused,
    GrantDead,
    Misconfigured,
    OAuth,
    OAuthTrouble,
    TokenRefused,
    TryLater,
    new_secret,
    read_callback,
)
from counterfoil.xero.wire import Endpoints, NotSecure, Request
from tests.xero.scene import NOW, answered, drive

R = TypeVar("R")

APP = App("the-client", "s3cret:&", "https://firm.example/connection/callback/")
OAUTH = OAuth(APP, Endpoints.xero())
PAIR = json.dumps(
    {"access_token": "a", "refresh_token": "next", "expires_in": 1800, "scope": "openid"}
)


def asked(flow: Generator[Request, Arrival, R], arrival: Arrival) -> tuple[list[Request], R]:
    requests: list[Request] = []

    def answer(request: Request) -> Arrival:
        requests.append(request)
        return arrival

    return requests, drive(flow, answer)


def form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def test_the_consent_page_is_asked_for_what_is_needed_and_no_more() -> None:
    url = urlsplit(OAUTH.authorisation_url(state="st", verifier="v" * 43))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == OAUTH.endpoints.authorise
    assert query["scope"].split() == [scope.name for scope in SCOPES]
    assert "offline_access" in query["scope"].split()
    assert (query["state"], query["code_challenge_method"]) == ("st", "S256")
    assert "v" * 43 not in url.query


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    url = OAUTH.authorisation_url(state="", verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&" in url


def test_every_scope_has_its_reason_and_none_is_a_dying_broad_one() -> None:
    assert all(scope.reason.startswith("to ") for scope in SCOPES)
    assert not {"accounting.transactions", "accounting.reports.read"} & {s.name for s in SCOPES}


def test_a_code_becomes_a_pair() -> None:
    (request,), tokens = asked(OAUTH.exchange("code", "verifier", now=NOW), answered(PAIR))
    assert form(request) == {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": APP.redirect_uri,
        "code_verifier": "verifier",
    }
    basic = dict(request.headers)["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == b"the-client:s3cret%3A%26"
    assert tokens.expires_at == NOW + dt.timedelta(minutes=30)


def test_an_app_without_secret_names_itself_in_the_form() -> None:
    oauth = OAuth(App("native", "", APP.redirect_uri), Endpoints.xero())
    (request,), _ = asked(oauth.refresh("old", now=NOW), answered(PAIR))
    assert form(request)["client_id"] == "native"
    assert "Authorization" not in dict(request.headers)


@pytest.mark.parametrize(
    ("arrival", "trouble"),
    [
        (answered('{"error":"invalid_grant"}', 400), GrantDead),
        (answered('{"error":"invalid_grant","error_description":"x"}', 400), GrantDead),
        (answered('{"error":"invalid_client"}', 401), Misconfigured),
        (answered('{"error":"invalid_client"}', 400), Misconfigured),
        (answered('{"error":"invalid_scope"}', 400), Misconfigured),
        (answered('{"error":"unsupported_grant_type"}', 400), Misconfigured),
        (answered("", 302), Misconfigured),
        (answered("", 429), TryLater),
        (answered("offline", 503), TryLater),
        (answered("<html>login</html>", 200), TryLater),
        (answered('{"access_token":"a","expires_in":1800}', 200), TryLater),
        (NoAnswer("cut", left=True), TryLater),
    ],
)
def test_a_failed_refresh_says_what_to_do_next(
    arrival: Arrival, trouble: type[OAuthTrouble]
) -> None:
    with pytest.raises(OAuthTrouble) as raised:
        asked(OAUTH.refresh("old", now=NOW), arrival)
    assert type(raised.value) is trouble


def test_revoking_sends_the_refresh_token_and_nothing_else() -> None:
    (request,), _ = asked(OAUTH.revoke("old"), answered("", 200))
    assert (request.url, form(request)) == (OAUTH.endpoints.revocation, {"token": "old"})


def test_connections_of_one_consent_are_asked_for_by_its_event() -> None:
    body = '[{"id":"c","tenantId":"t","tenantType":"ORGANISATION"}]'
    flow = OAUTH.connections("token", auth_event_id="event")
    (request,), found = asked(flow, answered(body))
    assert request.query == (("authEventId", "event"),)
    assert [one.tenant_id for one in found] == ["t"]


@pytest.mark.parametrize("status", [204, 404])
def test_a_connection_that_is_gone_is_disconnected(status: int) -> None:
    (request,), _ = asked(OAUTH.disconnect("token", "c/1"), answered("", status))
    assert (request.method, request.url) == ("DELETE", "https://api.xero.com/connections/c%2F1")


def test_a_refused_access_token_asks_for_a_refresh() -> None:
    with pytest.raises(TokenRefused):
        asked(OAUTH.connections("old"), answered('{"Title":"Unauthorized"}', 401))


@pytest.mark.parametrize(
    ("query", "trouble"),
    [
        ({"code": "c"}, ConsentRefused),
        ({"code": "c", "state": "other"}, ConsentRefused),
        ({"code": "c", "state": "é"}, ConsentRefused),
        ({"state": "st"}, ConsentRefused),
        ({"state": "st", "error": "access_denied"}, ConsentRefused),
        ({"state": "st", "error": "invalid_scope", "code": "c"}, Misconfigured),
    ],
)
def test_a_callback_that_is_not_ours_connects_nothing(
    query: dict[str, str], trouble: type[OAuthTrouble]
) -> None:
    with pytest.raises(trouble):
        read_callback(query, state="st")


def test_a_session_without_a_state_takes_no_code() -> None:
    with pytest.raises(ConsentRefused):
        read_callback({"code": "c", "state": ""}, state="")


def test_the_callback_gives_its_code() -> None:
    assert read_callback({"code": "c", "state": "st"}, state="st") == "c"


def test_secrets_show_in_no_repr_and_no_error() -> None:
    request = next(OAUTH.refresh("r3fresh", now=NOW))
    flow = OAUTH.refresh("r3fresh", now=NOW)
    with pytest.raises(GrantDead) as raised:
        drive(flow, lambda _: answered('{"error":"invalid_grant"}', 400))
    answer = answered('{"refresh_token":"r3fresh"}')
    for shown in map(repr, (APP, OAUTH, request, answer, raised.value)):
        assert "s3cret" not in shown
        assert "r3fresh" not in shown


def test_each_secret_is_new_and_long_enough_for_pkce() -> None:
    assert new_secret() != new_secret()
    assert 43 <= len(new_secret()) <= 128


@pytest.mark.parametrize(
    "base", ["http://xero.example", "ftp://localhost", "localhost:8000", "http://127.0.0.1.evil"]
)
def test_secrets_leave_in_the_clear_only_to_this_machine(base: str) -> None:
    with pytest.raises(NotSecure):
        Endpoints.sandbox(base)


def test_one_origin_plays_all_three_hosts() -> None:
    sandbox = Endpoints.sandbox("http://localhost:8090/")
    assert sandbox.token == "http://localhost:8090/connect/token"
    assert sandbox.api == "http://localhost:8090/api.xro/2.0"
