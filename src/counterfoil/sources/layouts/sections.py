"""Where another table begins below the one that a layout reads: receipts above, payments below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from counterfoil.core.fields import Form
from counterfoil.sources.layouts.continued import AMOUNTS
from counterfoil.sources.layouts.layout import fields_of
from counterfoil.sources.layouts.left_out import Why
from counterfoil.sources.layouts.tables import LEAST_HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

_COLUMN: Final = re.compile(r" \(column [0-9]+\)$")
"""What tells headings of one name apart."""


class Sections:
    """Looks at the rows of a report in their order; each sheet begins with the layout's table."""

    def __init__(self, layout: Layout, headings: Sequence[str]) -> None:
        fields, columns = fields_of(layout.kind), layout.columns
        self._days = [columns[name] for name in columns if fields[name] is Form.DATE]
        self._sums = [columns[name] for name in columns if fields[name] in AMOUNTS]
        self._plain = {each: _folded(_COLUMN.sub("", each)) for each in headings if each}
        self._begin("")

    def _begin(self, sheet: str) -> None:
        self._sheet = sheet
        self._any = self._below = False

    def why_not(self, line: Line) -> Why | None:
        """Say that a row is the headings of another table, or stands below such; else None."""
        if line.sheet != self._sheet:
            self._begin(line.sheet)
        before, self._any = self._any, True
        if self._are_ours(line):
            self._below = False
        elif self._are_anothers(line, before=before):
            self._below = True
            return Why.SECTION
        return Why.BELOW if self._below else None

    def _are_ours(self, line: Line) -> bool:
        cells = line.cells
        ours = all(_folded(cell) == self._plain[each] for each, cell in cells.items())
        return ours and len(cells) >= LEAST_HEADINGS

    def _are_anothers(self, line: Line, *, before: bool) -> bool:
        """Tell whether a row of words is headings again, or stands where days and amounts would.

        A row right below the headings may be the second line of them.
        """
        cells = line.cells
        if len(cells) < LEAST_HEADINGS or any(map(str.isdigit, "".join(cells.values()))):
            return False
        known = {*self._plain.values()}
        again = sum(_folded(cell) in known for cell in cells.values())
        if again * 2 >= len(cells):
            return True
        return before and _any_of(self._days, line) and _any_of(self._sums, line)


def _any_of(headings: Iterable[str], line: Line) -> bool:
    return any(line.cells.get(each) for each in headings)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
