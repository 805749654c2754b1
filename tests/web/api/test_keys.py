"""Keys: shown once, hashed, told by their use, ended at once; and how often they may ask."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from counterfoil.core.findings import Severity
from counterfoil.web.api import rates
from counterfoil.web.api.rates import Buckets, Rate
from counterfoil.web.models import ApiKey, Event
from counterfoil.web.services import api_keys, auditing
from counterfoil.web.services.api_keys import Scope
from tests.web.api_scene import Keyring, Program, said
from tests.web.cast import Cast

SLOW = Rate(a_minute=60, burst=2)


def test_only_a_hash_of_the_key_is_kept(keyring: Keyring) -> None:
    program = keyring.ours(Scope.STATUS)
    secret = program.key.split("_", 2)[2]
    (row,) = ApiKey.objects.values()
    assert secret not in str(row)
    assert len(secret) == 43
    assert secret not in repr(api_keys.Made(ApiKey.objects.get(), program.key))


def test_a_key_is_not_taken_from_an_address(keyring: Keyring) -> None:
    key = keyring.ours(Scope.STATUS).key
    for name in ("key", "api_key", "token", "access_token", "authorization"):
        assert Program("").ask("GET", f"/status?{name}={key}").status_code == 401


def test_making_and_revoking_are_in_the_firms_chain(
    keyring: Keyring, cast: Cast, now: dt.datetime
) -> None:
    name = keyring.ours(Scope.STATUS).key.split("_")[1]
    assert api_keys.revoke(cast.firm, name, actor="user:alice@example.com", now=now)
    told = list(Event.objects.order_by("sequence").values_list("what", "actor", "detail"))
    assert told == [
        ("api key made", "test", f"Practice system ({name}): status:read"),
        ("api key revoked", "user:alice@example.com", f"Practice system ({name}): status:read"),
    ]
    assert not hasattr(auditing.verified(cast.firm), "why")


def test_another_firm_revokes_nothing_of_ours(
    keyring: Keyring, cast: Cast, now: dt.datetime
) -> None:
    program = keyring.ours(Scope.STATUS)
    name = program.key.split("_")[1]
    assert api_keys.revoke(cast.other.firm, name, actor="test", now=now) is None
    assert program.ask("GET", "/status").status_code == 200


def test_the_last_use_is_known_to_the_minute(keyring: Keyring, now: dt.datetime) -> None:
    text = keyring.ours(Scope.STATUS).key
    assert ApiKey.objects.get().last_used_at is None
    for seconds, noted in ((0, 0), (59, 0), (61, 61)):
        api_keys.known(text, now=now + dt.timedelta(seconds=seconds))
        assert ApiKey.objects.get().last_used_at == now + dt.timedelta(seconds=noted)


def test_there_are_only_so_many_keys(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MOST_KEYS", 1)
    keyring.ours(Scope.STATUS)
    with pytest.raises(api_keys.TooManyKeys):
        keyring.ours(Scope.STATUS)


def test_a_bucket_fills_steadily_and_no_further_than_its_brim() -> None:
    buckets = Buckets(SLOW)
    assert [buckets.take("a", 100.0) for _ in range(3)] == [0, 0, 1]
    assert buckets.take("b", 100.0) == 0
    assert buckets.take("a", 101.0) == 0
    assert [buckets.take("a", 1000.0) for _ in range(3)] == [0, 0, 1]


def test_only_so_many_callers_are_remembered() -> None:
    buckets = Buckets(SLOW, most=2)
    for who in "aaabc":
        buckets.take(who, 0.0)
    assert buckets.take("a", 0.0) == 0


def test_whoever_asks_too_often_is_told_when_to_come_again(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program = keyring.ours(Scope.STATUS)
    monkeypatch.setattr(rates, "take", lambda bucket, *_: (bucket, 7))
    answer = program.ask("GET", "/status")
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")
    assert said(answer)["findings"][0]["severity"] == Severity.ERROR
    assert "asks too often" in caplog.text


def test_trying_keys_out_is_slowed_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    answers = [Program("cf_0_0").ask("GET", "/status").status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
