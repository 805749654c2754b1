"""Rows of a report that are no documents: none is left out without being told."""

from __future__ import annotations

import re
from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.faults import shown
from counterfoil.core.findings import Finding, warning
from counterfoil.sources.layouts.tables import Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.sources.layouts.tables import Unread

_TOTAL = re.compile(r"(?i)\b(?:sub-? ?|grand )?(?:totals?|sum|balances?|brought|carried)\b")
_NAMED: Final = 10
"""Rows of one sort that are named one by one."""


class Why(StrEnum):
    """Why a row is no document."""

    TOTAL = "totals and balances"
    OTHER = "not among the rows that the layout counts"
    EMPTY = "without an amount"
    UNNAMED = "with an amount, and neither a date nor a number"
    SHEET = "without the headings that this layout reads"
    COVER = "without headings"
    HIDDEN = "hidden"
    SECTION = "headings of another table"
    BELOW = "below the headings of another table"
    PART = "below a paper that is refused because this may be a part of it"


class Left(NamedTuple):
    """A row that was left out: its number and place, why, and what stands in it."""

    number: int
    place: str
    why: Why
    said: str

    @property
    def remark(self) -> Finding | None:
        """What a person has to look at, if there may be money in the row, or in the sheet."""
        if self.why is Why.SHEET:
            return _not_read(self)
        if self.why is Why.SECTION:
            return _another_table(self)
        if self.why is not Why.UNNAMED:
            return None
        return warning(
            "row_left_out",
            f"The row is left out as no document: it has an amount, and neither a date nor a "
            f"number with a figure in it ({self.said}).",
            "Nothing, if it is a heading or a sum. Otherwise complete it, and import the report "
            "again.",
            self.place,
        )


def _not_read(sheet: Left) -> Finding:
    return warning(
        "sheet_not_read",
        f"The {sheet.place} is not read: it holds rows, but not below the headings that the layout "
        f"reads (one of them is: {sheet.said}).",
        "Nothing, if there are no documents in it. Otherwise give it the same headings in one row, "
        "or import it as a file of its own by a layout of its own.",
        sheet.place,
    )


def _another_table(headings: Left) -> Finding:
    return warning(
        "section_not_read",
        f"Another table begins here ({headings.said}). What stands below is not read, until the "
        "headings that the layout reads come again.",
        "If there are documents in it, as payments below receipts, import the report once more by "
        "a layout of their own, or as a file of its own.",
        headings.place,
    )


def is_total(cells: Iterable[str]) -> bool:
    """Tell whether a row says of itself that it is a sum."""
    return any(map(_TOTAL.search, cells))


def left(number: int, place: str, why: Why, cells: Iterable[str]) -> Left:
    """Return a row that is left out, with its cells in short."""
    return Left(number, place, why, shown(", ".join(cells)))


SORTS: Final = {Sort.TABLE: Why.SHEET, Sort.COVER: Why.COVER, Sort.HIDDEN: Why.HIDDEN}


def not_read(sheet: Unread) -> Left:
    """Return a sheet that is left out."""
    return Left(1, f"sheet {shown(sheet.name)}", SORTS[sheet.sort], sheet.said)


def sheets_in_words(read: Sequence[str], rows: Iterable[Left]) -> Iterator[str]:
    """Say which sheets of a workbook are read, and which are not."""
    if read:
        yield f"Sheets that are read: {', '.join(map(shown, read))}"
    yield from words(row for row in rows if row.why in SORTS.values())


def words(rows: Iterable[Left]) -> Iterator[str]:
    """Say for people which rows were left out and why, a line for each reason.

    A row with a remark is told by that.
    """
    sorts: dict[Why, list[str]] = defaultdict(list)
    for row in rows:
        if row.remark is not None:
            continue
        sorts[row.why].append(row.place.removeprefix("row "))
    for why, places in sorts.items():
        more = f" and {len(places) - _NAMED:,} more" if len(places) > _NAMED else ""
        of = "sheet" if why in SORTS.values() else "row"
        several = "" if len(places) == 1 else "s"
        named = _named(places[:_NAMED], of)
        yield f"{len(places):,} {of}{several} of the report left out, {why.value}: {named}{more}"


def _named(places: list[str], of: str) -> str:
    """Name rows, or sheets; a row of one of several sheets names that itself."""
    if any(place.startswith("sheet ") for place in places):
        return "; ".join(places)
    return f"{of if len(places) == 1 else of + 's'} {', '.join(places)}"
