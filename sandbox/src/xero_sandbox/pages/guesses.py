"""What nobody has seen live Xero do, with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.pages.frame import Column, facts, page, row, table
from xero_sandbox.pages.markup import Html, joined, tag
from xero_sandbox.unverified import GRADES, UNVERIFIED, Unverified, texts

if TYPE_CHECKING:
    from xero_sandbox.wire import Answer

_COLUMNS = (
    Column("What"),
    Column("What the sandbox does"),
    Column("Evidence", "minor"),
    Column("Code", "minor mono"),
)


def guesses() -> Answer:
    """Return the page of everything unverified."""
    words = (
        "Nothing here was tested against live Xero. A row goes when somebody has seen the real"
        " thing; xero-sandbox compare sets a recorded exchange beside the sandbox's own answers."
    )
    return page(
        "Not verified",
        tag("p", words, class_="sub"),
        facts(GRADES.items()),
        tag("h2", f"Behaviours ({len(UNVERIFIED)})"),
        table(_COLUMNS, [_row(one) for one in UNVERIFIED]),
        tag("h2", "Texts"),
        table(_COLUMNS, [_row(one) for one in texts()]),
    )


def _row(one: Unverified) -> Html:
    what = joined(one.subject, tag("div", tag("code", one.key), class_="quiet"))
    return row(_COLUMNS, (what, one.behaviour, one.evidence, one.where))
