"""Documents from spreadsheets whose sheets hold the tables that CSV files hold.

A sheet counts if its first row names the columns ``row`` and ``kind``; others are left alone, and
one that holds rows is named. Where these columns come further down, something stands above them,
and the sheet is refused. Rows are numbered on through the sheets, so that no two documents of a
file stand in the same place; what is said of one names its sheet and its row there.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import Faults, shown
from counterfoil.core.findings import Finding, warning
from counterfoil.core.reader import Read
from counterfoil.sources.files.csv_reader import KIND, ROW, is_table_header, read_table
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.sheets.archive import SIGNATURE, NotAWorkbook
from counterfoil.sources.sheets.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from counterfoil.sources.sheets.workbook import Row, Sheet

ABOUT: Final = ["column", "in rows", "needed", "what it is"]
"""The headings of the sheet of a template that explains its columns."""
MOST_ABOVE: Final = 50
"""Rows that are looked at to tell what a sheet is that is no table of documents."""
LEAST_CELLS: Final = 3
LEAST_ROWS: Final = 2
"""Rows of as many cells that make a sheet a table."""


def is_archive(head: bytes) -> bool:
    """Tell whether a file may be a spreadsheet, by its first bytes."""
    return head.startswith(SIGNATURE)


def read_xlsx(stream: BinaryIO) -> Iterator[Numbered]:
    """Read the documents of a spreadsheet, sheet by sheet."""
    try:
        yield from _documents(Workbook(stream))
    except NotAWorkbook as fault:
        yield unreadable(str(fault))


def unreadable(why: str) -> Numbered:
    """Refuse a file that is no spreadsheet, or broke off."""
    faults = Faults()
    faults.found(
        "not_a_workbook",
        f"The spreadsheet cannot be read: {why}.",
        "Open it, save it again as an Excel workbook (.xlsx), and import that.",
        "",
    )
    return Numbered(1, Read(None, None, None, tuple(faults)))


def _documents(workbook: Workbook) -> Iterator[Numbered]:
    before = 0
    tables = [sheet for sheet in workbook.sheets if _is_table(workbook, sheet)]
    others = [sheet for sheet in workbook.sheets if sheet not in tables]
    remarks = [one for sheet in others if (one := _left_alone(workbook, sheet)) is not None]
    for sheet in tables:
        last = 1
        for numbered in read_table(_told(workbook.rows(sheet))):
            last = numbered.line
            found = _in_sheet(sheet.name, before, numbered)
            if remarks and found.read.document is not None:
                found = _with(found, remarks)
                remarks = []
            yield found
        before += last
    if not tables:
        yield _no_table(workbook)
    for sheet in others if tables else []:
        if _has_header_below(workbook, sheet):
            before += 1
            yield _covered(sheet, before)


def _is_table(workbook: Workbook, sheet: Sheet) -> bool:
    header = next(workbook.rows(sheet), None)
    return header is not None and is_table_header(header.cells)


def _has_header_below(workbook: Workbook, sheet: Sheet) -> bool:
    rows = itertools.islice(workbook.rows(sheet), 1, MOST_ABOVE)
    return any({ROW, KIND} <= {cell.strip() for cell in row.cells} for row in rows)


def _left_alone(workbook: Workbook, sheet: Sheet) -> Finding | None:
    """Remark on a sheet that holds rows and is not read; a template explains its columns in one."""
    rows = [row.cells for row in itertools.islice(workbook.rows(sheet), MOST_ABOVE)]
    wide = [row for row in rows if sum(map(bool, row)) >= LEAST_CELLS]
    if len(wide) < LEAST_ROWS or rows[0] == ABOUT or _has_header_below(workbook, sheet):
        return None
    return warning(
        "sheet_not_read",
        f"The sheet {shown(sheet.name)} is not read: its first row does not name the columns row "
        "and kind.",
        "Nothing, if there are no documents in it. If there are, name its columns as the others "
        "do, or import it as a file of its own by a layout.",
        f"sheet {shown(sheet.name)}",
    )


def _covered(sheet: Sheet, line: int) -> Numbered:
    faults = Faults()
    faults.found(
        "headings_not_first",
        "The columns row and kind are not named in the first row that holds anything: none of the "
        "sheet is taken.",
        "Take out what stands above them.",
        f"sheet {shown(sheet.name)}",
    )
    return Numbered(line, Read(None, None, None, tuple(faults)))


def _with(numbered: Numbered, remarks: list[Finding]) -> Numbered:
    read = numbered.read
    return dataclasses.replace(numbered, read=read._replace(findings=(*read.findings, *remarks)))


def _told(rows: Iterator[Row]) -> Iterator[tuple[int, list[str], str | None]]:
    return ((row.number, row.cells, None) for row in rows)


def _in_sheet(name: str, before: int, numbered: Numbered) -> Numbered:
    findings = tuple(
        dataclasses.replace(one, path=f"sheet {shown(name)}, {one.path}".rstrip(", "))
        for one in numbered.read.findings
    )
    return Numbered(before + numbered.line, numbered.read._replace(findings=findings))


def _no_table(workbook: Workbook) -> Numbered:
    faults = Faults()
    names = ", ".join(shown(sheet.name) for sheet in workbook.sheets[:5]) or "none"
    faults.found(
        "not_a_table",
        f"No sheet has the columns row and kind (sheets: {names}).",
        "Take a template (counterfoil template), or a layout for a report of another system "
        "(counterfoil layout).",
        "",
    )
    return Numbered(1, Read(None, None, None, tuple(faults)))
