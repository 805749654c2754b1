"""Xero's limits as pure decisions: may this call leave now, and what does an answer teach.

Limits hold per app and organisation (facts: Xero API section 3): 5 calls in flight, 60 a minute and
1,000 or 5,000 a day in fixed windows. A part of each is kept for people who click, so that a long
drain never makes a page wait.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.posting.records import LimitsRow, Slot, Wait

if TYPE_CHECKING:
    from collections.abc import Mapping

IN_FLIGHT = 5
A_MINUTE = 60
A_DAY = 5_000
A_DAY_ON_STARTER = 1_000
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
CLOCKS_APART = dt.timedelta(minutes=10)
"""Clocks of two machines differ by less, and no call's slot lasts longer."""
LAGS = dt.timedelta(seconds=5)
"""Xero's minute ends at most so long after ours: as long as a call is under way."""
CONCURRENT_PAUSE = dt.timedelta(seconds=1)
"""A concurrency 429 carries no Retry-After; a call takes about this long."""


KEPT_AT_LEAST = 25
KEPT_PART = 20
"""One part in so many of a day's calls is kept for people who click."""


def reserved_of_day(day_limit: int) -> int:
    """Return how many calls of a day are kept for people who click."""
    return max(KEPT_AT_LEAST, day_limit // KEPT_PART)


def stopped(row: LimitsRow, now: dt.datetime) -> Wait | None:
    """Return what keeps a drain from calling: Xero's own no, or that only the reserve is left."""
    row = current(row, now)
    said = Wait(row.blocked_until, row.blocked_by) if row.blocked_until is not None else None
    if row.day_used < row.day_limit - reserved_of_day(row.day_limit):
        return said
    spent = Wait((row.day_from or now) + DAY, "day")
    # Whichever lasts longer is what people have to wait for.
    return said if said is not None and said.until >= spent.until else spent


def admit(
    row: LimitsRow, slot: str, *, clicking: bool, seconds: int, now: dt.datetime
) -> LimitsRow | Wait:
    """Return the row with one call more in it, or how long to wait.

    ``seconds`` is when the slot lapses if nobody gives it back (the call's deadline and a margin).
    """
    row = current(row, now)
    if row.blocked_until is not None:
        return Wait(row.blocked_until, row.blocked_by)
    if len(row.in_flight) >= IN_FLIGHT - (0 if clicking else 1):
        return Wait(min(taken.expires_at for taken in row.in_flight), "concurrent")
    if row.minute_used >= A_MINUTE - (0 if clicking else 2):
        return Wait((row.minute_from or now) + MINUTE, "minute")
    reserve = 0 if clicking else reserved_of_day(row.day_limit)
    if row.day_used >= row.day_limit - reserve:
        return Wait((row.day_from or now) + DAY, "day")
    taken = Slot(slot, now + dt.timedelta(seconds=seconds), row.minute_used)
    return replace(
        row,
        minute_from=row.minute_from or now,
        minute_used=row.minute_used + 1,
        day_from=row.day_from or now,
        day_used=row.day_used + 1,
        in_flight=(*row.in_flight, taken),
    )


def current(row: LimitsRow, now: dt.datetime) -> LimitsRow:
    """Return the row without what time has made void: windows, slots and blocks that lapsed.

    What lies further ahead than it can was written by a machine whose clock was wrong, and is
    void too: otherwise a clock that was a year ahead for a minute would end posting for a year.
    """
    ahead = now + CLOCKS_APART
    in_flight = tuple(s for s in row.in_flight if now < s.expires_at <= ahead)
    row = replace(row, in_flight=in_flight)
    if row.minute_from is not None and not _holds(row.minute_from, MINUTE, now):
        row = replace(row, minute_from=None, minute_used=0)
    if row.day_from is not None and not _holds(row.day_from, DAY, now):
        row = replace(row, day_from=None, day_used=0)
    if row.blocked_until is not None and not now < row.blocked_until <= ahead + DAY:
        row = replace(row, blocked_until=None, blocked_by="")
    return row


def _holds(begun: dt.datetime, window: dt.timedelta, now: dt.datetime) -> bool:
    return begun <= now + CLOCKS_APART and now < begun + window


def learn(
    row: LimitsRow,
    slot: str,
    headers: Mapping[str, str] | None,
    *,
    status: int,
    now: dt.datetime,
) -> LimitsRow:
    """Return the row after a call: its slot given back, its counts corrected by Xero's headers.

    ``headers`` have lower-case names; None when no answer came. A broken header teaches nothing.
    """
    before = next((taken.used_before for taken in row.in_flight if taken.name == slot), 0)
    row = current(row, now)
    row = replace(row, in_flight=tuple(taken for taken in row.in_flight if taken.name != slot))
    if headers is None:
        return row
    row = _learn_minute(row, before, _count(headers, "x-minlimit-remaining"), now)
    row = _learn_day(row, _count(headers, "x-daylimit-remaining"))
    return _learn_block(row, headers, now) if status == 429 else row  # noqa: PLR2004 -- HTTP's own


def _learn_minute(row: LimitsRow, before: int, left: int | None, now: dt.datetime) -> LimitsRow:
    """Correct the minute by what Xero had left when it admitted a call.

    ``before`` is how many calls we had counted before that one.
    """
    if left is None:
        return row
    used = max(0, A_MINUTE - left)
    # Xero's window begins when our first call arrives, so it ends a little after ours: an answer
    # out of its last moments says nothing of the window that has begun here.
    if row.minute_from is not None and now - row.minute_from < LAGS and used > before + IN_FLIGHT:
        return row
    # Xero's window starts at a moment of its own. If it counts far fewer calls than we had made
    # before this one, it has begun anew in between; slightly fewer are only calls that have
    # overtaken each other. What we have sent since this call is in the new window too.
    if used + IN_FLIGHT < before:
        since = max(0, row.minute_used - before - 1)
        return replace(row, minute_from=now, minute_used=used + since)
    return replace(row, minute_from=row.minute_from or now, minute_used=max(row.minute_used, used))


def _learn_day(row: LimitsRow, left: int | None) -> LimitsRow:
    if left is None:
        return row
    starter = left + row.day_used <= A_DAY_ON_STARTER
    limit = A_DAY_ON_STARTER if starter or row.day_limit == A_DAY_ON_STARTER else A_DAY
    if left > A_DAY_ON_STARTER:
        limit = A_DAY
    return replace(row, day_limit=limit, day_used=max(0, limit - left))


def _learn_block(row: LimitsRow, headers: Mapping[str, str], now: dt.datetime) -> LimitsRow:
    problem = headers.get("x-rate-limit-problem", "").lower()
    blocked = _block(row, problem, headers, now)
    # A short wait said last does not end a longer one said before.
    longer = row.blocked_until is not None and row.blocked_until > (blocked.blocked_until or now)
    return row if longer else blocked


def _block(row: LimitsRow, problem: str, headers: Mapping[str, str], now: dt.datetime) -> LimitsRow:
    if problem == "concurrent":
        return replace(row, blocked_until=now + CONCURRENT_PAUSE, blocked_by="concurrent")
    seconds = _count(headers, "retry-after")
    wait = MINUTE if seconds is None else dt.timedelta(seconds=min(seconds, 86_400))
    # Xero has said when the window ends: ours ends then too, and its count with it.
    ends = now + wait
    if problem == "day":
        return replace(row, day_from=ends - DAY, blocked_until=ends, blocked_by="day")
    return replace(row, minute_from=ends - MINUTE, blocked_until=ends, blocked_by="minute")


def _count(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
