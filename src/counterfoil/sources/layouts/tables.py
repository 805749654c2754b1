"""The rows of a report, from CSV or a spreadsheet, as texts with their row numbers."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.faults import shown
from counterfoil.core.findings import error
from counterfoil.core.plain import LONGEST_LINE
from counterfoil.sources.files.spoilt import text_of
from counterfoil.sources.ledes.rows import decoded
from counterfoil.sources.sheets.archive import NotAWorkbook
from counterfoil.sources.sheets.reader import is_archive
from counterfoil.sources.sheets.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from counterfoil.core.findings import Finding
    from counterfoil.sources.sheets.workbook import Sheet

MOST_ABOVE: Final = 50
"""Rows above the headings: the report's name, its period, when it was made."""
_LEAST_HEADINGS: Final = 3
_LEAST_ROWS: Final = 2
"""Rows of as many cells that make a sheet a table."""
_DELIMITERS: Final = ",;\t|"
_SAMPLE: Final = 64 * 1024


Numbered = tuple[int, str, list[str]]


class NotATable(ValueError):
    """The file is no report that can be read; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report: its place for people, its cells by heading, and its sheet, if any.

    Numbers run on through the sheets of a workbook, so that no two rows have the same.
    """

    number: int
    place: str
    cells: dict[str, str]
    sheet: str = ""


@dataclass(slots=True)
class End:
    """Where the text of a report ends; a spreadsheet's end cannot be missed.

    ``row`` is the last row that was read and ``width`` how many cells it has. ``open``: the file
    ends in it without a line end, in the cell ``cell``.
    """

    row: int = 0
    width: int = 0
    open: bool = False
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report's headings, and its rows as they come. ``typed`` where numbers are numbers.

    Of a workbook with several sheets, ``sheets`` are those that are read, and ``unread`` those that
    are not.
    """

    headings: tuple[str, ...]
    lines: Iterator[Line]
    typed: bool
    end: End
    sheets: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()


class Sort(Enum):
    """What a sheet is that is not read."""

    TABLE = "other headings"
    """It holds rows of several cells, but not below the headings that are read."""
    COVER = "no headings"
    HIDDEN = "hidden"


class Unread(NamedTuple):
    """A sheet that is not read, with its first row in short."""

    name: str
    sort: Sort
    said: str


class Head(NamedTuple):
    """Where the headings of a table stand: as they are written, and told apart."""

    row: int
    plain: tuple[str, ...]
    headings: tuple[str, ...]


def read_report(stream: BinaryIO, wanted: frozenset[str] = frozenset()) -> Report:
    """Open a report at its headings: the first row that has those ``wanted``, or looks like them.

    Of a workbook every sheet is read that has them, as one table.
    A heading that stands several times is told apart by its column, as ``Amount (column 4)``.
    Raises ``NotATable``.
    """
    start = stream.tell()
    head = stream.read(_SAMPLE)
    stream.seek(start)
    typed = is_archive(head)
    end = End()
    other = other_form(head)
    if other is None and not typed and b"\0" in head:
        other = _no_report("no text and no spreadsheet")
    if other is not None:
        raise NotATable(other)
    if typed:
        try:
            return _of_workbook(Workbook(stream), wanted, end)
        except NotAWorkbook as fault:
            raise _no_workbook(fault) from fault
    rows = _csv_rows(stream, head, end)
    found = _head(rows, wanted)
    if found is None:
        raise NotATable(_no_headings(wanted))
    return Report(found.headings, _lines(rows, found), typed, end)


def _head(rows: Iterator[Numbered], wanted: frozenset[str]) -> Head | None:
    """Find the headings in the first rows of a table, which are read as far as these."""
    for number, place, cells in itertools.islice(rows, MOST_ABOVE):
        plain = tuple(" ".join(cell.split()) for cell in cells)
        headings = _told_apart(plain)
        if _are_headings(plain, headings, wanted):
            return Head(number, plain, headings)
        if wanted and wanted <= {*plain, *headings}:
            raise NotATable(_twice(wanted, plain, place))
    return None


def _no_headings(wanted: frozenset[str], *, of_sheets: bool = False) -> Finding:
    asked = f"the headings {', '.join(sorted(map(shown, wanted)))}" if wanted else "headings"
    return _finding(
        "no_headings",
        f"None of the first {MOST_ABOVE} rows {'of any sheet ' if of_sheets else ''}has {asked}.",
        "Export the report with its headings in one row, or make another layout for it.",
    )


def _of_workbook(workbook: Workbook, wanted: frozenset[str], end: End) -> Report:
    """Read every sheet that has the headings as one table; the others are named.

    Where none are ``wanted``, these are the headings of the first sheet that has any.
    """
    tables: list[tuple[Sheet, Head]] = []
    unread = [Unread(name, Sort.HIDDEN, "") for name in workbook.hidden]
    many = len(workbook.sheets) > 1
    for sheet in workbook.sheets:
        found = _head(_sheet_rows(workbook, sheet, many=many), wanted)
        if found and (wanted or not tables or {*found.headings} == {*tables[0][1].headings}):
            tables.append((sheet, found))
        elif (other := _unread(workbook, sheet)) is not None:
            unread.append(other)
    if not tables:
        raise NotATable(_no_headings(wanted, of_sheets=many))
    lines = _sheet_lines(workbook, tables, many=many)
    names = tuple(sheet.name for sheet, _ in tables) if many else ()
    headings = tables[0][1].headings
    return Report(headings, lines, typed=True, end=end, sheets=names, unread=tuple(unread))


def _unread(workbook: Workbook, sheet: Sheet) -> Unread | None:
    """Say what a sheet without the headings is; None if nothing stands in it."""
    rows = [row.cells for row in itertools.islice(workbook.rows(sheet), MOST_ABOVE)]
    if not rows:
        return None
    wide = [row for row in rows if sum(map(bool, row)) >= _LEAST_HEADINGS]
    sort = Sort.TABLE if len(wide) >= _LEAST_ROWS else Sort.COVER
    said = shown(", ".join(filter(None, (wide or rows)[0])))
    return Unread(sheet.name, sort, said)


def _sheet_lines(
    workbook: Workbook, tables: Sequence[tuple[Sheet, Head]], *, many: bool
) -> Iterator[Line]:
    """Yield the rows of sheets; damage may show as late as in the last row of one."""
    before = 0
    try:
        for sheet, head in tables:
            last = 0
            rows = _sheet_rows(workbook, sheet, many=many)
            rest = itertools.dropwhile(lambda row, head=head: row[0] <= head.row, rows)  # type: ignore[misc]
            for line in _lines(rest, head):
                last = line.number
                yield replace(line, number=before + last, sheet=sheet.name)
            before += max(last, head.row)
    except NotAWorkbook as fault:
        raise _no_workbook(fault) from fault


def _sheet_rows(workbook: Workbook, sheet: Sheet, *, many: bool) -> Iterator[Numbered]:
    where = f"sheet {shown(sheet.name)}, " if many else ""
    return ((row.number, f"{where}row {row.number}", row.cells) for row in workbook.rows(sheet))


_FORMS: Final = (
    (b"\xd0\xcf\x11\xe0", "an older Excel workbook (.xls), or one with a password"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "written in UTF-16"),
    (b"\xfe\xff", "written in UTF-16"),
    (b"{\\rtf", "a text document (.rtf)"),
)
_PAGES: Final = (b"<html", b"<!doctype", b"<table", b"<?xml")


def other_form(head: bytes) -> Finding | None:
    """Name a form that nothing here reads, and what to do about it; None for what may be read."""
    found = next((name for signature, name in _FORMS if head.startswith(signature)), "")
    if head.lstrip(b"\xef\xbb\xbf\r\n \t").lower().startswith(_PAGES):
        found = "a web page, whatever its name ends in"
    return _no_report(found) if found else None


def _no_report(what: str) -> Finding:
    return _finding(
        "not_a_report",
        f"The file is {what}.",
        "Open it in a spreadsheet program if that can, and save it as an Excel workbook (.xlsx) or "
        "as CSV UTF-8; otherwise export the report in one of these forms.",
    )


def _told_apart(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Give headings that stand several times the numbers of their columns."""
    return tuple(
        f"{heading} (column {place})" if heading and headings.count(heading) > 1 else heading
        for place, heading in enumerate(headings, 1)
    )


