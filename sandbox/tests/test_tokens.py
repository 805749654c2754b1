"""Tokens after the first: refreshing, the grace, revoking, disconnecting, scopes."""

from __future__ import annotations

import msgspec
import pytest

from sandbox.tests.counter import Caller, basic, body_of
from xero_sandbox.wire import Answer

DEAD = b'{"error":"invalid_grant"}'


def test_an_access_token_lasts_thirty_minutes(caller: Caller) -> None:
    caller.wait(minutes=29, seconds=59)
    assert caller.status() == 200
    caller.wait(seconds=1)
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert answer.status == 401
    assert body_of(answer)["Detail"] == "TokenExpired: token expired at 03/02/2026 09:30:00"


def test_every_refresh_gives_a_new_refresh_token(caller: Caller) -> None:
    tokens = body_of(caller.refresh(caller.refresh_token))
    assert tokens["refresh_token"] != caller.refresh_token
    caller.take(tokens)
    assert caller.status() == 200


def test_the_previous_refresh_token_may_be_repeated_for_thirty_minutes(caller: Caller) -> None:
    assert caller.refresh(caller.refresh_token).status == 200
    caller.wait(minutes=29)
    assert caller.refresh(caller.refresh_token).status == 200
    caller.wait(minutes=1)
    assert caller.refresh(caller.refresh_token).body == DEAD


def test_two_workers_with_a_copy_each_end_in_invalid_grant(caller: Caller) -> None:
    first = body_of(caller.refresh(caller.refresh_token))
    second = body_of(caller.refresh(caller.refresh_token))
    assert caller.refresh(str(first["refresh_token"])).status == 200
    assert caller.refresh(str(second["refresh_token"])).body == DEAD
    assert caller.refresh(caller.refresh_token).body == DEAD


def test_a_refresh_token_unused_for_sixty_days_is_dead(caller: Caller) -> None:
    caller.wait(days=59)
    token = str(body_of(caller.refresh(caller.refresh_token))["refresh_token"])
    caller.wait(days=60)
    assert caller.refresh(token).body == DEAD


def test_an_id_and_a_secret_come_form_encoded_in_the_header(stranger: Caller) -> None:
    """RFC 6749, section 2.3.1; so that an id may hold a colon and a secret a plus sign."""
    issued = stranger.sandbox.issue_token((stranger.tenant,), client_id="a:pp", now=stranger.now)
    token = issued["refresh_token"]
    assert stranger.refresh(token, client="a%3App", secret="hu%2Bsh+%25").status == 200
    assert stranger.refresh(token, client="a%3Ap%70", secret="hu%2bsh%20%25").status == 200
    assert body_of(stranger.refresh(token, client="a%3App", secret="hu+sh%20%25")) == {
        "error": "invalid_client"
    }


def test_another_app_cannot_use_the_refresh_token(caller: Caller) -> None:
    assert caller.refresh(caller.refresh_token, client="thief").body == DEAD


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({"grant_type": "password"}, basic("app", "hush"), "unsupported_grant_type"),
        ({}, basic("app", "hush"), "invalid_request"),
        ({"grant_type": "refresh_token"}, basic("app", "hush"), "invalid_grant"),
        ({"grant_type": "refresh_token"}, {}, "invalid_client"),
        ({"grant_type": "refresh_token"}, {"authorization": "Basic ???"}, "invalid_client"),
        ({"grant_type": "refresh_token"}, {"authorization": "Digest x"}, "invalid_client"),
    ],
)
def test_wrong_token_requests_name_their_error(
    caller: Caller, form: dict[str, str], headers: dict[str, str], error: str
) -> None:
    answer = caller.answer("POST", "/connect/token", form=form, headers=headers)
    assert (answer.status, body_of(answer)) == (400, {"error": error})


def test_revoking_ends_tokens_and_connections(caller: Caller) -> None:
    form = {"token": caller.refresh_token}
    headers = basic("app", "hush")
    answer = caller.answer("POST", "/connect/revocation", form=form, headers=headers)
    assert (answer.status, answer.body) == (200, b"")
    assert caller.refresh(caller.refresh_token).body == DEAD
    assert caller.status() == 403


def test_a_user_who_removes_the_app_leaves_refreshing_alive(caller: Caller) -> None:
    caller.answer("POST", "/_sandbox/disconnect", json={"tenantId": caller.tenant})
    caller.take(body_of(caller.refresh(caller.refresh_token)))
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert (answer.status, body_of(answer)["Detail"]) == (403, "AuthenticationUnsuccessful")


