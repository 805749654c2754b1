"""Xero's limits: what may leave, and what answers teach."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.posting.limits import admit, current, learn, reserved_of_day
from counterfoil.posting.records import LimitsRow, Slot, Wait

NOON = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def taken(row: LimitsRow, calls: int, *, clicking: bool = False) -> LimitsRow | Wait:
    """Make calls one after another, each answered at once."""
    found: LimitsRow | Wait = row
    for n in range(calls):
        found = admit(row, f"s{n}", clicking=clicking, seconds=120, now=NOON)
        if isinstance(found, Wait):
            return found
        row = found = learn(found, f"s{n}", None, status=200, now=NOON)
    return found


def test_the_drain_leaves_two_calls_a_minute_to_people() -> None:
    assert isinstance(taken(LimitsRow(), 58), LimitsRow)
    assert taken(LimitsRow(), 59) == Wait(later(60), "minute")
    assert isinstance(taken(LimitsRow(), 60, clicking=True), LimitsRow)
    assert taken(LimitsRow(), 61, clicking=True) == Wait(later(60), "minute")


def test_the_minute_begins_anew_after_sixty_seconds() -> None:
    full = taken(LimitsRow(), 58)
    assert isinstance(full, LimitsRow)

    assert isinstance(admit(full, "x", clicking=False, seconds=120, now=later(60)), LimitsRow)


def test_one_place_in_flight_is_kept_for_people() -> None:
    row = LimitsRow(in_flight=tuple(Slot(f"s{n}", later(120)) for n in range(4)))

    assert admit(row, "x", clicking=False, seconds=120, now=NOON) == Wait(later(120), "concurrent")
    assert isinstance(admit(row, "x", clicking=True, seconds=120, now=NOON), LimitsRow)


def test_a_slot_nobody_gives_back_lapses() -> None:
    row = LimitsRow(in_flight=tuple(Slot(f"s{n}", later(120)) for n in range(5)))

    assert isinstance(admit(row, "x", clicking=False, seconds=120, now=later(120)), LimitsRow)


def test_part_of_the_day_is_kept_for_people() -> None:
    assert reserved_of_day(5_000) == 250
    assert reserved_of_day(1_000) == 50
    row = LimitsRow(day_from=NOON, day_used=4_750)

    refused = admit(row, "x", clicking=False, seconds=120, now=NOON)

    assert refused == Wait(NOON + dt.timedelta(days=1), "day")
    assert isinstance(admit(row, "x", clicking=True, seconds=120, now=NOON), LimitsRow)


def test_xeros_own_count_corrects_ours() -> None:
    row = LimitsRow(minute_from=NOON, minute_used=3, day_from=NOON, day_used=3)
    headers = {"x-minlimit-remaining": "20", "x-daylimit-remaining": "4000"}

    learnt = learn(row, "s", headers, status=200, now=later(10))

    assert (learnt.minute_used, learnt.day_used) == (40, 1_000)


def test_the_last_moments_of_xeros_minute_do_not_fill_ours_that_has_just_begun() -> None:
    row = LimitsRow(minute_from=NOON, minute_used=4)

    learnt = learn(row, "s", {"x-minlimit-remaining": "0"}, status=200, now=later(1))

    assert learnt.minute_used == 4


def test_a_short_wait_does_not_end_a_longer_one() -> None:
    row = learn(LimitsRow(), "a", {"retry-after": "600"}, status=429, now=NOON)

    learnt = learn(row, "b", {"x-rate-limit-problem": "concurrent"}, status=429, now=later(1))

    assert learnt.blocked_until == later(600)


def test_what_a_clock_that_was_a_year_ahead_has_written_ends_nothing() -> None:
    far = NOON + dt.timedelta(days=400)
    row = LimitsRow(far, 60, far, 5_000, 5_000, (Slot("s", far),) * 5, far, "minute")

    assert current(row, NOON) == LimitsRow()


def test_a_starter_tier_is_recognised_by_what_is_left_of_its_day() -> None:
    row = LimitsRow(day_from=NOON, day_used=1)

    learnt = learn(row, "s", {"x-daylimit-remaining": "999"}, status=200, now=NOON)

    assert (learnt.day_limit, learnt.day_used) == (1_000, 1)


def test_an_answer_out_of_turn_does_not_open_a_new_minute() -> None:
    overtaken = Slot("s", later(120), used_before=9)
    row = LimitsRow(minute_from=NOON, minute_used=40, in_flight=(overtaken,))

    learnt = learn(row, "s", {"x-minlimit-remaining": "50"}, status=200, now=later(20))

    assert (learnt.minute_from, learnt.minute_used) == (NOON, 40)


def test_a_minute_that_began_anew_at_xero_begins_anew_here() -> None:
    taken = Slot("s", later(120), used_before=50)
    row = LimitsRow(minute_from=NOON, minute_used=53, in_flight=(taken,))

    learnt = learn(row, "s", {"x-minlimit-remaining": "59"}, status=200, now=later(30))

    assert (learnt.minute_from, learnt.minute_used) == (later(30), 3), "this call and two since"


def test_retry_after_is_obeyed() -> None:
    headers = {"x-rate-limit-problem": "Minute", "retry-after": "37"}

    learnt = learn(LimitsRow(), "s", headers, status=429, now=NOON)

    assert admit(learnt, "x", clicking=True, seconds=9, now=NOON) == Wait(later(37), "minute")
    assert isinstance(admit(learnt, "x", clicking=True, seconds=9, now=later(37)), LimitsRow)


def test_a_day_limit_blocks_as_long_as_it_says() -> None:
    headers = {"x-rate-limit-problem": "day", "retry-after": "7200"}

    learnt = learn(LimitsRow(), "s", headers, status=429, now=NOON)

    assert admit(learnt, "x", clicking=True, seconds=9, now=NOON) == Wait(later(7_200), "day")


@pytest.mark.parametrize("problem", ["minute", "day"])
def test_a_window_ends_when_xero_says_so_even_if_ours_would_last_longer(problem: str) -> None:
    headers = {
        "x-rate-limit-problem": problem,
        "retry-after": "2",
        f"x-{problem[:3]}limit-remaining": "0",
    }

    learnt = learn(LimitsRow(), "s", headers, status=429, now=NOON)

    assert isinstance(admit(learnt, "x", clicking=False, seconds=9, now=later(1)), Wait)
    assert isinstance(admit(learnt, "x", clicking=False, seconds=9, now=later(2)), LimitsRow)


def test_too_many_at_once_pauses_for_a_moment_only() -> None:
    learnt = learn(LimitsRow(), "s", {"x-rate-limit-problem": "concurrent"}, status=429, now=NOON)

    assert learnt.blocked_until == later(1)


def test_broken_headers_teach_nothing() -> None:
    row = LimitsRow(minute_from=NOON, minute_used=5, day_from=NOON, day_used=5)
    headers = {"x-minlimit-remaining": "many", "x-daylimit-remaining": "-3"}

    assert learn(row, "s", headers, status=200, now=NOON) == row


def test_a_call_without_an_answer_gives_its_slot_back() -> None:
    row = replace(LimitsRow(), in_flight=(Slot("s", later(120)),))

    assert learn(row, "s", None, status=0, now=NOON).in_flight == ()
