"""A fix as a page says it: where the command line names a command, here is a button or a page.

Findings say what to do in words that name commands, for they are read in a terminal too. What is
told stays what it is; only the name of the way to it is another one.
"""

from __future__ import annotations

import re
import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django import template

from counterfoil.posting.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()

WAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accept": "“Accept as in Xero”",
        "actionstep connect": "the page Actionstep, from the page Connection",
        "actionstep division": "the page Actionstep, from the page Connection",
        "actionstep rule": "the rule for bills, which is set at the command line",
        "chart refresh": "“Refresh chart of accounts” on the page Mapping",
        "connect": "the page Connection",
        "contacts adopt": "“It is the same contact”",
        "contacts separate": "“It is another: make one of its own”",
        "cutover": "“Start date” among the settings of the page Mapping",
        "discard": "“Discard” on the document's page",
        "drift": "the page Drift",
        "import": "the page Import",
        "layout show": "“It is a new report” on the page Import",
        "mapping import": "the page Mapping",
        "post": "“Post now”",
        "rebill": "“Credit and bill anew” on the bill's page",
        "relink": "“Relink” on the document's page",
        "repost": "“Undo and post anew”, which “Undo” on the document's page leads to",
        "retry": "“Try again”",
        "relink --with": "“Relink” on the document's page, under “Together with”",
        "trust issue": "“Issue and keep” on the page Reports",
        "retry --anew": "“Post it again”, which “Relink” on the document's page leads to",
        "retry --other-money": "“It is another receipt: post ours” on the document's page",
        "retry --overwrite": "“Overwrite what Xero has”",
        "show": "the document's own page",
        "undo": "“Undo” on the document's page",
        "unlink": "“Unlink” on the document's page",
    }
)
"""What does on the pages what a command does in a terminal."""

SAID: Final = (
    # Where both are named, the command is left out.
    (r"press Retry on the document's page", "press “Try again” on the document's page"),
    (r",? or,? run:? counterfoil (?:retry DOCUMENT|chart refresh)", ""),
    (r", as does counterfoil mapping import FILE", ""),
    (
        r"with import --corrected",
        "with “It corrects bills that are here” ticked on the page Import",
    ),
    # Sentences that are built around a command.
    (r"\bRun (?=counterfoil )", "Press "),
    (r"counterfoil show DOCUMENT prints", "the document's own page shows"),
    (
        r"(?<=relink )(\S+) NUMBER, with its number or id in Xero",
        r"\1, by its number or id there",
    ),
    (r"(?:with|by) (?=counterfoil (?:show|drift|import))", "on "),
    (
        r"say so with --column, as in split\.amount=…",
        "choose that for its column in the layout.",
    ),
    # An id that belongs to a command goes with it.
    (r"'(counterfoil contacts [a-z]+) [^']*'", r"\1"),
    (r"(counterfoil rebill) [^ ,]+$", r"\1"),
)
COMMAND: Final = re.compile(
    rf"(?P<start>^|[.:] )?counterfoil (?P<name>{'|'.join(sorted(WAYS, key=len, reverse=True))})\b"
    r"(?P<words>(?: (?:[A-Z]{2,}\b|--[a-z-]+|[a-z_]+:[^\s,;]*[^\s,;.]))*)"
    r"(?:, with (?:the|this) document's id)?"
)
INDEX: Final = re.compile(r"^(?P<name>\w+)\[(?P<place>\d+)\]$")


@register.filter
def on_page(fix: object) -> str:
    """Say a fix for somebody who sits before a page."""
    said = str(fix or "")
    for pattern, words in SAID:
        said = re.sub(pattern, words, said)
    return COMMAND.sub(_way, said)


def _way(found: re.Match[str]) -> str:
    options = [word for word in found["words"].split() if word.startswith("--")]
    name = found["name"]
    way = next(
        (WAYS[f"{name} {option}"] for option in options if f"{name} {option}" in WAYS), WAYS[name]
    )
    start = found["start"]
    if start is None:
        return way
    # After a colon the sentence goes on; at its beginning stands a capital.
    return start + (way if start.startswith(":") else way[0].upper() + way[1:])


PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in ("account", "bank_account", "trust_account", "tracking")},
        **{name: name for name in ("special", "tax_sales", "tax_purchases")},
        # A tax code has a row for either direction.
        "tax_code": "tax_sales",
    }
)
"""The sections of the mapping whose entries have rows on its page."""


@register.filter
def anchor(about: str) -> str:
    """Name the row of the mapping's page that something stands in; empty for all else."""
    section, _, code = about.partition(":")
    if section not in PLACES or not code:
        return ""
    plain = re.sub(r"[^a-z0-9]+", "-", code.casefold()).strip("-")
    return f"{PLACES[section].replace('_', '-')}-{plain}-{zlib.crc32(code.encode()):x}"


@register.filter
def row(about: str) -> str:
    """Return what follows the address of the mapping's page to lead to the row of something.

    The list may be long: the address names the place, so that the part with its row is shown.
    """
    named = anchor(about)
    return f"?{urlencode({'place': about})}#{named}" if named else ""


@register.filter
def why_lost(reason: str) -> str:
    """Say why a connection ended: what Xero's word for it means, and the word itself."""
    (finding, *_) = explain((reason,))
    return f"{finding.message.rstrip('.')}. {on_page(finding.fix)}"


@register.filter
def field_path(path: str) -> str:
    """Name a field for people: ``lines[2].tax`` is the tax of the third line."""
    return ", ".join(map(_step, path.split("."))).capitalize() if path else ""


def _step(part: str) -> str:
    found = INDEX.match(part)
    if found is None:
        return part.replace("_", " ")
    name = found["name"].replace("_", " ")
    one = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return f"{one} {int(found['place']) + 1}"
