"""What only the whole of a report shows: how it writes dates and amounts, and what comes again.

It is read through once for this before any document of it is given out: one date that can only be
read with the month first says how all of them are meant.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import seen
from counterfoil.core.fields import Form
from counterfoil.core.findings import Finding, error
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.continued import AMOUNTS, Continued
from counterfoil.sources.layouts.layout import Dates, Decimals, fields_of
from counterfoil.sources.layouts.signs import signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

_BEGUN: Final = re.compile(r"[^0-9.,]{0,4}[0-9]{1,3}")
_REST: Final = re.compile(r"[0-9]{3}(?:\.[0-9]{2})?[^0-9.,]{0,4}")
"""What a comma makes of an amount of thousands: the part before it, and the part behind it."""
_OTHER_DATES: Final = {
    Dates.DAY_FIRST: Dates.MONTH_FIRST,
    Dates.MONTH_FIRST: Dates.DAY_FIRST,
}
_OTHER_MARK: Final = {Decimals.POINT: Decimals.COMMA, Decimals.COMMA: Decimals.POINT}


@dataclass
class Whole:
    """What a report says as a whole against being read by a layout.

    ``against`` refuses all of it. ``again`` holds the names under which rows stand that other rows
    part, each with the place of the first. ``continued`` knows the rows that may be parts of the
    paper above them. ``apart`` says of rows that their cells are not where they belong;
    ``sections`` says where other tables begin below the layout's.
    """

    layout: Layout
    headings: Sequence[str] = ()
    against: list[Finding] = field(default_factory=list)
    again: dict[object, str] = field(default_factory=dict)
    apart: list[Finding] = field(default_factory=list)
    sections: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fields = fields = fields_of(self.layout.kind)
        columns = self.layout.columns
        self._days = [columns[name] for name in columns if fields[name] is Form.DATE]
        self._sums = [columns[name] for name in columns if fields[name] in AMOUNTS]
        self.signed = signed_in(self.layout)
        self.continued = Continued(self.layout)
        self._first: dict[object, str] = {}
        self._last: object = None
        self._shown: Decimals | None = None
        self._widths: Counter[int] = Counter()

    def moved(self, line: Line) -> Finding | None:
        """Say that a row's cells are not where they belong, if that can be seen."""
        if line.torn is not None:
            return _torn(line, *line.torn)
        if line.astray:
            return _astray(line, len(self.headings))
        return self._divided(line)

    def _divided(self, line: Line) -> Finding | None:
        """Find 1,234.50 without quotation marks in a row that ends in empty cells.

        Such a row has a cell more than the others; by itself ``1`` may be an amount, and 234.50
        another beside it.
        """
        usual = max(self._widths, key=self._widths.__getitem__, default=0)
        if line.width <= max(len(self.headings), usual):
            return None
        for heading, after in pairwise(self.headings):
            before, rest = line.cells.get(heading, ""), line.cells.get(after, "")
            if heading in self._sums and _BEGUN.fullmatch(before) and _REST.fullmatch(rest):
                return _astray_in(line, heading, f"{before},{rest}")
        return None

    def look_at(self, line: Line) -> None:
        """Hold a row's dates and amounts against how the layout reads them."""
        self._dates(line)
        self._amounts(line)

    def note(self, name: object, line: Line) -> None:
        """Note under which name a row stands; the rows come in their order."""
        place = line.place
        self._widths[line.width] += 1
        if line.astray or line.torn:
            self.apart += filter(None, [self.moved(line)])
        if (name, line.sheet) != self._last and self._first.setdefault(name, place) != place:
            self.again[name] = self._first[name]
        self._last = name, line.sheet

    def _dates(self, line: Line) -> None:
        mine = self.layout.dates
        for heading in self._days:
            cell = line.cells.get(heading, "")
            if mine is None:
                if formats.asks_for_order([cell]) and any(
                    formats.date(cell, each) for each in Dates
                ):
                    self._against(_not_said("dates", cell, line, heading))
                continue
            if formats.date(cell, mine) or not formats.date(cell, _OTHER_DATES[mine]):
                continue
            self._against(_dates_contradict(cell, line, heading, mine))

    def _amounts(self, line: Line) -> None:
        mine = self.layout.decimals
        for heading in self._sums:
            cell = line.cells.get(heading, "")
            if not cell:
                continue
            if mine is None:
                self._unsaid_mark(cell, line, heading)
            elif not formats.amount(cell, mine) and formats.amount(cell, _OTHER_MARK[mine]):
                self._against(_decimals_contradict(cell, line, heading, mine))

    def _unsaid_mark(self, cell: str, line: Line, heading: str) -> None:
        """Hold an amount against the others where the layout does not say how they are written."""
        ways = [each for each in Decimals if formats.amount(cell, each)]
        if formats.asks_for_mark(cell):
            self._against(_not_said("decimals", cell, line, heading))
        elif len(ways) == 1 and self._shown not in {None, ways[0]}:
            self._against(_both_marks(cell, line, heading, ways[0]))
        elif len(ways) == 1:
            self._shown = ways[0]

    def _against(self, found: Finding) -> None:
        """Refuse the report for this; once for each sort is enough."""
        if not any(one.code == found.code for one in self.against):
            self.against.append(found)


