"""Documents to CSV, such that ``csv_reader`` reads the same documents back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from counterfoil.core.fields import Form
from counterfoil.core.table import kind_shape
from counterfoil.core.writer import plain
from counterfoil.sources.files.csv_reader import KIND, LISTS, ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.table import Shape


def write_csv(documents: Sequence[Document]) -> str:
    """Write documents of one kind, with every column of that kind and CRLF line ends.

    Raises ValueError for documents of several kinds: a file holds one.
    """
    kinds = {document.kind for document in documents}
    if len(kinds) > 1:
        raise ValueError(f"one file holds one kind, not {', '.join(sorted(kinds))}")
    rows = [row for document in documents for row in _rows(document)]
    known = [name for kind in kinds for name in columns_of(kind_shape(kind))]
    used = [name for row in rows for name in row]
    names = list(dict.fromkeys([ROW, KIND, *known, *used]))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def columns_of(shape: Shape) -> Iterator[str]:
    """Name the columns of a record and of the records below it; tracking has one per dimension."""
    for column in shape.columns:
        if column.inner is None:
            if column.field.form is not Form.OPTIONS:
                yield column.name
        elif column.field.form is Form.RECORD:
            yield from (f"{column.name}.{name}" for name in column.inner.names)
        else:
            yield from columns_of(column.inner)


def _rows(document: Document) -> Iterator[dict[str, str]]:
    values = plain(document)
    lists = {what: values.pop(name, []) for what, name in LISTS.items()}
    yield {ROW: "document", **_cells(values)}
    for what, records in lists.items():
        for record in cast("list[dict[str, object]]", records):
            yield {ROW: what, **_cells(record)}


def _cells(values: dict[str, object]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            cells |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            cells[name] = "true" if value is True else str(value)
    return cells
