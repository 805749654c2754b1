"""Rows of a report without their paper's number, which may be parts of the paper above them.

Some reports print a number only in a paper's first row. Read row by row, such a paper would be
taken as its first row alone, for less than it is; so what has such a row below it is refused.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import shown
from counterfoil.core.fields import Form
from counterfoil.core.findings import Finding, error
from counterfoil.sources.files.csv_reader import LISTS
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.layout import PARTIES, fields_of
from counterfoil.sources.layouts.left_out import is_total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

AMOUNTS: Final = frozenset({Form.MONEY, Form.QUANTITY, Form.PRICE, Form.RATE})
_NAMES: Final = ("number", "id")
_WORDS: Final = "description"
_FEWEST: Final = 2
"""Papers of which a row's amounts are the sum whatever else stands in it."""

Name = tuple[object, ...]


class Sums:
    """The amounts of rows under each heading, and of how many papers they are."""

    def __init__(self) -> None:
        self.papers = 0
        self._sums: dict[str, Decimal] = {}

    def add(self, amounts: Mapping[str, Decimal], *, paper: bool) -> None:
        """Add a row's amounts."""
        self.papers += paper
        for heading, amount in amounts.items():
            self._sums[heading] = self._sums.get(heading, Decimal()) + amount

    def is_of(self, amounts: Mapping[str, Decimal]) -> bool:
        """Tell whether a row's amounts are these sums."""
        return bool(self.papers and amounts) and all(
            self._sums.get(heading) == amount for heading, amount in amounts.items()
        )


class Continued:
    """Looks at the rows of a report in their order.

    ``parted`` holds the papers that such rows follow, each with the finding that refuses it;
    ``rows`` are the numbers of these rows, and ``sums`` of those that say nothing of themselves and
    are the sum of what stands above them.
    """

    def __init__(self, layout: Layout) -> None:
        self.parted: dict[Name, Finding] = {}
        self.rows: set[int] = set()
        self.sums: set[int] = set()
        self._layout = layout
        fields, columns = fields_of(layout.kind), layout.columns
        self._names = [columns[name] for name in _NAMES if name in columns]
        self._amounts = [columns[name] for name in columns if fields[name] in AMOUNTS]
        split = {name: name.partition(".") for name in columns}
        self._parts = [
            columns[name]
            for name, (row, dot, rest) in split.items()
            if dot and row in LISTS and rest != _WORDS and columns[name] not in self._amounts
        ]
        self._lines = [columns[name] for name in columns if name.startswith("line.")]
        self._lines = [each for each in self._lines if each in self._parts]
        self._applied = [
            each for name, each in columns.items() if name.startswith(("allocation.", "payment."))
        ]
        self._applied = [each for each in self._applied if each not in self._amounts]
        self._who = [each for name, each in columns.items() if set(PARTIES) & set(name.split("."))]
        self._begin()

    def _begin(self) -> None:
        self._paper: Name | None = None
        self._first: Mapping[str, str] = {}
        self._all, self._group = Sums(), Sums()
        self._last = 0
        self._sheet = ""

    def look_at(self, line: Line, name: Name, *, named: bool, counts: bool) -> None:
        """Look at the next row; ``named`` has a number or a day, ``counts`` is a document's."""
        if line.sheet != self._sheet:
            self._group, self._sheet = Sums(), line.sheet
        gap, self._last = line.number - self._last > 1, line.number
        amounts = self._sums_in(line)
        if not self._names:
            return
        numbered = any(line.cells.get(heading) for heading in self._names)
        if numbered if named else numbered or self._calls_itself_total(line, amounts):
            self._new(line, name, amounts, named=named, counts=counts)
        elif self._is_sum(line, amounts) or (not named and gap and self._only_amounts(line)):
            self.sums.update([] if named or not self._is_sum(line, amounts) else [line.number])
            self._paper, self._group = None, Sums()
        elif named and self._stands_alone(line):
            self._new(line, name, amounts, named=True, counts=counts)
        elif named or self._is_part(line):
            self._part(line, amounts, named=named)

    def _new(
        self, line: Line, name: Name, amounts: Mapping[str, Decimal], *, named: bool, counts: bool
    ) -> None:
        """Begin with a paper, or with nothing after a total or a heading."""
        self._paper, self._first = (name if counts else None), line.cells
        if named:
            self._all.add(amounts, paper=True)
            self._group.add(amounts, paper=True)
        elif is_total(line.cells.values()):
            self._group = Sums()

    def _part(self, line: Line, amounts: Mapping[str, Decimal], *, named: bool) -> None:
        self._all.add(amounts, paper=False)
        self._group.add(amounts, paper=False)
        if self._paper is None:
            return
        number = next(filter(None, map(self._first.get, self._names)), "")
        self.parted.setdefault(self._paper, _parted(line, number))
        if not named:
            self.rows.add(line.number)

    def _calls_itself_total(self, line: Line, amounts: Mapping[str, Decimal]) -> bool:
        """Tell whether a row is a total by its words: none has an account or a bill's number."""
        if not is_total(line.cells.values()):
            return False
        ties = (line.cells.get(each, "") for each in [*self._lines, *self._applied])
        return self._is_sum(line, amounts) or not any(tie for tie in ties if not is_total([tie]))

    def _is_part(self, line: Line) -> bool:
        """Tell whether a row without a number and a day says something of money, or of a bill."""
        cells = line.cells
        told = {heading: cells.get(heading, text) for heading, text in self._layout.only.items()}
        if not self._layout.counts(told):
            return False
        if any(map(cells.get, [*self._amounts, *self._applied])):
            return True
        known = {*self._layout.columns.values()}
        others = (cell for heading, cell in cells.items() if heading not in known)
        return any(map(cells.get, self._parts)) and any(map(self._amount, others))

    def _stands_alone(self, line: Line) -> bool:
        """Tell whether a row with a day is a paper of its own, of which the number is missing."""
        day = self._layout.columns.get("date", "")
        who = [heading for heading in self._who if line.cells.get(heading)]
        told = [day, *who]
        return bool(who) and any(line.cells.get(each) != self._first.get(each) for each in told)

    def _is_sum(self, line: Line, amounts: Mapping[str, Decimal]) -> bool:
        if any(map(line.cells.get, self._applied)):
            return False
        bare = not any(map(line.cells.get, self._parts))
        return any(
            one.is_of(amounts) and (bare or one.papers >= _FEWEST)
            for one in (self._group, self._all)
        )

    def _only_amounts(self, line: Line) -> bool:
        return all(map(self._amount, line.cells.values()))

    def _sums_in(self, line: Line) -> dict[str, Decimal]:
        told = {heading: line.cells.get(heading, "") for heading in self._amounts}
        return {
            heading: Decimal(read)
            for heading, cell in told.items()
            if cell and (read := self._amount(cell)) is not None
        }

    def _amount(self, cell: str) -> str | None:
        return formats.amount(cell, self._layout.decimals)


def _parted(line: Line, number: str) -> Finding:
    return error(
        "row_without_number",
        f"This row has no number, and stands below {shown(number) or 'a paper'} as if it were a "
        "part of it. The paper is not taken: the rows that have its number could be half of it.",
        "Export the report with the number in every row, or fill the number, the date and the name "
        "down into this one. If it is a sum, call it a total or take it out; if it is another "
        "paper, give it its number.",
        line.place,
    )
