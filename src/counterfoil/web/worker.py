"""A worker that goes round: one organisation after another, as on SQLite.

A database that is down, full or starting again ends a turn and not the worker: it waits, and goes
on by itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.utils import timezone

from counterfoil.web import head_mail, pulling, tidying
from counterfoil.web.stopping import told_to_stop
from counterfoil.web.ticking import TROUBLE, Ticker, hang_up, seconds_until
from counterfoil.web.webhooks import delivering

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence

    from counterfoil.posting.poster import Drained

ROUND_SECONDS = 5.0
"""How long a round waits, at most, before it looks for work again."""
STEP_SECONDS = 0.2
STEPS = 20
"""Claims of one turn: then others have theirs, and a pause takes hold."""


def go_round(organisations: Callable[[], Sequence[int]]) -> None:
    """Tick one organisation after another until told to stop (SIGINT, SIGTERM).

    ``organisations`` returns whom to serve; it is asked in every round, for some may be new.
    """
    ticker = Ticker()
    with (
        told_to_stop(ticker.stop) as told,
        delivering.beside(told),
        pulling.beside(told),
        head_mail.beside(told, timezone.now),
        tidying.beside(told, timezone.now),
    ):
        while not told.is_set():
            _pause(told, min([ROUND_SECONDS, *_round(ticker, organisations, told)]))


def _round(
    ticker: Ticker, organisations: Callable[[], Sequence[int]], told: threading.Event
) -> Iterator[float]:
    """Give everybody a turn; yield in how many seconds each has more to do."""
    try:
        found = organisations()
    except TROUBLE:
        hang_up()
        return
    for number in found:
        if not told.is_set():
            yield _wait(ticker.tick(number, STEPS))


def _wait(drained: Drained) -> float:
    """Return how long there is nothing to do for an organisation."""
    if drained.more:
        return 0.0
    if drained.until is None:
        return ROUND_SECONDS
    return max(STEP_SECONDS, seconds_until(drained.until))


def _pause(told: threading.Event, seconds: float) -> None:
    """Sleep in small steps: a signal's handler runs between them."""
    end = time.monotonic() + seconds
    while not told.is_set() and time.monotonic() < end:
        time.sleep(STEP_SECONDS)
