"""The quick way to read: for documents with nothing wrong in them, which is nearly all.

It takes a subset of what ``forms`` takes and gives the same values; whatever is unusual makes it
give up with None, and the reader that explains begins again from the text. A property test holds
the two against each other. What makes it quick: records are read column by column, because loops
in C are the fastest that Python has; and texts are judged all at once.

Doubled keys are found without looking at pairs: each key brings one colon that follows a quotation
mark or a space, so if those are as many as the keys that were read, none came twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from counterfoil.core.amounts import hundredths, micro_text, micro_units
from counterfoil.core.documents import KINDS, Document, Key
from counterfoil.core.fields import Field, Form
from counterfoil.core.forms import CURRENCY, EARLIEST, LATEST, LONG_TEXT, MOST_REVISIONS, parse_date
from counterfoil.core.plain import Digits
from counterfoil.core.table import Column, Shape, kind_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHORT_TEXT = 255
"""The length of every text that is not prose; a field with another limit goes the other way."""


class _Unusual(Exception):
    """Something is wrong or rare; the reader that explains will tell."""


class _Sink:
    """What is judged once for the whole document: its texts, its prose, the number of its keys."""

    __slots__ = ("keys", "prose", "texts")

    def __init__(self) -> None:
        self.keys = 1
        self.prose: list[object] = []
        self.texts: list[object] = []


def read_quickly(text: str) -> Document | None:
    """Read a line that is in order; None for any other, without a reason."""
    try:
        raw = _DECODER.decode(text)
        kind = raw.pop("kind")
        if kind.__class__ is not str or kind not in KINDS:
            return None
        sink = _Sink()
        (document,) = _kind(kind)([raw], sink)
        _judge(sink, text)
    except (_Unusual, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    return cast("Document", document)


def _judge(sink: _Sink, text: str) -> None:
    if text.count(":") != sink.keys and _keys_at_most(text) != sink.keys:
        raise _Unusual
    texts = cast("list[str]", sink.texts)
    if not set(map(type, texts)) <= _STR or max(map(len, texts)) > SHORT_TEXT:
        raise _Unusual
    if not all(map(str.strip, texts)) or not "".join(texts).isprintable():
        raise _Unusual
    if sink.prose:
        _judge_prose(cast("list[str]", sink.prose))


def _keys_at_most(text: str) -> int:
    """Count the colons that can follow a key; inside texts most colons follow something else."""
    return text.count('":') + sum(text.count(each) for each in _SPACED_COLONS)


def _judge_prose(prose: list[str]) -> None:
    if not set(map(type, prose)) <= _STR or not all(map(str.strip, prose)):
        raise _Unusual
    together = "".join(prose)
    if not together.isprintable() and not together.replace("\n", "").isprintable():
        raise _Unusual
    if max(map(len, prose)) > _LONGEST_PROSE:
        raise _Unusual


@cache
def _kind(kind: str) -> Callable[[Sequence[dict[str, object]], _Sink], list[object]]:
    return _records(kind_shape(kind))


def _records(shape: Shape) -> Callable[[Sequence[dict[str, object]], _Sink], list[object]]:
    """Compile a reader of many records of one shape."""
    defaults = {each.name: each.default for each in shape.columns if not each.required}
    get = itemgetter(*shape.names)
    width = {len(shape.columns)}
    required, optional, others = _sorted_out(shape)
    build, cls = _opened(shape), shape.cls

    def read(rows: Sequence[dict[str, object]], sink: _Sink) -> list[object]:
        sink.keys += sum(map(len, rows))
        whole = [{**defaults, **row} for row in rows]
        if set(map(len, whole)) != width:
            raise _Unusual
        columns: list[Sequence[object]] = list(zip(*map(get, whole), strict=True))
        for index, prose in required:
            (sink.prose if prose else sink.texts).extend(columns[index])
        for index, prose in optional:
            column = columns[index]
            if column.count(None) != len(rows):
                given = [each for each in column if each is not None]
                (sink.prose if prose else sink.texts).extend(given)
        for index, convert in others:
            columns[index] = convert(columns[index], sink)
        made = list(map(build, *columns))
        for each in made:
            each.__class__ = cls
        return made

    return read


def _sorted_out(
    shape: Shape,
) -> tuple[
    list[tuple[int, bool]],
    list[tuple[int, bool]],
    list[tuple[int, Callable[[Sequence[object], _Sink], Sequence[object]]]],
]:
    """Tell texts, which stay as they are, from columns that need a converter."""
    required: list[tuple[int, bool]] = []
    optional: list[tuple[int, bool]] = []
    others = []
    for index, column in enumerate(shape.columns):
        if column.field.form is Form.TEXT:
            texts = required if column.required else optional
            texts.append((index, column.field.longest >= LONG_TEXT))
        else:
            others.append((index, _converter(column)))
    return required, optional, others


def _opened(shape: Shape) -> Callable[..., object]:
    """Make a constructor of the frozen class that stores its attributes directly.

    A frozen dataclass sets each attribute by a call, which is a third of the time of reading. The
    twin has the same slots and plain stores; its objects are then given the frozen class.
    """
    plain = dataclasses.make_dataclass(
        "_Plain", [(each.attribute, object) for each in shape.columns]
    )
    return type(
        shape.cls.__name__,
        (shape.cls,),
        {
            "__slots__": (),
            "__init__": vars(plain)["__init__"],
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )


def _converter(column: Column) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    may_lack = not column.required and column.default is None
    if column.inner is not None:
        inner = _records(column.inner)
        if column.field.form is Form.RECORD:
            return _one_each(inner, may_lack=may_lack)
        return _lists(inner, column.field.longest)
    return _plain(column, may_lack=may_lack)


def _plain(
    column: Column, *, may_lack: bool
) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    """Convert what has no fields of its own."""
    form = column.field.form
    if form is Form.REFERENCE:
        return _references(column.field)
    if form is Form.OPTIONS:
        return _options_of(column.field.longest)
    if form is Form.REFERENCES:
        return _reference_lists(column.field)
    if form is Form.CHOICE:
        return _each(_choice(column.field.choices), may_lack=may_lack)
    return _each(_SCALARS[form], may_lack=may_lack)


def _each(
    parse: Callable[..., object], *, may_lack: bool
) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    def convert(values: Sequence[object], _: _Sink) -> Sequence[object]:
        missing = values.count(None) if may_lack else 0
        if missing == len(values):
            return values
        if not missing:
            return list(map(parse, values))
        return [None if each is None else parse(each) for each in values]

    return convert


def _one_each(
    inner: Callable[[Sequence[dict[str, object]], _Sink], list[object]], *, may_lack: bool
) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    def convert(values: Sequence[object], sink: _Sink) -> Sequence[object]:
        given = [each for each in values if each is not None]
        if len(given) == len(values) or not may_lack:
            return inner(cast("list[dict[str, object]]", values), sink)
        if not given:
            return values
        made = iter(inner(cast("list[dict[str, object]]", given), sink))
        return [None if each is None else next(made) for each in values]

    return convert


def _lists(
    inner: Callable[[Sequence[dict[str, object]], _Sink], list[object]], longest: int
) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    def convert(values: Sequence[object], sink: _Sink) -> Sequence[object]:
        return [_list(each, sink) for each in values]

    def _list(value: object, sink: _Sink) -> tuple[object, ...]:
        if not value and value.__class__ in {tuple, list}:
            return ()
        if value.__class__ is not list or len(cast("list[object]", value)) > longest:
            raise _Unusual
        return tuple(inner(cast("list[dict[str, object]]", value), sink))

    return convert


def _references(field: Field) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    kind = field.refers_to[0]

    def convert(values: Sequence[object], sink: _Sink) -> Sequence[object]:
        return [each if each is None else reference(each, sink) for each in values]

    def reference(value: object, sink: _Sink) -> Key:
        if isinstance(value, dict):
            return named(value, sink)
        if not field.bare_id:
            raise _Unusual
        sink.texts.append(value)
        return Key(kind, cast("str", value))

    def named(value: dict[str, object], sink: _Sink) -> Key:
        if value.keys() != _KEY or value["kind"] not in field.refers_to:
            raise _Unusual
        sink.keys += len(value)
        sink.texts += value.values()
        return Key(value["kind"], cast("str", value["id"]))

    return convert


def _reference_lists(field: Field) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    convert = _references(field)

    def lists(values: Sequence[object], sink: _Sink) -> Sequence[object]:
        return [one(each, sink) for each in values]

    def one(value: object, sink: _Sink) -> tuple[object, ...]:
        if not isinstance(value, list | tuple) or len(value) > field.longest or None in value:
            raise _Unusual
        return tuple(convert(value, sink))

    return lists


def _choice(choices: tuple[str, ...]) -> Callable[[object], object]:
    def chosen(value: object) -> object:
        if value not in choices or value.__class__ is not str:
            raise _Unusual
        return value

    return chosen


def _options_of(longest: int) -> Callable[[Sequence[object], _Sink], Sequence[object]]:
    def convert(values: Sequence[object], sink: _Sink) -> Sequence[object]:
        first = values[0]
        if values.count(first) == len(values):  # as nearly always: one office, one bill
            made = _options(first, longest, sink)
            for each in values[1:] if made else ():  # a number equals the text of its digits
                sink.texts += cast("dict[str, object]", each).values()
            sink.keys += len(made) * (len(values) - 1)
            return [made] * len(values)
        return [_options(each, longest, sink) for each in values]

    return convert


def _options(value: object, longest: int, sink: _Sink) -> tuple[object, ...]:
    if value == () and value.__class__ is tuple:
        return ()
    if not isinstance(value, dict) or len(value) > longest:
        raise _Unusual
    sink.keys += len(value)
    sink.texts += value
    sink.texts += value.values()
    return tuple(sorted(value.items()))


@lru_cache(maxsize=4096)
def _day(text: str) -> dt.date:
    date = parse_date(text)
    if date is None or not EARLIEST <= date <= LATEST:
        raise _Unusual
    return date


def _rate(text: str) -> Decimal:
    micro = micro_units(text)
    if micro <= 0:
        raise _Unusual
    return Decimal(micro_text(micro))


def _revision(value: object) -> int:
    if value == 1 and value.__class__ is int:
        return 1
    number = int(value) if isinstance(value, Digits) else 0
    if not 1 <= number <= MOST_REVISIONS:
        raise _Unusual
    return number


def _flag(value: object) -> object:
    if value.__class__ is not bool:
        raise _Unusual
    return value


def _currency(value: str) -> str:
    if value.__class__ is not str or not CURRENCY.fullmatch(value):
        raise _Unusual
    return value


_STR = {str}
_KEY = {"kind", "id"}
_LONGEST_PROSE = 4000
_SPACED_COLONS = (" :", "\t:", "\n:", "\r:")
_DECODER = json.JSONDecoder(parse_float=Digits, parse_int=Digits, parse_constant=Digits)
_SCALARS: dict[Form, Callable[..., object]] = {
    Form.MONEY: hundredths,
    Form.QUANTITY: micro_units,
    Form.PRICE: micro_units,
    Form.RATE: _rate,
    Form.DATE: _day,
    Form.INTEGER: _revision,
    Form.FLAG: _flag,
    Form.CURRENCY: _currency,
}
