"""Xero's limits to the second and to the call: what holds on the very edge."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.posting.limits import admit, current, learn, reserved_of_day
from counterfoil.posting.records import LimitsRow, Slot, Wait
from tests.posting.test_limits import NOON, later

MINUTES = dt.timedelta(minutes=1)
OPEN = LimitsRow()


def asked(row: LimitsRow, *, clicking: bool = False) -> LimitsRow | Wait:
    return admit(row, "x", clicking=clicking, seconds=30, now=NOON)


def told(row: LimitsRow, seconds: float = 0, *, status: int = 200, **headers: str) -> LimitsRow:
    """The row after an answer to call ``s`` with these headers, a hyphen for each underscore."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return learn(row, "s", named, status=status, now=later(seconds))


def test_a_call_is_counted_everywhere_and_holds_its_slot() -> None:
    first = asked(OPEN)
    assert first == LimitsRow(NOON, 1, NOON, 1, in_flight=(Slot("x", later(30), 0),))
    assert isinstance(first, LimitsRow)
    begun = replace(first, minute_from=later(-20), day_from=later(-50))
    assert asked(begun) == LimitsRow(
        later(-20), 2, later(-50), 2, in_flight=(Slot("x", later(30), 0), Slot("x", later(30), 1))
    )


def test_a_full_minute_or_day_ends_a_minute_or_a_day_after_it_began() -> None:
    assert asked(LimitsRow(later(-20), 60)) == Wait(later(40), "minute")
    began = NOON - dt.timedelta(hours=1)
    assert asked(LimitsRow(day_from=began, day_used=5_000)) == Wait(
        NOON + dt.timedelta(hours=23), "day"
    )


def test_a_full_minute_or_day_of_which_nobody_knows_the_beginning_begins_now() -> None:
    assert asked(LimitsRow(minute_used=60)) == Wait(later(60), "minute")
    assert asked(LimitsRow(day_used=5_000)) == Wait(NOON + dt.timedelta(days=1), "day")


def test_people_may_make_the_very_last_call_of_a_day() -> None:
    assert isinstance(asked(LimitsRow(day_from=NOON, day_used=4_999), clicking=True), LimitsRow)
    assert asked(LimitsRow(day_from=NOON, day_used=5_000), clicking=True) == Wait(
        NOON + dt.timedelta(days=1), "day"
    )


def test_of_a_short_day_twenty_five_calls_are_kept_for_people() -> None:
    assert [reserved_of_day(limit) for limit in (100, 500, 520, 540)] == [25, 25, 26, 27]


def test_four_calls_fly_for_the_drain_and_the_first_to_land_lets_the_next_go() -> None:
    slots = tuple(Slot(f"s{n}", later(60 + n)) for n in range(4))
    assert isinstance(asked(LimitsRow(in_flight=slots[:3])), LimitsRow)
    assert asked(LimitsRow(in_flight=slots)) == Wait(later(60), "concurrent")


def test_times_that_two_clocks_may_honestly_differ_by_are_believed() -> None:
    ten = NOON + 10 * MINUTES
    row = LimitsRow(
        ten, 5, ten, 7, in_flight=(Slot("s", ten),), blocked_until=ten, blocked_by="day"
    )
    assert current(row, NOON) == row
    far = ten + dt.timedelta(seconds=1)
    assert current(LimitsRow(far, 5, far, 7, in_flight=(Slot("s", far),)), NOON) == OPEN


def test_a_block_lasts_a_day_at_most_beyond_what_clocks_differ_by() -> None:
    end = NOON + dt.timedelta(days=1) + 10 * MINUTES
    blocked = LimitsRow(blocked_until=end, blocked_by="day")
    assert current(blocked, NOON) == blocked
    assert current(replace(blocked, blocked_until=end + dt.timedelta(seconds=1)), NOON) == OPEN
    assert current(LimitsRow(blocked_until=NOON, blocked_by="day"), NOON) == OPEN


def test_a_calls_own_slot_is_given_back_and_no_other() -> None:
    other = Slot("other", later(60), used_before=40)
    own = Slot("s", later(60), used_before=3)
    row = LimitsRow(NOON, 41, NOON, 41, in_flight=(other, own))
    learnt = told(row, 20, x_minlimit_remaining="30")
    assert learnt.in_flight == (other,)
    assert learnt.minute_used == 41, "30 used is not few beside the 3 before this call"


def test_an_answer_teaches_when_a_minute_begins_that_nobody_knew_of() -> None:
    assert told(OPEN, x_minlimit_remaining="50") == LimitsRow(NOON, 10)
    assert told(OPEN, x_minlimit_remaining="60") == LimitsRow(NOON, 0)
    assert told(OPEN, x_minlimit_remaining="61") == LimitsRow(NOON, 0)


