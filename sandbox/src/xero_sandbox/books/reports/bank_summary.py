"""The bank summary: what each bank account held, received and spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.reports import asked, shape
from xero_sandbox.books.values import money_text

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit

_NAMES = ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")


# Not verified, see bank-summary-reversals.
def bank_summary(visit: Visit) -> Body:
    """Return the report of GET /Reports/BankSummary; accounts in foreign currency are not shown."""
    last = asked.day(visit, "toDate", visit.today)
    first = asked.day(visit, "fromDate", asked.month_start(last))
    ledger = visit.organisation.ledger
    listed: list[list[int]] = []
    rows: list[Body] = []
    for account in visit.organisation.accounts.values():
        if account.kind != "BANK" or account.currency != visit.organisation.currency:
            continue
        opening = ledger.balance(account.account_id, first - 1)
        received, spent = ledger.movement(account.account_id, first, last)
        listed.append([opening, received, spent, opening + received - spent])
        rows.append(_row(account, listed[-1]))
    rows.append(shape.summary("Total", shape.added(listed, len(_NAMES) - 1)))
    period = f"From {shape.words(first)} to {shape.words(last)}"
    titles = ("Bank Summary", visit.organisation.name, period)
    shown = [shape.header(*_NAMES), shape.section("", rows)]
    return shape.report(visit, "BankSummary", "Bank Summary", titles, shown)


def _row(account: Account, amounts: list[int]) -> Body:
    """Return a bank account's row; only what was received and spent names the account."""
    opening, received, spent, closing = map(money_text, amounts)
    named = ("account", account.account_id)
    return shape.row(
        shape.cell(account.name, ("accountID", account.account_id)),
        shape.cell(opening),
        shape.cell(received, named),
        shape.cell(spent, named),
        shape.cell(closing),
    )
