"""A trust month on paper: reconciliation with room to sign, balances, cash book, ledgers.

The same month prepared at the same moment gives the same bytes, so that a kept copy can be told
from a changed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.money import amount_text
from counterfoil.core.trust_names import names_of
from counterfoil.reports.paper import Paper, grouped
from counterfoil.reports.trust_papers import PaperKind, sheets
from counterfoil.reports.trust_tables import three_ways

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.trust_month import TrustMonth


class Issued(NamedTuple):
    """The number under which a month end is kept, and what differs from the issue before it."""

    number: int
    differs: str = ""


def trust_month_pdf(
    month: TrustMonth, firm: str, prepared: dt.datetime, by: str, issued: Issued | None = None
) -> bytes:
    """Return the month as a PDF of A4 pages. ``prepared`` is the moment, and ``by`` the person.

    Without ``issued`` it says of itself that it is not kept.
    """
    paper = Paper(f"{firm}, {month.trust_account}, {month.end:%B %Y}", prepared)
    kept = f"issue {issued.number}, kept as it is" if issued else "not kept as issued"
    _front(paper, month, firm, f"Prepared on {prepared:%d %B %Y} by {by}; {kept}")
    _differs(paper, issued)
    for kind in (PaperKind.BALANCES, PaperKind.CASH_BOOK, PaperKind.LEDGERS):
        if kind is PaperKind.CASH_BOOK:
            paper.add_page()
        for sheet in sheets(month, kind):
            paper.heading(sheet.title)
            paper.rows(sheet.header, sheet.rows, sheet.widths, figures=sheet.figures)
    return bytes(paper.output())


def sheet_pdf(
    month: TrustMonth, kind: PaperKind, firm: str, prepared: dt.datetime, by: str
) -> bytes:
    """Return one paper as a PDF. ``prepared`` is the moment, and ``by`` the person."""
    names = names_of(month.place)
    paper = Paper(f"{firm}, {month.trust_account}, at {month.end:%d %B %Y}", prepared)
    paper.say(f"{firm}: {names.account} {month.trust_account}")
    paper.say(f"{month.begin:%d %B %Y} to {month.end:%d %B %Y}")
    paper.say(f"Prepared on {prepared:%d %B %Y} by {by}; not kept as issued")
    for sheet in sheets(month, kind):
        paper.heading(sheet.title)
        paper.rows(sheet.header, sheet.rows, sheet.widths, figures=sheet.figures)
    return bytes(paper.output())


def _differs(paper: Paper, issued: Issued | None) -> None:
    if issued is None or not issued.differs:
        return
    paper.heading(f"What differs from issue {issued.number - 1}, which is kept beside this one")
    for line in issued.differs.splitlines():
        paper.say(line)


def _front(paper: Paper, month: TrustMonth, firm: str, prepared: str) -> None:
    paper.title_of(month.place.statement)
    names = names_of(month.place)
    paper.say(f"{firm}: {names.account} {month.trust_account}")
    paper.say(f"{month.begin:%d %B} to {month.end:%d %B %Y}")
    if names.source:
        paper.say(f"Under {names.source}; due {month.due:%d %B %Y}")
    paper.say(prepared)
    paper.ln(4)
    for each in three_ways(month):
        amount = "none" if each.amount is None else grouped(amount_text(each.amount))
        paper.sum(each.words, amount, strong=each.strong)
    for words in month.remarks:
        paper.say(words)
    paper.ln(4)
    agrees = "All three ways agree." if month.agrees else "The three ways do NOT agree."
    paper.say(agrees, "B")
    paper.signatures(names.signs)
