"""The rows of a report, from CSV or a spreadsheet, as texts with their row numbers."""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import Faults, shown
from counterfoil.core.findings import Finding
from counterfoil.core.plain import LONGEST_LINE
from counterfoil.sources.files.spoilt import text_of
from counterfoil.sources.ledes.rows import decoded
from counterfoil.sources.sheets.archive import NotAWorkbook
from counterfoil.sources.sheets.reader import is_archive
from counterfoil.sources.sheets.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MOST_ABOVE: Final = 50
"""Rows above the headings: the report's name, its period, when it was made."""
_LEAST_HEADINGS: Final = 3
_DELIMITERS: Final = ",;\t|"
_SAMPLE: Final = 64 * 1024


class NotATable(ValueError):
    """The file is no report that can be read; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report: its place for people, and its cells by heading."""

    number: int
    place: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """A report's headings, and its rows as they come. ``typed`` where numbers are numbers."""

    headings: tuple[str, ...]
    lines: Iterator[Line]
    typed: bool


def read_report(stream: BinaryIO, wanted: frozenset[str] = frozenset()) -> Report:
    """Open a report at its headings: the first row that has those ``wanted``, or looks like them.

    Raises ``NotATable``.
    """
    start = stream.tell()
    head = stream.read(_SAMPLE)
    stream.seek(start)
    typed = is_archive(head)
    try:
        rows = _sheet_rows(Workbook(stream)) if typed else _csv_rows(stream, head)
        for _, _, cells in itertools.islice(rows, MOST_ABOVE):
            headings = tuple(" ".join(cell.split()) for cell in cells)
            if _are_headings(headings, wanted):
                return Report(headings, _lines(rows, headings), typed)
    except NotAWorkbook as fault:
        raise _no_workbook(fault) from fault
    asked = f"the headings {', '.join(sorted(map(shown, wanted)))}" if wanted else "headings"
    raise NotATable(
        _finding(
            "no_headings",
            f"None of the first {MOST_ABOVE} rows has {asked}.",
            "Export the report with its headings in one row, or make another layout for it.",
        )
    )


def _no_workbook(fault: NotAWorkbook) -> NotATable:
    return NotATable(
        _finding(
            "not_a_workbook",
            f"The spreadsheet cannot be read: {fault}.",
            "Open it, save it again as an Excel workbook (.xlsx), and import that.",
        )
    )


def _finding(code: str, message: str, fix: str) -> Finding:
    faults = Faults()
    faults.found(code, message, fix, "")
    return faults[0]


def _are_headings(cells: tuple[str, ...], wanted: frozenset[str]) -> bool:
    named = [cell for cell in cells if cell]
    if wanted:
        return wanted <= set(named)
    words = [cell for cell in named if not any(letter.isdigit() for letter in cell)]
    return len(words) >= _LEAST_HEADINGS and len(words) == len(named)


Numbered = tuple[int, str, list[str]]


def _lines(rows: Iterator[Numbered], headings: tuple[str, ...]) -> Iterator[Line]:
    for number, place, cells in rows:
        filled = {
            heading: cell.strip()
            for heading, cell in zip(headings, cells, strict=False)
            if heading and cell.strip()
        }
        # A report of several pages repeats its headings.
        if filled and any(name != cell for name, cell in filled.items()):
            yield Line(number, place, filled)


def _sheet_rows(workbook: Workbook) -> Iterator[Numbered]:
    """Read the first sheet that holds anything; damage may show as late as in its last row."""
    try:
        for sheet in workbook.sheets:
            rows = workbook.rows(sheet)
            first = next(rows, None)
            if first is not None:
                for row in itertools.chain([first], rows):
                    yield row.number, f"row {row.number}", row.cells
                return
    except NotAWorkbook as fault:
        raise _no_workbook(fault) from fault


def _csv_rows(stream: BinaryIO, head: bytes) -> Iterator[Numbered]:
    text = decoded(head.rpartition(b"\n")[0] or head)
    delimiter = max(_DELIMITERS, key=text.count)
    reader = csv.reader(_texts(stream), delimiter=delimiter)
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
        yield number, f"row {number}", [*map(text_of, cells)]


def _texts(stream: BinaryIO) -> Iterator[str]:
    while line := stream.readline(LONGEST_LINE):
        yield decoded(line).removeprefix("\ufeff")
