"""From the consent page to a token set."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import jwt
import msgspec
import pytest
from jwt.types import Options

from sandbox.tests.counter import Caller, basic, body_of
from xero_sandbox.wire import Answer

CALLBACK = "http://localhost:8742/callback"
ASKED = {
    "response_type": "code",
    "client_id": "app",
    "redirect_uri": CALLBACK,
    "scope": "openid profile email offline_access accounting.invoices",
    "state": "a state & more",
}


def page(caller: Caller, **changed: str) -> Answer:
    return caller.answer("GET", "/identity/connect/authorize", query={**ASKED, **changed})


def decide(caller: Caller, decision: str, **changed: str) -> dict[str, str]:
    """Press a button of the page as a script does: by posting the form that it shows."""
    shown = page(caller, **changed).body.decode().partition("</form>")[0]
    fields = dict(re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', shown))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    fields["tenant_id"] = re.findall(r'name="tenant_id" value="([^"]*)"', shown)[0]
    answer = caller.answer(
        "POST", "/identity/connect/authorize", form={**fields, "decision": decision}
    )
    assert answer.status == 302
    assert answer.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def exchange(caller: Caller, code: str, secret: str = "hush", **more: str) -> Answer:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **more}
    return caller.answer("POST", "/connect/token", form=form, headers=basic("app", secret))


def test_allowing_returns_a_code_and_the_state(stranger: Caller) -> None:
    returned = decide(stranger, "allow")
    assert returned["state"] == "a state & more"
    tokens = body_of(exchange(stranger, returned["code"]))
    assert tokens["expires_in"] == 1800
    stranger.take(tokens)
    assert stranger.status() == 200


def test_cancelling_returns_access_denied_and_the_state(stranger: Caller) -> None:
    assert decide(stranger, "cancel") == {"error": "access_denied", "state": "a state & more"}


def test_a_code_works_once(stranger: Caller) -> None:
    code = decide(stranger, "allow")["code"]
    assert exchange(stranger, code).status == 200
    assert exchange(stranger, code).body == b'{"error":"invalid_grant"}'


def test_a_code_works_for_five_minutes(stranger: Caller) -> None:
    code = decide(stranger, "allow")["code"]
    stranger.wait(minutes=5)
    assert exchange(stranger, code).body == b'{"error":"invalid_grant"}'


def test_the_redirect_address_has_to_be_the_same_at_the_exchange(stranger: Caller) -> None:
    code = decide(stranger, "allow")["code"]
    answer = exchange(stranger, code, redirect_uri="http://localhost:1/")
    assert answer.body == b'{"error":"invalid_grant"}'


def test_an_app_keeps_the_secret_it_first_came_with(stranger: Caller) -> None:
    assert exchange(stranger, decide(stranger, "allow")["code"]).status == 200
    answer = exchange(stranger, decide(stranger, "allow")["code"], secret="other")
    assert answer.body == b'{"error":"invalid_client"}'


def test_credentials_may_stand_in_the_body(stranger: Caller) -> None:
    form = {
        "grant_type": "authorization_code",
        "code": decide(stranger, "allow")["code"],
        "redirect_uri": CALLBACK,
        "client_id": "app",
        "client_secret": "hush",
    }
    assert stranger.answer("POST", "/connect/token", form=form).status == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("http://localhost:3000/x", 200),
        ("https://firm.example/back", 200),
        ("http://127.0.0.1:3000/x", 400),
        ("http://firm.example/back", 400),
        ("https://*.firm.example/", 400),
        ("http://localhost:x/", 400),
        ("app://back", 400),
        ("", 400),
    ],
)
def test_redirects_follow_xeros_rule(stranger: Caller, address: str, status: int) -> None:
    assert page(stranger, redirect_uri=address).status == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "accounting.everything"},
        {"scope": ""},
        {"response_type": "token"},
        {"client_id": ""},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ],
)
def test_a_wrong_request_gets_a_page_and_no_redirect(
    stranger: Caller, wrong: dict[str, str]
) -> None:
    answer = page(stranger, **wrong)
    assert (answer.status, "Location" in answer.headers) == (400, False)


def test_the_page_escapes_what_it_is_given(stranger: Caller) -> None:
    shown = page(stranger, client_id="<script>alert(1)</script>").body
    assert b"<script>" not in shown


def test_another_user_may_sign_in(stranger: Caller) -> None:
    shown = page(stranger).body.decode()
    assert "<strong>Ada Adviser</strong>" in shown
    other = re.findall(r'name="sandbox_user" value="([^"]*)">Sign in as Stan', shown)[0]
    assert "<strong>Stan Standard</strong>" in page(stranger, sandbox_user=other).body.decode()


def test_a_native_app_proves_itself_by_its_verifier(stranger: Caller) -> None:
    verifier = "v" * 43
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    form = {"grant_type": "authorization_code", "client_id": "app", "redirect_uri": CALLBACK}
    for tried, status in ((verifier, 200), ("w" * 43, 400), ("", 400)):
        code = decide(stranger, "allow", **asked)["code"]
        sent = {**form, "code": code, "code_verifier": tried}
        assert stranger.answer("POST", "/connect/token", form=sent).status == status


def test_tokens_verify_against_the_published_keys(stranger: Caller) -> None:
    tokens = body_of(exchange(stranger, decide(stranger, "allow", nonce="n-1")["code"]))
    found = body_of(stranger.answer("GET", "/.well-known/openid-configuration"))
    path = urlsplit(str(found["jwks_uri"])).path
    key = jwt.PyJWKSet.from_json(stranger.answer("GET", path).body.decode()).keys[0]
    options: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    issuer = str(found["issuer"])
    identity = jwt.decode(
        str(tokens["id_token"]), key, ["RS256"], options, audience="app", issuer=issuer
    )
    access = jwt.decode(
        str(tokens["access_token"]), key, ["RS256"], {**options, "verify_aud": False}
    )
    assert (identity["nonce"], identity["email"]) == ("n-1", "ada@sandbox.example")
    assert access["exp"] - access["nbf"] == 1800
    assert access["authentication_event_id"]
    assert access["xero_userid"] == identity["xero_userid"]


def test_connections_show_the_organisation_with_seven_digits(stranger: Caller) -> None:
    stranger.take(body_of(exchange(stranger, decide(stranger, "allow")["code"])))
    headers = {"authorization": f"Bearer {stranger.token}"}
    rows = msgspec.json.decode(stranger.answer("GET", "/Connections", headers=headers).body)
    assert rows[0]["tenantId"] == stranger.tenant
    assert rows[0]["tenantType"] == "ORGANISATION"
    assert rows[0]["createdDateUtc"] == "2026-03-02T09:00:00.0000000"
    other = stranger.answer(
        "GET", "/connections", headers=headers, query={"authEventId": "another"}
    )
    assert other.body == b"[]"


def test_scopes_of_xeros_other_apis_are_granted_and_open_nothing_here(stranger: Caller) -> None:
    code = decide(stranger, "allow", scope="openid assets payroll.employees.read files")["code"]
    tokens = body_of(exchange(stranger, code))
    assert tokens["scope"] == "openid assets payroll.employees.read files"
    stranger.take(tokens)
    assert stranger.status("GET") == 401


def test_without_offline_access_there_is_no_refresh_token(stranger: Caller) -> None:
    code = decide(stranger, "allow", scope="openid accounting.invoices")["code"]
    assert "refresh_token" not in body_of(exchange(stranger, code))
