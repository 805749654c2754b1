"""Documents to CSV, such that ``csv_reader`` reads the same documents back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import Key
from counterfoil.core.fields import Form
from counterfoil.core.guarded import guarded
from counterfoil.core.table import kind_shape
from counterfoil.core.writer import plain
from counterfoil.sources.files.csv_reader import KIND, LISTS, ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.table import Shape


def write_csv(documents: Sequence[Document]) -> str:
    """Write documents of one kind, with every column of that kind and CRLF line ends.

    What a spreadsheet would compute is guarded; the reader takes that off again. Raises ValueError
    for documents of several kinds: a file holds one.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(map(guarded, row) for row in table(documents))
    return out.getvalue()


def table(documents: Sequence[Document]) -> Iterator[list[str]]:
    """Yield the rows of documents of one kind, the names of their columns first.

    Raises ValueError for documents of several kinds.
    """
    kinds = {document.kind for document in documents}
    if len(kinds) > 1:
        raise ValueError(f"one file holds one kind, not {', '.join(sorted(kinds))}")
    rows = [row for document in documents for row in _rows(document)]
    known = [name for kind in kinds for name in columns_of(kind_shape(kind))]
    used = [name for row in rows for name in row]
    names = list(dict.fromkeys([ROW, KIND, *known, *used]))
    yield names
    yield from ([row.get(name, "") for name in names] for row in rows)


def columns_of(shape: Shape, above: str = "") -> Iterator[str]:
    """Name the columns of a record and of the records below it; tracking has one per dimension."""
    for column in shape.columns:
        name = above + column.name
        field = column.field
        if column.inner is not None:
            inside = f"{name}." if field.form is Form.RECORD else ""
            yield from columns_of(column.inner, inside)
        elif field.form is Form.REFERENCE and not field.bare_id:
            yield from (f"{name}.{each}" for each in Key._fields)
        elif field.form is not Form.OPTIONS:
            yield name


def _rows(document: Document) -> Iterator[dict[str, str]]:
    values = plain(document)
    lists = {what: values.pop(name, []) for what, name in LISTS.items()}
    yield {ROW: "document", **_cells(values)}
    for what, entries in lists.items():
        for entry in cast("list[object]", entries):
            yield {ROW: what, **_cells(_named(entry, LISTS[what]))}


def _named(entry: object, name: str) -> dict[str, object]:
    """Give an entry that is no record, an id, the name of its list as a column."""
    return entry if isinstance(entry, dict) else {name: entry}


def _cells(values: dict[str, object], above: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            cells |= _cells(value, f"{above}{name}.")
        else:
            cells[above + name] = str(value).lower() if isinstance(value, bool) else str(value)
    return cells
