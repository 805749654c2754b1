"""When to try again: pure decisions, the jitter an argument."""

from __future__ import annotations

import datetime as dt

FIRST = 2.0
"""Seconds of the first pause, at most."""
LONGEST = 300.0
"""Seconds of any pause, at most."""
TELL_AFTER = 6
"""Tries without a decision after which a person is told; trying goes on."""

WRITE_SECONDS = 90
"""Total deadline of a call that writes (architecture.md, rule 5)."""
READ_SECONDS = 30
"""Total deadline of a call that reads."""
SLACK_SECONDS = 30
"""What is added to a deadline before anybody else believes that the call is over."""
LEASE_SECONDS = WRITE_SECONDS + SLACK_SECONDS
"""How long an observer must see a lease unchanged before taking it."""
RESEND_WITHIN_SECONDS = 240
"""How long the process that sent first may resend under the same key."""
KEY_SECONDS = 360
"""How long Xero remembers an idempotency key (facts: Xero API section 5)."""

SECOND_LOOK_AFTER = dt.timedelta(minutes=5)
FARTHEST = dt.timedelta(hours=1)
"""Nothing is ever due later than this: a time further ahead was set by a clock that was wrong."""
RECHECK_AFTER = dt.timedelta(minutes=45)
"""When absence is checked a last time after sending anew: within the hour."""


def pause(tries: int, jitter: float) -> dt.timedelta:
    """Return how long to wait after ``tries`` failures: exponential, capped, full jitter.

    ``jitter`` is a number from 0 to 1, drawn by the caller.
    """
    ceiling = min(LONGEST, FIRST * 2 ** min(tries, 16))
    return dt.timedelta(seconds=ceiling * jitter)


def first_look(now: dt.datetime) -> dt.datetime:
    """Return when a write without an answer is first looked up."""
    return now + dt.timedelta(seconds=WRITE_SECONDS + SLACK_SECONDS)


def second_look(now: dt.datetime, frozen_at: dt.datetime) -> dt.datetime:
    """Return when an absence is looked at again: not before the request's key has died."""
    return max(now + SECOND_LOOK_AFTER, key_dies(frozen_at))


def key_dies(frozen_at: dt.datetime) -> dt.datetime:
    """Return when Xero has forgotten the idempotency key of a request for certain."""
    return frozen_at + dt.timedelta(seconds=KEY_SECONDS + SLACK_SECONDS)
