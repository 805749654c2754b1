"""Documents from CSV: one file per kind, a document over several rows (interfaces.md, *CSV*).

The column ``row`` says what a row is: ``document`` opens one and carries its own fields; ``line``,
``allocation`` and ``split`` below it carry one record each, ``payment`` one id, in its column
``payments``. Nested names have dots (``client.name``, ``tracking.Office``). The kind stands in the
column ``kind`` of the document's row. An empty cell is a field left out. A fault's path is its row,
counted as a spreadsheet counts, and its column.
"""

from __future__ import annotations

import csv
import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import KINDS, Lined
from counterfoil.core.faults import Faults, seen, suggestion
from counterfoil.core.fields import Form
from counterfoil.core.findings import warning
from counterfoil.core.mapping_file import placed
from counterfoil.core.plain import LONGEST_LINE, Digits
from counterfoil.core.reader import Read, read_plain, read_texts
from counterfoil.core.source_checks import check_sums
from counterfoil.core.table import kind_shape, shape_of
from counterfoil.sources.files import spoilt
from counterfoil.sources.files.numbered import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.table import Shape

ROW = "row"
REVISION = "revision"
"""The only field that JSON would have as a number."""
KIND = "kind"
LISTS = {"line": "lines", "allocation": "allocations", "split": "splits", "payment": "payments"}
"""The rows below a document's own, and the list that each adds to."""
MOST_COLUMNS = 200
MOST_ROWS = 12_000
"""Rows of one document: the most lines that it may have, and what stands beside them."""

_DELIMITERS = (",", ";", "\t")
_TIGHT = frozenset(Form) - {Form.TEXT, Form.OPTIONS, Form.REFERENCE, Form.REFERENCES}
"""Forms in which a space before or after can mean nothing."""
_BETWEEN_IDS = ";"
_FLAGS: dict[str, object] = {"true": True, "false": False}

Raw = dict[str, object]
TableRow = tuple[int, list[str], str | None]
"""A row's number and cells; one that is none has no cells, and the reason."""


class Row(NamedTuple):
    """A row with what it is and its filled cells by column name."""

    number: int
    what: str
    cells: dict[str, str]


