"""Statements in SQL itself, for what the drain asks of the database with every batch.

Django builds a query anew each time it is asked, which costs ten times what the database takes for
it. What people do, and what happens once a drain, stays with Django's own queries.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


AT_A_TIME = 2_000
"""Rows that a stream asks for at once."""


def stream(using: str, statement: str, values: Values = ()) -> Iterator[Values]:
    """Yield the rows of a query without holding all of them; PostgreSQL keeps them meanwhile."""
    with connections[using].chunked_cursor() as cursor:
        _execute(using, cursor, statement, values)
        while some := cursor.fetchmany(AT_A_TIME):
            yield from some


def in_words(using: str, column: str) -> str:
    """Return the expression that gives a time as ``2026-03-02T12:00:00.000000Z``."""
    if connections[using].vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    # SQLite keeps UTC as text, and leaves the fraction out where it is nil.
    return f"replace(substr({column} || '.000000', 1, 26), ' ', 'T') || 'Z'"


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """See one moment of the database, without keeping a writer waiting."""
    connection = connections[using]
    if connection.in_atomic_block:
        # Whoever opened that transaction has chosen what is seen in it.
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(using=using, durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    # IMMEDIATE would take SQLite's one write lock, only to read.
    connection.ensure_connection()
    mode = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic(using=using, durable=True):
            connection.transaction_mode = mode  # type: ignore[attr-defined]
            yield
    finally:
        connection.transaction_mode = mode  # type: ignore[attr-defined]


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
