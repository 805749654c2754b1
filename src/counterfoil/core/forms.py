"""Each form of value: from the plain value to the inner one, or to the fault in words.

This is the reader that explains. It is slow and complete: it never stops at a fault, and every
fault carries its path and the value seen.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeGuard

from counterfoil.core import amounts
from counterfoil.core.documents import Key
from counterfoil.core.faults import Faults, seen, shown, suggestion
from counterfoil.core.fields import Field, Form
from counterfoil.core.plain import Digits, below

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from counterfoil.core.table import Column, Shape

EARLIEST = dt.date(1990, 1, 1)
LATEST = dt.date(2100, 12, 31)
MOST_REVISIONS = 1_000_000
LONG_TEXT = 1_000
"""Texts that may be longer than this are prose, and prose may have line breaks."""
LONGEST_ID = 255

_DATE_LENGTH = len("2026-07-01")
_MOST_EXPONENT = 40
CURRENCY = re.compile("[A-Z]{3}")


def read_record(shape: Shape, raw: object, path: str, faults: Faults) -> object | None:
    """Read an object as a record of ``shape``; None if anything in it is at fault."""
    if not isinstance(raw, dict):
        needed = ", ".join(column.name for column in shape.columns if column.required)
        faults.found(
            "wrong_type",
            f"Here is {seen(raw)} where an object belongs.",
            f"Give an object with {needed}.",
            path,
        )
        return None
    before = faults.total
    _unknown(shape, raw, path, faults)
    values = {each.attribute: _read_column(each, raw, path, faults) for each in shape.columns}
    return shape.cls(**values) if faults.total == before else None


def _unknown(shape: Shape, raw: Mapping[str, object], path: str, faults: Faults) -> None:
    names = shape.names
    for name in raw:
        if name not in names:
            faults.found(
                "unknown_field",
                f"There is no field {seen(name)} here.",
                suggestion(name, names) or f"Leave it out. Known here: {', '.join(names)}.",
                below(path, shown(name)),
            )


def _read_column(
    column: Column, raw: Mapping[str, object], path: str, faults: Faults
) -> object | None:
    value = raw.get(column.name)
    where = below(path, column.name)
    if value is None and column.required:
        faults.found(
            "missing_field",
            f"The field {column.name} is missing.",
            f"Add {column.name}: {column.field.meaning}.",
            where,
        )
    if value is None or (value == "" and _may_be_blank(column)):
        return column.default
    if column.inner is None:
        return _READERS[column.field.form](value, column.field, where, faults)
    if column.field.form is Form.RECORD:
        return read_record(column.inner, value, where, faults)
    return _records(column.inner, value, column.field, where, faults)


def _may_be_blank(column: Column) -> bool:
    """An empty optional text says the same as none: many systems write every field."""
    return column.field.form is Form.TEXT and not column.required


def _records(
    shape: Shape, value: object, field: Field, path: str, faults: Faults
) -> tuple[object, ...] | None:
    if not _is_list(value, field, path, faults):
        return None
    records = [
        read_record(shape, each, f"{path}[{index}]", faults) for index, each in enumerate(value)
    ]
    return tuple(each for each in records if each is not None)


def _is_list(value: object, field: Field, path: str, faults: Faults) -> TypeGuard[list[object]]:
    if not isinstance(value, list):
        faults.found(
            "wrong_type",
            f"Here is {seen(value)} where a list belongs.",
            f"Give a list: {field.meaning}.",
            path,
        )
        return False
    if len(value) > field.longest:
        faults.found(
            "too_many_entries",
            f"There are {len(value):,} entries; at most {field.longest:,} can be taken.",
            "Split the document in two.",
            path,
        )
        return False
    return True


def _text(value: object, field: Field, path: str, faults: Faults) -> str | None:
    if not isinstance(value, str) or isinstance(value, Digits):
        faults.found(
            "wrong_type",
            f"Here is {seen(value)} where text belongs.",
            f"Give text in quotation marks: {field.meaning}.",
            path,
        )
        return None
    if not value or value.isspace():
        faults.found("empty_text", "The text is empty.", f"Fill it in: {field.meaning}.", path)
        return None
    if len(value) > field.longest:
        faults.found(
            "too_long",
            f"The text has {len(value):,} characters; at most {field.longest:,} can be taken.",
            "Shorten it.",
            path,
        )
        return None
    return value if _writable(value, field, path, faults) else None


def _writable(value: str, field: Field, path: str, faults: Faults) -> bool:
    """Refuse what no ledger shows: control characters, and halves of characters."""
    allowed = "\t\n\r" if field.longest >= LONG_TEXT else ""
    for position, each in enumerate(value, 1):
        if unprintable(each) and each not in allowed:
            faults.found(
                "control_character",
                f"Character {position} is U+{ord(each):04X}, which cannot be printed.",
                "Remove it from the text.",
                path,
            )
            return False
    return True


def unprintable(character: str) -> bool:
    """Tell control characters and lone surrogates; spaces of all kinds and accents are fine."""
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000  # noqa: PLR2004 (the Unicode blocks)


def _money(value: object, field: Field, path: str, faults: Faults) -> int | None:
    return _amount(amounts.hundredths, value, field, path, faults)


def _micro(value: object, field: Field, path: str, faults: Faults) -> int | None:
    return _amount(amounts.micro_units, value, field, path, faults)


def _rate(value: object, field: Field, path: str, faults: Faults) -> Decimal | None:
    micro = _amount(amounts.micro_units, value, field, path, faults)
    if micro is None:
        return None
    if micro <= 0:
        faults.found(
            "rate_not_positive",
            f"The exchange rate is {seen(value)}; a rate is above zero.",
            "Give the base units that one foreign unit is worth.",
            path,
        )
        return None
    return Decimal(amounts.micro_text(micro))


def _amount(
    parse: Callable[[str], int], value: object, field: Field, path: str, faults: Faults
) -> int | None:
    places = amounts.MONEY_PLACES if field.form is Form.MONEY else amounts.MICRO_PLACES
    example = "675.00" if field.form is Form.MONEY else "0.67"
    try:
        return parse(_plain_digits(value))
    except TypeError:
        faults.found(
            "wrong_type",
            f"Here is {seen(value)} where a decimal number belongs.",
            f'Write it as text, for example "{example}".',
            path,
        )
    except amounts.TooManyDecimals as fault:
        count = len(fault.text.partition(".")[2])
        faults.found(
            "too_many_decimals",
            f"{fault.text} has {count} decimals; at most {places} can be kept exactly.",
            f"Round it to {places} decimals where it is recorded: nothing is rounded here.",
            path,
        )
    except amounts.TooLarge as fault:
        faults.found(
            "amount_too_large",
            f"{seen(Digits(fault.text))} is larger than any amount that can be posted.",
            "Check the figure.",
            path,
        )
    except amounts.NotAnAmount:
        faults.found(
            "not_a_number",
            f"{seen(value)} is not a plain decimal number.",
            f"Write digits and a point only, without thousands separators or currency sign, "
            f"for example {example}.",
            path,
        )
    return None


def _plain_digits(value: object) -> str:
    """Write a JSON number such as 1e-6 out; text stays as it is, anything else is TypeError."""
    if not isinstance(value, str):
        raise TypeError
    if not isinstance(value, Digits) or not {"e", "E"} & {*value}:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise amounts.NotAnAmount(value) from None
    if number and abs(number.adjusted()) > _MOST_EXPONENT:
        raise amounts.TooLarge(value) if number.adjusted() > 0 else amounts.NotAnAmount(value)
    return format(number.normalize(), "f")


def _date(value: object, field: Field, path: str, faults: Faults) -> dt.date | None:
    date = parse_date(value) if isinstance(value, str) else None
    if date is None:
        faults.found(
            "not_a_date",
            f"{seen(value)} is not a date of the calendar, written as YYYY-MM-DD.",
            f"Give {field.meaning} as, for example, 2026-07-01.",
            path,
        )
        return None
    if not EARLIEST <= date <= LATEST:
        faults.found(
            "date_implausible",
            f"The year {date.year} lies outside {EARLIEST.year} to {LATEST.year}.",
            "Check the year.",
            path,
        )
        return None
    return date


def parse_date(text: str) -> dt.date | None:
    """Read YYYY-MM-DD, and no other of the ways in which ISO 8601 writes a day."""
    if len(text) != _DATE_LENGTH or text[4] != "-" or text[7] != "-":
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _integer(value: object, field: Field, path: str, faults: Faults) -> int | None:
    plain = isinstance(value, Digits) and value.isdecimal() and len(value) <= len("1000000")
    number = int(str(value)) if plain else 0
    if not 1 <= number <= MOST_REVISIONS:
        faults.found(
            "not_an_integer",
            f"Here is {seen(value)} where a whole number from 1 to {MOST_REVISIONS:,} belongs.",
            f"Give a whole number without quotation marks: {field.meaning}.",
            path,
        )
        return None
    return number


def _flag(value: object, field: Field, path: str, faults: Faults) -> bool | None:
    if not isinstance(value, bool):
        faults.found(
            "wrong_type",
            f"Here is {seen(value)} where true or false belongs.",
            f"Write true or false without quotation marks: {field.meaning}.",
            path,
        )
        return None
    return value


def _choice(value: object, field: Field, path: str, faults: Faults) -> str | None:
    if isinstance(value, str) and value in field.choices:
        return str(value)
    faults.found(
        "not_a_choice",
        f"{seen(value)} is none of {', '.join(field.choices)}.",
        suggestion(str(value), field.choices) or "Choose one of them.",
        path,
    )
    return None


def _currency(value: object, field: Field, path: str, faults: Faults) -> str | None:
    if isinstance(value, str) and CURRENCY.fullmatch(value):
        return value
    faults.found(
        "not_a_currency",
        f"{seen(value)} is not a currency code.",
        f"Give {field.meaning}: three capital letters, for example AUD.",
        path,
    )
    return None


def _reference(value: object, field: Field, path: str, faults: Faults) -> Key | None:
    kind: object = field.refers_to[0] if field.bare_id else None
    where = path
    if isinstance(value, dict):
        before = faults.total
        for name in value:
            if name not in Key._fields:
                faults.found(
                    "unknown_field",
                    f"There is no field {seen(name)} here.",
                    "A reference has kind and id only.",
                    below(path, shown(name)),
                )
        kind, value, where = value.get("kind", kind), value.get("id", ""), below(path, "id")
        if kind not in field.refers_to:
            faults.found(
                "reference_kind",
                f"{seen(kind)} cannot be named here.",
                f"Name a {' or '.join(field.refers_to)}.",
                below(path, "kind"),
            )
        if faults.total > before:
            return None
    elif kind is None:
        faults.found(
            "reference_kind",
            f"Here is {seen(value)} where a kind and an id belong.",
            'Write {"kind": …, "id": …}; the kind is one of ' + ", ".join(field.refers_to) + ".",
            path,
        )
        return None
    text = _text(value, field, where, faults)
    return None if text is None else Key(str(kind), text)


def _references(value: object, field: Field, path: str, faults: Faults) -> tuple[Key, ...] | None:
    if not _is_list(value, field, path, faults):
        return None
    read = [
        _reference(each, replace(field, longest=LONGEST_ID), f"{path}[{index}]", faults)
        for index, each in enumerate(value)
    ]
    return tuple(each for each in read if each is not None)


def _options(
    value: object, field: Field, path: str, faults: Faults
) -> tuple[tuple[str, str], ...] | None:
    if not isinstance(value, dict):
        faults.found(
            "wrong_type",
            f"Here is {seen(value)} where an object belongs.",
            f'Write {field.meaning}, for example {{"Office": "Sydney"}}.',
            path,
        )
        return None
    if len(value) > field.longest:
        faults.found(
            "too_many_entries",
            f"There are {len(value)} entries; Xero takes {field.longest}.",
            "Leave the others out.",
            path,
        )
        return None
    plain_text = Field(Form.TEXT, field.meaning)
    read = [
        (
            _text(name, plain_text, path, faults),
            _text(each, plain_text, below(path, shown(name)), faults),
        )
        for name, each in sorted(value.items())
    ]
    return tuple((name, each) for name, each in read if name is not None and each is not None)


_READERS: dict[Form, Callable[[object, Field, str, Faults], object | None]] = {
    Form.TEXT: _text,
    Form.MONEY: _money,
    Form.QUANTITY: _micro,
    Form.PRICE: _micro,
    Form.RATE: _rate,
    Form.DATE: _date,
    Form.INTEGER: _integer,
    Form.FLAG: _flag,
    Form.CHOICE: _choice,
    Form.CURRENCY: _currency,
    Form.REFERENCE: _reference,
    Form.REFERENCES: _references,
    Form.OPTIONS: _options,
}
