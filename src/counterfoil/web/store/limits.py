"""The shared count of calls: read, decided by ``posting.limits``, stored, in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.db.models.functions import Greatest

from counterfoil.posting import limits
from counterfoil.posting.records import LimitsRow, Slot, Wait
from counterfoil.web import models, sql
from counterfoil.web.store.base import Base, writes

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAIN = "drain:"
"""Slots of the drain begin so; a new holder of the lease gives them back."""

COLUMNS = (
    "minute_from",
    "minute_used",
    "day_from",
    "day_used",
    "day_limit",
    "in_flight",
    "blocked_until",
    "blocked_by",
)
READ = f"SELECT {', '.join(COLUMNS)} FROM web_limits WHERE organisation_id = %s"  # noqa: S608 -- names of ours
STORE = """
    UPDATE web_limits
    SET minute_from = %s, minute_used = %s, day_from = %s, day_used = %s, day_limit = %s,
        in_flight = %s, blocked_until = %s, blocked_by = %s
    WHERE organisation_id = %s"""


def stopping(now: dt.datetime) -> Q:
    """Return which rows keep a drain from calling: ``posting.limits.stopped``, for a query."""
    kept = Greatest(limits.KEPT_AT_LEAST, F("day_limit") / limits.KEPT_PART)
    spent = Q(day_used__gte=F("day_limit") - kept)
    running = Q(day_from__gt=now - limits.DAY, day_from__lte=now + limits.CLOCKS_APART)
    return Q(blocked_until__gt=now) | (spent & running)


class Limiting(Base):
    """The part of the port that counts calls."""

    @writes
    def take_slot(
        self, slot: str, *, clicking: bool, seconds: int, now: dt.datetime
    ) -> Wait | None:
        """Take a slot for one call, or say how long to wait."""
        row = _locked(self)
        decided = limits.admit(row, slot, clicking=clicking, seconds=seconds, now=now)
        if isinstance(decided, Wait):
            return decided
        _store(self, decided)
        return None

    @writes
    def give_slot(
        self, slot: str, headers: Mapping[str, str] | None, *, status: int, now: dt.datetime
    ) -> None:
        """Give the slot back and correct the counts by Xero's headers."""
        _store(self, limits.learn(_locked(self), slot, headers, status=status, now=now))

    def limits(self) -> LimitsRow:
        """Read the counts."""
        return _read(self) or LimitsRow()


def drop_drain_slots(store: Base) -> None:
    """Give back the slots that an earlier drain held, in the caller's transaction."""
    row = _locked(store)
    kept = tuple(slot for slot in row.in_flight if not slot.name.startswith(DRAIN))
    if kept != row.in_flight:
        _store(store, replace(row, in_flight=kept))


def _locked(store: Base) -> LimitsRow:
    lock = sql.locking(store.using)
    found = _read(store, lock)
    if found is not None:
        return found
    fresh = models.Limits(firm_id=store.firm_id, organisation_id=store.organisation_id)
    models.Limits.objects.using(store.using).bulk_create([fresh], ignore_conflicts=True)
    return _read(store, lock) or LimitsRow()


def _read(store: Base, lock: str = "") -> LimitsRow | None:
    found = sql.select(store.using, READ + lock, (store.organisation_id,))
    if not found:
        return None
    row = models.Limits(**dict(zip(COLUMNS, found[0], strict=True)))
    row.in_flight = json.loads(row.in_flight)
    return value_of(row)


def value_of(row: models.Limits) -> LimitsRow:
    """Return a row of the database as the engine has it."""
    return LimitsRow(
        minute_from=sql.moment(row.minute_from),
        minute_used=row.minute_used,
        day_from=sql.moment(row.day_from),
        day_used=row.day_used,
        day_limit=row.day_limit,
        in_flight=tuple(
            Slot(name, dt.datetime.fromisoformat(at), used) for name, at, used in row.in_flight
        ),
        blocked_until=sql.moment(row.blocked_until),
        blocked_by=row.blocked_by,
    )


def _store(store: Base, row: LimitsRow) -> None:
    in_flight = [[name, at.isoformat(), used] for name, at, used in row.in_flight]
    sql.change(
        store.using,
        STORE,
        (
            row.minute_from,
            row.minute_used,
            row.day_from,
            row.day_used,
            row.day_limit,
            json.dumps(in_flight),
            row.blocked_until,
            row.blocked_by,
            store.organisation_id,
        ),
    )
