"""Sessions: begun anew, ended in time, ended at once for whoever is let go."""

import datetime as dt
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from asgiref.sync import async_to_sync
from axes.models import AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from counterfoil.web import sessions, tidying
from counterfoil.web.models import Membership
from counterfoil.web.session_store import stored_under
from counterfoil.web.sign_in import SecondFactor
from tests.web.cast import PASSWORD, As, Cast

BOB = {"login": "bob@example.com", "password": PASSWORD}


def is_out(client: Client) -> bool:
    return client.get("/").headers.get("Location", "").startswith("/account/login/")


def be_later(client: Client, by: int, *names: str) -> None:
    """Let time pass, as a session has it written down."""
    session = client.session
    for name in names:
        session[name] -= by
    session.save()


@pytest.fixture
def bob(cast: Cast, client: Client) -> Client:
    client.post("/account/login/", BOB)
    return client


def test_signing_in_makes_a_new_session(cast: Cast, client: Client) -> None:
    client.get("/account/login/")
    before = client.session.session_key
    client.post("/account/login/", BOB)
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert before
    assert after != before
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = before
    assert is_out(stolen)


def test_what_the_database_has_of_a_session_opens_none(bob: Client) -> None:
    """Neither the id that the cookie carries stands there, nor does what stands there open it."""
    (row,) = Session.objects.all()
    cookie = bob.cookies[settings.SESSION_COOKIE_NAME].value
    assert cookie not in f"{row.session_key} {row.session_data} {row.get_decoded()}"
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert is_out(stolen)
    assert not is_out(bob)


def test_whoever_asks_without_waiting_finds_a_session_by_the_hash_of_its_id_too(
    bob: Client,
) -> None:
    session = bob.session
    assert session.session_key
    assert async_to_sync(session.aexists)(session.session_key)
    async_to_sync(session.adelete)(session.session_key)
    assert not Session.objects.exists()


def test_an_hour_without_a_person_ends_a_session(bob: Client) -> None:
    be_later(bob, sessions.IDLE - 600, sessions.SEEN)
    assert not is_out(bob)
    be_later(bob, sessions.IDLE + 5, sessions.SEEN)
    assert is_out(bob)


def test_a_page_that_asks_again_by_itself_keeps_no_session_alive(bob: Client) -> None:
    be_later(bob, sessions.IDLE - 600, sessions.SEEN)
    seen = bob.session[sessions.SEEN]
    bob.get("/", headers={"HX-Request": "true"})
    assert bob.session[sessions.SEEN] == seen
    bob.get("/")
    assert bob.session[sessions.SEEN] > seen


def test_twelve_hours_end_a_session_whatever_is_done(bob: Client) -> None:
    be_later(bob, sessions.LONGEST, sessions.BEGUN)
    assert is_out(bob)


@pytest.mark.parametrize(
    ("begun", "seen", "over"),
    [(0, 0, False), (3599, 3599, False), (3600, 3600, True), (43199, 5, False), (43200, 5, True)],
)
def test_a_session_is_over_an_hour_after_the_last_and_twelve_after_the_first_request(
    begun: int, seen: int, over: bool
) -> None:
    now = time.time()
    assert sessions.is_over(now - begun, now - seen, now) == over


def test_who_is_let_go_sees_nothing_any_more(cast: Cast, signed_in: As, bob: Client) -> None:
    member = Membership.objects.get(user=cast.people["bob"])
    assert not is_out(bob)
    signed_in("alice").post(f"/people/{member.pk}/", {"role": "none"})
    for page in ("/documents/", "/problems/", "/trust/"):
        assert bob.get(page)["Location"] == "/no-firm/"


def test_an_account_that_is_switched_off_has_no_session_left(cast: Cast, bob: Client) -> None:
    cast.people["bob"].is_active = False
    cast.people["bob"].save()
    assert is_out(bob)


def test_every_page_offers_to_sign_out(cast: Cast, bob: Client) -> None:
    for page in ("/", "/documents/", "/people/", "/mapping/"):
        assert b"/account/logout/" in bob.get(page).content


