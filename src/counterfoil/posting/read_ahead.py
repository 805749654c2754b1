"""What others have entered in Xero, read for more days than are asked for, once a minute at most.

What is posted comes mostly by its days: the next batch finds its own read already. Days to come
hold little where a firm is up to date, and cost no page then.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.target import Answer, Call

T = TypeVar("T")

FRESH_SECONDS: Final = 60.0
"""How long what was read is believed to be all: a feed enters a day's money once a day."""
ABOUT_A_MONTH: Final = dt.timedelta(days=31)


class ReadAhead(Generic[T]):
    """Rows of Xero between two days, kept for a minute, so that batch after batch asks once."""

    def __init__(
        self,
        caller: Caller,
        read: Callable[[dt.date, dt.date], Generator[Call, Answer, tuple[T, ...]]],
        since: Callable[[dt.date], dt.date],
    ) -> None:
        """Read nothing yet. ``since`` tells from which day on, of the first that is asked for."""
        self._caller = caller
        self._since = since
        self._reads = read
        self._read: tuple[float, dt.date, dt.date, tuple[T, ...]] | None = None

    def between(self, first: dt.date, last: dt.date) -> tuple[T, ...]:
        """Return what is dated so, and what else was read with it. Raises what ends a drain."""
        now = self._caller.clock.monotonic()
        if self._read is not None:
            at, known_from, known_to, rows = self._read
            if now - at < FRESH_SECONDS and known_from <= first and last <= known_to:
                return rows
        first, last = self._since(first), last + ABOUT_A_MONTH
        rows = self._caller.read(self._reads(first, last))
        self._read = (now, first, last, rows)
        return rows
