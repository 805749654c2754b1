"""What only the whole of a report shows: how it writes dates and amounts, and what comes again.

It is read through once for this before any document of it is given out: one date that can only be
read with the month first says how all of them are meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import seen
from counterfoil.core.fields import Form
from counterfoil.core.findings import Finding, error
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.continued import AMOUNTS, Continued
from counterfoil.sources.layouts.layout import Dates, Decimals, fields_of

if TYPE_CHECKING:
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

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
    paper above them.
    """

    layout: Layout
    against: list[Finding] = field(default_factory=list)
    again: dict[object, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fields = fields_of(self.layout.kind)
        columns = self.layout.columns
        self._days = [columns[name] for name in columns if fields[name] is Form.DATE]
        self._sums = [columns[name] for name in columns if fields[name] in AMOUNTS]
        self.continued = Continued(self.layout)
        self._first: dict[object, str] = {}
        self._last: object = None
        self._shown: Decimals | None = None

    def look_at(self, line: Line) -> None:
        """Hold a row's dates and amounts against how the layout reads them."""
        self._dates(line)
        self._amounts(line)

    def note(self, name: object, line: Line) -> None:
        """Note under which name a row stands; the rows come in their order."""
        place = line.place
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