def test_every_try_to_sign_in_is_kept(cast: Cast, client: Client) -> None:
    client.post("/account/login/", {**BOB, "password": "a wrong one"})
    client.post("/account/login/", BOB)
    for kept in (AccessFailureLog, AccessLog):
        (one,) = kept.objects.all()
        assert (one.username, one.ip_address) == ("bob@example.com", "127.0.0.1")
        assert one.attempt_time.tzinfo


def code_of(secret: str, at: int = 0) -> str:
    counter = next(yield_hotp_counters_from_time())
    code: str = format_hotp_value(hotp_value(secret, counter + at))
    return code


def test_a_code_opens_once_and_for_half_a_minute(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    secret = generate_totp_secret()
    sealed = SecondFactor().encrypt(secret)
    Authenticator.objects.create(user=cast.people["bob"], type="totp", data={"secret": sealed})

    def comes_in(code: str) -> bool:
        there = Client()
        there.post("/account/login/", BOB)
        there.post("/account/two-factor/authenticate/", {"code": code})
        return not is_out(there)

    assert not comes_in(code_of(secret, -1))
    code = code_of(secret)
    assert comes_in(code)
    assert not comes_in(code)


def test_a_new_password_leaves_the_second_factor_in_place(cast: Cast, signed_in: As) -> None:
    sealed = SecondFactor().encrypt(generate_totp_secret())
    Authenticator.objects.create(user=cast.people["bob"], type="totp", data={"secret": sealed})
    member = Membership.objects.get(user=cast.people["bob"])
    answer = signed_in("alice").post(f"/people/{member.pk}/", {"role": "password"})
    Client().post(str(answer.context["invitation"]), {"password": "eight quiet ledgers"})
    there = Client()
    answer = there.post("/account/login/", {**BOB, "password": "eight quiet ledgers"})
    assert answer["Location"] == "/account/two-factor/authenticate/"


def test_changing_the_second_factor_asks_who_it_is_once_more(
    cast: Cast, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = time.time() + 10 * 60
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time.time", lambda: later)
    answer = bob.get("/account/two-factor/totp/activate/")
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_an_address_that_a_visitor_makes_up_gains_no_tries(cast: Cast, client: Client) -> None:
    wrong = {**BOB, "password": "a wrong one"}
    statuses = []
    for number in range(5):
        made_up = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        answer = client.post("/account/login/", wrong, headers=made_up)
        statuses.append(answer.status_code)
    assert statuses[-1] == 429


def test_sessions_whose_time_is_over_leave_the_database(bob: Client) -> None:
    kept = Session.objects.filter(pk=stored_under(bob.session.session_key or ""))
    tidying.turn(timezone.now())
    assert kept.exists()
    kept.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    tidying.turn(timezone.now())
    assert not kept.exists()


def another(browser: str = "Firefox") -> Client:
    client = Client(headers={"User-Agent": browser})
    client.post("/account/login/", BOB)
    return client


def test_people_see_where_they_are_signed_in_and_end_the_others(bob: Client, cast: Cast) -> None:
    elsewhere, alice = another(), Client()
    alice.post("/account/login/", {**BOB, "login": "alice@example.com"})
    page = bob.get("/account/sessions/").content.decode()
    assert page.count("(this one)") == 1
    assert "Firefox" in page
    assert page.count('data-label="Browser"') == 2
    bob.post("/account/sessions/")
    assert is_out(elsewhere)
    assert not is_out(bob)
    assert not is_out(alice)
    assert is_out(Client())
    assert Client().get("/account/sessions/")["Location"].startswith("/account/login/")


def test_another_second_factor_ends_the_other_sessions(
    bob: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    elsewhere = another()
    bob.post("/account/reauthenticate/", {"password": PASSWORD})
    page = bob.get("/account/two-factor/totp/activate/")
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(page.context["form"].secret, counter))
    with django_capture_on_commit_callbacks(execute=True):
        bob.post("/account/two-factor/totp/activate/", {"code": code})
    assert is_out(elsewhere)
    assert not is_out(bob)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "curl/8"),
        ("", "not known"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert sessions.in_words(agent) == words
