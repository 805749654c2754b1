"""What reports add up: the ledger's movements by account and by financial year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account

RESULT = frozenset({"REVENUE", "EXPENSE"})
"""The classes that begin anew each financial year."""


def year_start(organisation: Organisation, ordinal: int) -> int:
    """Return the first day of the financial year that holds ``ordinal``."""
    end_day, end_month = organisation.chart.year_end
    when = date.fromordinal(ordinal)
    past = (when.month, when.day) > (end_month, end_day)
    end_year = when.year if past else when.year - 1
    # A year cannot begin before the calendar does.
    return date(max(end_year, 1), end_month, end_day).toordinal() + 1


def moved(
    organisation: Organisation, account: Account, first: int, last: int, *, cash: bool = False
) -> int:
    """Return what an account moved from ``first`` to ``last`` inclusive, debits positive."""
    debits, credits_ = organisation.ledger.movement(account.account_id, first, last, cash=cash)
    return debits - credits_


def balance(organisation: Organisation, account: Account, last: int, *, cash: bool = False) -> int:
    """Return an account's balance at the end of ``last`` in cents, debits positive.

    Revenue and expenses begin anew each financial year; what they were before lies in retained
    earnings.
    """
    start = year_start(organisation, last)
    if account.account_class in RESULT:
        return moved(organisation, account, start, last, cash=cash)
    own = organisation.ledger.balance(account.account_id, last, cash=cash)
    if account.system == "RETAINEDEARNINGS":
        own += result(organisation, 0, start - 1, cash=cash)
    return own


def result(organisation: Organisation, first: int, last: int, *, cash: bool = False) -> int:
    """Return what all revenue and expenses moved together; a profit is negative."""
    return sum(
        moved(organisation, account, first, last, cash=cash)
        for account in organisation.accounts.values()
        if account.account_class in RESULT
    )


def by_name(accounts: Iterable[Account]) -> list[Account]:
    """Return accounts in the order in which reports list them."""
    return sorted(accounts, key=lambda one: (one.name.casefold(), one.account_id))
