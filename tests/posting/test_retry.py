"""How long is waited, before trying again and before an absence is believed."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.posting import retry

NOON = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 2), (1, 4), (2, 8), (7, 256), (8, 300), (10_000, 300)]
)
def test_each_failure_doubles_the_pause_up_to_five_minutes(tries: int, seconds: int) -> None:
    assert retry.pause(tries, 1.0) == dt.timedelta(seconds=seconds)
    assert retry.pause(tries, 0.5) == dt.timedelta(seconds=seconds / 2)


def test_a_write_without_an_answer_is_looked_up_when_its_deadline_and_a_margin_are_over() -> None:
    assert retry.first_look(NOON) == after(120)
    assert retry.LEASE_SECONDS == 120


def test_a_key_is_dead_six_minutes_and_a_margin_after_its_request() -> None:
    assert retry.key_dies(NOON) == after(390)


def test_a_second_look_waits_five_minutes_and_for_the_keys_death() -> None:
    assert retry.second_look(NOON, NOON) == after(390)
    assert retry.second_look(after(1_000), NOON) == after(1_300)


def test_limits_of_time_are_those_of_the_architecture() -> None:
    assert (retry.WRITE_SECONDS, retry.READ_SECONDS) == (90, 30)
    assert (retry.RESEND_WITHIN_SECONDS, retry.TELL_AFTER) == (240, 6)
    assert dt.timedelta(hours=1) == retry.FARTHEST
    assert dt.timedelta(minutes=45) == retry.RECHECK_AFTER
