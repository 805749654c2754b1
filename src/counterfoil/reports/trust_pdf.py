"""A trust month on paper: reconciliation with room to sign, balances, cash book, ledgers.

The same month prepared at the same moment gives the same bytes, so that a kept copy can be told
from a changed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.money import amount_text
from counterfoil.reports.paper import Paper, grouped
from counterfoil.reports.trust_tables import ENTRIES, balances, entries, three_ways

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.core.trust_month import TrustMonth

BOOK_WIDTHS = (20, 27, 73, 23, 23, 24)
BALANCE_WIDTHS = (110, 50, 30)


def trust_month_pdf(month: TrustMonth, firm: str, prepared: dt.datetime, by: str) -> bytes:
    """Return the month as a PDF of A4 pages. ``prepared`` is the moment, and ``by`` the person."""
    paper = Paper(f"{firm}, {month.trust_account}, {month.end:%B %Y}", prepared)
    _front(paper, month, firm, f"Prepared on {prepared:%d %B %Y} by {by}")
    paper.heading("List of ledger balances")
    paper.rows(("client", "matter", "balance"), balances(month), BALANCE_WIDTHS, figures=1)
    paper.add_page()
    paper.heading("Cash book")
    paper.rows(ENTRIES, entries(month.opening, month.cash_book), BOOK_WIDTHS, figures=3)
    for page in month.ledgers:
        paper.heading(f"{page.client}: {page.matter}")
        paper.rows(ENTRIES, entries(page.opening, page.lines), BOOK_WIDTHS, figures=3)
    return bytes(paper.output())


def _front(paper: Paper, month: TrustMonth, firm: str, prepared: str) -> None:
    paper.title_of(month.place.statement)
    of = f"{firm}: trust account {month.trust_account}, {month.begin:%d %B} to {month.end:%d %B %Y}"
    paper.say(of)
    if month.place.rules:
        paper.say(f"Under the rules of {month.place.name}; due {month.due:%d %B %Y}")
    paper.say(prepared)
    paper.ln(4)
    for each in three_ways(month):
        amount = "none" if each.amount is None else grouped(amount_text(each.amount))
        paper.sum(each.words, amount, strong=each.strong)
    statement = month.statement
    for line in statement.unrecorded if statement else ():
        words = f"On the statement and not recorded: {line.date} {line.text}"
        paper.sum(words, grouped(amount_text(line.amount)), strong=False)
    paper.ln(4)
    agrees = "All three ways agree." if month.agrees else "The three ways do NOT agree."
    paper.say(agrees, "B")
    paper.signatures(("Prepared by", "Reviewed by"))
