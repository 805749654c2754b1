"""Rows of a report that are no documents: none is left out without being told."""

from __future__ import annotations

import re
from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.faults import shown
from counterfoil.core.findings import Finding, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOTAL = re.compile(r"(?i)\b(?:sub-? ?|grand )?(?:totals?|sum|balances?|brought|carried)\b")
_NAMED: Final = 10
"""Rows of one sort that are named one by one."""


class Why(StrEnum):
    """Why a row is no document."""

    TOTAL = "totals and balances"
    OTHER = "not among the rows that the layout counts"
    EMPTY = "without an amount"
    UNNAMED = "with an amount, and neither a date nor a number"
    PART = "below a paper that is refused because this may be a part of it"


class Left(NamedTuple):
    """A row that was left out: its number and place, why, and what stands in it."""

    number: int
    place: str
    why: Why
    said: str

    @property
    def remark(self) -> Finding | None:
        """What a person has to look at, if there may be money in the row."""
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


def is_total(cells: Iterable[str]) -> bool:
    """Tell whether a row says of itself that it is a sum."""
    return any(map(_TOTAL.search, cells))


def left(number: int, place: str, why: Why, cells: Iterable[str]) -> Left:
    """Return a row that is left out, with its cells in short."""
    return Left(number, place, why, shown(", ".join(cells)))


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
        rows_ = f"row {places[0]}" if len(places) == 1 else f"rows {', '.join(places[:_NAMED])}"
        count = "1 row" if len(places) == 1 else f"{len(places):,} rows"
        yield f"{count} of the report left out, {why.value}: {rows_}{more}"
