"""Profit and loss: what was earned and spent over one or more periods."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, refusals
from xero_sandbox.books.reports import asked, shape, sums

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit

Spans = list[tuple[int, int]]

# Not verified, see report-sections.
INCOME = ("Income", "Total Income", frozenset({"SALES", "REVENUE"}), -1)
COST = ("Less Cost of Sales", "Total Cost of Sales", frozenset({"DIRECTCOSTS"}), 1)
OTHER = ("Plus Other Income", "Total Other Income", frozenset({"OTHERINCOME"}), -1)
EXPENSES = (
    "Less Operating Expenses",
    "Total Operating Expenses",
    frozenset({"EXPENSE", "OVERHEADS", "DEPRECIATN", "WAGESEXPENSE", "SUPERANNUATIONEXPENSE"}),
    1,
)
Group = tuple[str, str, frozenset[str], int]
_MOST_DAYS = 365


# Not verified, see report-dates.
def profit_and_loss(visit: Visit) -> Body:
    """Return the report of GET /Reports/ProfitAndLoss."""
    asked.no_tracking(visit)
    until = asked.day(visit, "toDate", asked.month_end(visit.today))
    first = asked.day(visit, "fromDate", asked.month_start(until))
    last = asked.day(visit, "toDate", asked.month_end(first))
    if not first <= last <= first + _MOST_DAYS:
        raise exchange.invalid(refusals.REPORT_SPAN.text)
    back, months = asked.periods(visit) or (0, 1)
    spans = [
        (asked.months_before(first, months * place), asked.months_before(last, months * place))
        for place in range(back + 1)
    ]
    rows = _rows(visit.organisation, spans, cash=asked.cash(visit))
    period = f"{shape.words(first)} to {shape.words(last)}"
    titles = ("Profit & Loss", visit.organisation.name, period)
    return shape.report(visit, "ProfitAndLoss", "Profit and Loss", titles, rows)


def _rows(organisation: Organisation, spans: Spans, *, cash: bool) -> list[Body]:
    rows = [shape.header("", *(f"{date.fromordinal(last):%d %b %y}" for _, last in spans))]
    income = _group(organisation, rows, INCOME, spans, cash=cash)
    cost = _group(organisation, rows, COST, spans, cash=cash)
    gross = [one - less for one, less in zip(income, cost, strict=True)]
    rows.append(shape.section("", [shape.figures_row("Gross Profit", gross)]))
    other = _group(organisation, rows, OTHER, spans, cash=cash)
    spent = _group(organisation, rows, EXPENSES, spans, cash=cash)
    net = [a + b - c for a, b, c in zip(gross, other, spent, strict=True)]
    rows.append(shape.section("", [shape.figures_row("Net Profit", net)]))
    return rows


def _group(
    organisation: Organisation, rows: list[Body], group: Group, spans: Spans, *, cash: bool
) -> list[int]:
    """Add one section to ``rows``, where it holds anything, and return its sums by period."""
    title, total_name, kinds, sign = group
    section, listed = [], []
    for account in sums.by_name(organisation.accounts.values()):
        if account.kind not in kinds:
            continue
        amounts = [sign * sums.moved(organisation, account, *span, cash=cash) for span in spans]
        if any(amounts):
            listed.append(amounts)
            attribute = ("account", account.account_id)
            section.append(shape.figures_row(account.name, amounts, attribute))
    total = shape.added(listed, len(spans))
    if section:
        rows.append(shape.section(title, [*section, shape.summary(total_name, total)]))
    return total
