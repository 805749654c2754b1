"""The quick way to read: for documents with nothing wrong in them, which is nearly all.

It takes a subset of what ``forms`` takes and gives the same values; whatever is unusual makes it
give up with None, and the reader that explains begins again from the text. A property test holds
the two against each other. What makes it quick:

- A source writes the same fields in the same order again and again. For each such order a *plan* is
  made once; after that no field is looked up by name and no default is merged in.
- A list of records that follow one plan is read column by column, because loops in C are the
  fastest that Python has.
- Texts are judged all at once, at the end.

Doubled keys are found without looking at pairs: each key brings one colon that follows a quotation
mark or a space, so if those are as many as the keys that were read, none came twice.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.fields import Form
from counterfoil.core.forms import LONG_TEXT
from counterfoil.core.plain import Digits
from counterfoil.core.quick_values import Sink, Unusual, entry_reader, scalar_reader
from counterfoil.core.table import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.core.quick_values import Entry, Scalar
    from counterfoil.core.table import Column, Shape

    Many = Callable[[Sequence[object], Sink], Sequence[object]]
    Row = dict[str, object]

SHORT_TEXT = 255
"""The length of every text that is not prose."""
LONGEST_PROSE = 4000
MOST_PLANS = 256
"""Orders of fields that are planned for each class; whoever writes more goes the other way."""


def read_quickly(text: str) -> Document | None:
    """Read a line that is in order; None for any other, without a reason.

    ``text`` is as ``plain.text_of`` gives it, without space before or after.
    """
    try:
        raw, end = _DECODER.raw_decode(text)
        kind = raw.pop("kind")
        if kind.__class__ is not str or kind not in KINDS or end != len(text):
            return None
    except _FAULTS:
        return None
    records = _kind(kind)
    nulls = None in raw.values()
    document = _attempt(records, raw, text, nulls=nulls)
    if document is None and not nulls and "null" in text:
        return _attempt(records, raw, text, nulls=True)
    return document


def _attempt(records: _Records, raw: Row, text: str, *, nulls: bool) -> Document | None:
    sink = Sink(nulls=nulls)
    try:
        document = records.one(raw, sink)
        _judge(sink, text)
    except _FAULTS:
        return None
    return cast("Document", document)


class _Plan:
    """How records are read that have these fields in this order."""

    __slots__ = ("build", "entries", "get", "prose", "scalars", "texts", "width")

    def __init__(self, shape: Shape, names: tuple[str, ...]) -> None:
        columns = _in_order(shape, names)
        self.width = len(columns)
        self.get = itemgetter(*names) if len(names) > 1 else None
        self.build = _opened(shape.cls, columns, shape)
        self.texts: list[int] = []
        self.prose: list[int] = []
        self.scalars: list[tuple[int, Scalar]] = []
        self.entries: list[tuple[int, Entry, Many]] = []
        for index, column in enumerate(columns):
            self._sort_in(index, column)

    def _sort_in(self, index: int, column: Column) -> None:
        entry = _entry(column)
        if column.field.form is Form.TEXT:
            (self.prose if column.field.longest >= LONG_TEXT else self.texts).append(index)
        elif entry is not None:
            self.entries.append((index, *entry))
        else:
            self.scalars.append((index, scalar_reader(column.field)))


class _Records:
    """The reader of the records of one class."""

    __slots__ = ("_plans", "_shape")

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def one(self, row: object, sink: Sink) -> object:
        """Read one record."""
        if row.__class__ is not dict:
            raise Unusual
        fields = cast("Row", row)
        sink.keys += len(fields)
        if sink.nulls:
            fields = _without_nulls(fields)
        names = tuple(fields)
        plan = self._plans.get(names) or self._planned(names)
        values = list(fields.values())
        sink.texts += [values[index] for index in plan.texts]
        if plan.prose:
            sink.prose += [values[index] for index in plan.prose]
        for index, scalar in plan.scalars:
            values[index] = scalar(values[index])
        for index, entry, _ in plan.entries:
            values[index] = entry(values[index], sink)
        made = plan.build(*values)
        made.__class__ = self._shape.cls
        return made

    def many(self, rows: Sequence[object], sink: Sink) -> list[object]:
        """Read records that stand in a list or in a column; all together if they are alike."""
        columns = None if len(rows) < FEWEST_TOGETHER or sink.nulls else self._columns(rows)
        if columns is None:
            return [self.one(row, sink) for row in rows]
        plan, values = columns
        sink.keys += len(rows) * plan.width
        return self._together(plan, values, sink)

    def _columns(self, rows: Sequence[object]) -> tuple[_Plan, list[Sequence[object]]] | None:
        """Turn rows with the same fields into columns; None for rows that differ."""
        names = tuple(cast("Row", rows[0]))
        plan = self._plans.get(names) or self._planned(names)
        if set(map(len, cast("Sequence[Row]", rows))) != {plan.width} or plan.get is None:
            return None
        try:
            return plan, list(zip(*map(plan.get, cast("Sequence[Row]", rows)), strict=True))
        except KeyError:
            return None

    def _together(self, plan: _Plan, columns: list[Sequence[object]], sink: Sink) -> list[object]:
        for index in plan.texts:
            sink.texts += columns[index]
        for index in plan.prose:
            sink.prose += columns[index]
        for index, scalar in plan.scalars:
            columns[index] = list(map(scalar, columns[index]))
        for index, _, entries in plan.entries:
            columns[index] = entries(columns[index], sink)
        made = list(map(plan.build, *columns))
        for each in made:
            each.__class__ = self._shape.cls
        return made

    def _planned(self, names: tuple[str, ...]) -> _Plan:
        if len(self._plans) >= MOST_PLANS:
            raise Unusual
        plan = _Plan(self._shape, names)
        self._plans[names] = plan
        return plan


def _in_order(shape: Shape, names: tuple[str, ...]) -> list[Column]:
    """Return the columns of these names; Unusual for one that is unknown, or left out."""
    columns = {column.name: column for column in shape.columns}
    if any(column.required and column.name not in names for column in shape.columns):
        raise Unusual
    return [columns[name] for name in names]


def _opened(cls: type, given: list[Column], shape: Shape) -> Callable[..., object]:
    """Make a constructor of the frozen class that takes the fields given and stores all directly.

    A frozen dataclass sets each attribute by a call, which is a third of the time of reading. The
    twin has the same slots and plain stores; its objects are then given the frozen class.
    """
    taken = [(column.attribute, object) for column in given]
    left = [
        (column.attribute, object, column.default)
        for column in shape.columns
        if column.attribute not in dict(taken)
    ]
    plain = dataclasses.make_dataclass("_Plain", [*taken, *left])
    return type(
        cls.__name__,
        (cls,),
        {
            "__slots__": (),
            "__init__": vars(plain)["__init__"],
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )


def _entry(column: Column) -> tuple[Entry, Many] | None:
    """Return the readers of a field that has fields or texts inside: of one, and of a column."""
    if column.inner is None:
        entry = entry_reader(column.field)
        if entry is None:
            return None
        if column.field.form is Form.OPTIONS:
            return entry, _alike(entry)
        return entry, _each(entry)
    inner = _records(column.inner.cls)
    if column.field.form is Form.RECORD:
        return inner.one, inner.many
    listed = _list(inner, column.field.longest)
    return listed, _each(listed)


def _each(entry: Entry) -> Many:
    def many(values: Sequence[object], sink: Sink) -> Sequence[object]:
        return [entry(value, sink) for value in values]

    return many


def _alike(entry: Entry) -> Many:
    """Read options that are the same in every line, as nearly always: one office, one bill."""

    def many(values: Sequence[object], sink: Sink) -> Sequence[object]:
        first = values[0]
        if first.__class__ is not dict or values.count(first) != len(values):
            return [entry(value, sink) for value in values]
        made = entry(first, sink)
        others = cast("Sequence[Row]", values[1:])
        sink.texts += chain.from_iterable(map(dict.values, others))  # 5 equals "5" here
        sink.keys += len(cast("Row", first)) * len(others)
        return [made] * len(values)

    return many


def _list(inner: _Records, longest: int) -> Entry:
    def read(value: object, sink: Sink) -> tuple[object, ...]:
        if value.__class__ is not list or len(cast("list[object]", value)) > longest:
            raise Unusual
        return tuple(inner.many(cast("list[object]", value), sink))

    return read


def _without_nulls(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


@cache
def _kind(kind: str) -> _Records:
    cls: type = KINDS[kind]
    return _records(cls)


@cache
def _records(cls: type) -> _Records:
    return _Records(shape_of(cls))


def _judge(sink: Sink, text: str) -> None:
    if text.count(":") != sink.keys and _keys_at_most(text) != sink.keys:
        raise Unusual
    _judge_texts(cast("list[str]", sink.texts))
    if sink.prose:
        _judge_prose(cast("list[str]", sink.prose))


def _keys_at_most(text: str) -> int:
    """Count the colons that can follow a key; inside texts most colons follow something else."""
    return text.count('":') + sum(text.count(each) for each in _SPACED_COLONS)


def _judge_texts(texts: list[str]) -> None:
    if set(map(type, texts)) != _STR:
        raise Unusual
    distinct = set(texts)  # codes come again on every line
    if max(map(len, distinct)) > SHORT_TEXT or not all(map(str.strip, distinct)):
        raise Unusual
    if not "".join(distinct).isprintable():
        raise Unusual


def _judge_prose(prose: list[str]) -> None:
    if set(map(type, prose)) != _STR or not all(map(str.strip, prose)):
        raise Unusual
    together = "".join(prose)
    if not together.isprintable() and not together.replace("\n", "").isprintable():
        raise Unusual
    if max(map(len, prose)) > LONGEST_PROSE:
        raise Unusual


FEWEST_TOGETHER = 2
_FAULTS = (Unusual, AttributeError, KeyError, RecursionError, TypeError, ValueError)
_STR = {str}
_SPACED_COLONS = (" :", "\t:", "\n:", "\r:")
_DECODER = json.JSONDecoder(parse_float=Digits, parse_int=Digits, parse_constant=Digits)
