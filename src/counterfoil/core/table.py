"""The field table, compiled: each class of ``documents`` as a row of columns.

The annotations are read once per class; everything that follows the format (the readers, the
writer, CSV, the JSON Schema, the reference page) walks these columns.
"""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass
from functools import cache

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.fields import Field, Form

_OF_RECORDS = frozenset({Form.RECORD, Form.RECORDS})
_FIRST = ("id", "revision", "number", "date")
_LAST = (
    *("tax_inclusive", "tax", "total", "amount", "outstanding"),
    *("payments", "lines", "allocations", "splits"),
)
_MIDDLE = len(_FIRST)
_RANKS = {name: rank for rank, name in enumerate(_FIRST)} | {
    name: _MIDDLE + rank for rank, name in enumerate(_LAST, 1)
}
"""A document is written with its name first, its sums after its words, and what is long last."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a record; ``inner`` is the record that stands in it, if one does.

    ``name`` is what is written outside; ``attribute`` differs from it where Python keeps the word.
    """

    name: str
    attribute: str
    field: Field
    required: bool
    default: object
    inner: Shape | None


@dataclass(frozen=True, slots=True)
class Shape:
    """A class of records with its columns, in the order in which they are written."""

    cls: type
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def shape_of(cls: type) -> Shape:
    """Return the columns of a class of ``documents``.

    Raises TypeError for an attribute without a ``Field``: it would be outside the format.
    """
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = dataclasses.fields(typing.cast("type[Document]", cls))
    if issubclass(cls, Document):
        fields = tuple(sorted(fields, key=lambda each: _RANKS.get(each.name, _MIDDLE)))
    return Shape(cls, tuple(_column(each, hints[each.name]) for each in fields))


def kind_shape(kind: str) -> Shape:
    """Return the columns of a kind that can be read today; KeyError for any other."""
    cls: type = KINDS[kind]
    return shape_of(cls)


def _column(attribute: dataclasses.Field[object], hint: object) -> Column:
    field = next((each for each in typing.get_args(hint)[1:] if isinstance(each, Field)), None)
    if field is None:
        raise TypeError(f"{attribute.name} has no Field in its annotation")
    required = attribute.default is dataclasses.MISSING
    return Column(
        name=attribute.name.rstrip("_"),
        attribute=attribute.name,
        field=field,
        required=required,
        default=None if required else attribute.default,
        inner=shape_of(_record_of(hint)) if field.form in _OF_RECORDS else None,
    )


def _record_of(hint: object) -> type:
    """Find the record class inside ``Party``, ``Matter | None`` or ``tuple[Line, ...]``."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint
    for part in typing.get_args(hint)[:1]:
        return _record_of(part)
    raise TypeError(f"no record in {hint}")
