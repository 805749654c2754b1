"""The states of a posting, one sentence each, and the moves between them."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a posting stands."""

    HELD = "held"
    """A finding must be solved first."""
    WAITING = "waiting"
    """Another posting, which is named, must be in Xero first."""
    READY = "ready"
    """It may be sent once its due time has come."""
    SENDING = "sending"
    """Its request is written down and has left, or is about to."""
    UNKNOWN = "unknown"
    """It was sent and no answer proves what Xero did; it will be looked up."""
    POSTED = "posted"
    """It is in Xero with the totals that were predicted."""
    DRAFTED = "drafted"
    """It is in Xero as a draft, which counts nowhere until somebody approves it there."""
    MISMATCHED = "mismatched"
    """It is in Xero, but its totals differ from what was predicted."""
    REFUSED = "refused"
    """Xero said no; a person decides."""
    PRIOR = "prior"
    """It is from before the start date, and taken to be in Xero already."""
    WITHDRAWN = "withdrawn"
    """It was unlinked or taken back, or overtaken by a later revision."""


_PLANNED = frozenset({State.HELD, State.WAITING, State.READY, State.PRIOR})
_LANDED = frozenset({State.POSTED, State.MISMATCHED, State.DRAFTED})

MOVES = MappingProxyType(
    {
        State.HELD: _PLANNED | {State.POSTED, State.WITHDRAWN},
        State.WAITING: _PLANNED | {State.POSTED, State.WITHDRAWN},
        State.READY: _PLANNED | {State.SENDING, State.POSTED, State.WITHDRAWN},
        State.SENDING: _LANDED | {State.READY, State.UNKNOWN, State.REFUSED},
        State.UNKNOWN: _LANDED | {State.READY, State.UNKNOWN, State.REFUSED},
        State.POSTED: frozenset({State.POSTED, State.MISMATCHED, State.WITHDRAWN}),
        State.DRAFTED: _LANDED | {State.WITHDRAWN},
        State.MISMATCHED: frozenset({State.POSTED, State.MISMATCHED, State.WITHDRAWN}),
        State.REFUSED: _PLANNED | {State.POSTED, State.WITHDRAWN},
        State.PRIOR: _PLANNED | {State.POSTED, State.WITHDRAWN},
        State.WITHDRAWN: _PLANNED | {State.POSTED},
    }
)
"""The legal moves. A move to the same state records a new reason and is an event too."""

WORST_FIRST = (
    State.REFUSED,
    State.MISMATCHED,
    State.HELD,
    State.DRAFTED,
    State.UNKNOWN,
    State.SENDING,
    State.WAITING,
    State.READY,
    State.POSTED,
    State.PRIOR,
    State.WITHDRAWN,
)
"""A document's state is the first of these that one of its postings is in."""

UNSENT = _PLANNED | {State.REFUSED}
"""States in which nothing of the posting is, or may be, in Xero."""

IN_XERO = frozenset({State.POSTED, State.MISMATCHED})
"""States in which what a posting made, or did, counts in Xero."""

TIED = IN_XERO | {State.DRAFTED}
"""States in which a posting has its object in Xero, though a draft counts nowhere."""

DONE_WITH = frozenset({State.POSTED, State.WITHDRAWN})
"""States after which whatever waits for a document looks again: the rest of it may be in Xero."""

UNFINISHED = frozenset(State) - DONE_WITH
"""States of what is still to be done, or decided on."""

DECIDABLE = frozenset({State.MISMATCHED, State.REFUSED})
"""States of what an object read anew may decide on, beside postings that are free to be sent."""

FINDABLE = frozenset({State.HELD, State.WAITING, State.PRIOR})
"""States of what was planned and may be found in Xero after all, beside what is free to be sent."""

ACCEPTABLE = frozenset({State.MISMATCHED, State.DRAFTED})
"""States of objects that a person, or a reading, may take as Xero holds them now."""

UNDER_WAY = frozenset({State.SENDING, State.UNKNOWN})
"""States in which only an answer, or a look-up, can tell what is in Xero."""


def may_move(before: State, after: State) -> bool:
    """Tell whether a posting may go from one state to the other."""
    return after in MOVES[before]
