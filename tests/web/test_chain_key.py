"""The record is sealed with one key for good: a slip with the keys stops whoever would write."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.web import audit, chain_key, crypto, verifying
from counterfoil.web.models import AuditEntry
from counterfoil.web.store import derived
from counterfoil.web.store.noting import note
from tests.web.cast import Cast


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, cast: Cast, now: dt.datetime) -> tuple[str, str]:
    """One key, with which something was written down, and a new one."""
    one, new = crypto.new_key(), crypto.new_key()
    AuditEntry.objects.all().delete()
    monkeypatch.setattr(chain_key, "_known", {})
    monkeypatch.setenv(crypto.SETTING, one)
    note(cast.firm, "paused", "", actor="alice", now=now)
    return one, new


def whole(cast: Cast) -> bool:
    return isinstance(verifying.verify(cast.firm.pk, derived(audit.PURPOSE)), audit.Head)


@pytest.mark.parametrize("order", ["{one},{new}", "{new},{one}"])
def test_a_key_is_added_on_either_side_and_the_chain_stays_whole(
    cast: Cast,
    keys: tuple[str, str],
    order: str,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, new = keys
    monkeypatch.setenv(crypto.SETTING, order.format(one=one, new=new))
    note(cast.firm, "resumed", "", actor="alice", now=now)
    assert whole(cast)


def test_nothing_is_written_down_with_another_key_and_the_words_say_what_is_missing(
    cast: Cast, keys: tuple[str, str], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, new = keys
    monkeypatch.setenv(crypto.SETTING, new)
    with pytest.raises(crypto.KeyMissing, match=r"has sealed the record.*Put back the key"):
        note(cast.firm, "resumed", "", actor="alice", now=now)
    monkeypatch.setenv(crypto.SETTING, one)
    note(cast.firm, "resumed", "", actor="alice", now=now)
    assert whole(cast)
