"""Many rows in one INSERT, without making a model instance of each.

The rows of an intake or a settlement are most of what the store does: written this way they cost a
third of ``bulk_create``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connections, models

from counterfoil.web.models.packed import PackedField, packed
from counterfoil.web.store.base import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def insert(
    using: str,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[tuple[object, ...]],
    replacing: str | None = None,
) -> list[int]:
    """Insert rows of these columns; return their row numbers in the same order.

    ``replacing`` names the unique column on which a row that exists is overwritten instead.
    Columns that are left out need no value: Django's defaults are not the database's.
    """
    connection = connections[using]
    quote = connection.ops.quote_name
    adapt = _adapters(using, model, columns)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608, SLF001 -- names of ours; Django's documented way to a model's table
    one = f"({', '.join(['%s'] * len(columns))})"
    tail = _on_conflict(quote, columns, replacing) + f" RETURNING {quote('id')}"
    numbers: list[int] = []
    with connection.cursor() as cursor:
        for some in chunks(rows):
            values: list[Any] = []
            for row in some:
                values += row
            for place, change in adapt:
                values[place :: len(columns)] = map(change, values[place :: len(columns)])
            cursor.execute(head + ", ".join([one] * len(some)) + tail, values)
            numbers += [number for (number,) in cursor.fetchall()]
    return numbers


def _adapters(
    using: str, model: type[models.Model], columns: Sequence[str]
) -> list[tuple[int, Callable[[Any], object]]]:
    """Return the columns whose values this database wants in another form."""
    operations = connections[using].ops
    # The rows of one call share most of their times.
    time, date = (
        cache(operations.adapt_datetimefield_value),
        cache(operations.adapt_datefield_value),
    )
    found: list[tuple[int, Callable[[Any], object]]] = []
    for place, column in enumerate(columns):
        field = model._meta.get_field(column)  # noqa: SLF001 -- Django's documented way
        kind = field.get_internal_type()
        if kind == "DateTimeField":
            found.append((place, time))
        elif kind == "DateField":
            found.append((place, date))
        elif isinstance(field, PackedField):
            found.append((place, packed))
    return found


def _on_conflict(quote: Callable[[str], str], columns: Sequence[str], replacing: str | None) -> str:
    if replacing is None:
        return ""
    new = ", ".join(f"{quote(c)} = EXCLUDED.{quote(c)}" for c in columns if c != replacing)
    return f" ON CONFLICT ({quote(replacing)}) DO UPDATE SET {new}"
