"""Single values, read quickly: each function takes what is in order and gives up on the rest."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from counterfoil.core.amounts import hundredths, micro_text, micro_units
from counterfoil.core.documents import Key
from counterfoil.core.fields import Field, Form
from counterfoil.core.forms import CURRENCY, EARLIEST, LATEST, MOST_REVISIONS, parse_date
from counterfoil.core.plain import Digits

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    Scalar = Callable[..., object]
    Entry = Callable[[object, "Sink"], object]


class Unusual(Exception):
    """Something is wrong or rare; the reader that explains will tell."""


class Sink:
    """What is judged once for the whole document: its texts, its prose, the number of its keys.

    ``nulls`` says that there may be fields that are null, which is the same as left out.
    """

    __slots__ = ("keys", "nulls", "prose", "texts")

    def __init__(self, *, nulls: bool) -> None:
        self.keys = 1
        self.nulls = nulls
        self.prose: list[object] = []
        self.texts: list[object] = []


def entry_reader(field: Field) -> Entry | None:
    """Return the reader of a form that has texts inside, None for any other form."""
    match field.form:
        case Form.REFERENCE:
            return _reference(field)
        case Form.REFERENCES:
            return _references(field)
        case Form.OPTIONS:
            return _options(field.longest)
        case _:
            return None


def scalar_reader(field: Field) -> Scalar:
    """Return the reader of a form that stands for itself."""
    return _choice(field.choices) if field.form is Form.CHOICE else _SCALARS[field.form]


def _reference(field: Field) -> Entry:
    kind = field.refers_to[0]

    def read(value: object, sink: Sink) -> Key:
        if isinstance(value, dict):
            return named(value, sink)
        if not field.bare_id:
            raise Unusual
        sink.texts.append(value)
        return Key(kind, cast("str", value))

    def named(value: dict[str, object], sink: Sink) -> Key:
        if value.keys() != _KEY or value["kind"] not in field.refers_to:
            raise Unusual
        sink.keys += len(value)
        sink.texts += value.values()
        return Key(value["kind"], cast("str", value["id"]))

    return read


def _references(field: Field) -> Entry:
    one = _reference(field)

    def read(value: object, sink: Sink) -> tuple[object, ...]:
        if value.__class__ is not list or len(cast("list[object]", value)) > field.longest:
            raise Unusual
        return tuple(one(each, sink) for each in cast("list[object]", value))

    return read


def _options(longest: int) -> Entry:
    def read(value: object, sink: Sink) -> tuple[object, ...]:
        if value.__class__ is not dict or len(cast("dict[str, str]", value)) > longest:
            raise Unusual
        options = cast("dict[str, str]", value)
        sink.keys += len(options)
        sink.texts += options
        sink.texts += options.values()
        items = tuple(options.items())
        return items if len(items) < _TO_BE_SORTED else tuple(sorted(items))

    return read


def _choice(choices: tuple[str, ...]) -> Scalar:
    def read(value: object) -> object:
        if value not in choices or value.__class__ is not str:
            raise Unusual
        return value

    return read


@lru_cache(maxsize=4096)
def _day(text: str) -> dt.date:
    date = parse_date(text)
    if date is None or not EARLIEST <= date <= LATEST:
        raise Unusual
    return date


def _rate(text: str) -> Decimal:
    micro = micro_units(text)
    if micro <= 0:
        raise Unusual
    return Decimal(micro_text(micro))


def _revision(value: object) -> int:
    number = int(value) if isinstance(value, Digits) else 0
    if not 1 <= number <= MOST_REVISIONS:
        raise Unusual
    return number


def _flag(value: object) -> object:
    if value.__class__ is not bool:
        raise Unusual
    return value


def _currency(value: str) -> str:
    if value.__class__ is not str or not CURRENCY.fullmatch(value):
        raise Unusual
    return value


_KEY = {"kind", "id"}
_TO_BE_SORTED = 2
_SCALARS: dict[Form, Scalar] = {
    Form.MONEY: hundredths,
    Form.QUANTITY: micro_units,
    Form.PRICE: micro_units,
    Form.RATE: _rate,
    Form.DATE: _day,
    Form.INTEGER: _revision,
    Form.FLAG: _flag,
    Form.CURRENCY: _currency,
}
