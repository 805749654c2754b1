"""The shape that all reports share: titles, rows and cells whose values are texts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books.values import EPOCH_DAY, moment, money_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.visit import Visit

_DAY_MS = 86_400_000
Named = tuple[str, str]
"""An attribute of a cell: what it names, and the id or date it names."""


def words(ordinal: int) -> str:
    """Return a date as report titles print it: ``4 April 2019``."""
    when = date.fromordinal(ordinal)
    return f"{when.day} {when:%B %Y}"


# Not verified, see report-layout.
def report(visit: Visit, kind: str, name: str, titles: Sequence[str], rows: list[Body]) -> Body:
    """Return one report; ``kind`` is its name in the path, ``name`` the one that people read."""
    return {
        "ReportID": kind,
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": list(titles),
        "ReportDate": words(EPOCH_DAY + visit.now // _DAY_MS),
        "UpdatedDateUTC": moment(visit.now),
        "Fields": [],
        "Rows": rows,
    }


def header(*names: str) -> Body:
    """Return a report's header row."""
    return {"RowType": "Header", "Cells": [{"Value": name} for name in names]}


def section(title: str, rows: Iterable[Body] = ()) -> Body:
    """Return a section; the untitled ones hold sums of others."""
    return {"RowType": "Section", "Title": title, "Rows": list(rows)}


def cell(value: str, *attributes: Named) -> Body:
    """Return one cell, with attributes where it has any."""
    if not attributes:
        return {"Value": value}
    return {"Value": value, "Attributes": [{"Id": name, "Value": one} for name, one in attributes]}


def row(*cells: Body) -> Body:
    """Return a row of cells."""
    return {"RowType": "Row", "Cells": list(cells)}


def figures_row(name: str, amounts: Iterable[int], *attributes: Named) -> Body:
    """Return a row of a name and sums in cents, each cell with the same attributes."""
    return row(cell(name, *attributes), *(cell(money_text(one), *attributes) for one in amounts))


def summary(name: str, amounts: Iterable[int], blanks: int = 0) -> Body:
    """Return a summary row: a name, empty cells, then sums in cents."""
    cells = [cell(name), *(cell("") for _ in range(blanks))]
    return {"RowType": "SummaryRow", "Cells": cells + [cell(money_text(one)) for one in amounts]}


def added(rows: Iterable[Sequence[int]], columns: int) -> list[int]:
    """Return the sums of the columns of ``rows``."""
    listed = list(rows)
    return [sum(one[place] for one in listed) for place in range(columns)]
