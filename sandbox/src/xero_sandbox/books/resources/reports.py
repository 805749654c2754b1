"""Reports: sums of the ledger and of nothing else (facts: Xero API section 19)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books import exchange
from xero_sandbox.books.values import EPOCH_DAY, moment, money_text, read_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

_SECTIONS = (
    ("Revenue", "REVENUE"),
    ("Expenses", "EXPENSE"),
    ("Assets", "ASSET"),
    ("Liabilities", "LIABILITY"),
    ("Equity", "EQUITY"),
)
_RESULT = frozenset({"REVENUE", "EXPENSE"})


def handle(visit: Visit) -> Handled:
    """Answer a call on /Reports/{name}."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ("TrialBalance",):
            return _trial_balance(visit)
        case "GET", ("BankSummary",):
            return _bank_summary(visit)
        case "GET", _:
            raise exchange.not_found()
        case _:
            raise exchange.not_implemented()


def _day(visit: Visit, name: str, default: int) -> int:
    text = visit.call.query.get(name)
    if text is None:
        return default
    found = read_day(text)
    if found is None:
        raise exchange.invalid(f"The {name} '{text[:40]}' is not a valid date.")
    return found


def _words(ordinal: int) -> str:
    """Return a date as reports print it: ``4 April 2019``."""
    when = date.fromordinal(ordinal)
    return f"{when.day} {when:%B %Y}"


def _report(visit: Visit, name: str, titles: Sequence[str], rows: list[Body]) -> Handled:
    report: Body = {
        "ReportID": name,
        "ReportName": titles[0],
        "ReportType": name,
        "ReportTitles": [titles[0], visit.organisation.name, *titles[1:]],
        "ReportDate": _words(EPOCH_DAY + visit.now // 86_400_000),
        "UpdatedDateUTC": moment(visit.now),
        "Fields": [],
        "Rows": rows,
    }
    return exchange.answer(visit, Reports=[report])


def header(*names: str) -> Body:
    """Return a report's header row."""
    return {"RowType": "Header", "Cells": [{"Value": name} for name in names]}


def year_start(organisation: Organisation, ordinal: int) -> int:
    """Return the first day of the financial year that holds ``ordinal``."""
    end_day, end_month = organisation.chart.year_end
    when = date.fromordinal(ordinal)
    past = (when.month, when.day) > (end_month, end_day)
    end_year = when.year if past else when.year - 1
    # A year cannot begin before the calendar does.
    return date(max(end_year, 1), end_month, end_day).toordinal() + 1


def figures(organisation: Organisation, account: Account, last: int) -> tuple[int, int]:
    """Return (this month's movement, balance) in cents, debits positive, at the end of ``last``.

    Revenue and expenses begin anew each financial year; what they were before lies in retained
    earnings.
    """
    month = date.fromordinal(last).replace(day=1).toordinal()
    first = year_start(organisation, last) if account.account_class in _RESULT else 0
    ledger = organisation.ledger
    debits, credits_ = ledger.movement(account.account_id, month, last)
    balance_debits, balance_credits = ledger.movement(account.account_id, first, last)
    balance = balance_debits - balance_credits
    if account.system == "RETAINEDEARNINGS":
        balance += _earned_before(organisation, year_start(organisation, last) - 1)
    return debits - credits_, balance


def _earned_before(organisation: Organisation, last: int) -> int:
    ledger = organisation.ledger
    return sum(
        ledger.balance(account.account_id, last)
        for account in organisation.accounts.values()
        if account.account_class in _RESULT
    )


def _trial_balance(visit: Visit) -> Handled:
    last = _day(visit, "date", visit.today)
    organisation = visit.organisation
    rows: list[Body] = [header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    sums = [0, 0, 0, 0]
    for title, account_class in _SECTIONS:
        section: list[Body] = []
        for account in organisation.accounts.values():
            if account.account_class != account_class:
                continue
            movement, balance = figures(organisation, account, last)
            if movement == 0 and balance == 0:
                continue
            cells = _sides(movement) + _sides(balance)
            sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
            section.append(_account_row(account, cells))
        if section:
            rows.append({"RowType": "Section", "Title": title, "Rows": section})
    total: Body = {
        "RowType": "SummaryRow",
        "Cells": [{"Value": "Total"}, *({"Value": money_text(one)} for one in sums)],
    }
    rows.append({"RowType": "Section", "Title": "", "Rows": [total]})
    return _report(visit, "TrialBalance", ("Trial Balance", f"As at {_words(last)}"), rows)


def _sides(amount: int) -> list[int]:
    return [max(amount, 0), max(-amount, 0)]


def _account_row(account: Account, amounts: list[int]) -> Body:
    name = f"{account.name} ({account.code})" if account.code else account.name
    values = [name, *(money_text(one) if one else "" for one in amounts)]
    attributes = [{"Id": "account", "Value": account.account_id}]
    return {
        "RowType": "Row",
        "Cells": [{"Value": value, "Attributes": attributes} for value in values],
    }


def _bank_summary(visit: Visit) -> Handled:
    last = _day(visit, "toDate", visit.today)
    first = _day(visit, "fromDate", date.fromordinal(last).replace(day=1).toordinal())
    ledger = visit.organisation.ledger
    sums = [0, 0, 0, 0]
    section: list[Body] = []
    for account in visit.organisation.accounts.values():
        if account.kind != "BANK" or account.currency != visit.organisation.currency:
            continue
        opening = ledger.balance(account.account_id, first - 1)
        received, spent = ledger.movement(account.account_id, first, last)
        cells = [opening, received, spent, opening + received - spent]
        sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
        section.append(_bank_row(account, cells))
    total = {
        "RowType": "SummaryRow",
        "Cells": [{"Value": "Total"}, *({"Value": money_text(one)} for one in sums)],
    }
    names = ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")
    rows: list[Body] = [
        header(*names),
        {"RowType": "Section", "Title": "", "Rows": [*section, total]},
    ]
    period = f"From {_words(first)} to {_words(last)}"
    return _report(visit, "BankSummary", ("Bank Summary", period), rows)


def _bank_row(account: Account, amounts: list[int]) -> Body:
    name = {
        "Value": account.name,
        "Attributes": [{"Id": "accountID", "Value": account.account_id}],
    }
    attributes = [{"Id": "account", "Value": account.account_id}]
    cells = [{"Value": money_text(one), "Attributes": attributes} for one in amounts]
    return {"RowType": "Row", "Cells": [name, *cells]}
