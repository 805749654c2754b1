"""The format as others want to see it: a JSON Schema, and a page of tables to read.

Both are derived from the field table, so that they say what the strict reader does. What a schema
cannot say (sums, doubled keys, plausible years) the reader finds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.amounts import (
    MICRO_PLACES,
    MONEY_PLACES,
    MOST_MICRO_DIGITS,
    MOST_MONEY_DIGITS,
)
from counterfoil.core.documents import KINDS
from counterfoil.core.fields import Field, Form
from counterfoil.core.forms import LONGEST_ID, MOST_REVISIONS
from counterfoil.core.table import Column, Shape, kind_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]

_WRITTEN: dict[Form, str] = {
    Form.TEXT: "text",
    Form.MONEY: 'decimal text, at most 2 decimals: `"675.00"`',
    Form.QUANTITY: 'decimal text, at most 6 decimals: `"0.67"`',
    Form.PRICE: 'decimal text, at most 6 decimals: `"101.492537"`',
    Form.RATE: 'decimal text above zero, at most 6 decimals: `"1.0825"`',
    Form.DATE: '`"2026-07-01"`',
    Form.INTEGER: "whole number",
    Form.FLAG: "`true` or `false`",
    Form.CURRENCY: 'three capital letters: `"AUD"`',
    Form.OPTIONS: 'object of texts: `{"Office": "Sydney"}`',
    Form.RECORD: "object, below",
    Form.RECORDS: "list of objects, below",
}

_NAMED = '`{"kind","id"}`'


def schema() -> Schema:
    """Return the JSON Schema (2020-12) of one document of any kind that can be read today."""
    return {
        "$schema": DIALECT,
        "title": "A document of a law practice",
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in KINDS],
        "$defs": {kind: kind_schema(kind) for kind in KINDS},
    }


def kind_schema(kind: str) -> Schema:
    """Return the JSON Schema of one kind, without the dialect; KeyError for an unknown one."""
    described = _record(kind_shape(kind))
    properties = {"kind": {"const": kind}, **_properties(kind_shape(kind))}
    required = ["kind", *_required(kind_shape(kind))]
    return {**described, "properties": properties, "required": required}


def reference_page() -> str:
    """Return docs/documents.md: every kind with its fields, in Markdown."""
    return "\n".join(_page()) + "\n"


def _record(shape: Shape) -> Schema:
    return {
        "type": "object",
        "properties": _properties(shape),
        "required": _required(shape),
        "additionalProperties": False,
    }


def _properties(shape: Shape) -> Schema:
    return {
        column.name: {"description": column.field.meaning, **_described(column)}
        for column in shape.columns
    }


def _required(shape: Shape) -> list[str]:
    return [column.name for column in shape.columns if column.required]


def _described(column: Column) -> Schema:
    value = _value(column)
    return value if column.required else {"anyOf": [value, {"type": "null"}]}


def _value(column: Column) -> Schema:
    field = column.field
    if column.inner is not None:
        inner = _record(column.inner)
        return (
            inner
            if field.form is Form.RECORD
            else {
                "type": "array",
                "items": inner,
                "maxItems": field.longest,
            }
        )
    by_form: dict[Form, Schema] = {
        Form.TEXT: _text(field, least=1 if column.required else 0),
        Form.MONEY: _decimal(MOST_MONEY_DIGITS, MONEY_PLACES),
        Form.QUANTITY: _decimal(MOST_MICRO_DIGITS, MICRO_PLACES),
        Form.PRICE: _decimal(MOST_MICRO_DIGITS, MICRO_PLACES),
        Form.RATE: _decimal(MOST_MICRO_DIGITS, MICRO_PLACES),
        Form.DATE: {"type": "string", "format": "date"},
        Form.INTEGER: {"type": "integer", "minimum": 1, "maximum": MOST_REVISIONS},
        Form.FLAG: {"type": "boolean"},
        Form.CHOICE: {"enum": list(field.choices)},
        Form.CURRENCY: {"type": "string", "pattern": "^[A-Z]{3}$"},
        Form.REFERENCE: _reference(field),
        Form.REFERENCES: {
            "type": "array",
            "items": _reference(replace(field, longest=LONGEST_ID)),
            "maxItems": field.longest,
        },
        Form.OPTIONS: {
            "type": "object",
            "maxProperties": field.longest,
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 255},
        },
    }
    return by_form[field.form]


def _text(field: Field, least: int) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": field.longest}


def _decimal(digits: int, places: int) -> Schema:
    """Text is best; a JSON number is taken too, and read from its digits."""
    pattern = f"^-?0*[0-9]{{1,{digits}}}(\\.[0-9]{{1,{places}}})?$"
    return {"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number"}]}


def _reference(field: Field) -> Schema:
    text = _text(field, least=1)
    named: Schema = {
        "type": "object",
        "properties": {"kind": {"enum": list(field.refers_to)}, "id": text},
        "required": ["id"] if field.bare_id else ["kind", "id"],
        "additionalProperties": False,
    }
    return {"anyOf": [text, named]} if field.bare_id else named


def _page() -> Iterator[str]:
    yield "# Documents"
    yield ""
    yield "One document is one line of JSON (UTF-8); a file of such lines is JSON Lines. This page"
    yield "is made from the field table that the reader itself follows:"
    yield "`python -m counterfoil.sources.files.reference`."
    yield ""
    yield "Unknown fields, doubled keys and inexact amounts are refused with their path. `null` and"
    yield "a left-out field say the same. Amounts may be JSON numbers: they are read from their"
    yield "digits, never through a float. Nothing is rounded."
    for kind in KINDS:
        yield from _section(f"`{kind}`", kind_shape(kind))
    for shape in {each.cls: each for kind in KINDS for each in _inner(kind_shape(kind))}.values():
        yield from _section(shape.cls.__name__, shape)
    yield from _CSV


def _inner(shape: Shape) -> Iterator[Shape]:
    for column in shape.columns:
        if column.inner is not None:
            yield column.inner
            yield from _inner(column.inner)


def _section(title: str, shape: Shape) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield "| field | | written as | at most | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for column in shape.columns:
        needed = "required" if column.required else "optional"
        record = f" ({column.inner.cls.__name__})" if column.inner else ""
        written = f"{_written(column.field)}{record}"
        most = _limit(column.field)
        yield f"| `{column.name}` | {needed} | {written} | {most} | {column.field.meaning} |"


def _written(field: Field) -> str:
    match field.form:
        case Form.CHOICE:
            return " or ".join(f'`"{each}"`' for each in field.choices)
        case Form.REFERENCE | Form.REFERENCES:
            bare = f"the id, or {_NAMED}" if field.bare_id else _NAMED
            many = "list of " if field.form is Form.REFERENCES else ""
            return f"{many}{bare} of {_kinds(field.refers_to)}"
        case form:
            return _WRITTEN[form]


def _kinds(kinds: tuple[str, ...]) -> str:
    *others, last = (f"`{kind}`" for kind in kinds)
    return f"{', '.join(others)} or {last}" if others else last


def _limit(field: Field) -> str:
    if field.form in {Form.TEXT, Form.REFERENCE}:
        return f"{field.longest:,} characters"
    lists = {Form.RECORDS, Form.OPTIONS, Form.REFERENCES}
    return f"{field.longest:,} entries" if field.form in lists else ""


_CSV = (
    "",
    "## CSV",
    "",
    "One file holds one kind. The first row names the columns; the order is free. The column `row`",
    "says what a row is: `document` opens a document and carries its own fields and its `kind`;",
    "`line`, `allocation` and `split` below it carry one record each, `payment` one id, in the",
    "column `payments` (ids separated by semicolons in the document's own row do as well). Names",
    "inside a record have dots: `client.name`, `from.matter.id`, `tracking.Office`. An empty cell",
    "is a field left out.",
    "Commas, semicolons and tabs are recognised as separators.",
    "",
    "```csv",
    "row,kind,id,number,date,client.id,client.name,tax,total,description,account,tax_code",
    "document,bill,b-1,INV-1001,2026-07-01,c-17,Abernethy Pty Ltd,60.00,660.00,,,",
    "line,,,,,,,,600.00,Advice on the lease,4-1000,GST",
    "```",
    "",
    "A fault names its row, as a spreadsheet counts, and its column. A document with a fault in",
    "any of its rows is refused as a whole; the others go through.",
)
