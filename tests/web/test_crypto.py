"""Secrets at rest: bound to their place, opened by any key, never shown."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.web import crypto

FIRST, SECOND = crypto.new_key(), crypto.new_key()
CIPHER = crypto.parse(FIRST)


@given(st.text(), st.integers(1), st.sampled_from(["access_token", "refresh_token"]))
def test_what_is_sealed_opens_in_its_place(text: str, organisation: int, column: str) -> None:
    sealed = CIPHER.seal(text, organisation, column)
    assert CIPHER.open(sealed, organisation, column) == text


# So long a secret occurs in other bytes by chance once in 2^256 times.
@given(st.binary(min_size=32).map(bytes.hex))
def test_what_is_sealed_cannot_be_read_there(secret: str) -> None:
    sealed = CIPHER.seal(secret, 1, "access_token")
    assert secret.encode() not in sealed


@pytest.mark.parametrize(("organisation", "column"), [(2, "access_token"), (1, "refresh_token")])
def test_a_secret_moved_elsewhere_does_not_open(organisation: int, column: str) -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    with pytest.raises(crypto.Tampered):
        CIPHER.open(sealed, organisation, column)


def test_every_altered_byte_is_noticed() -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises((crypto.Tampered, crypto.KeyMissing)):
            CIPHER.open(bytes(altered), 1, "access_token")


def test_a_secret_cut_short_is_noticed() -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    for length in range(1, len(sealed)):
        with pytest.raises((crypto.Tampered, crypto.KeyMissing)):
            CIPHER.open(sealed[:length], 1, "access_token")


def test_the_same_text_is_never_sealed_alike() -> None:
    assert CIPHER.seal("token", 1, "access_token") != CIPHER.seal("token", 1, "access_token")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    old = CIPHER.seal("token", 1, "access_token")
    both = crypto.parse(f"{SECOND},{FIRST}")
    assert both.open(old, 1, "access_token") == "token"
    assert not both.is_current(old)
    assert both.is_current(both.seal("token", 1, "access_token"))


def test_a_new_key_in_front_leaves_the_audit_key_as_it_was() -> None:
    assert crypto.parse(f"{SECOND},{FIRST}").derive("audit") == CIPHER.derive("audit")
    assert CIPHER.derive("audit") != CIPHER.derive("something else")


def test_a_lost_key_is_said_in_words() -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    with pytest.raises(crypto.KeyMissing, match=r"COUNTERFOIL_SECRET_KEYS.*connect to Xero again"):
        crypto.parse(SECOND).open(sealed, 1, "access_token")


def test_keys_never_show() -> None:
    shown = repr(CIPHER) + repr(CIPHER.keys)
    assert FIRST not in shown
    assert repr(CIPHER.keys[0].secret) not in shown


# The keys are new each time; two test processes must still give the tests the same names.
@pytest.mark.parametrize(
    "given",
    [",", "short", "not base64!", FIRST + "," + FIRST[:20]],
    ids=["empty", "short", "not base64", "second one cut off"],
)
def test_a_key_of_the_wrong_shape_is_refused_by_name(given: str, tmp_path: Path) -> None:
    with pytest.raises(crypto.BadKeys, match="COUNTERFOIL_SECRET_KEYS should be"):
        crypto.load({crypto.SETTING: given}, tmp_path)


def test_without_a_setting_a_key_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    made = crypto.load({}, home)
    assert stat.S_IMODE((home / crypto.KEY_FILE).stat().st_mode) == 0o600
    assert crypto.load({}, home) == made
    assert crypto.load({crypto.SETTING: FIRST}, home) == CIPHER
