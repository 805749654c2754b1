"""The quick way to read: for documents with nothing wrong in them, which is nearly all.

It takes a subset of what ``forms`` takes and gives the same values; whatever is unusual makes it
give up with None, and the reader that explains begins again from the text. A property test holds
the two against each other. What makes it quick:

- A source writes the same fields in the same order again and again. For each such order a *plan* is
  compiled once; after that no field is looked up by name and no default is merged in.
- Texts are judged all at once, at the end.

Doubled keys are found without looking at pairs: each key brings one colon that follows a quotation
mark or a space, so if those are as many as the keys that were read, none came twice.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.fields import Form
from counterfoil.core.forms import LONG_TEXT
from counterfoil.core.plain import Digits
from counterfoil.core.quick_values import Sink, Unusual, entry_reader, scalar_reader
from counterfoil.core.table import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.quick_values import Entry
    from counterfoil.core.table import Column, Shape

    Row = dict[str, object]
    Plan = Callable[[Row, Sink], object]

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


class _Records:
    """The reader of the records of one class."""

    __slots__ = ("_plans", "_shape")

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._plans: dict[tuple[str, ...], Plan] = {}

    def one(self, row: object, sink: Sink) -> object:
        """Read one record."""
        if row.__class__ is not dict:
            raise Unusual
        fields = cast("Row", row)
        if sink.nulls:
            fields = _without_nulls(fields)
            sink.keys += len(cast("Row", row)) - len(fields)
        names = tuple(fields)
        plan = self._plans.get(names) or self._planned(names)
        return plan(fields, sink)

    def _planned(self, names: tuple[str, ...]) -> Plan:
        if len(self._plans) >= MOST_PLANS:
            raise Unusual
        plan = _compiled(self._shape, names)
        self._plans[names] = plan
        return plan


def _compiled(shape: Shape, names: tuple[str, ...]) -> Plan:
    """Write the function that reads records with these fields in this order, and nothing else.

    As dataclasses write their constructors; what it is made of are names of the field table. A
    frozen class sets each attribute by a call, which is a third of the time of reading: the record
    is made of an open twin, and is given its own class when it is done.
    """
    given = _in_order(shape, names)
    places = "".join(f"v{n}, " for n in range(len(given)))
    known: dict[str, object] = {"new": object.__new__, "cls": shape.cls, "twin": _open(shape.cls)}
    body = [f"({places}) = row.values()"] if given else []
    body += [f"sink.keys += {len(given)}", "made = new(twin)"]
    for n, column in enumerate(given):
        body.append(f"made.{column.attribute} = {_value(n, column, known)}")
    for n, column in enumerate(each for each in shape.columns if each not in given):
        known[f"default_{n}"] = column.default
        body.append(f"made.{column.attribute} = default_{n}")
    for pile in ("texts", "prose"):
        judged = "".join(f"v{n}, " for n, column in enumerate(given) if _pile(column) == pile)
        body += [f"sink.{pile} += ({judged})"] if judged else []
    body += ["made.__class__ = cls", "return made"]
    exec("\n    ".join(["def read(row, sink):", *body]), known)  # noqa: S102 -- names of ours
    return cast("Plan", known["read"])


def _value(n: int, column: Column, known: dict[str, object]) -> str:
    """Return the expression that reads the field at this place."""
    if _pile(column):
        return f"v{n}"
    entry = _entry(column)
    known[f"read_{n}"] = entry or scalar_reader(column.field)
    return f"read_{n}(v{n}, sink)" if entry else f"read_{n}(v{n})"


def _pile(column: Column) -> str:
    """Return where the sink keeps a text until it is judged; empty for what is no text."""
    if column.field.form is not Form.TEXT:
        return ""
    return "prose" if column.field.longest >= LONG_TEXT else "texts"


def _in_order(shape: Shape, names: tuple[str, ...]) -> list[Column]:
    """Return the columns of these names; Unusual for one that is unknown, or left out."""
    columns = {column.name: column for column in shape.columns}
    if any(column.required and column.name not in names for column in shape.columns):
        raise Unusual
    return [columns[name] for name in names]


@cache
def _open(cls: type) -> type:
    """Return a class with the same slots as a frozen one, whose attributes are simply stored."""
    free = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(cls.__name__, (cls,), {"__slots__": (), **free})


def _entry(column: Column) -> Entry | None:
    """Return the reader of a field that has fields or texts inside; None for any other."""
    if column.inner is None:
        return entry_reader(column.field)
    inner = _records(column.inner.cls).one
    return inner if column.field.form is Form.RECORD else _list(inner, column.field.longest)


def _list(inner: Entry, longest: int) -> Entry:
    def read(value: object, sink: Sink) -> tuple[object, ...]:
        if value.__class__ is not list or len(cast("list[object]", value)) > longest:
            raise Unusual
        return tuple([inner(each, sink) for each in cast("list[object]", value)])

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


_FAULTS = (Unusual, AttributeError, KeyError, RecursionError, TypeError, ValueError)
_STR = {str}
_SPACED_COLONS = (" :", "\t:", "\n:", "\r:")
_DECODER = json.JSONDecoder(parse_float=Digits, parse_int=Digits, parse_constant=Digits)
