"""Long work that a person began on a page: it goes on in a thread, and its row tells how far it is.

Whatever is done here can be begun again without harm: documents that are in are in, and what was
sent is looked up. So a process that dies loses nothing but the row's last word.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import TYPE_CHECKING

from django.db import connections
from django.utils import timezone

from counterfoil.web.models import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.web.models import Organisation

BEAT_SECONDS = 0.5
"""How often a row is written, at most."""
SILENT = dt.timedelta(minutes=3)
"""Work that has not been heard of for so long died with its process."""
MOST_AT_ONCE = 3
"""Pieces of work of one person at one time: what takes long must not hold up the others."""
FAULT = "Counterfoil met a fault of its own; its log has it."


class Trouble(Exception):
    """What a person is told in place of a result."""


class TooMany(Exception):
    """Somebody has as much going on as one person may."""

    def __init__(self) -> None:
        super().__init__(
            f"{MOST_AT_ONCE} pieces of your work are going on already. Wait for one to end, or "
            "stop it on its page."
        )


class Progress:
    """What work calls while it goes on."""

    def __init__(self, row: Work) -> None:
        """Begin with nothing done."""
        self._row = row
        self._written = 0.0

    @property
    def stopped(self) -> bool:
        """Whether somebody has asked to stop; asked of the database each time."""
        return Work.objects.filter(pk=self._row.pk, stop=True).exists()

    def step(self, done: int, total: int = 0) -> None:
        """Say how much is done, of how much if that is known."""
        self._row.done, self._row.total = done, max(total, self._row.total)
        now = time.monotonic()
        if now - self._written >= BEAT_SECONDS:
            self._written = now
            self._write()

    def _write(self) -> None:
        Work.objects.filter(pk=self._row.pk).update(
            done=self._row.done, total=self._row.total, beat_at=timezone.now()
        )

    def end(self, state: str, result: dict[str, object]) -> None:
        """Write down how it ended."""
        self._write()
        Work.objects.filter(pk=self._row.pk).update(
            state=state, result=result, ended_at=timezone.now()
        )


def apart(target: Callable[[], None]) -> None:
    """Let it run in a thread of its own, which does not keep the process from ending."""
    threading.Thread(target=target, daemon=True).start()


def begin(
    organisation: Organisation,
    kind: str,
    title: str,
    do: Callable[[Progress], dict[str, object]],
    *,
    actor: str,
    now: dt.datetime,
) -> Work:
    """Begin something long; ``do`` returns what its page shows in the end. Raises ``TooMany``."""
    mine = Work.objects.filter(firm_id=organisation.firm_id, actor=actor, state="running")
    if mine.filter(beat_at__gt=now - SILENT).count() >= MOST_AT_ONCE:
        raise TooMany
    row = Work.objects.create(
        firm_id=organisation.firm_id,
        organisation=organisation,
        kind=kind,
        title=title[:255],
        actor=actor,
        begun_at=now,
        beat_at=now,
    )
    apart(lambda: _carry_out(row, do))
    return row


def _carry_out(row: Work, do: Callable[[Progress], dict[str, object]]) -> None:
    progress = Progress(row)
    told: tuple[str, dict[str, object]] = "broken", {"why": FAULT}
    try:
        result = do(progress)
        told = ("stopped" if progress.stopped else "done"), result
    except Trouble as trouble:
        told = "broken", {"why": str(trouble)}
    finally:
        progress.end(*told)
        if threading.current_thread() is not threading.main_thread():
            connections.close_all()


def ask_to_stop(organisation: Organisation, pk: int) -> bool:
    """Ask work to end after the step that it is at; False if it is over or not there."""
    rows = Work.objects.filter(organisation=organisation, pk=pk, state="running")
    return bool(rows.update(stop=True))


def one(organisation: Organisation, pk: int) -> Work | None:
    """Return a piece of work of this organisation."""
    return Work.objects.filter(organisation=organisation, pk=pk).first()


def going_on(organisation: Organisation, now: dt.datetime) -> list[Work]:
    """Return what goes on now, the newest first."""
    rows = Work.objects.filter(organisation=organisation, state="running", beat_at__gt=now - SILENT)
    return list(rows.order_by("-pk")[:10])


def silent(row: Work, now: dt.datetime) -> bool:
    """Tell whether work that should be going on has not been heard of for long."""
    return row.state == "running" and row.beat_at < now - SILENT