class Draft:
    """A document's rows as they are gathered, with the faults of the table itself."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rows: list[Row] = []
        self.faults = Faults()
        self._size = 0
        self._full = False

    def add(self, row: Row) -> None:
        """Take a row, up to the named maximum of rows and of what stands in them."""
        self._size += sum(map(len, row.cells.values()))
        if len(self.rows) < MOST_ROWS and self._size <= LONGEST_LINE:
            self.rows.append(row)
        elif not self._full:
            self._full = True
            self.faults.found(
                "too_many_entries",
                f"The document has more than {MOST_ROWS:,} rows, or {LONGEST_LINE:,} characters.",
                "Split the document in two.",
                f"row {row.number}",
            )


def delimiter_of(line: bytes) -> str | None:
    """Tell what separates the cells of a CSV header; None for a line that is no such header."""
    text = line.decode(errors="replace").removeprefix("\ufeff").strip()
    for delimiter in _DELIMITERS:
        names = {name.strip(' "') for name in text.split(delimiter)}
        if len(names) > 1 and names & {ROW, KIND}:
            return delimiter
    return None


def read_csv(lines: Iterable[bytes], delimiter: str = ",", start: int = 1) -> Iterator[Numbered]:
    """Read documents from the lines of a CSV file, its header first, in row ``start``."""
    before: Numbered | None = None
    end = _End()
    for numbered in read_table(_rows(lines, delimiter, start, end)):
        if before is not None:
            yield before
        before = numbered
    if before is not None:
        first = f"row {before.line}"
        yield dataclasses.replace(before, read=_doubted(whole(before.read, first), end, delimiter))


def _doubted(read: Read, end: _End, delimiter: str) -> Read:
    """Warn that the last cell of a file may be cut: half an amount is an amount, too."""
    if read.document is None or not end.open or end.last.endswith((b'"', delimiter.encode())):
        return read
    last = end.last.decode(errors="replace").rpartition(delimiter)[2]
    found = warning(
        "no_line_end",
        f"The file ends in its last cell, {seen(last)}, without a line end; if it broke off there, "
        "the cell is cut.",
        "See whether the cell is whole. An empty line at the end of the file says that it is.",
        "",
    )
    return read._replace(findings=(*read.findings, found))


def read_table(rows: Iterator[TableRow]) -> Iterator[Numbered]:
    """Read documents from the rows of a table, its header first."""
    number, header, fault = next(rows, (1, [], None))
    faults = _faults_of(number, header, fault)
    if faults:
        yield Numbered(number, Read(None, None, None, tuple(faults)))
        return
    for draft in _drafts(header, rows):
        yield Numbered(draft.number, _read(draft))


def whole(read: Read, first: str) -> Read:
    """Refuse the last document of a file if lines of it seem to be missing.

    CSV has no end that could be missed, so a file that broke off looks whole.
    """
    document = read.document
    found = tuple(check_sums(document)) if isinstance(document, Lined) else ()
    if not found:
        return read
    faults = Faults()
    faults.found(
        "broke_off",
        "The file ends in this document, whose lines do not add up to its total.",
        "Export the file again: it seems to have broken off. Otherwise correct the document.",
        first,
    )
    return read._replace(document=None, findings=(*read.findings, *found, *faults))


def is_table_header(cells: Iterable[str]) -> bool:
    """Tell whether these are the names of the columns of a table of documents."""
    return bool({ROW, KIND} & {cell.strip() for cell in cells})


def _rows(lines: Iterable[bytes], delimiter: str, start: int, end: _End) -> Iterator[TableRow]:
    """Number the rows; one that is no CSV comes empty, with the reason.

    Bytes that are not UTF-8 become lone surrogates, which the strict reader refuses where they are.
    """
    reader = csv.reader(end.watched(lines), delimiter=delimiter, strict=True)
    number, width = start, 0
    while True:
        try:
            cells, fault = next(reader), None
        except StopIteration:
            return
        except csv.Error as broken:
            cells, fault = [], str(broken)
        width = width or len(cells)
        if end.open and len(cells) < width:
            fault = "the file ends in the middle of it"
        yield number, [*map(spoilt.text_of, cells)], fault
        number += 1


class _End:
    """The line that was read ``last``; ``open`` is true if it has no end."""

    def __init__(self) -> None:
        self.open = False
        self.last = b""

    def watched(self, lines: Iterable[bytes]) -> Iterator[str]:
        """Decode lines as they are read."""
        for line in lines:
            self.open, self.last = not line.endswith((b"\n", b"\r")), line
            yield line.decode(errors="surrogateescape").removeprefix("\ufeff")


def _faults_of(number: int, header: list[str], fault: str | None) -> Faults:
    faults = Faults()
    first = f"row {number}"
    names = _names(header)
    if fault is not None or len(names) > MOST_COLUMNS:
        reason = fault or f"it has more than {MOST_COLUMNS} columns"
        faults.found("not_csv", f"The header cannot be read: {reason}.", "Export it again.", first)
    for name in {ROW, KIND} - {*names} if not faults else ():
        faults.found(
            "missing_field",
            f"The column {name} is missing.",
            {
                ROW: f"Add it: document, {', '.join(LISTS)}.",
                KIND: f"Add it, filled on each document row: {', '.join(KINDS)}.",
            }[name],
            f"{first}, column {name}",
        )
    for name in dict.fromkeys(name for name in names if name and names.count(name) > 1):
        faults.found(
            "duplicate_key",
            f"The column {seen(name)} stands here twice.",
            "Keep the right one and delete the other.",
            f"{first}, column {name}",
        )
    return faults


def _names(header: list[str]) -> list[str]:
    """Trim the names of columns, but not those that end in somebody's tracking category."""
    return [name if name.startswith("tracking.") else name.strip() for name in header]


def _drafts(header: list[str], rows: Iterator[TableRow]) -> Iterator[Draft]:
    """Gather each document with the rows below it."""
    names = _names(header)
    draft: Draft | None = None
    for number, cells, fault in rows:
        filled = dict(zip(names, cells, strict=False))
        what = filled.pop(ROW, "").strip()
        if not any(cell.strip() for cell in cells) and fault is None:
            continue
        if what == "document" or draft is None:
            if draft is not None:
                yield draft
            draft = Draft(number)
        _judge(Row(number, what, filled), cells[len(names) :], fault, draft)
        draft.add(Row(number, what, {name: cell for name, cell in filled.items() if cell.strip()}))
    if draft is not None:
        yield draft


def _judge(row: Row, beyond: list[str], fault: str | None, draft: Draft) -> None:
    """Find what is wrong with a row as a row."""
    place = f"row {row.number}"
    if fault is not None:
        draft.faults.found(
            "not_csv",
            f"The row cannot be read: {fault}.",
            "Look for a quotation mark that is not closed, or export the file again.",
            place,
        )
    elif row.what not in {"document", *LISTS}:
        draft.faults.found(
            "not_a_choice",
            f"{seen(row.what)} is not a kind of row.",
            suggestion(row.what, ("document", *LISTS)) or f"Use document, {', '.join(LISTS)}.",
            f"{place}, column {ROW}",
        )
    elif row.what != "document" and not draft.rows:
        draft.faults.found(
            "missing_field",
            f"This {row.what} has no document row above it.",
            "Put the document's own row first.",
            place,
        )
    if any(cell.strip() for cell in beyond) or "" in {n for n, c in row.cells.items() if c.strip()}:
        draft.faults.found(
            "unknown_field",
            "A cell is filled that stands under no column name.",
            "Empty the cell, or name its column.",
            place,
        )


