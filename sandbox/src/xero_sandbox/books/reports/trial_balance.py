"""The trial balance: each account's movement of the month and its balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.reports import asked, shape, sums
from xero_sandbox.books.values import money_text

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit

SECTIONS = (
    ("Revenue", "REVENUE"),
    ("Expenses", "EXPENSE"),
    ("Assets", "ASSET"),
    ("Liabilities", "LIABILITY"),
    ("Equity", "EQUITY"),
)
_DEBIT_SIDE = frozenset({"EXPENSE", "ASSET"})
_COLUMNS = 4


def trial_balance(visit: Visit) -> Body:
    """Return the report of GET /Reports/TrialBalance."""
    last = asked.day(visit, "date", visit.today)
    cash = asked.cash(visit)
    rows = [shape.header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    listed: list[list[int]] = []
    for title, account_class in SECTIONS:
        of_class = [
            one
            for one in visit.organisation.accounts.values()
            if one.account_class == account_class
        ]
        section: list[Body] = []
        for account in sums.by_name(of_class):
            moved, balance = _figures(visit, account, last, cash=cash)
            if moved or balance:
                listed.append(_sides(moved) + _sides(balance))
                section.append(_row(account, moved, balance))
        if section:
            rows.append(shape.section(title, section))
    total = shape.summary("Total", shape.added(listed, _COLUMNS))
    rows.append(shape.section("", [total]))
    titles = ("Trial Balance", visit.organisation.name, f"As at {shape.words(last)}")
    return shape.report(visit, "TrialBalance", "Trial Balance", titles, rows)


# Not verified, see trial-balance-columns.
def _figures(visit: Visit, account: Account, last: int, *, cash: bool) -> tuple[int, int]:
    organisation = visit.organisation
    month = asked.month_start(last)
    return (
        sums.moved(organisation, account, month, last, cash=cash),
        sums.balance(organisation, account, last, cash=cash),
    )


def _sides(amount: int) -> list[int]:
    return [max(amount, 0), max(-amount, 0)]


# Not verified, see trial-balance-nil.
def _texts(amount: int, account: Account) -> tuple[str, str]:
    """Return a figure on its side; nil stands on the side where such accounts usually do."""
    debit = amount > 0 or (amount == 0 and account.account_class in _DEBIT_SIDE)
    text = money_text(abs(amount))
    return (text, "") if debit else ("", text)


def _row(account: Account, moved: int, balance: int) -> Body:
    name = f"{account.name} ({account.code})" if account.code else account.name
    values = (name, *_texts(moved, account), *_texts(balance, account))
    attribute = ("account", account.account_id)
    return shape.row(*(shape.cell(value, attribute) for value in values))
