"""The faults: every one with what it does, those in force, and a form that orders one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from xero_sandbox.faults import FAULTS, UNSEEN, Fault, FaultName, Ordered
from xero_sandbox.pages.frame import HOME, Column, page, row, table
from xero_sandbox.pages.markup import Html, link, tag

if TYPE_CHECKING:
    from xero_sandbox.requestlog import Row
    from xero_sandbox.sandbox import Sandbox
    from xero_sandbox.wire import Answer

_IN_FORCE = (
    Column("Fault", "tight"),
    Column("Strikes"),
    Column("Met", "num"),
    Column("Struck", "num"),
)
_KINDS = (Column("Fault", "tight"), Column("What it does"), Column("Idempotency key", "minor"))
_STRUCK = (Column("Request", "num"), Column("Fault", "tight"), Column("What"), Column("Status"))
_NEWEST: Final = 20
_MATCHED: Final = ("method", "path", "nth")
_FIELDS: Final = (
    ("method", "Method", "any"),
    ("path", "Path, * is a wildcard", "any"),
    ("nth", "From match number", "1"),
    ("times", "How often", "1"),
    ("rate", "Rate, 0 to 1", "always"),
    ("delay_ms", "Delay in ms", "3000"),
    ("retry_after", "Retry-After in s", "as Xero"),
)


def faults(sandbox: Sandbox) -> Answer:
    """Return the page."""
    state = sandbox.state
    struck = [one for one in state.log.rows if one.fault is not None]
    words = (
        "A fault strikes requests that passed token, scope and limits. Programs order it with"
        " POST /_sandbox/faults; what happens, happens on the wire, and connections are really cut."
    )
    return page(
        "Faults",
        tag("p", words, class_="sub"),
        tag("h2", "In force"),
        table(_IN_FORCE, map(_ordered, state.faults.active), "None."),
        tag("h2", "Order one"),
        _form(),
        tag("h2", "Every fault"),
        table(_KINDS, [_kind(name, effect) for name, effect in FAULTS.items()]),
        tag("h2", "Struck lately"),
        table(_STRUCK, map(_struck, struck[: -_NEWEST - 1 : -1]), "None."),
    )


def ordered(body: bytes) -> list[Fault]:
    """Return what the page's form orders; nothing, which clears them all, for its other button.

    Raises ``msgspec.ValidationError`` with the place of what cannot be ordered.
    """
    sent = dict(parse_qsl(body.decode("utf-8", errors="replace")))
    if "clear" in sent:
        return []
    match = {name: sent.pop(name) for name in _MATCHED if name in sent}
    return [msgspec.convert({**sent, "match": match}, Fault, strict=False)]


def _form() -> Html:
    options = [tag("option", name) for name in FAULTS]
    fields = [
        tag("label", label, tag("input", name=name, placeholder=hint))
        for name, label, hint in _FIELDS
    ]
    return tag(
        "form",
        tag("label", "Fault", tag("select", *options, name="fault")),
        *fields,
        tag("button", "Order"),
        tag("button", "Clear all", name="clear", value="all"),
        method="post",
        action=f"{HOME}faults",
        class_="ask",
    )


def _kind(name: FaultName, effect: str) -> Html:
    key = "never seen" if name in UNSEEN else "taken"
    return row(_KINDS, (tag("code", name), effect, key))


def _ordered(each: Ordered) -> Html:
    fault, match = each.fault, each.fault.match
    where = f"{match.method or 'any method'}, {match.path or 'any path'}"
    often = f"rate {fault.rate}" if fault.rate is not None else f"{fault.times or 1} ×"
    begin = f", from match {match.nth}" if match.nth else ""
    cells = (tag("code", fault.fault), f"{where}, {often}{begin}")
    return row(_IN_FORCE, (*cells, str(each.seen), str(each.struck)))


def _struck(one: Row) -> Html:
    what = f"{one.request.method} {one.request.path}"
    answer = "cut" if one.status is None else str(one.status)
    number = link(f"{HOME}calls/{one.seq}", str(one.seq))
    return row(_STRUCK, (number, tag("code", one.fault), what, answer))
