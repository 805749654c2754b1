"""What is worth telling, and when what was not taken is tried again; no clock, no network."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from counterfoil.posting.records import CONTACT
from counterfoil.posting.states import State


class Event(StrEnum):
    """What a webhook can be told."""

    POSTED = "posted"
    """Everything of the document is in Xero."""
    STUCK = "stuck"
    """A person has to do something: it is held, refused, or differs in Xero."""


STUCK = frozenset({State.HELD, State.REFUSED, State.MISMATCHED})
TELLING = frozenset({State.POSTED, *STUCK})
"""A move into one of these may be worth telling."""

WAITS = tuple(
    dt.timedelta(minutes=minutes)
    for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60, 24 * 60)
)
"""After the first failure a minute, then longer and longer; three days in all."""
REST = dt.timedelta(minutes=1)
"""How long an address that failed is left alone, whatever else there is for it."""


def event_of(kind: str, state: State) -> Event | None:
    """Return what a document's state is worth telling, if anything.

    Nobody recorded a contact; it is told of only when documents may wait for it.
    """
    if state in STUCK:
        return Event.STUCK
    return Event.POSTED if state is State.POSTED and kind != CONTACT else None


def next_try(tries: int, now: dt.datetime) -> dt.datetime | None:
    """Return when a message is tried again that has failed so many times; None to give it up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None