def _read(draft: Draft) -> Read:
    raw, places = _assembled(draft)
    read = read_plain(raw) if REVISION in raw else read_texts(raw)
    first = f"row {draft.number}"
    moved = tuple(
        dataclasses.replace(each, path=_place(each.path, places, first)) for each in read.findings
    )
    document = None if draft.faults else read.document
    return Read(read.kind, read.id, document, (*draft.faults, *moved))


def _place(path: str, places: dict[str, str], first: str) -> str:
    """Name the row and column of a field; a missing one is looked for in the row it belongs to."""
    if path in places:
        return places[path]
    above, _, name = path.rpartition(".")
    if above in places:
        return f"{places[above].partition(',')[0]}, column {name}"
    place = placed(path, places)
    return f"{first}, column {path}" if place == path and path else place or first


def _assembled(draft: Draft) -> tuple[Raw, dict[str, str]]:
    """Put the rows together as the plain values that a line of JSON would hold."""
    raw: Raw = {}
    places: dict[str, str] = {}
    shape = None
    for row in draft.rows:
        if row.what == "document":
            kind = row.cells.get(KIND, "").strip()
            shape = kind_shape(kind) if kind in KINDS else None
            _fill(raw, "", row, shape, draft.faults, places)
        elif row.what in LISTS:
            _append(raw, row, shape, draft.faults, places)
    for column in shape.columns if shape else ():
        if column.required and column.field.form is Form.RECORDS:
            raw.setdefault(column.name, [])  # no rows are an empty list: a table has no other way
    return raw, places


def _append(
    raw: Raw, row: Row, shape: Shape | None, faults: Faults, places: dict[str, str]
) -> None:
    """Add what a row below the document's own carries: a record, or one id."""
    name = LISTS[row.what]
    entries = raw.setdefault(name, [])
    place = f"row {row.number}"
    if not isinstance(entries, list):
        _claimed(name, place, faults)
        return
    column = shape.column(name) if shape else None
    path = f"{name}[{len(entries)}]"
    places.setdefault(name, place)
    places[path] = place
    record: Raw = {}
    if column is not None and column.inner is None:
        _fill(record, f"{path}.", row, None, faults, places)
        entries.append(record.get(name) if record.keys() == {name} else record)
    else:
        inner = column.inner if column else None
        _fill(record, f"{path}.", row, inner, faults, places)
        entries.append(record)


def _fill(
    record: Raw, path: str, row: Row, shape: Shape | None, faults: Faults, places: dict[str, str]
) -> None:
    for column, cell in row.cells.items():
        place = f"row {row.number}, column {column}"
        if spoilt.is_spoilt(cell, place, faults):
            continue
        places[path + column] = place
        steps, form = _resolved(shape.cls if shape else None, column)
        if not _put(record, steps, _value(Form.CHOICE if column == KIND else form, cell)):
            _claimed(column, place, faults)


def _claimed(column: str, place: str, faults: Faults) -> None:
    faults.found(
        "unknown_field",
        f"{seen(column)} and another column claim the same field.",
        "Fill one of them.",
        place,
    )


@lru_cache(maxsize=4096)
def _resolved(cls: type | None, column: str) -> tuple[tuple[str, ...], Form | None]:
    """Split a column's name into the fields it leads through, and tell the form of the last.

    Only records are entered: what follows ``tracking.`` is somebody's name, dots and all.
    """
    name, dot, below = column.partition(".")
    found = shape_of(cls).column(name) if cls else None
    if dot and found is not None and found.inner and found.field.form is Form.RECORD:
        steps, form = _resolved(found.inner.cls, below)
        return (name, *steps), form
    return (name, below) if dot else (name,), found.field.form if found else None


def _put(record: Raw, steps: tuple[str, ...], value: object) -> bool:
    for step in steps[:-1]:
        inner = record.setdefault(step, {})
        if not isinstance(inner, dict):
            return False
        record = inner
    return record.setdefault(steps[-1], value) is value


def _value(form: Form | None, cell: str) -> object:
    """Give a cell the form that JSON would have; texts keep their spaces, nothing else does."""
    if form is Form.INTEGER:
        return Digits(cell.strip())
    if form is Form.FLAG:
        return _FLAGS.get(cell.strip().lower(), cell)
    if form is Form.REFERENCES:
        return [each.strip() for each in cell.split(_BETWEEN_IDS) if each.strip()]
    return cell.strip() if form in _TIGHT else cell
