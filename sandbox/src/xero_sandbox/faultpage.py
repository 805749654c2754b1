"""The page on which a person sees the faults and orders one: /_sandbox/faults in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from xero_sandbox.faults import FAULTS, UNSEEN, Fault, Ordered
from xero_sandbox.identity.page import html_answer

if TYPE_CHECKING:
    from xero_sandbox.requestlog import Row
    from xero_sandbox.state import State
    from xero_sandbox.wire import Answer

_NEWEST: Final = 20
_WIDTH: Final = "60rem"
_MATCHED: Final = ("method", "path", "nth")
_CONTENT = Template("""<p>A fault strikes requests that passed token, scope and limits. Scripts
order it with <code>POST /_sandbox/faults</code>; the README says how.</p>
<h2>Ordered</h2>
$active
<form method="post" action="/_sandbox/faults">
<fieldset><legend>Order one</legend>
<label>Fault <select name="fault">$options</select></label>
<label>Method <input name="method" placeholder="any" size="6"></label>
<label>Path <input name="path" placeholder="any; * is a wildcard"></label>
<label>From the <input name="nth" type="number" min="1" placeholder="1"> th match</label>
<label>Times <input name="times" type="number" min="1" placeholder="1"></label>
<label>Rate <input name="rate" type="number" min="0" max="1" step="any"></label>
<label>Delay, ms <input name="delay_ms" type="number" min="0" placeholder="3000"></label>
<label>Retry-After, s <input name="retry_after" type="number" min="0"></label>
<p><button class="main" type="submit">Order</button>
<button type="submit" name="clear" value="all">Clear all</button></p>
</fieldset>
</form>
<h2>Every fault</h2>
<table><thead><tr><th>fault</th><th>what it does</th><th>the idempotency key</th></tr></thead>
<tbody>
$kinds
</tbody></table>
<h2>Struck lately</h2>
$struck
<p><a href="/">Front page</a> · <a href="/_sandbox/requests">All requests</a></p>
""")


def page(state: State) -> Answer:
    """Return the page: what is ordered, what can be, and what has struck."""
    rows = [row for row in state.log.rows if row.fault is not None]
    content = _CONTENT.substitute(
        active=_table(("fault", "strikes", "met", "struck"), map(_ordered, state.faults.active)),
        options="".join(f"<option>{name}</option>" for name in FAULTS),
        kinds="\n".join(_kind(name, effect) for name, effect in FAULTS.items()),
        struck=_table(("fault", "request", "answer"), map(_struck, rows[: -_NEWEST - 1 : -1])),
    )
    return html_answer(200, "Faults", content, _WIDTH)


def from_form(body: bytes) -> list[Fault]:
    """Return what the page's form orders; nothing, which clears them all, for its other button.

    Raises ``msgspec.ValidationError`` with the place of what cannot be ordered.
    """
    sent = dict(parse_qsl(body.decode("utf-8", errors="replace")))
    if "clear" in sent:
        return []
    match = {name: sent.pop(name) for name in _MATCHED if name in sent}
    return [msgspec.convert({**sent, "match": match}, Fault, strict=False)]


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    body = "\n".join(_row(row) for row in rows)
    if not body:
        return "<p>None.</p>"
    head = "".join(f"<th>{each}</th>" for each in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _row(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _kind(name: str, effect: str) -> str:
    key = "never seen" if name in UNSEEN else "taken"
    return f"<tr><th><code>{name}</code></th><td>{escape(effect)}</td><td>{key}</td></tr>"


def _ordered(each: Ordered) -> tuple[str, ...]:
    fault, match = each.fault, each.fault.match
    where = f"{match.method or 'any method'} {match.path or 'any path'}"
    often = f"at a rate of {fault.rate}" if fault.rate is not None else f"{fault.times or 1} times"
    begin = f", from match {match.nth}" if match.nth else ""
    return fault.fault, f"{where}, {often}{begin}", str(each.seen), str(each.struck)


def _struck(row: Row) -> tuple[str, ...]:
    answer = "cut" if row.status is None else str(row.status)
    return row.fault or "", f"{row.request.method} {row.request.path}", answer
