"""Passwords: chosen, changed, kept as they are; what is easy to guess is refused."""

import re

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from counterfoil.web import settings as shipped
from counterfoil.web.models import Membership, User
from tests.web.cast import PASSWORD, As, Cast

NEW = "eight quiet ledgers"
CHANGE = "/account/password/"


def taken(name: str, password: str) -> bool:
    """Whether somebody comes in with a password."""
    answer = Client().post("/account/login/", {"login": name, "password": password})
    return answer.status_code == 302


def change(client: Client, old: str, new: str) -> bool:
    given = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(CHANGE, given).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!",
        "1qaz2wsx3edc",
        "dragondragon",
        "counterfoil2026",
        "Xero-bookkeeper!",
        "111111111111",
        "121212121212",
    ],
)
def test_common_words_with_little_added_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        password_validation.validate_password(password)


@pytest.mark.parametrize("password", [NEW, "counterfoil of seven quiet ledgers", "ω" * 3 + NEW])
def test_words_put_together_are_taken(password: str) -> None:
    password_validation.validate_password(password)


def test_changing_a_password_asks_for_the_old_one(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    assert not change(bob, "not the old one", NEW)
    assert taken("bob@example.com", PASSWORD)
    assert change(bob, PASSWORD, NEW)
    assert taken("bob@example.com", NEW)


def test_a_changed_password_ends_every_other_session(cast: Cast, signed_in: As) -> None:
    bob, elsewhere = signed_in("bob"), signed_in("bob")
    change(bob, PASSWORD, NEW)
    assert bob.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "password", ["  Seven Quiet Ledgers  ", "ledger " * 20, "pässwörter für Bücher"]
)
def test_passwords_are_compared_letter_for_letter(password: str, cast: Cast, signed_in: As) -> None:
    assert change(signed_in("bob"), PASSWORD, password)
    assert taken("bob@example.com", password)
    for other in (password.swapcase(), password.strip(), password[:64]):
        assert other == password or not taken("bob@example.com", other)


def test_password_fields_are_masked_and_left_to_password_managers(
    cast: Cast, signed_in: As
) -> None:
    alice = signed_in("alice")
    member = Membership.objects.get(user=cast.people["bob"])
    link = alice.post(f"/people/{member.pk}/", {"role": "password"}).context["invitation"]
    pages = [
        Client().get(reverse("account_login")),
        Client().get(str(link)),
        alice.get(CHANGE),
        alice.get(reverse("account_reauthenticate")),
    ]
    for page in pages:
        fields = [
            tag for tag in re.findall(r"<input[^>]*>", page.content.decode()) if "assword" in tag
        ]
        assert fields
        assert all('type="password"' in tag for tag in fields)
        assert all(re.search(r'autocomplete="(current|new)-password"', tag) for tag in fields), (
            fields
        )
        assert not any("onpaste" in tag for tag in fields)


def test_a_password_never_runs_out(cast: Cast) -> None:
    User.objects.filter(email="bob@example.com").update(last_login="2001-01-01T00:00:00Z")
    assert taken("bob@example.com", PASSWORD)


def test_passwords_are_kept_as_scrypt() -> None:
    first = import_string(shipped.PASSWORD_HASHERS[0])()
    kept = first.decode(first.encode("x", "a salt of more than that"))
    assert kept["algorithm"] == "scrypt"
    assert kept["work_factor"] * kept["block_size"] * kept["parallelism"] >= 2**14 * 8 * 5
