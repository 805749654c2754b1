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


def test_what_an_earlier_version_sealed_still_opens() -> None:
    """A ciphertext of the first release: nothing that it is bound by may ever change."""
    cipher = crypto.parse("2PO3OO8-6bHLvwjRxkDvsYpIKj91a6Y5fZhVYFOZA4o=")
    sealed = (
        "f328df3eb1359365000102030405060708090a0b8885e7c59e580e1f688aa41115548f5bbf15b7ae1420e5"
    )
    assert cipher.open(bytes.fromhex(sealed), 7, "access_token") == "a token"
    audit = "c7b98b989fa6777f053143675faa74b6147885ce0f468ebad1f6f855ecd05a72"
    assert cipher.derive("audit").hex() == audit


def test_a_ciphertext_is_its_keys_name_a_nonce_of_96_bits_the_text_and_a_tag() -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    assert sealed[:8] == CIPHER.keys[0].id
    assert len(sealed) == 8 + 12 + len("token") + 16


def test_nothing_is_sealed_as_nothing() -> None:
    assert CIPHER.seal("", 1, "access_token") == b""
    assert CIPHER.open(b"", 1, "access_token") == ""
    assert CIPHER.is_current(b"")


def test_a_store_may_hand_out_a_view_of_what_is_sealed() -> None:
    sealed = memoryview(CIPHER.seal("token", 1, "access_token"))
    assert CIPHER.is_current(sealed)  # type: ignore[arg-type] # as PostgreSQL's driver does
    assert CIPHER.open(sealed, 1, "access_token") == "token"  # type: ignore[arg-type]


def test_keys_may_stand_on_lines_of_their_own() -> None:
    assert crypto.parse(f"  {SECOND}\n{FIRST} \n") == crypto.parse(f"{SECOND},{FIRST}")


def test_a_new_key_is_32_random_bytes() -> None:
    assert len(CIPHER.keys[0].secret) == 32
    assert FIRST != SECOND


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    old = CIPHER.seal("token", 1, "access_token")
    both = crypto.parse(f"{SECOND},{FIRST}")
    assert both.open(old, 1, "access_token") == "token"
    assert not both.is_current(old)
    assert both.is_current(both.seal("token", 1, "access_token"))


def test_a_new_key_in_front_leaves_the_audit_key_as_it_was() -> None:
    assert crypto.parse(f"{SECOND},{FIRST}").derive("audit") == CIPHER.derive("audit")
    assert CIPHER.derive("audit") != CIPHER.derive("something else")


def test_what_an_older_key_sealed_is_sealed_anew_with_the_newest() -> None:
    both = crypto.parse(f"{SECOND},{FIRST}")
    anew = both.sealed_anew(CIPHER.seal("token", 1, "access_token"), 1, "access_token")
    assert both.is_current(anew)
    assert both.open(anew, 1, "access_token") == "token"


def test_a_lost_key_is_said_in_words() -> None:
    sealed = CIPHER.seal("token", 1, "access_token")
    with pytest.raises(crypto.KeyMissing, match=r"COUNTERFOIL_SECRET_KEYS.*connect to Xero again"):
        crypto.parse(SECOND).open(sealed, 1, "access_token")


def test_keys_never_show() -> None:
    shown = repr(CIPHER) + repr(CIPHER.keys)
    assert repr(CIPHER) == "Cipher()"
    assert FIRST not in shown
    assert repr(CIPHER.keys[0].secret) not in shown


# The keys are new each time; two test processes must still give the tests the same names.
@pytest.mark.parametrize(
    "given",
    [",", "short", "not base64!", FIRST + "," + FIRST[:20], FIRST[:9] + "!" + FIRST[9:], "ключ"],
    ids=["empty", "short", "not base64", "second one cut off", "a slip", "no Latin letters"],
)
def test_a_key_of_the_wrong_shape_is_refused_by_name(given: str, tmp_path: Path) -> None:
    with pytest.raises(crypto.BadKeys, match="COUNTERFOIL_SECRET_KEYS should be"):
        crypto.load({crypto.SETTING: given}, tmp_path)


def test_without_a_setting_a_key_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "data" / "home"
    made = crypto.load({}, home)
    assert stat.S_IMODE((home / "secret-keys").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert crypto.load({}, home) == crypto.load({crypto.SETTING: " "}, home) == made
    assert crypto.load({crypto.SETTING: FIRST}, home) == CIPHER


def test_of_two_that_make_the_key_at_once_the_first_prevails_and_nothing_is_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: list[crypto.Cipher] = []

    def meanwhile() -> str:
        monkeypatch.setattr(crypto, "new_key", lambda: SECOND)
        first.append(crypto.load({}, tmp_path))
        return FIRST

    monkeypatch.setattr(crypto, "new_key", meanwhile)
    assert [crypto.load({}, tmp_path)] == first == [crypto.parse(SECOND)]
    assert [path.name for path in tmp_path.iterdir()] == [crypto.KEY_FILE]


def test_where_there_is_a_key_none_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = crypto.load({}, tmp_path)
    monkeypatch.setattr(crypto, "new_key", lambda: pytest.fail("a key was drawn"))
    assert crypto.load({}, tmp_path) == made
