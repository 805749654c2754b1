"""First run and signing in."""

from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import get_user
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from counterfoil.web.configuration import read
from counterfoil.web.models import Firm, Membership, Role, User
from counterfoil.web.services import setup
from tests.web.cast import PASSWORD, As, Cast

FIRST = {"firm": "Marsh & Lowe", "email": "Alice@Example.com", "password": PASSWORD}


def test_a_fresh_installation_leads_to_the_first_owner(db: None, client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == "/setup/"
    assert b"Create the first owner" in answer.content


def test_who_reads_the_printed_code_becomes_the_first_owner(
    db: None, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/setup/", {**FIRST, "code": setup.code()})
    assert answer["Location"] == "/begin/"
    alice = get_user(client)
    assert isinstance(alice, User)
    assert alice.email == "alice@example.com"
    assert Membership.objects.get(user=alice).role == Role.OWNER
    assert Firm.objects.get().name == "Marsh & Lowe"


@pytest.mark.parametrize(
    ("field", "value"), [("code", "guess"), ("password", "short"), ("email", "alice"), ("firm", "")]
)
def test_a_wrong_answer_makes_nobody_and_keeps_what_was_typed(
    db: None, client: Client, field: str, value: str
) -> None:
    answer = client.post("/setup/", {**FIRST, "code": setup.code(), field: value})
    assert answer.status_code == 200
    assert b"errorlist" in answer.content
    assert PASSWORD.encode() not in answer.content
    assert setup.wanted()


def test_the_first_owner_is_made_once(cast: Cast, client: Client) -> None:
    answer = client.post("/setup/", {**FIRST, "code": setup.code()})
    assert answer["Location"] == "/account/login/"
    assert (Firm.objects.count(), User.objects.count()) == (2, len(cast.people))


def test_people_sign_in_by_address_whatever_its_case(cast: Cast, client: Client) -> None:
    answer = client.post("/account/login/", {"login": "BOB@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_wrong_password_says_nothing_about_the_address(cast: Cast, client: Client) -> None:
    known = client.post("/account/login/", {"login": "bob@example.com", "password": "x" * 12})
    unknown = client.post("/account/login/", {"login": "zoe@example.com", "password": "x" * 12})
    assert known.context["form"].errors
    assert known.context["form"].errors == unknown.context["form"].errors


def test_guessing_is_stopped_after_five_tries(cast: Cast, client: Client) -> None:
    wrong = {"login": "bob@example.com", "password": "wrong"}
    statuses = [client.post("/account/login/", wrong).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    answer = client.post("/account/login/", {"login": "bob@example.com", "password": PASSWORD})
    assert answer.status_code == 429
    assert b"Too many attempts" in answer.content


def test_visitors_cannot_make_accounts(cast: Cast, client: Client) -> None:
    answer = client.post("/account/signup/", {"email": "zoe@example.com", "password1": PASSWORD})
    assert b"Sign-up is closed" in answer.content
    assert not User.objects.filter(email="zoe@example.com").exists()


def test_signing_out_needs_a_post_and_ends_the_session(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    bob.get("/account/logout/")
    assert bob.get("/").status_code == 200
    assert bob.post("/account/logout/").status_code == 302
    assert bob.get("/")["Location"].startswith("/account/login/")


def test_somebody_without_a_firm_is_told_so(db: None) -> None:
    zoe = User.objects.create_user("zoe@example.com", PASSWORD)
    client = Client()
    client.force_login(zoe, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert b"You belong to no firm yet" in client.get("/", follow=True).content


def test_with_two_factor_a_password_alone_opens_nothing(cast: Cast, client: Client) -> None:
    bob = {"login": "bob@example.com", "password": PASSWORD}
    client.post("/account/login/", bob)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/two-factor/totp/activate/")
    assert b"data:image/svg+xml" in page.content
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/account/two-factor/totp/activate/", {"code": code})
    assert secret not in str(Authenticator.objects.get(user=cast.people["bob"], type="totp").data)
    thief = Client()
    assert thief.post("/account/login/", bob)["Location"] == "/account/two-factor/authenticate/"
    assert thief.get("/")["Location"].startswith("/account/login/")


def test_a_second_factor_is_offered(cast: Cast, signed_in: As) -> None:
    assert b"Authenticator" in signed_in("bob").get("/account/two-factor/").content


def test_where_a_second_factor_is_demanded_nobody_goes_on_without(
    cast: Cast, client: Client, settings: Settings
) -> None:
    others_come = read({"COUNTERFOIL_URL": "https://books.example.com"})
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, second_factor=others_come.second_factor)
    bob = {"login": "bob@example.com", "password": PASSWORD}
    client.post("/account/login/", bob)
    assert client.get("/documents/")["Location"] == "/account/two-factor/totp/activate/"
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/two-factor/totp/activate/")
    assert b"Here everybody has a second factor" in page.content
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/account/two-factor/totp/activate/", {"code": code})
    assert client.get("/documents/").status_code == 200
    assert Client().get("/health/live").status_code == 200
