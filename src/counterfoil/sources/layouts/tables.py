"""The rows of a report, from CSV or a spreadsheet, as texts with their row numbers."""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.faults import seen, shown
from counterfoil.core.findings import error
from counterfoil.core.plain import LONGEST_LINE
from counterfoil.sources.files.spoilt import text_of
from counterfoil.sources.ledes.rows import decoded
from counterfoil.sources.sheets.archive import NotAWorkbook
from counterfoil.sources.sheets.reader import is_archive
from counterfoil.sources.sheets.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from counterfoil.core.findings import Finding
    from counterfoil.sources.sheets.workbook import Sheet

MOST_ABOVE: Final = 50
"""Rows above the headings: the report's name, its period, when it was made."""
NOT_CSV: Final = "not_csv"
"""The code of the finding that a text cannot be divided into rows and cells."""
LEAST_HEADINGS: Final = 3
_LEAST_ROWS: Final = 2
"""Rows of as many cells that make a sheet a table."""
_DELIMITERS: Final = ",;\t|"
_SAMPLE: Final = 64 * 1024


_OF_A_ROW: Final = re.compile(
    r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|"
    r"[^0-9]{0,4}[0-9]{1,3}(?:[,. ']?[0-9]{3})*[.,][0-9]{2}"
)
"""A day in figures, or an amount with cents."""


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
    ``astray`` are the texts that stand under no heading, by their columns. ``torn`` is the heading
    of a cell in which another row seems to stand, and that row. ``width`` is how many cells a row
    of CSV has, empty ones among them. ``repeated`` are the headings again, as on a next page.
    """

    number: int
    place: str
    cells: dict[str, str]
    sheet: str = ""
    astray: Mapping[int, str] = field(default_factory=dict)
    torn: tuple[str, str] | None = None
    width: int = 0
    repeated: bool = False


@dataclass(slots=True)
class End:
    """Where the text of a report ends; a spreadsheet's end cannot be missed.

    ``row`` is the last row that was read and ``width`` how many cells it has. ``open``: the file
    ends in it without a line end, in the cell ``cell``. ``over``: there are no more lines.
    """

    row: int = 0
    width: int = 0
    open: bool = False
    cell: str = ""
    over: bool = False


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
    return Report(found.headings, _lines(rows, found, _delimiter(head)), typed, end)


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
    wide = [row for row in rows if sum(map(bool, row)) >= LEAST_HEADINGS]
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
    return len(words) >= LEAST_HEADINGS and len(words) == len(named)


def _lines(rows: Iterable[Numbered], head: Head, delimiter: str = "") -> Iterator[Line]:
    """Yield the rows below the headings that hold anything; ``delimiter`` is that of CSV."""
    nameless = {column for column, heading in enumerate(head.headings, 1) if not heading}
    for number, place, cells in rows:
        filled = {
            heading: cell.strip()
            for heading, cell in zip(head.headings, cells, strict=False)
            if heading and cell.strip()
        }
        astray: dict[int, str] = {}
        if nameless or len(cells) > len(head.headings):
            astray = {
                column: cell.strip()
                for column, cell in enumerate(cells, 1)
                if cell.strip() and (column in nameless or column > len(head.headings))
            }
        # A report of several pages repeats its headings.
        repeated = bool(filled) and all(
            cell.strip() in {"", heading} for heading, cell in zip(head.plain, cells, strict=False)
        )
        if repeated:
            yield Line(number, place, filled, repeated=True)
        elif filled or astray:
            torn = _torn(filled, delimiter) if delimiter else None
            width = len(cells) if delimiter else 0
            yield Line(number, place, filled, astray=astray, torn=torn, width=width)


def _torn(cells: Mapping[str, str], delimiter: str) -> tuple[str, str] | None:
    """Return the heading of a cell that another row stands in, and that row; None for most.

    Two quotation marks too many, with rows between, make one cell of them. A row has a day or cents
    in a cell of its own, which an address or a sentence of two lines has not.
    """
    for heading, cell in cells.items():
        for line in cell.splitlines()[1:] if "\n" in cell else ():
            parts = [part.strip() for part in line.split(delimiter)]
            if len(parts) >= LEAST_HEADINGS and any(map(_OF_A_ROW.fullmatch, parts)):
                return heading, line
    return None


def _delimiter(head: bytes) -> str:
    return max(_DELIMITERS, key=decoded(head.rpartition(b"\n")[0] or head).count)


def _csv_rows(stream: BinaryIO, head: bytes, end: End) -> Iterator[Numbered]:
    delimiter = _delimiter(head)
    lines: list[str] = []
    returns = b"\r" in head and b"\n" not in head
    found = _returned(stream) if returns else iter(lambda: stream.readline(LONGEST_LINE), b"")
    reader = csv.reader(_texts(found, end, lines), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        lines.clear()
        try:
            cells = next(reader)
            # Asked for more than there is, it had not come to the end of a quotation.
            if end.over or (len(lines) > 1 and not _is_strict(lines, delimiter)):
                raise NotATable(_not_closed(number, lines, to_the_end=end.over))
        except StopIteration:
            return
        except csv.Error as fault:
            raise NotATable(_no_csv(f"Row {number} cannot be read: {fault}.", number)) from fault
        end.row, end.width = number, len(cells)
        end.cell = cells[-1] if cells else ""
        yield number, f"row {number}", [*map(text_of, cells)]


def _is_strict(lines: Sequence[str], delimiter: str) -> bool:
    """Tell whether the lines of one row are so to the letter, each quotation closed at its cell."""
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _not_closed(number: int, lines: Sequence[str], *, to_the_end: bool) -> Finding:
    last = number + len(lines) - 1
    rest = "the rest of the file" if to_the_end else f"the rows down to about row {last}"
    return _no_csv(
        f"A quotation mark in row {number} is not closed where its cell ends, so that {rest} would "
        f"be read as one cell of it: {seen(lines[0].strip())}.",
        number,
    )


def _no_csv(message: str, row: int) -> Finding:
    return _finding(
        NOT_CSV,
        f"{message} Nothing of the report is taken.",
        "Look for a quotation mark that is not closed: take it out, or write it twice inside a "
        "quotation. Or export the report as an Excel workbook (.xlsx).",
        f"row {row}",
    )


def _returned(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a text that ends them with returns alone, as old spreadsheets do."""
    rest = b""
    while chunk := stream.read(_SAMPLE):
        *whole, rest = (rest + chunk).split(b"\r")
        yield from (line + b"\n" for line in whole)
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


def _texts(found: Iterable[bytes], end: End, lines: list[str]) -> Iterator[str]:
    """Yield the lines of a text, each added to ``lines``."""
    for line in found:
        # A closed quotation is a cell that is whole.
        end.open = not line.endswith((b"\n", b"\r", b'"'))
        lines.append(decoded(line).removeprefix("\ufeff"))
        yield lines[-1]
    end.over = True
