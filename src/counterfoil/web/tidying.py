"""What nobody will ask for again goes: sessions that have ended, reports that nobody imported.

And what an earlier version kept in a way of its own is kept as today's does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session

from counterfoil.web import beside as besides
from counterfoil.web import recovery_codes
from counterfoil.web.services import report_columns

if TYPE_CHECKING:
    import contextlib
    import datetime as dt
    import threading
    from collections.abc import Callable

PAUSE_SECONDS = 3600.0
JOIN_SECONDS = 5.0


def turn(now: dt.datetime) -> None:
    """Delete sessions whose time is over and reports kept aside for a day; hash old codes."""
    Session.objects.filter(expire_date__lt=now).delete()
    report_columns.let_go(now)
    recovery_codes.hash_old()


def beside(
    told: threading.Event, clock: Callable[[], dt.datetime]
) -> contextlib.AbstractContextManager[None]:
    """Tidy beside the block, once an hour."""
    return besides.beside(
        told, "tidying", lambda: turn(clock()), pause=PAUSE_SECONDS, join=JOIN_SECONDS
    )
