"""Reading Xero's JSON as it really comes: exact in its numbers, forgiving in its shapes.

Bodies are read into plain values and asked field by field, not forced into one typed shape,
because a single odd field (a null, a quoted number, an empty array for a missing object) must cost
that field only and never the ids of fifty documents that Xero has just created. Numbers stay
exact: no float is ever made.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

import msgspec

Json: TypeAlias = "bool | int | str | Decimal | list[Json] | dict[str, Json] | None"
Fields: TypeAlias = Mapping[str, Json]

MOST_DIGITS = 30
"""No amount of Xero's is longer; a number such as 1e999999999 is not worked out."""

_decoder: msgspec.json.Decoder[Json] = msgspec.json.Decoder(float_hook=Decimal)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DOTNET_DATE = re.compile(r"\\?/Date\((-?\d{1,17})(?:[+-]\d{4})?\)\\?/")


class Unreadable(ValueError):
    """A body is not what was asked for; the message says what it lacks and quotes none of it."""


def parse(body: bytes) -> Json:
    """Return the body's JSON; ``Unreadable`` if it is something else."""
    try:
        return _decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation) as error:
        raise Unreadable("the body is not JSON") from error


def envelope(body: bytes) -> Fields:
    """Return the object that the body is."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Unreadable("the body is not a JSON object")
    return value


def listed(fields: Fields, name: str) -> list[Fields]:
    """Return the objects of a list that must be there.

    Its absence is an error, because "nothing there" is proof that something was not created.
    """
    value = fields.get(name)
    if not isinstance(value, list):
        raise Unreadable(f"the body has no list {name}")
    return [entry for entry in value if isinstance(entry, dict)]


def record(fields: Fields, name: str) -> Fields:
    """Return a nested object; empty for null and for Xero's empty array in place of null."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def records(fields: Fields, name: str) -> list[Fields]:
    """Return the objects of a list that may be missing."""
    value = fields.get(name)
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []


def text(fields: Fields, name: str) -> str:
    """Return a text, empty where there is none."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return str(value)


def flag(fields: Fields, name: str) -> bool:
    """Return whether a truth value is true, also as the text ``"true"``."""
    value = fields.get(name)
    return value is True or (isinstance(value, str) and value.lower() == "true")


def number(fields: Fields, name: str) -> Decimal | None:
    """Return a number, also a quoted one; None where there is none or an absurd one."""
    value = fields.get(name)
    return None if isinstance(value, bool) else exact(value)


def exact(value: Json) -> Decimal | None:
    """Return the number that a JSON value stands for, digit by digit."""
    if not isinstance(value, int | str | Decimal):
        return None
    try:
        amount = Decimal(value.replace(",", "").strip()) if isinstance(value, str) else value
        amount = Decimal(amount)
    except InvalidOperation:
        return None
    if not amount.is_finite() or len(amount.as_tuple().digits) > MOST_DIGITS:
        return None
    return amount if abs(amount.adjusted()) <= MOST_DIGITS else None


def hundredths(fields: Fields, name: str) -> int | None:
    """Return an amount in hundredths; None where there is none or it has a third decimal."""
    amount = number(fields, name)
    return None if amount is None else whole(amount * 100)


def ten_thousandths(fields: Fields, name: str) -> int | None:
    """Return a quantity or price in ten-thousandths; None where there is none that fits."""
    amount = number(fields, name)
    return None if amount is None else whole(amount * 10_000)


def whole(amount: Decimal) -> int | None:
    """Return an integer that a Decimal is exactly; None if it is none."""
    result = int(amount)
    return result if result == amount else None


def moment(fields: Fields, name: str) -> dt.datetime | None:
    """Return a time in UTC from ``/Date(ms)/``, ``/Date(ms+0000)/`` or the ISO form.

    The digits are UTC whatever offset follows them; an ISO time without a zone is UTC
    (facts: Xero API sections 1.4 and 4).
    """
    written = text(fields, name)
    if match := _DOTNET_DATE.fullmatch(written):
        return _from_milliseconds(int(match[1]))
    try:
        given = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    return given.replace(tzinfo=dt.UTC) if given.tzinfo is None else given.astimezone(dt.UTC)


def day(fields: Fields, name: str) -> dt.date | None:
    """Return a calendar date, which Xero writes as midnight UTC."""
    given = moment(fields, name)
    return None if given is None else given.date()


def _from_milliseconds(milliseconds: int) -> dt.datetime | None:
    try:
        return _EPOCH + dt.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
