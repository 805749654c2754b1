"""Pulling from practice systems by itself: whoever is due, one after another."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import DatabaseError

from counterfoil.web import beside as besides
from counterfoil.web.models import Actionstep
from counterfoil.web.services import actionstep, actionstep_pull

if TYPE_CHECKING:
    import contextlib
    import threading
    from collections.abc import Callable

    Clock = Callable[[], dt.datetime]

ACTOR = "worker"
PAUSE_SECONDS = 5.0
JOIN_SECONDS = 5.0
"""A page that is on its way when the worker ends is read again by the next one."""


def turn(clock: Clock, stop: Callable[[], bool] = lambda: False) -> int:
    """Pull every firm that is due; return how many were."""
    rows = Actionstep.objects.filter(connected=True).select_related("firm").order_by("pk")
    pulled = 0
    for row in rows:
        if stop() or not actionstep_pull.due(row, clock()):
            continue
        try:
            actionstep_pull.pull_all(row, actor=ACTOR, now=clock, stop=stop)
        except actionstep.Refused as refusal:
            actionstep_pull.put_off(row, str(refusal), clock())
        except DatabaseError as trouble:
            # What the database does not take of one firm must not keep the others waiting.
            actionstep_pull.put_off(row, f"The database refused: {trouble}", clock())
        pulled += 1
    return pulled


def beside(told: threading.Event) -> contextlib.AbstractContextManager[None]:
    """Pull beside the block: a page may take minutes."""
    return besides.beside(
        told,
        "pulling",
        lambda: turn(_now, told.is_set),
        pause=PAUSE_SECONDS,
        join=JOIN_SECONDS,
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
