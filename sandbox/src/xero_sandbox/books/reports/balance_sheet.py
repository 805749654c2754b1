"""The balance sheet: what is owned, what is owed, and what is left, at one or more dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from xero_sandbox.books.reports import asked, shape, sums
from xero_sandbox.books.values import ZERO_ID, money_text

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit

ASSETS = (
    ("Bank", ("BANK",)),
    ("Current Assets", ("CURRENT", "INVENTORY", "PREPAYMENT")),
    ("Fixed Assets", ("FIXED",)),
    ("Non-current Assets", ("NONCURRENT",)),
)
LIABILITIES = (
    (
        "Current Liabilities",
        (
            "CURRLIAB",
            "PAYG",
            "PAYGLIABILITY",
            "SUPERANNUATIONLIABILITY",
            "WAGESPAYABLELIABILITY",
        ),
    ),
    ("Non-Current Liabilities", ("LIABILITY", "TERMLIAB")),
)
_YEAR = 12


# Not verified, see balance-sheet-dates.
def balance_sheet(visit: Visit) -> Body:
    """Return the report of GET /Reports/BalanceSheet."""
    asked.no_tracking(visit)
    last = asked.day(visit, "date", asked.month_end(visit.today))
    # Without periods Xero sets last year beside this one.
    back, months = asked.periods(visit) or (1, _YEAR)
    days = [asked.months_before(last, months * place) for place in range(back + 1)]
    cash = asked.cash(visit)
    organisation = visit.organisation
    rows = [shape.header("", *(f"{date.fromordinal(day):%d %b %Y}" for day in days))]
    assets = _side(organisation, rows, ("Assets", ASSETS, 1), days, cash=cash)
    liabilities = _side(organisation, rows, ("Liabilities", LIABILITIES, -1), days, cash=cash)
    net = [own - owed for own, owed in zip(assets, liabilities, strict=True)]
    rows.append(shape.section("", [shape.figures_row("Net Assets", net)]))
    rows.append(_equity(organisation, days, cash=cash))
    titles = ("Balance Sheet", organisation.name, f"As at {shape.words(last)}")
    return shape.report(visit, "BalanceSheet", "Balance Sheet", titles, rows)


def _side(
    organisation: Organisation,
    rows: list[Body],
    part: tuple[str, tuple[tuple[str, tuple[str, ...]], ...], int],
    days: list[int],
    *,
    cash: bool,
) -> list[int]:
    """Add the sections of assets or liabilities to ``rows`` and return their sums by date."""
    title, groups, sign = part
    rows.append(shape.section(title))
    sides = []
    for name, kinds in groups:
        section, total = _group(organisation, name, (kinds, sign), days, cash=cash)
        sides.append(total)
        rows.extend(section)
    total = shape.added(sides, len(days))
    rows.append(shape.section("", [shape.summary(f"Total {title}", total)]))
    return total


def _group(
    organisation: Organisation,
    name: str,
    part: tuple[tuple[str, ...], int],
    days: list[int],
    *,
    cash: bool,
) -> tuple[list[Body], list[int]]:
    kinds, sign = part
    rows, listed = [], []
    for account in sums.by_name(organisation.accounts.values()):
        if account.kind not in kinds:
            continue
        amounts = [sign * sums.balance(organisation, account, day, cash=cash) for day in days]
        if any(amounts):
            listed.append(amounts)
            attribute = ("account", account.account_id)
            rows.append(shape.figures_row(account.name, amounts, attribute))
    total = shape.added(listed, len(days))
    if not rows:
        return [], total
    return [shape.section(name, [*rows, shape.summary(f"Total {name}", total)])], total


def _equity(organisation: Organisation, days: list[int], *, cash: bool) -> Body:
    """Return equity: its own accounts, and this year's result, which no account holds yet."""
    found: list[tuple[str, list[int], Body]] = []
    for account in organisation.accounts.values():
        if account.account_class != "EQUITY":
            continue
        amounts = [-sums.balance(organisation, account, day, cash=cash) for day in days]
        if any(amounts):
            attribute = ("account", account.account_id)
            shown = shape.figures_row(account.name, amounts, attribute)
            found.append((account.name, amounts, shown))
    starts = [sums.year_start(organisation, day) for day in days]
    spans = list(zip(starts, days, strict=True))
    earned = [-sums.result(organisation, first, day, cash=cash) for first, day in spans]
    if any(earned):
        found.append(("Current Year Earnings", earned, _earnings(earned, spans)))
    found.sort(key=lambda one: one[0].casefold())
    total = shape.added((amounts for _, amounts, _ in found), len(days))
    rows = [shown for _, _, shown in found]
    return shape.section("Equity", [*rows, shape.summary("Total Equity", total)])


def _earnings(earned: list[int], spans: list[tuple[int, int]]) -> Body:
    named = ("account", ZERO_ID)
    cells = [
        shape.cell(money_text(one), named, ("fromDate", _us(first)), ("toDate", _us(last)))
        for one, (first, last) in zip(earned, spans, strict=True)
    ]
    return shape.row(shape.cell("Current Year Earnings", named), *cells)


def _us(ordinal: int) -> str:
    when = date.fromordinal(ordinal)
    return f"{when.month}/{when.day}/{when.year}"
