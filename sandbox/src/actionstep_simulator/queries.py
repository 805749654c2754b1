"""What a query asks for: filters, order, pages, fields, rows of other resources beside."""

from __future__ import annotations

import datetime as dt
import fnmatch
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actionstep_simulator.resources import RESOURCES, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from actionstep_simulator.quirks import Quirks
    from actionstep_simulator.resources import Resource
    from actionstep_simulator.rows import Row, Rows

PAGE_SIZE = 50
MOST_PAGE_SIZE = 200
OPERATORS = frozenset(
    ["eq", "nteq", "lt", "lteq", "gt", "gteq", "like", "ntlike", "ilike", "ntilike", "in", "ntin"]
)
COMPARING = frozenset({"lt", "lteq", "gt", "gteq"})
ORDERED = frozenset({Form.INT, Form.DATE, Form.TIMESTAMP})
"""What can be compared: decimals cannot."""
PLAIN = frozenset({"page", "pageSize", "sort", "fields", "include"})
_FILTER = re.compile(
    r"(?P<name>\w+?)(\[(?P<inner>\w+?)(_(?P<inner_op>[a-z]+))?\])?(_(?P<op>[a-z]+))?$"
)


class BadQuery(Exception):
    """A query that Actionstep cannot answer: it says so with status 500, as real systems do."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: a field or link of the resource, or one behind a link."""

    name: str
    inner: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for."""

    conditions: tuple[Condition, ...]
    order: tuple[tuple[str, bool], ...]
    page: int
    size: int
    fields: frozenset[str] | None
    include: tuple[str, ...]


def read(resource: Resource, pairs: Sequence[tuple[str, str]]) -> Query:
    """Read a query string. Raises ``BadQuery``."""
    given = {name: value for name, value in pairs if name.partition("[")[0] in PLAIN}
    return Query(
        tuple(
            _condition(resource, *pair) for pair in pairs if pair[0].partition("[")[0] not in PLAIN
        ),
        tuple(_order(given.get("sort", given.get(f"sort[{resource.name}]", "id")))),
        _number(given.get("page", "1")),
        # More is no error; it is cut.
        min(_number(given.get("pageSize", str(PAGE_SIZE))), MOST_PAGE_SIZE),
        _fields(given.get("fields", given.get(f"fields[{resource.name}]", ""))),
        tuple(name for name in given.get("include", "").split(",") if name),
    )


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise BadQuery(f"{text} is no page")
    return int(text)


def _order(text: str) -> Iterable[tuple[str, bool]]:
    for name in text.split(","):
        yield name.lstrip("-"), name.startswith("-")


def _fields(text: str) -> frozenset[str] | None:
    names = frozenset(text.split(",")) if text else frozenset()
    return None if not names or ":default" in names else names


def _condition(resource: Resource, key: str, value: str) -> Condition:
    found = _FILTER.match(key)
    if found is None:
        raise BadQuery(f"{key} is no filter")
    name, inner = found["name"], found["inner"] or ""
    operator = (found["inner_op"] if inner else found["op"]) or "eq"
    target = (
        resource if not inner else RESOURCES.get(getattr(resource.links.get(name), "target", ""))
    )
    field = inner or name
    if target is None or operator not in OPERATORS:
        raise BadQuery(f"{key} cannot be filtered")
    if field not in target.fields and field not in target.links:
        raise BadQuery(f"{target.name} has no {field}")
    if operator in COMPARING and target.fields.get(field) not in {
        Form.INT,
        Form.DATE,
        Form.TIMESTAMP,
    }:
        raise BadQuery(f"{field} cannot be compared")
    return Condition(name, inner, operator, value)


def chosen(rows: Rows, resource: Resource, query: Query) -> list[Row]:
    """Return every row that the query leaves, in its order."""
    found = [
        row
        for row in rows.tables[resource.name].values()
        if all(_holds(rows, resource, row, each) for each in query.conditions)
    ]
    for name, descending in reversed(query.order):
        if name not in resource.fields:
            raise BadQuery(f"{resource.name} cannot be sorted by {name}")
        found.sort(key=lambda row: _sortable(row.values.get(name)), reverse=descending)
    return found


def _sortable(value: object) -> tuple[int, str | float]:
    if value is None:
        return 0, ""
    if isinstance(value, dt.datetime):
        return 1, value.timestamp()
    if isinstance(value, int):
        return 1, float(value)
    return 1, str(value)


def page_of(
    found: Sequence[Row], query: Query, address: str, quirks: Quirks
) -> tuple[list[Row], dict[str, object]]:
    """Return the rows of the page, and its paging block."""
    pages = max(1, math.ceil(len(found) / query.size))
    begin = (query.page - 1) * query.size

    def link(page: int) -> object:
        if not 1 <= page <= pages:
            return None
        return page if quirks.next_page_is_a_number else f"{address}?page={page}"

    return list(found[begin : begin + query.size]), {
        "recordCount": len(found),
        "pageCount": pages,
        "page": query.page,
        "pageSize": query.size,
        "prevPage": link(query.page - 1),
        "nextPage": link(query.page + 1),
    }


def _holds(rows: Rows, resource: Resource, row: Row, asked: Condition) -> bool:
    if asked.inner:
        target = RESOURCES[resource.links[asked.name].target]
        behind = Condition(asked.inner, "", asked.operator, asked.value)
        ids = linked(row, asked.name)
        table = rows.tables[target.name]
        return any(
            _holds(rows, target, other, behind) for other in table.values() if str(other.id) in ids
        )
    if asked.name in resource.links:
        return _among(linked(row, asked.name), asked)
    value = row.values.get(asked.name)
    return _compared(value, resource.fields[asked.name], asked, rows.quirks)


def linked(row: Row, name: str) -> list[str]:
    """Return the ids that a link names, none, one or many."""
    tied = row.links.get(name)
    return tied if isinstance(tied, list) else [tied] if tied is not None else []


def _among(ids: Sequence[str], asked: Condition) -> bool:
    wanted = asked.value.split(",")
    found = any(each in wanted for each in ids) or (not ids and ":NULL" in wanted)
    return found is not asked.operator.startswith("nt")


def _compared(value: object, form: Form, asked: Condition, quirks: Quirks) -> bool:
    if asked.operator in COMPARING:
        return value is not None and _ordered(value, form, asked, quirks)
    negated, text = asked.operator.startswith("nt"), _plain(value)
    match asked.operator.removeprefix("nt"):
        case "like":
            found = fnmatch.fnmatchcase(text, asked.value)
        case "ilike":
            found = fnmatch.fnmatchcase(text.lower(), asked.value.lower())
        case _:
            wanted = asked.value.split(",")
            found = text in wanted or (value is None and ":NULL" in wanted)
    return found is not negated


def _ordered(value: object, form: Form, asked: Condition, quirks: Quirks) -> bool:
    try:
        limit, mine = _limit(asked.value, form, quirks), _measure(value)
    except ValueError:
        raise BadQuery(f"{asked.value} is no {form}") from None
    return {
        "lt": mine < limit,
        "lteq": mine <= limit,
        "gt": mine > limit,
        "gteq": mine >= limit,
    }[asked.operator]


def _limit(text: str, form: Form, quirks: Quirks) -> float:
    if form is Form.INT:
        return float(int(text))
    if form is Form.DATE:
        return float(dt.date.fromisoformat(text[:10]).toordinal())
    naive = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 -- an offset is refused
    zone = dt.UTC if quirks.filters_are_utc else dt.timezone(quirks.offset)
    return naive.replace(tzinfo=zone).timestamp()


def _measure(value: object) -> float:
    if isinstance(value, dt.datetime):
        return value.timestamp()
    return float(value.toordinal()) if isinstance(value, dt.date) else float(str(value))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    return "" if value is None else str(value)
