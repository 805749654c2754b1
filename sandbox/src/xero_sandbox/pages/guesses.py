"""What nobody has seen live Xero do, with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.pages.frame import Column, page, row, table
from xero_sandbox.pages.markup import tag
from xero_sandbox.unverified import UNVERIFIED

if TYPE_CHECKING:
    from xero_sandbox.wire import Answer

_COLUMNS = (Column("Where"), Column("What the sandbox does"), Column("Evidence", "minor"))


def guesses() -> Answer:
    """Return the page of everything unverified."""
    words = (
        "Nothing here was tested against live Xero. A row goes when somebody has seen the real"
        " thing; xero-sandbox compare sets a recorded exchange beside the sandbox's own answer."
    )
    rows = [row(_COLUMNS, (one.where, one.behaviour, one.evidence)) for one in UNVERIFIED]
    return page("Unverified", tag("p", words, class_="sub"), table(_COLUMNS, rows))
