"""What forbids taking something back in Xero, one guard at a time."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.target import Standing
from counterfoil.posting.undoing import Closed, bars, is_prepaid

DAY = dt.date(2026, 6, 15)
OPEN = Closed(None, None)


def code(act: Act, standing: Standing, closed: Closed = OPEN, resource: str = "Invoices") -> str:
    barred = bars(act, resource, standing, closed)
    return barred.code if barred else ""


def test_what_is_dated_on_the_lock_date_is_not_voided() -> None:
    standing = Standing(ended=False, date=DAY)
    assert code(Act.VOID, standing, Closed(DAY, None)) == "undo_in_locked_period"
    assert code(Act.VOID, standing, Closed(DAY - dt.timedelta(days=1), None)) == ""


FILED = Closed(None, DAY)


@pytest.mark.parametrize(
    ("act", "resource", "date", "barred"),
    [
        (Act.VOID, "Invoices", DAY, True),
        (Act.VOID, "Invoices", DAY + dt.timedelta(days=1), False),
        (Act.VOID, "Invoices", None, False),
        (Act.DELETE, "BankTransactions", DAY, True),
        (Act.DELETE, "Payments", DAY, False),
        (Act.UPDATE, "BankTransactions", DAY, False),
        (Act.UPDATE, "Invoices", DAY, False),
        (Act.DEALLOCATE, "Allocations", DAY, False),
    ],
)
def test_only_what_bears_tax_is_kept_once_its_return_was_filed(
    act: Act, resource: str, date: dt.date | None, *, barred: bool
) -> None:
    standing = Standing(ended=False, date=date)
    assert code(act, standing, FILED, resource) == ("undo_after_tax_filed" if barred else "")


def test_what_xero_gives_no_date_lies_behind_no_lock() -> None:
    assert code(Act.VOID, Standing(ended=False), Closed(DAY, DAY)) == ""


@pytest.mark.parametrize(
    ("standing", "closed", "path", "about"),
    [
        (Standing(ended=False, date=DAY), Closed(DAY, None), "date", "lock_date"),
        (Standing(ended=False, date=DAY), FILED, "date", "setting:tax_filed_to"),
        (Standing(ended=False, reconciled=True), OPEN, "", "reconciled"),
        (Standing(ended=False, settled="money"), OPEN, "", "settled"),
    ],
)
def test_each_bar_says_what_it_is_about(
    standing: Standing, closed: Closed, path: str, about: str
) -> None:
    barred = bars(Act.VOID, "Invoices", standing, closed)
    assert barred is not None
    assert (barred.path, barred.about) == (path, about)


def test_what_a_bank_statement_line_is_tied_to_is_not_deleted_but_may_be_renumbered() -> None:
    standing = Standing(ended=False, date=DAY, reconciled=True)
    assert code(Act.DELETE, standing) == "undo_reconciled"
    assert code(Act.VOID, standing) == "undo_reconciled"
    assert code(Act.UPDATE, standing) == ""


def test_what_money_lies_on_is_not_voided() -> None:
    assert code(Act.VOID, Standing(ended=False, date=DAY, settled="money")) == "undo_settled"
    assert code(Act.DELETE, Standing(ended=False, date=DAY, settled="money")) == ""
    assert code(Act.VOID, Standing(ended=False, date=DAY)) == ""


@pytest.mark.parametrize("kind", ["receipt", "supplier_payment"])
def test_money_beyond_what_was_owed_is_deleted_by_no_program(kind: str) -> None:
    prepaid = Undone(Symbol(kind, "1"), "overpayment", "BankTransactions")
    assert is_prepaid(prepaid)
    assert not is_prepaid(Undone(Symbol(kind, "1"), "x", "Payments"))
    withdrawn = Undone(Symbol("withdrawal", "1"), "", "BankTransactions")
    assert not is_prepaid(withdrawn)
