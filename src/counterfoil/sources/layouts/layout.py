"""A layout: what the columns of one report are, and how it writes dates and numbers.

Fields are named as in the CSV form (``client.name``); those of a row below the document's own begin
with what the row is: ``line.account``, ``split.matter.number``, ``allocation.bill``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import KINDS, Key
from counterfoil.core.faults import Faults, seen, suggestion
from counterfoil.core.fields import Form
from counterfoil.core.table import kind_shape
from counterfoil.sources.files.csv_reader import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.table import Shape

LONGEST_NAME: Final = 60
SYSTEM: Final = "report"
"""The system that the papers of all reports are taken to come from, unless a layout says another.

Papers of the same kind and number are one document if they come from one system.
"""
LONGEST_SYSTEM: Final = 40
BY_NUMBER: Final = "number"
"""What a field that names a bill ends with where a report tells the bill's number, not its id."""
PARTIES: Final = ("client", "supplier", "payer", "payee", "party")
"""Fields that say who a paper is of."""
_NUMBERED: Final = frozenset({"bill", "supplier_bill"})
"""Kinds of bills that may be named by number."""
_PARTS: Final = {name: row for row, name in LISTS.items()}


class Dates(StrEnum):
    """How a report writes 3 April where that could be 4 March."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Decimals(StrEnum):
    """What stands before the cents."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class Layout:
    """``columns`` tell of each field the heading that it stands under, ``values`` what is the same
    in every row. Only rows count that have under each heading of ``only`` the text that it says.
    ``dates`` and ``decimals`` are None where nothing has shown yet how the report writes them.
    ``system`` is where the papers come from; it is part of what their documents are known by, and
    the layout's name is not.
    """

    name: str
    kind: str
    columns: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    dates: Dates | None = Dates.DAY_FIRST
    decimals: Decimals | None = Decimals.POINT
    system: str = SYSTEM

    def counts(self, cells: Mapping[str, str]) -> bool:
        """Tell whether a row is among those that count; capitals make no other text."""
        only = self.only.items()
        return all(cells.get(name, "").casefold() == text.casefold() for name, text in only)


def to_json(layout: Layout) -> str:
    """Write a layout as it is kept."""
    told = {
        "kind": layout.kind,
        "columns": dict(layout.columns),
        "values": dict(layout.values),
        "only": dict(layout.only),
        "dates": layout.dates and layout.dates.value,
        "decimals": layout.decimals and layout.decimals.value,
        "system": layout.system,
    }
    return json.dumps(told, ensure_ascii=False)


def from_json(name: str, text: str) -> Layout:
    """Read a layout that was kept; it was checked when it was saved."""
    told = json.loads(text)
    return Layout(
        name,
        told["kind"],
        told["columns"],
        told["values"],
        told["only"],
        Dates(told["dates"]) if told["dates"] else None,
        Decimals(told["decimals"]) if told["decimals"] else None,
        told.get("system", SYSTEM),
    )


def fields_of(kind: str) -> dict[str, Form]:
    """Return the fields that a layout of this kind may fill, with their forms."""
    return dict(_fields(kind_shape(kind), ""))


def field_at(path: str) -> str:
    """Return the field that a layout fills for what a finding names: ``lines[0].tax``, line.tax."""
    name, bracket, rest = path.partition("[")
    return f"{_PARTS[name]}.{rest.partition('].')[2]}" if bracket and name in _PARTS else path


def _fields(shape: Shape, above: str) -> Iterator[tuple[str, Form]]:
    for column in shape.columns:
        name = above + column.name
        form = column.field.form
        if column.inner is not None:
            row = _PARTS.get(column.name)
            inside = f"{name}." if form is Form.RECORD else f"{row}."
            if form is Form.RECORD or row:
                yield from _fields(column.inner, inside)
        elif form is Form.REFERENCE and not column.field.bare_id:
            yield from ((f"{name}.{each}", Form.TEXT) for each in Key._fields)
        elif form not in {Form.OPTIONS, Form.INTEGER}:
            yield name, form
            if form is Form.REFERENCE and _NUMBERED.issuperset(column.field.refers_to[:1]):
                yield f"{name}.{BY_NUMBER}", Form.TEXT


def is_system(text: str) -> bool:
    """Tell whether a text may name a system: a colon divides it from the rest of an id."""
    short = len(text) <= LONGEST_SYSTEM
    return bool(text.strip()) and ":" not in text and text.isprintable() and short


def faults_of(layout: Layout) -> Faults:
    """Find what no layout may say: an unknown kind, a field that the kind has not, or one twice."""
    faults = Faults()
    if layout.kind not in KINDS:
        known = suggestion(layout.kind, KINDS) or f"Use one of {', '.join(KINDS)}."
        faults.found("kind_unknown", f"{seen(layout.kind)} is no kind of document.", known, "kind")
        return faults
    fields = fields_of(layout.kind)
    for name in (*layout.columns, *layout.values):
        if name not in fields:
            faults.found(
                "unknown_field",
                f"A {layout.kind.replace('_', ' ')} has no field {seen(name)}.",
                suggestion(name, fields) or f"It has {', '.join(fields)}.",
                name,
            )
    for name in layout.columns.keys() & layout.values.keys():
        faults.found(
            "duplicate_key",
            f"{name} is both a column and a fixed value.",
            "Leave one of them out.",
            name,
        )
    said = layout.columns.keys() | layout.values.keys()
    for name in sorted(said):
        if f"{name}.{BY_NUMBER}" in said and fields.get(name) is Form.REFERENCE:
            faults.found(
                "duplicate_key",
                f"The bill is named by {name} and by its number.",
                "Leave one of them out.",
                name,
            )
    if not is_system(layout.system):
        faults.found(
            "not_a_choice",
            f"{seen(layout.system)} is no name of a system.",
            f"Use up to {LONGEST_SYSTEM} printable characters without a colon, or {SYSTEM}.",
            "system",
        )
    if not layout.name.strip() or len(layout.name) > LONGEST_NAME or not layout.name.isprintable():
        faults.found(
            "not_a_choice",
            "A layout needs a name.",
            f"Give it one of up to {LONGEST_NAME} printable characters.",
            "name",
        )
    return faults
