"""A form of many lines in parts: some rows are fields, the others travel along as they were typed.

What the rows that are not shown hold goes with the form in one field, a line of text for each row,
so that a form of two hundred lines is no heavier than one of twenty. Nothing is kept meanwhile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus, unquote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

AT_ONCE: Final = 15
"""Rows of a table that are fields at a time."""
UNSHOWN: Final = "rows-unshown"
"""The field with the rows that are not shown; no path is called so."""
PART_OF: Final = "rows-of-"
"""What the name of a field begins with that says which part of a table is shown."""
TURN: Final = "rows:"
"""What a button's value begins with that leads to another part, ``rows:lines:2``."""
ROW: Final = re.compile(r"([a-z_]+)\[([0-9]{1,3})\]\.(.+)")


@dataclass(frozen=True, slots=True)
class Window:
    """The rows of a table that are shown, ``first`` to ``last`` of ``count`` as people count."""

    table: str
    number: int
    count: int

    @property
    def rows(self) -> range:
        """The numbers of the rows, as paths have them."""
        begin = (self.number - 1) * AT_ONCE
        return range(begin, min(begin + AT_ONCE, self.count))

    @property
    def first(self) -> int:
        """The first row that is shown, from 1."""
        return self.rows.start + 1

    @property
    def last(self) -> int:
        """The last row that is shown, from 1."""
        return self.rows.stop

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-self.count // AT_ONCE)

    @property
    def earlier(self) -> str:
        """The value of the button to the part before; empty where there is none."""
        return f"{TURN}{self.table}:{self.number - 1}" if self.number > 1 else ""

    @property
    def later(self) -> str:
        """The value of the button to the next part; empty where there is none."""
        return f"{TURN}{self.table}:{self.number + 1}" if self.number < self.parts else ""


def asked(data: Mapping[str, str]) -> dict[str, int]:
    """Return which part of each table a form shows, or is to show by the button pressed."""
    said = {
        name.removeprefix(PART_OF): value
        for name, value in data.items()
        if name.startswith(PART_OF)
    }
    turned = data.get("do", "")
    if turned.startswith(TURN):
        table, _, number = turned.removeprefix(TURN).partition(":")
        said[table] = number
    return {
        table: int(number) for table, number in said.items() if re.fullmatch("[0-9]{1,3}", number)
    }


def windows(
    counts: Mapping[str, int],
    parts: Mapping[str, int],
    faulty: Iterable[str] = (),
    more: str = "",
) -> dict[str, Window]:
    """Return what is shown of each table: the part that is asked for, the nearest there is.

    Where nothing that is ``faulty`` stands in it, it is the part with the first of these rows; a
    table that just got ``more`` rows shows its last ones.
    """
    at_fault = [(found[1], int(found[2])) for path in faulty if (found := ROW.fullmatch(path))]
    shown: dict[str, Window] = {}
    for table, count in counts.items():
        wanted = Window(table, _within(parts.get(table, 1), count), count)
        rows = sorted(row for name, row in at_fault if name == table)
        if table == more:
            wanted = Window(table, wanted.parts, count)
        elif rows and not any(row in wanted.rows for row in rows):
            wanted = Window(table, _within(rows[0] // AT_ONCE + 1, count), count)
        shown[table] = wanted
    return shown


def _within(number: int, count: int) -> int:
    return max(1, min(number, -(-count // AT_ONCE)))


def folded(values: Mapping[str, str], shown: Mapping[str, Window]) -> str:
    """Return what the rows say that are not shown: names, then a line for each row."""
    unshown: dict[str, dict[int, dict[str, str]]] = {}
    for path, value in values.items():
        found = ROW.fullmatch(path)
        if found is None or found[1] not in shown or int(found[2]) in shown[found[1]].rows:
            continue
        unshown.setdefault(found[1], {}).setdefault(int(found[2]), {})[found[3]] = value
    return "\n".join(line for table, rows in unshown.items() for line in _lines(table, rows))


def _lines(table: str, rows: Mapping[int, Mapping[str, str]]) -> Iterator[str]:
    names = sorted({name for row in rows.values() for name in row})
    yield " ".join((table, *map(quote_plus, names)))
    for number, row in sorted(rows.items()):
        yield " ".join((str(number), *(quote_plus(row.get(name, "")) for name in names)))


def unfolded(data: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form with those of the rows that it did not show."""
    made: dict[str, str] = {}
    table, names = "", [""]
    for line in data.get(UNSHOWN, "").splitlines():
        first, *values = line.split(" ")
        if not first.isdecimal():
            table, names = first, [unquote_plus(name) for name in values]
            continue
        for name, value in zip(names, values, strict=False):
            if value:
                made[f"{table}[{first}].{name}"] = unquote_plus(value)
    return {**made, **{name: value for name, value in data.items() if name != UNSHOWN}}
