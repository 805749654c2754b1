"""Statements in SQL itself, for what the drain asks of the database with every batch.

Django builds a query anew each time it is asked, which costs ten times what the database takes for
it. What people do, and what happens once a drain, stays with Django's own queries.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

Values = tuple[Any, ...]
"""A row as the database gives it, or the values for the places of a statement."""


def select(using: str, statement: str, values: Sequence[object] = ()) -> list[Values]:
    """Return the rows of a query. A value that is a list fills the place after ``IN``."""
    with connections[using].cursor() as cursor:
        _execute(using, cursor, statement, values)
        found: list[Values] = cursor.fetchall()
        return found


def change(using: str, statement: str, values: Sequence[object] = ()) -> int:
    """Carry out an UPDATE or DELETE; return how many rows it met. Values as in ``select``."""
    with connections[using].cursor() as cursor:
        _execute(using, cursor, statement, values)
        met: int = cursor.rowcount
        return met


def locking(using: str) -> str:
    """Return what a SELECT ends with to lock its rows; SQLite's writers are alone anyway."""
    return " FOR NO KEY UPDATE" if connections[using].vendor == "postgresql" else ""


def moment(value: dt.datetime | None) -> dt.datetime | None:
    """Return a time as it came out of the database: SQLite keeps UTC without saying so."""
    if value is None or value.tzinfo is not None:
        return value
    return value.replace(tzinfo=dt.UTC)


def _execute(using: str, cursor: CursorWrapper, statement: str, values: Sequence[object]) -> None:
    adapt = connections[using].ops.adapt_datetimefield_value
    flat: list[Any] = []
    for value in values:
        if isinstance(value, list):
            statement = statement.replace(" IN %s", f" IN ({', '.join(['%s'] * len(value))})", 1)
            flat += value
        else:
            flat.append(adapt(value) if isinstance(value, dt.datetime) else value)
    cursor.execute(statement, flat)
