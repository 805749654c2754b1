"""The canonical form of a document: one content, one sequence of bytes.

Whatever way a document was written (key order, spacing, numbers as digits or as text, defaults
spelt out), equal content gives equal bytes and so an equal fingerprint. The daybook keeps these
bytes and tells revisions apart by them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from counterfoil.core.amounts import micro_text, money_text, rate_text
from counterfoil.core.fields import Form
from counterfoil.core.table import Shape, kind_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.fields import Field
    from counterfoil.core.table import Column


def canonical(document: Document) -> bytes:
    """Write a document as one line of JSON, without a line break, in UTF-8.

    ``read_json(canonical(document)).document`` equals the document. Raises TypeError where an
    amount is no whole number of its units.
    """
    return _ENCODER.encode(plain(document)).encode()


def fingerprint(document: Document) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def plain(document: Document) -> dict[str, object]:
    """Return a document as plain values in the order of the field table, defaults left out."""
    return {"kind": document.kind, **_record(kind_shape(document.kind), document)}


def _record(shape: Shape, record: object) -> dict[str, object]:
    written: dict[str, object] = {}
    for column in shape.columns:
        value = getattr(record, column.attribute)
        if column.required or value != column.default:
            written[column.name] = _value(column, value)
    return written


def _value(column: Column, value: object) -> object:
    if column.inner is None:
        return _plain(column.field, value)
    if column.field.form is Form.RECORD:
        return _record(column.inner, value)
    return [_record(column.inner, each) for each in cast("tuple[object, ...]", value)]


def _plain(field: Field, value: object) -> object:
    match field.form:
        case Form.REFERENCE:
            return _reference(field, cast("Key", value))
        case Form.REFERENCES:
            return [_reference(field, each) for each in cast("tuple[Key, ...]", value)]
        case form:
            return _WRITERS[form](value)


def _reference(field: Field, key: Key) -> object:
    """Write the id alone where it says enough: one content has one way to be written."""
    if field.bare_id and key.kind == field.refers_to[0]:
        return key.id
    return key._asdict()


def _money(value: object) -> str:
    return money_text(cast("int", value))


def _micro(value: object) -> str:
    return micro_text(cast("int", value))


def _rate(value: object) -> str:
    return rate_text(cast("Decimal", value))


def _date(value: object) -> str:
    return cast("dt.date", value).isoformat()


def _options(value: object) -> dict[str, str]:
    return dict(cast("tuple[tuple[str, str], ...]", value))


def _as_it_is(value: object) -> object:
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

_WRITERS: dict[Form, Callable[[object], object]] = {
    Form.TEXT: _as_it_is,
    Form.MONEY: _money,
    Form.QUANTITY: _micro,
    Form.PRICE: _micro,
    Form.RATE: _rate,
    Form.DATE: _date,
    Form.INTEGER: _as_it_is,
    Form.FLAG: _as_it_is,
    Form.CHOICE: _as_it_is,
    Form.CURRENCY: _as_it_is,
    Form.OPTIONS: _options,
}
"""How the inner value of each form is written that needs nothing else to be known."""
