"""Documents from spreadsheets whose sheets hold the tables that CSV files hold.

A sheet counts if its first row names the columns ``row`` and ``kind``; others are left alone. Rows
are numbered on through the sheets, so that no two documents of a file stand in the same place; what
is said of one names its sheet and its row there.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from counterfoil.core.faults import Faults, shown
from counterfoil.core.reader import Read
from counterfoil.sources.files.csv_reader import is_table_header, read_table
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.sheets.archive import SIGNATURE, NotAWorkbook
from counterfoil.sources.sheets.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from counterfoil.sources.sheets.workbook import Row


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
    before, tables = 0, 0
    for sheet in workbook.sheets:
        rows = workbook.rows(sheet)
        header = next(rows, None)
        if header is None or not is_table_header(header.cells):
            continue
        tables += 1
        last = header.number
        for numbered in read_table(_told(itertools.chain([header], rows))):
            last = numbered.line
            yield _in_sheet(sheet.name, before, numbered)
        before += last
    if not tables:
        yield _no_table(workbook)


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
