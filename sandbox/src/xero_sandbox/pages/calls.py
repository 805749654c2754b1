"""The requests that were made, and what became of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xero_sandbox.pages.frame import HOME, Column, base, facts, page, paged, row, table
from xero_sandbox.pages.markup import Content, Html, joined, link, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.requestlog import Row
    from xero_sandbox.sandbox import Sandbox
    from xero_sandbox.wire import Answer

_COLUMNS = (
    Column("No.", "num"),
    Column("Time", "tight minor"),
    Column("Request"),
    Column("Organisation", "minor"),
    Column("Fault", "minor"),
    Column("Status", "num"),
)
_HEADERS = (Column("Header", "tight"), Column("Value"))
_LONGEST = 20_000


def calls(sandbox: Sandbox, query: Mapping[str, str]) -> Answer:
    """Return the requests, newest first."""
    rows = sorted(sandbox.state.log.rows, key=lambda one: -one.seq)
    shown, pages = paged(rows, query, f"{HOME}calls")
    return page(
        "Requests",
        tag(
            "p", "What programs asked of this sandbox; its own pages are not counted.", class_="sub"
        ),
        table(_COLUMNS, [_row(sandbox, one) for one in shown], "No request has come in yet."),
        pages,
    )


def _tenant(sandbox: Sandbox, one: Row) -> Organisation | None:
    tenant_id = one.request.headers.get("xero-tenant-id", "").strip().lower()
    return sandbox.state.organisations.get(tenant_id)


def _named(organisation: Organisation | None) -> Html | None:
    return None if organisation is None else link(base(organisation), organisation.name)


def _row(sandbox: Sandbox, one: Row) -> Html:
    words = f"{one.request.method} {one.request.path}"
    name = _named(_tenant(sandbox, one))
    cells = (
        str(one.seq),
        f"{one.at:%H:%M:%S}",
        link(f"{HOME}calls/{one.seq}", words),
        name,
        one.fault,
        _status(one.status),
    )
    return row(_COLUMNS, cells)


def _status(status: int | None) -> Html:
    if status is None:
        return tag("span", "cut", class_="chip bad")
    colour = "good" if status < 300 else "warn" if status < 500 else "bad"  # noqa: PLR2004
    return tag("span", str(status), class_=f"chip {colour}")


def call(sandbox: Sandbox, one: Row) -> Answer:
    """Return one request with its headers, its body and what it changed."""
    shown = one.shown()
    headers = shown["headers"]
    assert isinstance(headers, dict)
    organisation = _tenant(sandbox, one)
    pairs: list[tuple[str, Content]] = [
        ("Status", _status(one.status)),
        ("Time", f"{one.at:%d %b %Y, %H:%M:%S} UTC"),
        ("Organisation", _named(organisation)),
        ("Query", "&".join(f"{name}={value}" for name, value in one.request.query.items())),
        ("Fault", one.fault),
        ("Changed", _applied(organisation, one.applied)),
    ]
    rows = [row(_HEADERS, (name, str(text))) for name, text in headers.items()]
    return page(
        f"{one.request.method} {one.request.path}",
        tag("p", f"Request {one.seq}", class_="sub"),
        facts(pairs),
        tag("h2", "Body"),
        tag("pre", _pretty(str(shown["body"])) or "empty"),
        tag("h2", "Headers"),
        table(_HEADERS, rows),
    )


def _applied(organisation: Organisation | None, ids: tuple[str, ...]) -> Content:
    if organisation is None:
        return ", ".join(ids)
    root = f"{base(organisation)}/object"
    return joined(*(tag("div", link(f"{root}/{one}", tag("code", one))) for one in ids))


def _pretty(body: str) -> str:
    try:
        shown = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        shown = body
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}\n… and more"
