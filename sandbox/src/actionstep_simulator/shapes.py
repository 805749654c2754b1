"""From rows to the JSON that Actionstep writes, surprises included."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from actionstep_simulator.quirks import Quirks
    from actionstep_simulator.resources import Resource
    from actionstep_simulator.rows import Row

Json = dict[str, object]


def row_out(row: Row, resource: Resource, fields: frozenset[str] | None, quirks: Quirks) -> Json:
    """Return a row as it is sent; ``fields`` None sends all of them."""
    told: Json = {
        name: value_out(row.values.get(name), resource, name, quirks)
        for name in resource.fields
        if fields is None or name in fields or name == "id"
    }
    if resource.links:
        told["links"] = {name: row.links.get(name) for name in resource.links}
    return told


def value_out(value: object, resource: Resource, name: str, quirks: Quirks) -> object:
    """Return one value as it is sent."""
    match value:
        case bool():
            told: object = "T" if value else "F"
        case Decimal():
            told = f"{value:f}" if quirks.decimals_are_text else float(value)
        case dt.datetime():
            local = value.astimezone(dt.timezone(quirks.offset))
            dated = quirks.created_of_actions_is_a_date and name == "createdTimestamp"
            whole = not (dated and resource.name == "actions")
            told = local.isoformat(timespec="seconds") if whole else local.date().isoformat()
        case dt.date():
            named = quirks.disbursement_dates_have_names and resource.name == "disbursements"
            told = f"{value:%d-%b-%Y}" if named else value.isoformat()
        case _:
            told = value
    return told


def page_out(
    resource: Resource,
    rows: Sequence[Json],
    paging: Mapping[str, object],
    linked: Mapping[str, Iterable[Json]],
    quirks: Quirks,
) -> Json:
    """Return a page of rows."""
    single = quirks.one_row_is_an_object and len(rows) == 1
    told: Json = {"links": _addresses(resource), resource.name: rows[0] if single else list(rows)}
    if linked:
        told["linked"] = {name: list(each) for name, each in linked.items()}
    copied = quirks.paging_of_bills_is_named_participants
    odd = copied and resource.name in {"bills", "disbursements"}
    block = "participants" if odd else resource.name
    told["meta"] = {"paging": {block: dict(paging)}, "debug": {"requestTime": "0.09", "rl": None}}
    return told


def _addresses(resource: Resource) -> Json:
    """Return the templates of links; their host is malformed, as in real samples."""
    host = "https://ap-southeast-2.actionstep.com.actionstep.com/api/rest"
    return {
        f"{resource.name}.{name}": {
            "href": f"{host}/{link.target}/{{{resource.name}.{name}}}",
            "type": link.target,
        }
        for name, link in resource.links.items()
    }


def hook_out(row: Row, resource: Resource, hook: int, event: str, quirks: Quirks) -> Json:
    """Return what a REST hook is sent: in the style of JSON:API, unlike any answer."""
    told = row_out(row, resource, None, quirks)
    links = told.pop("links", {})
    assert isinstance(links, dict)
    key = told.pop("id")
    return {
        "data": {
            "type": resource.name,
            "id": str(key),
            "attributes": told,
            "relationships": {
                name: {"data": _related(value, resource.links[name].target)}
                for name, value in links.items()
            },
        },
        "meta": {"debug": {"resthook": {"id": hook, "event_name": event}}},
    }


def _related(value: object, target: str) -> object:
    if value is None:
        return None
    if isinstance(value, list):
        return [{"type": target, "id": each} for each in value]
    return {"type": target, "id": value}


def error_out(status: int, code: str, detail: str) -> Json:
    """Return the body of a refusal: one object, not a list."""
    return {"errors": {"id": code, "status": str(status), "code": code, "detail": detail}}
