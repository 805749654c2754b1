"""A reconciliation on paper: practice, ours in Xero, others in Xero, and what differs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from counterfoil.core.money import amount_text
from counterfoil.posting.reconcile import agrees
from counterfoil.reports.paper import Paper, grouped
from counterfoil.reports.reconciliation_tables import (
    Row,
    account_rows,
    client_rows,
    difference_rows,
    other_rows,
    result_rows,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from counterfoil.posting.reconcile import Reconciliation, TrustRow

SUMS = ("practice", "at the start", "not sent", "ours in Xero", "others", "difference")
WIDE = (97, 30, 30, 30, 30, 30, 30)
MOST_ROWS = 5_000
"""Documents that one paper lists; the CSV has all of them."""


def reconciliation_pdf(found: Reconciliation, firm: str, prepared: dt.datetime, by: str) -> bytes:
    """Return the report as a PDF. ``prepared`` is the moment, and ``by`` the person."""
    paper = Paper(f"{firm}, reconciliation as of {found.as_of:%d %B %Y}", prepared, across=True)
    paper.title_of("Reconciliation of the practice with Xero")
    paper.say(f"{firm}, at the end of {found.as_of:%d %B %Y}")
    paper.say(f"Prepared on {prepared:%d %B %Y} by {by}")
    paper.say("Debits are positive. The difference is what should stand in Xero less what does.")
    if any(row.xero_other is None for row in found.controls):
        paper.say("Xero could not be asked, or has no such account: its side is left empty.")
    _table(paper, "Accounts", account_rows(found), _account)
    income = "Income and expenses since the financial year began, and tax"
    _table(paper, income, result_rows(found), _account)
    for row in found.trust:
        _trust(paper, row, found.as_of)
    for account, clients in groupby(client_rows(found), lambda row: row.account_name):
        _table(paper, f"{account}, by client", clients, lambda row: row.client)
    _table(paper, "Documents that differ", difference_rows(found), _document)
    _table(paper, "Entered in Xero by others", other_rows(found), _document)
    paper.ln(4)
    everything = "Everything is explained." if agrees(found) else "NOT everything is explained."
    paper.say(everything, "B")
    paper.signatures(("Prepared by", "Reviewed by"))
    return bytes(paper.output())


def _account(row: Row) -> str:
    """Name an account once where it has no code in Xero."""
    return " ".join(dict.fromkeys((row.account, row.account_name)))


def _document(row: Row) -> str:
    return f"{row.date} {row.document}, {row.account_name}"


def _table(paper: Paper, title: str, rows: Iterable[Row], name: Callable[[Row], str]) -> None:
    listed = [(name(row), *map(_amount, _sums(row))) for row in rows]
    if not listed:
        return
    paper.heading(title)
    paper.rows(("", *SUMS), listed[:MOST_ROWS], WIDE, figures=len(SUMS))
    if len(listed) > MOST_ROWS:
        paper.say(f"and {len(listed) - MOST_ROWS:,} more; the CSV file has all of them")


def _trust(paper: Paper, row: TrustRow, as_of: dt.date) -> None:
    paper.heading(f"Trust account {row.trust_account}")
    book, statement = row.book, row.statement
    if statement is not None:
        words = f"Bank statement of {statement.date}"
        paper.sum(words, _shown(statement.closing_balance), strong=False)
        paper.sum("Adjusted by what it does not show yet", _shown(statement.adjusted), strong=True)
    paper.sum("Cash book", _shown(book.cash_book), strong=True)
    for words, amount in (
        ("Held in statutory deposit", book.deposit),
        ("Paid by the firm for clients", book.paid_by_firm),
        ("Less costs paid and not yet transferred, the firm's own", -book.costs),
    ):
        if amount:
            paper.sum(words, _shown(amount), strong=False)
    paper.sum("Matter ledgers", _shown(book.ledgers_total), strong=True)
    paper.sum("Bank in Xero", _shown(row.xero), strong=False)
    paper.sum("Difference", _shown(row.difference), strong=True)
    for words in row.remarks(as_of):
        paper.say(words)


def _shown(amount: int | None) -> str:
    return "not asked" if amount is None else grouped(amount_text(amount))


def _sums(row: Row) -> tuple[int | None, ...]:
    return row.practice, row.opening, row.waiting, row.ours, row.others, row.difference


def _amount(amount: int | None) -> str:
    return "" if amount is None else amount_text(amount)
