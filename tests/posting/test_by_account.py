"""Income, expenses and tax: what is predicted of an element is what Xero then shows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.chart import Account, AccountClass
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    Invoice,
    LineItem,
    Symbol,
    Totals,
)
from counterfoil.posting.by_account import Accounts, AccountSums, year_begin
from counterfoil.posting.drift.shown import Shown, ShownLine
from tests.core.scene import CHART

DAY = dt.date(2026, 7, 20)
TAX = Account(
    "tax", "820", "GST", "CURRLIAB", AccountClass.LIABILITY, "ACTIVE", system_account="GST"
)
WITH_TAX = replace(CHART, accounts=(*CHART.accounts, TAX))
INCOME = next(
    one for one in CHART.accounts if one.account_class is AccountClass.REVENUE and one.code
)
LINE = LineItem("Work", 1_0000, 100_0000, AccountRef(INCOME.code), "OUTPUT", 10_00)


def sums(begin: dt.date | None = dt.date(2026, 7, 1)) -> AccountSums:
    return AccountSums(Accounts(WITH_TAX, DAY, begin))


def invoice(amounts_are: AmountsAre, date: dt.date = DAY) -> Invoice:
    total = Totals(100_00, 10_00, 110_00)
    contact = Symbol("contact", "c")
    return Invoice("ACCREC", contact, "1", "", date, date, amounts_are, (LINE,), total)


def shown(total: int) -> Shown:
    line = ShownLine(1_0000, 100_0000, LINE.account, "OUTPUT", 10_00, frozenset())
    return Shown("Invoices", "x", "ACCREC", date=DAY, total=total, lines=(line,))


@pytest.mark.parametrize(
    ("amounts_are", "total", "income"),
    [(AmountsAre.EXCLUSIVE, 110_00, -100_00), (AmountsAre.INCLUSIVE, 100_00, -90_00)],
)
def test_both_sides_know_whether_a_line_holds_its_tax(
    amounts_are: AmountsAre, total: int, income: int
) -> None:
    both = sums()
    both.plan(invoice(amounts_are), waits=True)
    both.show(shown(total))
    rows = {
        row.account.name: row for row in both.rows({INCOME.account_id: income - 5, "tax": -10_00})
    }
    assert (rows[INCOME.name].practice, rows[INCOME.name].ours) == (income, income)
    assert (rows[INCOME.name].waiting, rows[INCOME.name].others) == (income, -5)
    assert (rows["GST"].practice, rows["GST"].others) == (-10_00, 0)


def test_income_of_last_year_is_in_retained_earnings_and_its_tax_is_still_owed() -> None:
    both = sums()
    both.plan(invoice(AmountsAre.EXCLUSIVE, dt.date(2026, 6, 30)), waits=False)
    assert [(row.account.name, row.practice) for row in both.rows(None)] == [("GST", -10_00)]


def test_the_financial_year_begins_the_day_after_it_ends() -> None:
    assert year_begin(DAY, (6, 30)) == dt.date(2026, 7, 1)
    assert year_begin(DAY, (12, 31)) == dt.date(2026, 1, 1)
    assert year_begin(dt.date(2026, 2, 1), (2, 29)) == dt.date(2025, 3, 1)
    assert year_begin(DAY, None) is None
