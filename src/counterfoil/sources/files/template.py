"""Empty tables to be filled in, one for each kind of document, with every column explained."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from counterfoil.core.guarded import guarded
from counterfoil.core.table import kind_shape
from counterfoil.sources.files.csv_reader import KIND, LISTS, ROW
from counterfoil.sources.files.csv_writer import columns_of
from counterfoil.sources.sheets.reader import ABOUT
from counterfoil.sources.sheets.writer import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.table import Shape

_PARTS = {name: row for row, name in LISTS.items()}


def columns(kind: str) -> list[str]:
    """Return the columns of a kind's table, in their order."""
    return list(dict.fromkeys([ROW, KIND, *columns_of(kind_shape(kind))]))


def template_csv(kind: str) -> str:
    """Return the header of a kind's table as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(guarded, columns(kind)))
    return out.getvalue()


def template_xlsx(kind: str) -> bytes:
    """Return a kind's table as a spreadsheet, and a second sheet that explains its columns."""
    about = [ABOUT, *_about(kind)]
    return write_xlsx({kind: [columns(kind)], "about the columns": about})


def _about(kind: str) -> Iterator[list[str]]:
    rows = ", ".join(["document", *(row for row, name in LISTS.items() if _has(kind, name))])
    yield [ROW, "all", "yes", f"what the row is: {rows}"]
    yield [KIND, "document", "yes", f"always {kind}"]
    yield from _explained(kind_shape(kind), "", "document")


def _has(kind: str, name: str) -> bool:
    return kind_shape(kind).column(name) is not None


def _explained(shape: Shape, above: str, row: str) -> Iterator[list[str]]:
    for column in shape.columns:
        name = above + column.name
        if column.inner is None:
            needed = "yes" if column.required else ""
            yield [name, row, needed, _words(column.field.meaning, column.field.choices)]
        elif column.name in _PARTS:
            yield from _explained(column.inner, "", _PARTS[column.name])
        else:
            yield from _explained(column.inner, f"{name}.", row)


def _words(meaning: str, choices: tuple[str, ...]) -> str:
    return f"{meaning} ({', '.join(choices)})" if choices else meaning