def test_an_app_can_disconnect_itself_once(caller: Caller) -> None:
    headers = {"authorization": f"Bearer {caller.token}"}
    row = msgspec.json.decode(caller.answer("GET", "/connections", headers=headers).body)[0]
    path = f"/connections/{row['id']}"
    assert caller.answer("DELETE", path, headers=headers).status == 204
    assert caller.answer("DELETE", path, headers=headers).status == 404
    assert caller.status() == 403


@pytest.mark.parametrize("path", ["/connections", "/api.xro/2.0/Invoices", "/connect/userinfo"])
def test_nothing_opens_without_a_token(caller: Caller, path: str) -> None:
    answer = caller.answer("GET", path)
    assert (answer.status, body_of(answer)["Detail"]) == (401, "AuthenticationUnsuccessful")


@pytest.mark.parametrize("tenant", ["", "not-a-tenant"])
def test_a_call_needs_a_connected_organisation(caller: Caller, tenant: str) -> None:
    caller.tenant = tenant
    assert caller.status() == 403


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        ("accounting.invoices", "PUT", "/Invoices", 200),
        ("accounting.transactions", "PUT", "/Invoices", 200),
        ("accounting.invoices.read", "GET", "/Invoices", 200),
        ("accounting.invoices.read", "PUT", "/Invoices", 401),
        ("accounting.invoices", "PUT", "/Payments", 401),
        ("accounting.reports.trialbalance.read", "GET", "/Reports/TrialBalance", 200),
        ("accounting.reports.trialbalance.read", "GET", "/Reports/BankSummary", 401),
        ("accounting.reports.read", "GET", "/Reports/BankSummary", 200),
        ("accounting.reports.trialbalance.read", "GET", "/Reports", 200),
        ("accounting.contacts", "GET", "/Reports", 401),
        ("accounting.settings.read", "GET", "/Accounts", 200),
        ("accounting.invoices", "GET", "/Journals", 401),
    ],
)
def test_scopes_open_their_endpoints_only(
    caller: Caller, scopes: str, method: str, path: str, status: int
) -> None:
    wanted = {"tenants": [caller.tenant], "scopes": scopes.split()}
    caller.take(body_of(caller.answer("POST", "/_sandbox/token", json=wanted)))
    answer = caller.call(method, path)
    assert isinstance(answer, Answer)
    assert answer.status == status
    if status == 401:
        assert body_of(answer)["Detail"] == "AuthorizationUnsuccessful"
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_the_first_app_to_refresh_takes_over_a_token_without_an_owner(stranger: Caller) -> None:
    issued = body_of(stranger.answer("POST", "/_sandbox/token", json={}))
    stranger.take(body_of(stranger.refresh(str(issued["refresh_token"]), client="mine")))
    assert stranger.status() == 200
    assert stranger.refresh(stranger.refresh_token, client="other").body == DEAD


def custom(caller: Caller, **fields: str) -> Answer:
    form = {"grant_type": "client_credentials", **fields}
    return caller.answer("POST", "/connect/token", form=form, headers=basic("bespoke", "hush"))


def test_a_custom_connection_has_one_organisation_and_no_refresh_token(stranger: Caller) -> None:
    issued = body_of(custom(stranger, scope="accounting.invoices"))
    assert set(issued) == {"access_token", "expires_in", "token_type", "scope"}
    stranger.token = str(issued["access_token"])
    first, stranger.tenant = stranger.tenant, ""
    assert stranger.status() == 200  # the header may be left out
    headers = {"authorization": f"Bearer {stranger.token}"}
    rows = msgspec.json.decode(stranger.answer("GET", "/connections", headers=headers).body)
    assert [row["tenantId"] for row in rows] == [first]
    assert stranger.status("PUT", "/Payments") == 401


def test_a_custom_connection_does_not_open_a_second_organisation(stranger: Caller) -> None:
    other = stranger.sandbox.new_organisation("Other", "AU", stranger.now).tenant_id
    stranger.take(body_of(custom(stranger)))
    stranger.tenant = other
    assert stranger.status() == 403


@pytest.mark.parametrize("scope", ["openid", "offline_access", "accounting.everything"])
def test_a_custom_connection_has_no_user(stranger: Caller, scope: str) -> None:
    assert body_of(custom(stranger, scope=scope)) == {"error": "invalid_scope"}


def test_a_custom_connection_needs_its_secret(stranger: Caller) -> None:
    form = {"grant_type": "client_credentials", "client_id": "bespoke"}
    answer = stranger.answer("POST", "/connect/token", form=form)
    assert body_of(answer) == {"error": "invalid_client"}
    stranger.answer("POST", "/_sandbox/reset")
    assert body_of(custom(stranger)) == {"error": "unauthorized_client"}
