"""Recovery codes: shown once, kept as hashes, each good for one time; and how tries are counted."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.auth import hashers
from django.test import Client
from pytest_django import Settings
from typer.testing import CliRunner

from counterfoil import cli
from counterfoil.web import crypto, recovery_codes, serve, tidying
from counterfoil.web import settings as shipped
from counterfoil.web.models import Event, Membership, User
from counterfoil.web.recovery_codes import DRAWN, HASHES, MANY, UNSEEN, Codes
from counterfoil.web.sign_in import SecondFactor
from tests.web.cast import PASSWORD, As, Cast
from tests.web.test_sessions import BOB, code_of, is_out

OLD = Codes.__bases__[0]
"""Allauth's own class, whose place ours has taken."""
VIEW = "/account/two-factor/recovery-codes/"
CODES = Authenticator.Type.RECOVERY_CODES


def with_factor(user: User) -> str:
    """Give somebody an authenticator app; return its secret."""
    secret: str = generate_totp_secret()
    sealed = SecondFactor().encrypt(secret)
    Authenticator.objects.create(user=user, type="totp", data={"secret": sealed})
    return secret


def with_codes(cast: Cast) -> tuple[Client, list[str]]:
    """Sign Bob in, who has just set up an app; return his browser and the codes it was shown."""
    bob = Client()
    bob.post("/account/login/", BOB)
    bob.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = bob.get("/account/two-factor/totp/activate/").context["form"].secret
    bob.post("/account/two-factor/totp/activate/", {"code": code_of(secret)})
    return bob, bob.get(VIEW).context["unused_codes"]


def comes_in(code: str) -> bool:
    there = Client()
    there.post("/account/login/", BOB)
    there.post("/account/two-factor/authenticate/", {"code": code})
    return not is_out(there)


def test_recovery_codes_are_shown_once_and_stand_nowhere(cast: Cast) -> None:
    bob, codes = with_codes(cast)
    assert len(set(codes)) == MANY
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    kept += json.dumps(dict(bob.session))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert DRAWN not in bob.session
    again = bob.get(VIEW)
    assert again.context["unused_codes"] == [UNSEEN] * MANY
    assert codes[0].encode() not in again.content
    assert bob.get(f"{VIEW}download/").status_code == 403
    assert bob.get("/account/two-factor/").status_code == 200


def test_each_hash_is_salted_and_takes_time(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    data = recovery_codes._hashed(["7K2M-9QXB-04TD", "7K2M-9QXB-04TD"])
    first, second = (hashers.get_hasher("scrypt").decode(one) for one in data[HASHES])
    assert first["algorithm"] == "scrypt"
    assert first["salt"] != second["salt"]
    assert len(first["salt"]) >= 22


def test_a_recovery_code_opens_once_however_it_is_typed(cast: Cast) -> None:
    _, codes = with_codes(cast)
    assert comes_in(codes[3].lower().replace("-", " "))
    assert not comes_in(codes[3])
    assert comes_in(codes[4].replace("0", "o").replace("1", "l"))
    assert not comes_in("7K2M-9QXB-04TD")
    assert len(Authenticator.objects.get(type=CODES).data[HASHES]) == MANY - 2


@pytest.mark.parametrize("typed", ["123456", "", "7K2M-9QXB", "UUUU-UUUU-UUUU", "١٢٣٤٥٦٧٨"])
def test_what_is_no_recovery_code_is_not_hashed(typed: str) -> None:
    assert recovery_codes.as_drawn(typed) == ""


def from_before(user: User) -> list[str]:
    """Give somebody codes as allauth keeps them: a seed that they are derived from, one used."""
    seed = SecondFactor().encrypt(OLD.generate_seed())
    row = Authenticator.objects.create(user=user, type=CODES, data={"seed": seed, "used_mask": 1})
    codes: list[str] = OLD(row).generate_codes()
    return codes


def test_codes_from_before_still_open_and_are_hashed(cast: Cast) -> None:
    bob = cast.people["bob"]
    with_factor(bob)
    used, first, second, *_ = from_before(bob)
    assert comes_in(first)
    assert set(Authenticator.objects.get(type=CODES).data) == {HASHES}
    assert not comes_in(used)
    assert not comes_in(first)
    assert comes_in(second)


def test_the_worker_hashes_codes_from_before_whose_key_is_here(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, gone = crypto.new_key(), crypto.new_key()
    monkeypatch.setenv(crypto.SETTING, gone)
    from_before(cast.people["alice"])
    monkeypatch.setenv(crypto.SETTING, there)
    from_before(cast.people["bob"])
    assert recovery_codes.hash_old() == 1
    assert recovery_codes.hash_old() == 0
    assert set(Authenticator.objects.get(user=cast.people["alice"]).data) == {"seed", "used_mask"}
    monkeypatch.setenv(crypto.SETTING, f"{there},{gone}")
    tidying.turn(cast.firm.created_at)
    rows = Authenticator.objects.filter(type=CODES)
    assert [len(row.data[HASHES]) for row in rows] == [MANY - 1] * 2


def test_codes_cannot_be_guessed_by_whoever_has_the_password(cast: Cast) -> None:
    secret = with_factor(cast.people["bob"])
    thief = Client()
    assert thief.post("/account/login/", BOB).status_code == 302
    wrong = [f"{(int(code_of(secret)) + step) % 10**6:06}" for step in range(1, 6)]
    answers = [thief.post("/account/two-factor/authenticate/", {"code": code}) for code in wrong]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    late = thief.post("/account/two-factor/authenticate/", {"code": code_of(secret)})
    assert late.status_code == 429
    assert is_out(thief)
    assert Client().post("/account/login/", BOB).status_code == 429


def test_who_lost_everything_is_helped_by_the_owner_and_the_record_says_so(
    cast: Cast, signed_in: As
) -> None:
    with_factor(cast.people["bob"])
    from_before(cast.people["bob"])
    member = Membership.objects.get(user=cast.people["bob"])
    signed_in("alice").post(f"/people/{member.pk}/", {"role": "factor"})
    assert not Authenticator.objects.exists()
    there = Client()
    there.post("/account/login/", BOB)
    assert not is_out(there)
    event = Event.objects.get(what="second factor taken")
    assert (event.actor, event.detail) == ("user:alice@example.com", "bob@example.com")


def test_no_firm_takes_the_second_factor_of_somebody_of_another(cast: Cast, signed_in: As) -> None:
    with_factor(cast.people["charlie"])
    member = Membership.objects.create(
        firm=cast.firm, user=cast.people["charlie"], role="staff", created_at=cast.firm.created_at
    )
    page = signed_in("alice").post(f"/people/{member.pk}/", {"role": "factor"}, follow=True)
    assert b"belongs to other firms too" in page.content
    assert Authenticator.objects.filter(user=cast.people["charlie"]).exists()


def test_whoever_looks_after_the_server_helps_an_owner_by_a_command(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The database of a test is up to date, and not a file that could be judged.
    monkeypatch.setattr(serve, "prepare", lambda: None)
    with_factor(cast.people["alice"])
    alice = signed_in("alice")
    run = CliRunner().invoke
    done = run(cli.app, ["person", "reset-factor", "Alice@example.com"])
    assert done.exit_code == 0
    assert "alice@example.com signs in with the password" in done.output
    assert not Authenticator.objects.exists()
    assert is_out(alice)
    assert Event.objects.get(what="second factor taken").actor.startswith("cli:")
    assert run(cli.app, ["person", "reset-factor", "alice@example.com"]).exit_code == 1
    assert run(cli.app, ["person", "reset-factor", "zoe@example.com"]).exit_code == 1
