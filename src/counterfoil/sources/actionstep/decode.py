"""Actionstep's JSON to plain values, its surprises undone (facts: Actionstep API section 4).

One row comes as an object, no row as 204; ids are numbers here and text there; decimals may be
text; truth is T or F; dates come in three forms. Nothing is read through a float.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field

from counterfoil.sources.actionstep.wire import Answer, Unreadable

Value = object
NOTHING = 204
PLACES = 2
AMOUNT = re.compile(r"(?P<sign>-)?(?P<whole>[0-9]{1,15})(\.(?P<decimals>[0-9]{1,12}))?")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
COUNT = re.compile(r"[0-9]{1,9}")
UNHELD = re.compile("[\x00\ud800-\udfff]")
"""A nil, and halves of characters: JSON can write them, and no database keeps them."""
DATES = ("%d-%b-%Y",)
"""Forms of dates beside ISO 8601."""


class Digits(str):
    """A JSON number as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its id, its values as written, and the ids that its links name.

    ``odd`` are the links that name something which is no id.
    """

    id: str
    values: dict[str, Value]
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    odd: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; ``pages`` and ``count`` are of the whole result.

    ``nameless`` is how many rows had no id: nobody can tell what they are, so they are left out.
    """

    rows: tuple[Row, ...]
    pages: int
    count: int
    nameless: int = 0


def page(answer: Answer, resource: str) -> Page:
    """Read a page. Raises ``Unreadable`` for what has no rows of this resource.

    The name may have other capitals than it was asked by, as ``taxCodes`` has.
    """
    if answer.status == NOTHING:
        return Page((), 0, 0)
    told = _object(answer.body)
    name = next((one for one in told if one.lower() == resource.lower()), None)
    if name is None:
        raise Unreadable(f"Actionstep's answer has no {resource}.")
    found = told[name]
    every = [_row(each) for each in (found if isinstance(found, list) else [found])]
    rows = tuple(each for each in every if each is not None)
    paging = _paging(told, resource)
    return Page(
        rows,
        _whole(paging.get("pageCount"), 1),
        _whole(paging.get("recordCount"), len(every)),
        len(every) - len(rows),
    )


def _object(body: bytes) -> dict[str, Value]:
    try:
        told = json.loads(body, parse_float=Digits, parse_int=Digits, parse_constant=Digits)
    except (ValueError, RecursionError):
        raise Unreadable("Actionstep's answer is no JSON.") from None
    if not isinstance(told, dict):
        raise Unreadable("Actionstep's answer is no object.")
    return told


def _paging(told: dict[str, Value], resource: str) -> dict[str, Value]:
    """Return the paging block: by the resource's name, else the only one there is."""
    meta = told.get("meta")
    blocks = meta.get("paging") if isinstance(meta, dict) else None
    if not isinstance(blocks, dict) or not blocks:
        return {}
    block = blocks.get(resource, next(iter(blocks.values())))
    return block if isinstance(block, dict) else {}


def _row(value: Value) -> Row | None:
    """Read a row; None for one without an id."""
    if not isinstance(value, dict):
        raise Unreadable("A row of Actionstep's answer is no row.")
    links = value.get("links")
    tied = links if isinstance(links, dict) else {}
    values = {name: each for name, each in value.items() if name not in {"id", "links"}}
    found = _id(value.get("id"))
    if found is None:
        return None
    ids = {name: _ids(each) for name, each in tied.items()}
    links = {name: tuple(one for one in each if one is not None) for name, each in ids.items()}
    return Row(found, values, links, frozenset(name for name, each in ids.items() if None in each))


def _ids(value: Value) -> list[str | None]:
    """Return the ids that a link names, None for each that is none; a null names nothing."""
    every = value if isinstance(value, list) else [value]
    return [_id(each) for each in every if each is not None]


def _id(value: Value) -> str | None:
    return str(value) if isinstance(value, str) and ID.fullmatch(value) else None


def _whole(value: Value, default: int) -> int:
    believed = isinstance(value, str) and COUNT.fullmatch(value)
    return int(value) if isinstance(value, str) and believed else default


def text(row: Row, name: str) -> str:
    """Return a text; empty for none. What no database can hold is shown as a question mark."""
    value = row.values.get(name)
    return UNHELD.sub("\ufffd", value).strip() if isinstance(value, str) else ""


def flag(row: Row, name: str) -> bool:
    """Return a truth value: only T is true."""
    return row.values.get(name) == "T"


def cents(row: Row, name: str) -> int | None:
    """Return an amount in hundredths, None for none. Raises ``Unreadable`` beyond two decimals."""
    written = text(row, name)
    if not written:
        return None
    found = AMOUNT.fullmatch(written)
    if found is None:
        raise Unreadable(f"{name} is no amount of money: {written[:40]}")
    whole, decimals = int(found["whole"]), (found["decimals"] or "").rstrip("0")
    if len(decimals) > PLACES:
        raise Unreadable(f"{name} has more than two decimals: {written[:40]}")
    hundredths = whole * 100 + int(decimals.ljust(PLACES, "0"))
    return -hundredths if found["sign"] else hundredths


def date(row: Row, name: str) -> dt.date | None:
    """Return a date in any of the forms it comes in, None for none. Raises ``Unreadable``."""
    written = text(row, name)
    if not written:
        return None
    try:
        return dt.date.fromisoformat(written[:10])
    except ValueError:
        pass
    for form in DATES:
        try:
            return dt.datetime.strptime(written, form).date()  # noqa: DTZ007 -- a date has no zone
        except ValueError:
            continue
    raise Unreadable(f"{name} is no date: {written[:40]}")