@pytest.mark.parametrize(
    ("seconds", "left", "used"),
    [
        (4.9, 45, 15),  # as many as may be in flight beside ours: it is our minute
        (4.9, 44, 10),  # more: it is the last of the one before
        (5.0, 44, 16),  # that has surely ended
    ],
)
def test_in_the_first_five_seconds_a_high_count_is_the_last_minutes(
    seconds: float, left: int, used: int
) -> None:
    row = LimitsRow(NOON, 10, in_flight=(Slot("s", later(60), used_before=10),))
    assert told(row, seconds, x_minlimit_remaining=str(left)).minute_used == used


def test_a_call_whose_slot_has_lapsed_had_none_before_it() -> None:
    assert told(LimitsRow(NOON, 3), 1, x_minlimit_remaining="55").minute_used == 5
    assert told(LimitsRow(NOON, 3), 1, x_minlimit_remaining="54").minute_used == 3


@pytest.mark.parametrize(
    ("left", "begun", "used"),
    [
        (45, 0, 30),  # 15 and five in flight are the 20 before this call
        (46, 20, 23),  # fewer: a minute begun anew, with this call and the nine since
    ],
)
def test_a_count_far_below_ours_begins_the_minute_anew(left: int, begun: int, used: int) -> None:
    row = LimitsRow(NOON, 30, in_flight=(Slot("s", later(60), used_before=20),))
    learnt = told(row, 20, x_minlimit_remaining=str(left))
    assert (learnt.minute_from, learnt.minute_used) == (later(begun), used)


def test_a_minute_begun_anew_by_the_newest_call_has_that_call_alone() -> None:
    row = LimitsRow(NOON, 21, in_flight=(Slot("s", later(60), used_before=20),))
    assert told(row, 20, x_minlimit_remaining="59").minute_used == 1


@pytest.mark.parametrize(
    ("limit", "used", "left", "known"),
    [
        (5_000, 400, 600, (1_000, 400)),  # what is used and left comes to a starter's day
        (5_000, 401, 600, (5_000, 4_400)),
        (1_000, 401, 600, (1_000, 400)),  # it was known to be a starter
        (1_000, 0, 1_000, (1_000, 0)),
        (1_000, 0, 1_001, (5_000, 3_999)),  # no starter has so many left
        (5_000, 0, 5_001, (5_000, 0)),
    ],
)
def test_a_days_limit_is_told_by_what_is_left_of_it(
    limit: int, used: int, left: int, known: tuple[int, int]
) -> None:
    row = LimitsRow(day_from=NOON, day_used=used, day_limit=limit)
    learnt = told(row, x_daylimit_remaining=str(left))
    assert (learnt.day_limit, learnt.day_used) == known


def refused(row: LimitsRow = OPEN, seconds: float = 0, **headers: str) -> LimitsRow:
    return told(row, seconds, status=429, **headers)


def test_a_refusal_says_which_limit_and_until_when() -> None:
    minute = refused(x_rate_limit_problem="MINUTE", retry_after=" 20 ")
    assert minute == LimitsRow(later(-40), blocked_until=later(20), blocked_by="minute")
    day = refused(x_rate_limit_problem="Day", retry_after="7200")
    assert day == LimitsRow(
        day_from=later(7_200 - 86_400), blocked_until=later(7_200), blocked_by="day"
    )
    many = refused(x_rate_limit_problem="Concurrent")
    assert many == LimitsRow(blocked_until=later(1), blocked_by="concurrent")


def test_a_refusal_without_words_is_for_a_minute_and_never_for_more_than_a_day() -> None:
    assert refused() == LimitsRow(NOON, blocked_until=later(60), blocked_by="minute")
    assert refused(retry_after="90000").blocked_until == later(86_400)


@pytest.mark.parametrize(
    ("first", "then", "until", "by"),
    [
        ("30", "10", 30, "minute"),
        ("30", "30", 30, "day"),
        ("30", "50", 50, "day"),
    ],
)
def test_of_two_waits_the_longer_holds_and_of_two_alike_the_later(
    first: str, then: str, until: int, by: str
) -> None:
    row = refused(retry_after=first)
    learnt = refused(row, x_rate_limit_problem="day", retry_after=then)
    assert (learnt.blocked_until, learnt.blocked_by) == (later(until), by)


def test_figures_in_other_scripts_are_no_figures() -> None:
    assert told(OPEN, x_minlimit_remaining="٣") == OPEN
    assert told(OPEN, x_minlimit_remaining="²") == OPEN
    assert told(OPEN, x_minlimit_remaining="") == OPEN
