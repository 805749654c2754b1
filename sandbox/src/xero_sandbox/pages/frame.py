"""What all pages share: the frame, tables, money, dates and chips."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

from xero_sandbox import __version__
from xero_sandbox.pages.markup import Content, Html, joined, link, tag
from xero_sandbox.pages.style import CSS, HASH
from xero_sandbox.wire import Answer

if TYPE_CHECKING:
    from xero_sandbox.books.organisation import Organisation

HOME: Final = "/_sandbox/"
PAGE_SIZE: Final = 50
HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # A form says where it comes from; with no-referrer its Origin would be null, and refused.
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": f"default-src 'none'; style-src '{HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
_SECTIONS = (
    ("", "Overview"),
    ("chart", "Chart"),
    ("contacts", "Contacts"),
    ("documents", "Documents"),
    ("bank", "Bank"),
    ("journals", "Journals"),
    ("ledger", "Ledger"),
    ("reports", "Reports"),
)
_COLOURS = {
    "PAID": "good",
    "POSTED": "good",
    "ACTIVE": "good",
    "AUTHORISED": "warn",
    "VOIDED": "bad",
    "DELETED": "bad",
    "ARCHIVED": "bad",
}
GONE: Final = frozenset({"VOIDED", "DELETED"})
_Row = TypeVar("_Row")


def base(organisation: Organisation) -> str:
    """Return the address below which an organisation's pages lie."""
    return f"{HOME}look/{organisation.tenant_id}"


def page(
    title: str, *content: Content, organisation: Organisation | None = None, section: str = "-"
) -> Answer:
    """Return a whole page; ``section`` is the part of the organisation it belongs to."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · xero_sandbox"),
        tag("style", Html(CSS)),
    )
    foot = "xero_sandbox is a local stand-in. It is not Xero and has no connection to it. "
    body = tag(
        "body",
        _header(organisation, section),
        tag("main", tag("h1", title), *content, class_="in"),
        tag("footer", tag("div", tag("p", f"{foot}Version {__version__}."), class_="in")),
    )
    return Answer(200, HEADERS, f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}".encode())


def _header(organisation: Organisation | None, section: str) -> Html:
    name = "xero_sandbox" if organisation is None else organisation.name
    target = HOME if organisation is None else base(organisation)
    aside = tag(
        "span",
        link(HOME, "Organisations"),
        link(f"{HOME}calls", "Requests"),
        link(f"{HOME}faults", "Faults"),
        link(f"{HOME}unverified", "Unverified"),
        class_="aside",
    )
    top = tag("div", link(target, name, class_="brand"), aside, class_="top")
    links = [] if organisation is None else [_tab(organisation, section, *one) for one in _SECTIONS]
    return tag("header", tag("div", top, tag("nav", *links), class_="in"))


def _tab(organisation: Organisation, section: str, name: str, label: str) -> Html:
    target = f"{base(organisation)}/{name}" if name else base(organisation)
    here = "page" if name == section else None
    return tag("a", label, href=target, aria_current=here)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``kind`` is ``num``, ``tight``, ``minor`` (left out on a phone)."""

    name: str
    kind: str = ""


def table(columns: Sequence[Column], rows: Iterable[Html], empty: str = "Nothing yet.") -> Html:
    """Return a table of ``rows`` made by ``row``, or the words for none."""
    listed = list(rows)
    if not listed:
        return tag("p", empty, class_="empty")
    heads = [tag("th", one.name, scope="col", class_=one.kind or None) for one in columns]
    body = tag("tbody", *listed)
    return tag("div", tag("table", tag("thead", tag("tr", *heads)), body), class_="scroll")


def row(columns: Sequence[Column], cells: Sequence[Content], class_: str | None = None) -> Html:
    """Return a table's row; ``class_`` is ``sum``, ``total``, ``group`` or ``gone``."""
    listed = zip(columns, cells, strict=True)
    shown = [tag("td", content, class_=column.kind or None) for column, content in listed]
    return tag("tr", *shown, class_=class_)


def facts(pairs: Iterable[tuple[str, Content]]) -> Html:
    """Return names with their values, those that are empty left out."""
    shown = [joined(tag("dt", name), tag("dd", value)) for name, value in pairs if value]
    return tag("dl", *shown, class_="sheet")


def tabs(choices: Iterable[tuple[str, str]], chosen: str) -> Html:
    """Return links (address, label), of which the one labelled ``chosen`` is where we are."""
    shown = [
        tag("a", label, href=target, aria_current="true" if label == chosen else None)
        for target, label in choices
    ]
    return tag("div", *shown, class_="tabs")


def chip(status: str) -> Html:
    """Return a status as a coloured label."""
    return tag("span", status, class_=f"chip {_COLOURS.get(status, '')}".strip())


def money(cents: int) -> str:
    """Return cents with two decimals, thousands set apart."""
    whole, part = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}{whole:,}.{part:02d}"


def money_or_blank(cents: int) -> str:
    """Return cents as ``money`` does, nothing for nil."""
    return money(cents) if cents else ""


def day(ordinal: int | None) -> str:
    """Return a date as ``2 Nov 2026``."""
    if ordinal is None:
        return ""
    when = date.fromordinal(ordinal)
    return f"{when.day} {when:%b %Y}"


def moment(milliseconds: int) -> str:
    """Return a time of the sandbox's own clock, in UTC."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%-d %b %Y, %H:%M:%S} UTC"


def paged(
    rows: Sequence[_Row], query: Mapping[str, str], path: str
) -> tuple[Sequence[_Row], Html | None]:
    """Return the rows of the page that was asked for, and the links to its neighbours."""
    text = query.get("page", "1")
    last = max(1, -(-len(rows) // PAGE_SIZE))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1  # noqa: PLR2004
    number = min(max(number, 1), last)
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if last == 1:
        return shown, None
    kept = {name: value for name, value in query.items() if name != "page"}

    def to(place: int, label: str) -> Html:
        if not 1 <= place <= last:
            return tag("span")
        return link(f"{path}?{urlencode({**kept, 'page': place})}", label)

    where = tag("span", f"Page {number} of {last}, {len(rows):,} in all", class_="quiet")
    return shown, tag(
        "div", to(number - 1, "← Newer"), where, to(number + 1, "Older →"), class_="pages"
    )
