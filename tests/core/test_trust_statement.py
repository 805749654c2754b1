"""The bank's statement beside the cash book: what is outstanding, and what nobody recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.documents import BankStatement, StatementLine
from counterfoil.core.trust import CashEntry
from counterfoil.core.trust_statement import Statement, held_against, remarks

SEPTEMBER = dt.date(2026, 9, 25)
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


def line(day: int, amount: int, text: str) -> StatementLine:
    return StatementLine(date=dt.date(2026, 10, day), amount=amount, text=text)


def held(entries: list[CashEntry], *statements: BankStatement) -> Statement:
    found = held_against(entries, statements)
    assert found is not None
    return found


def said(found: Statement | None, cash_book: int = 0) -> str:
    apart = 0 if found is None else found.adjusted - cash_book
    return " ".join(remarks(found, dt.date(2026, 10, 28), apart))


def test_without_a_statement_nothing_is_compared_and_that_is_said() -> None:
    assert held_against([RECEIVED], []) is None
    assert "the bank was not compared" in said(None)
    september = held([], statement(9, 0))
    assert "ends on 2026-09-28: nothing after it was compared" in said(september)


def test_money_that_went_weeks_before_an_equal_cheque_is_not_that_cheque() -> None:
    theft = line(2, -120_00, "CASH WITHDRAWAL")
    found = held([RECEIVED, CHEQUE], statement(10, 0, theft, shown(RECEIVED)))
    assert (found.unrecorded, found.outstanding) == ((theft,), (CHEQUE,))
    assert found.adjusted - 380_00 == -120_00
    assert "in no document: 2026-10-02 CASH WITHDRAWAL -120.00" in said(found, 380_00)


def test_what_was_recorded_within_the_week_or_is_named_is_the_banks_line() -> None:
    late = line(21, -120_00, "FEE")
    named = line(2, -120_00, "PAID TP-1")
    for one in (late, named):
        assert held([CHEQUE], statement(10, 0, one)).unrecorded == ()


def test_a_line_takes_what_came_before_it_rather_than_what_came_after() -> None:
    twin = CHEQUE._replace(date=dt.date(2026, 10, 20), number="TP-0")
    first, second = line(1, -120_00, "?"), line(23, -120_00, "?")
    found = held([twin, CHEQUE], statement(10, 0, second, first))
    assert (found.unrecorded, found.outstanding) == ((first,), (CHEQUE,))


def test_a_cheque_outstanding_before_the_first_statement_is_found_by_what_it_opens_with() -> None:
    november = statement(11, 500_00)
    assert held([RECEIVED, CHEQUE], november).outstanding == (CHEQUE,)
    presented = statement(11, 500_00, shown(CHEQUE, days=9))
    assert held([RECEIVED, CHEQUE], presented).outstanding == ()


def test_every_months_like_amount_is_its_own_months() -> None:
    november = RECEIVED._replace(date=dt.date(2026, 11, 5), number="TR-7")
    found = held([RECEIVED, november], statement(11, 500_00, shown(november)))
    assert (found.outstanding, found.unrecorded, found.adjusted) == ((), (), 1_000_00)


def test_what_no_entry_before_the_first_statement_explains_is_told() -> None:
    found = held([RECEIVED], statement(10, 0, shown(RECEIVED)))
    assert found.gap == 0
    opened = held_against([], [statement(10, 2_500_00)], [RECEIVED._replace(date=SEPTEMBER)])
    assert opened is not None
    assert opened.gap == -2_000_00
    assert "-2000.00 apart" in said(opened, 500_00)


def test_receipts_that_were_banked_together_are_one_line() -> None:
    three = [RECEIVED._replace(number=f"TR-{n}", amount=n * 100_00) for n in (5, 7, 3)]
    older = RECEIVED._replace(date=SEPTEMBER, amount=90_00)
    found = held([*three, older], statement(9, 0), statement(10, 0, line(6, 1_500_00, "DEPOSIT")))
    assert (found.outstanding, found.unrecorded) == ((older,), ())


def test_payments_of_one_day_that_left_in_one_file_are_one_line() -> None:
    day = dt.date(2026, 10, 12)
    batch = [CashEntry(day, f"TP-{n}", -n * 100_00) for n in (5, 7, 3)]
    other = CashEntry(dt.date(2026, 10, 13), "TP-9", -100_00)
    found = held([*batch, other], statement(10, 2_000_00, line(13, -1_500_00, "DIRECT CREDIT")))
    assert (found.outstanding, found.unrecorded) == ((other,), ())
    across = line(13, -400_00, "DIRECT CREDIT")  # 300 of one day and 100 of the next
    assert held([*batch, other], statement(10, 2_000_00, across)).unrecorded == (across,)


def test_a_slip_of_the_pen_is_off_by_the_slip_alone() -> None:
    booked = CashEntry(dt.date(2026, 10, 12), "204", -356_00)
    found = held([booked], statement(10, 900_00, line(14, -365_00, "CHQ 204")))
    assert (found.outstanding, found.unrecorded) == ((), ())
    assert "204 of 2026-10-12 is recorded as -356.00; the bank shows" in said(found)
    fee = line(14, -25_00, "STOP FEE CHQ 204")
    assert held([booked], statement(10, 900_00, fee)).unrecorded == (fee,)


def test_what_the_bank_gave_back_itself_is_told_and_a_bounced_receipt_stays_unrecorded() -> None:
    taken, back = line(14, -50_00, "CHQ 9"), line(20, 50_00, "CORRECTION")
    found = held([], statement(10, 0, taken, back))
    assert found.unrecorded == ()
    assert "took and gave back: 2026-10-14 CHQ 9 -50.00; 2026-10-20 CORRECTION" in said(found)
    came, went = line(4, 50_00, "DEPOSIT"), line(9, -50_00, "DISHONOUR")
    assert held([], statement(10, 0, came, went)).unrecorded == (came, went)


def test_statements_that_overlap_or_do_not_follow_are_told() -> None:
    twice = replace(statement(10, 0), id="again", from_=dt.date(2026, 10, 20))
    assert "cover the same days" in said(held([], statement(10, 0), twice))
    assert "ends at 0.00 and the next one, from 2026-10-01, begins at 5.00" in said(
        held([], statement(9, 0), statement(10, 5_00))
    )