def _astray(line: Line, headings: int) -> Finding:
    column, text = next(iter(line.astray.items()))
    beyond = f": the headings are {headings}" if column > headings else ""
    return error(
        "cell_astray",
        f"{seen(text)} stands in column {column}, which has no heading{beyond}. The cells of the "
        "row may have moved, as where a comma in 1,234.50 or in a name divides it into two. The "
        "paper is not taken.",
        "Put what has the dividing sign in it into quotation marks, or export the report as an "
        "Excel workbook (.xlsx). If nothing has moved, give the column a heading, or empty it.",
        f"{line.place}, column {column}",
    )


def _astray_in(line: Line, heading: str, text: str) -> Finding:
    return error(
        "cell_astray",
        f"The row has {line.width} cells, more than the others, and {seen(text)} seems to be "
        "divided by its own comma into two of them. The paper is not taken.",
        "Put the amount into quotation marks, or export the report as an Excel workbook (.xlsx).",
        f"{line.place}, column {heading}",
    )


def _torn(line: Line, heading: str, row: str) -> Finding:
    return error(
        "cell_astray",
        f"Another row of the report seems to stand inside this cell: {seen(row)}. Two quotation "
        "marks too many make one cell of all that is between them. The paper is not taken.",
        "Take out the quotation marks, or write each twice inside a quotation; if the cell is "
        "right, leave its column out of the export, or export an Excel workbook (.xlsx).",
        f"{line.place}, column {heading}",
    )


def _not_said(about: str, cell: str, line: Line, heading: str) -> Finding:
    ways = " or ".join(
        f"--{about} {each.value}" for each in (Dates if about == "dates" else Decimals)
    )
    what = (
        "which comes first in a date, the day or the month"
        if about == "dates"
        else "whether a point or a comma stands before the cents"
    )
    return error(
        f"{about}_not_said",
        f"{seen(cell)} depends on {what}. The layout does not say it, for the report that it was "
        "made from did not show it. Nothing of this one is taken.",
        f"See how the report writes its {'dates' if about == 'dates' else 'amounts'}, and save "
        f"the layout anew from this file, with {ways}, or by choosing it on the page.",
        f"{line.place}, column {heading}",
    )


def _both_marks(cell: str, line: Line, heading: str, mark: Decimals) -> Finding:
    return error(
        "decimals_contradict",
        f"{seen(cell)} can only be read with a decimal {mark.value}, and an amount above it only "
        f"with a decimal {_OTHER_MARK[mark].value}. Nothing of the report is taken.",
        "Export the report again with every amount written in the same way, or correct the slip.",
        f"{line.place}, column {heading}",
    )


def _dates_contradict(cell: str, line: Line, heading: str, mine: Dates) -> Finding:
    said, other = (each.value.replace("-", " ") for each in (mine, _OTHER_DATES[mine]))
    return error(
        "dates_contradict",
        f"{seen(cell)} can only be read with the {other}, and this layout reads dates with the "
        f"{said}. Nothing of the report is taken: its other dates could be the wrong days.",
        f"See how the report writes its dates. If all are written with the {other}, save the "
        f"layout anew with --dates {_OTHER_DATES[mine].value}; if this one is a slip, correct it.",
        f"{line.place}, column {heading}",
    )


def _decimals_contradict(cell: str, line: Line, heading: str, mine: Decimals) -> Finding:
    other = _OTHER_MARK[mine].value
    return error(
        "decimals_contradict",
        f"{seen(cell)} can only be read with a decimal {other}, and this layout reads a decimal "
        f"{mine.value}. Nothing of the report is taken: its other amounts could be wrong.",
        f"See how the report writes its amounts. If all have a decimal {other}, save the layout "
        f"anew with --decimals {other}; if this one is a slip, correct it.",
        f"{line.place}, column {heading}",
    )
