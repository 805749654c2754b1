"""The list of breached passwords: found by halving, told from what is none, refused in words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from counterfoil.web import breached
from counterfoil.web.configuration import Misconfigured, read
from tests.web.cast import PASSWORD, As, Cast

NAME = "COUNTERFOIL_BREACHED_PASSWORDS"
KNOWN = ["seven loud ledgers", "pässwörter für Bücher", "correct horse battery"]


def a_list(passwords: list[str], end: str = "\r\n") -> bytes:
    """Write a list as it is published; an independent oracle of its form."""
    hashes = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)
    return "".join(f"{one}:{place + 3}{end}" for place, one in enumerate(hashes)).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "pwned.txt"
    file.write_bytes(a_list([*KNOWN, *(f"password {number}" for number in range(5000))]))
    return file


def test_what_is_on_the_list_is_found_and_nothing_else(path: Path) -> None:
    assert all(breached.holds(path, f"password {number}") for number in range(0, 5000, 7))
    assert not any(breached.holds(path, f"another {number}") for number in range(700))


@given(
    st.sets(st.text(max_size=5), max_size=40), st.text(max_size=5), st.sampled_from(["\n", "\r\n"])
)
def test_a_list_of_any_length_is_searched_to_both_its_ends(
    tmp_path_factory: pytest.TempPathFactory, known: set[str], other: str, end: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.txt"
    file.write_bytes(a_list(sorted(known), end).removesuffix(end.encode()))
    assert all(breached.holds(file, one) for one in known)
    assert breached.holds(file, other) == (other in known)
    assert breached.is_list(file) == bool(known)


def test_a_password_from_a_breach_cannot_be_chosen(
    cast: Cast, signed_in: As, settings: Settings, path: Path
) -> None:
    bob = signed_in("bob")
    ours = {"oldpassword": PASSWORD, "password1": KNOWN[0], "password2": KNOWN[0]}
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, breached_passwords=path)
    answer = bob.post("/account/password/", ours)
    assert answer.status_code == 200
    assert b"found in a breach" in answer.content
    signed = {"login": "bob@example.com", "password": PASSWORD}
    assert Client().post("/account/login/", signed).status_code == 302
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, breached_passwords=None)
    assert bob.post("/account/password/", ours).status_code == 302


def test_without_its_list_no_password_is_taken(settings: Settings, tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, breached_passwords=gone)
    with pytest.raises(ValidationError, match="cannot be read"):
        password_validation.validate_password("eight quiet ledgers")


def test_a_start_takes_a_list_that_is_in_order_only(path: Path) -> None:
    kept = path.read_bytes()
    path.write_bytes(kept.lower())
    assert read({NAME: str(path)}).breached_passwords == path
    path.write_bytes(b"".join(reversed(kept.splitlines(keepends=True))))
    with pytest.raises(Misconfigured, match=f"{NAME} should be a file of breached passwords"):
        read({NAME: str(path)})


@pytest.mark.parametrize("content", [b"", b"password\n", b"0" * 40 + b":x\n"])
def test_what_is_no_list_of_hashes_stops_the_start(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "passwords.txt"
    for there in (False, True):
        if there:
            file.write_bytes(content)
        with pytest.raises(Misconfigured, match=NAME):
            read({NAME: str(file)})