def _twice(wanted: frozenset[str], headings: tuple[str, ...], place: str) -> Finding:
    """Say which heading that a layout reads stands several times, so that it could be either."""
    several = sorted(each for each in wanted if headings.count(each) > 1)
    columns = [
        str(at) for at, heading in enumerate(headings, 1) if several and heading == several[0]
    ]
    return _finding(
        "heading_twice",
        f"The heading {shown(', '.join(several))} stands in the columns {' and '.join(columns)}: "
        "nobody can tell which of them is meant. Nothing of the report is taken.",
        f"Give the columns headings of their own, or show the layout anew and choose "
        f"“{shown(several[0] if several else '')} (column {columns[0] if columns else 1})” or "
        "another of them.",
        place,
    )


def _no_workbook(fault: NotAWorkbook) -> NotATable:
    return NotATable(
        _finding(
            "not_a_workbook",
            f"The spreadsheet cannot be read: {fault}.",
            "Open it, save it again as an Excel workbook (.xlsx), and import that.",
        )
    )


def _finding(code: str, message: str, fix: str, path: str = "") -> Finding:
    return error(code, message, fix, path)


def _are_headings(
    cells: tuple[str, ...], headings: tuple[str, ...], wanted: frozenset[str]
) -> bool:
    named = [cell for cell in cells if cell]
    if wanted:
        return wanted <= set(headings)
    words = [cell for cell in named if not any(letter.isdigit() for letter in cell)]
    return len(words) >= _LEAST_HEADINGS and len(words) == len(named)


def _lines(rows: Iterable[Numbered], head: Head) -> Iterator[Line]:
    for number, place, cells in rows:
        filled = {
            heading: cell.strip()
            for heading, cell in zip(head.headings, cells, strict=False)
            if heading and cell.strip()
        }
        # A report of several pages repeats its headings.
        repeated = all(
            cell.strip() in {"", heading} for heading, cell in zip(head.plain, cells, strict=False)
        )
        if filled and not repeated:
            yield Line(number, place, filled)


def _csv_rows(stream: BinaryIO, head: bytes, end: End) -> Iterator[Numbered]:
    text = decoded(head.rpartition(b"\n")[0] or head)
    delimiter = max(_DELIMITERS, key=text.count)
    reader = csv.reader(_texts(stream, end), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise NotATable(
                _finding(
                    "not_csv",
                    f"Row {number} cannot be read: {fault}.",
                    "Look for a quotation mark that is not closed.",
                )
            ) from fault
        end.row, end.width = number, len(cells)
        end.cell = cells[-1] if cells else ""
        yield number, f"row {number}", [*map(text_of, cells)]


def _texts(stream: BinaryIO, end: End) -> Iterator[str]:
    while line := stream.readline(LONGEST_LINE):
        # A closed quotation is a cell that is whole.
        end.open = not line.endswith((b"\n", b"\r", b'"'))
        yield decoded(line).removeprefix("\ufeff")
