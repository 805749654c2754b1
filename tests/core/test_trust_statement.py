"""The bank's statement beside the cash book: what is outstanding, and what nobody recorded."""

from __future__ import annotations

import datetime as dt

from counterfoil.core.documents import BankStatement, StatementLine
from counterfoil.core.trust import CashEntry
from counterfoil.core.trust_statement import held_against

RECEIVED = CashEntry(dt.date(2026, 10, 5), "TR-1", 500_00)
CHEQUE = CashEntry(dt.date(2026, 10, 28), "TP-1", -120_00)
LATE = CashEntry(dt.date(2026, 10, 31), "TR-2", 80_00)


def shown(entry: CashEntry, days: int = 0, reference: str | None = None) -> StatementLine:
    date = entry.date + dt.timedelta(days=days)
    return StatementLine(date=date, amount=entry.amount, text="ITEM", reference=reference)


def statement(month: int, opening: int, *lines: StatementLine) -> BankStatement:
    return BankStatement(
        id=f"st-{month}",
        date=dt.date(2026, month, 28),
        trust_account="TRUST1",
        from_=dt.date(2026, month, 1),
        opening_balance=opening,
        closing_balance=opening + sum(line.amount for line in lines),
        lines=lines,
    )


def test_the_adjusted_statement_is_the_cash_book() -> None:
    found = held_against([RECEIVED, CHEQUE, LATE], [statement(10, 0, shown(RECEIVED, days=1))])
    assert found is not None
    assert found.outstanding == (CHEQUE, LATE)
    assert (found.closing_balance, found.adjusted) == (500_00, 460_00)


def test_what_was_outstanding_is_settled_by_the_next_statement() -> None:
    october = statement(10, 0, shown(RECEIVED))
    november = statement(11, 500_00, shown(CHEQUE, days=7), shown(LATE, days=3))
    found = held_against([RECEIVED, CHEQUE, LATE], [november, october])
    assert found is not None
    assert (found.outstanding, found.adjusted) == ((), 460_00)


def test_a_line_takes_the_entry_that_it_names() -> None:
    twin = RECEIVED._replace(number="TR-9")
    found = held_against([RECEIVED, twin], [statement(10, 0, shown(twin, reference="TR-9"))])
    assert found is not None
    assert found.outstanding == (RECEIVED,)


def test_what_the_bank_shows_and_nobody_recorded_stays_a_difference() -> None:
    fee = StatementLine(date=dt.date(2026, 10, 9), amount=-1_10, text="FEE")
    found = held_against([RECEIVED], [statement(10, 0, shown(RECEIVED), fee)])
    assert found is not None
    assert found.unrecorded == (fee,)
    assert found.adjusted == 498_90


def test_what_the_first_statement_opens_with_is_not_outstanding() -> None:
    november = statement(11, 500_00)
    found = held_against([RECEIVED], [november])
    assert found is not None
    assert (found.outstanding, found.adjusted) == ((), 500_00)


def test_without_a_statement_nothing_is_compared() -> None:
    assert held_against([RECEIVED], []) is None
