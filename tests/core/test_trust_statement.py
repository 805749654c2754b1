"""The bank's statement beside the cash book: what is outstanding, and what nobody recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.documents import BankStatement, Key, StatementLine
from counterfoil.core.trust import CashEntry
from counterfoil.core.trust_bank_words import remarks
from counterfoil.core.trust_statement import Statement, held_against, month_by_month

OCTOBER = dt.date(2026, 10, 31)
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


def said(found: Statement | None) -> str:
    return " ".join(remarks(found, dt.date(2026, 10, 28)))


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
    assert "in no document: 2026-10-02 CASH WITHDRAWAL -120.00" in said(found)


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


def test_a_cheque_before_the_first_statement_may_have_been_outstanding_and_need_not() -> None:
    found = held([RECEIVED, CHEQUE], statement(11, 500_00))
    assert (found.outstanding, found.gap, found.proves) == ((), -120_00, False)
    assert "It may be, but need not: TP-1 of 2026-10-28, -120.00." in said(found)
    shown_later = shown(CHEQUE, days=9)
    for line in (shown_later, replace(shown_later, text="CHQ TP-1")):
        assert held([RECEIVED, CHEQUE], statement(11, 500_00, line)).proves


def test_old_cheques_that_only_happen_to_add_up_explain_nothing() -> None:
    amounts = (350_00, 120_00, 480_00, 75_00)
    old = [CashEntry(SEPTEMBER, f"CH-{n}", -each) for n, each in enumerate(amounts)]
    came = CashEntry(dt.date(2026, 6, 1), "TR", 2_000_00)
    cash = 2_000_00 - sum(amounts)
    found = held([came, *old], statement(10, cash + 470_00))
    assert (found.outstanding, found.difference, found.proves) == ((), 470_00, False)
    assert "CH-1 of 2026-09-25, -120.00 with CH-0 of 2026-09-25, -350.00" in said(found)


def test_what_was_entered_when_the_books_began_or_after_is_outstanding_if_the_bank_has_none() -> (
    None
):
    opened = RECEIVED._replace(date=SEPTEMBER)
    cheque = CHEQUE._replace(date=SEPTEMBER)
    presented = CHEQUE._replace(date=SEPTEMBER, number="TP-9", amount=-80_00)
    found = held_against([cheque, presented], [statement(10, 500_00)], [opened])
    assert found is not None
    assert (found.outstanding, found.proves) == ((cheque, presented), True)
    later = cheque._replace(date=dt.date(2026, 9, 29))
    found = held_against([later], [statement(10, 500_00)], [opened])
    assert found is not None
    assert (found.outstanding, found.proves) == ((later,), True)


def reversal(of: CashEntry, days: int) -> CashEntry:
    date = of.date + dt.timedelta(days=days)
    return CashEntry(date, f"RV-{of.number}", -of.amount, of.of)


def test_a_cancelled_cheque_and_its_reversal_stand_against_each_other() -> None:
    cheque = CashEntry(dt.date(2026, 10, 2), "101", -500_00, Key("trust_payment", "101"))
    banked = CashEntry(dt.date(2026, 10, 4), "TR-2", 500_00)
    found = held([cheque, reversal(cheque, 1)], statement(10, 2_000_00))
    assert (found.outstanding, found.not_undone) == ((), ())
    deposit = statement(10, 0, line(5, 500_00, "Deposit"))
    found = held([cheque, reversal(cheque, 1), banked], deposit)
    assert (found.outstanding, found.unrecorded, found.proves) == ((), (), True)
    cashed = held([cheque, reversal(cheque, 1)], statement(10, 500_00, line(20, -500_00, "CHQ")))
    assert (len(cashed.unrecorded), cashed.proves) == (1, False)
    named = held([cheque, reversal(cheque, 1)], statement(10, 500_00, line(9, -500_00, "CHQ 101")))
    assert (named.outstanding, named.proves) == ((), False)
    assert "RV-101 of 2026-10-03, 500.00 takes back what the bank has shown" in said(named)


def test_a_receipt_that_bounced_takes_both_lines_and_one_entered_anew_only_the_one() -> None:
    receipt = RECEIVED._replace(of=Key("trust_receipt", "1"))
    bounced = [receipt, reversal(receipt, 4)]
    came, went = line(6, 500_00, "DEPOSIT"), line(9, -500_00, "DISHONOUR")
    assert held(bounced, statement(10, 0, came, went)).outstanding == ()
    lately = held([receipt, reversal(receipt, 20)], statement(10, 0, came))
    assert (lately.outstanding, lately.proves) == ((reversal(receipt, 20),), True)
    anew = RECEIVED._replace(number="TR-9", date=dt.date(2026, 10, 9))
    deposit = statement(10, 0, line(6, 500_00, "TR-1"))
    found = held([*bounced, anew], deposit)
    assert (found.outstanding, found.proves) == ((), True)
    another = anew._replace(date=dt.date(2026, 10, 27))
    found = held([*bounced, another], deposit)
    assert (found.outstanding, found.not_undone) == ((another,), (reversal(receipt, 4),))
    week_ago = held([receipt, reversal(receipt, 14)], deposit)
    assert week_ago.not_undone == (reversal(receipt, 14),)


def test_as_of_a_day_within_a_statement_its_lines_up_to_that_day_count() -> None:
    october = statement(10, 100_00, shown(RECEIVED, days=1), line(20, -7_00, "FEE"))
    opened = CashEntry(SEPTEMBER, "O", 100_00)
    found = held_against([RECEIVED, CHEQUE], [october], [opened], dt.date(2026, 10, 15))
    assert found is not None
    assert (found.date, found.closing_balance, found.outstanding) == (found.as_of, 600_00, ())
    assert found.proves
    assert found.reaches
    assert held_against([RECEIVED], [october], [opened], dt.date(2026, 9, 30)) is None


def test_what_a_months_end_says_stays_whatever_comes_later() -> None:
    fee = CashEntry(dt.date(2026, 11, 2), "BF-1", -7_00)
    october = replace(statement(10, 0, shown(RECEIVED), line(28, -7_00, "FEE")), date=OCTOBER)
    first, last = month_by_month([RECEIVED, fee], [october, statement(11, 493_00)])
    assert (first.as_of, first.proves, last.proves) == (OCTOBER, False, True)
    assert held_against([RECEIVED, fee], [october], (), OCTOBER) == first


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
    assert "-2000.00 apart" in said(opened)


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
    lapping = line(5, -3_000_00, "EFT TO J SMITH"), line(27, 3_000_00, "CASH DEPOSIT")
    found = held([], statement(10, 5_000_00, *lapping))
    assert (found.unrecorded, found.proves) == (lapping, False)
    named = [replace(each, reference="mistake 7") for each in lapping]
    assert held([], statement(10, 5_000_00, *named)).returned[0].named


def test_what_the_bank_should_long_have_shown_is_named_though_the_sums_agree() -> None:
    statements = [statement(10, 0), statement(11, 0)]
    found = held_against([RECEIVED, CHEQUE], statements)
    assert found is not None
    assert (found.proves, found.overdue) == (True, (RECEIVED,))
    assert "TR-1 of 2026-10-05, 500.00 was received and has not reached the bank" in said(found)
    of_that_week = RECEIVED._replace(date=dt.date(2026, 11, 21))
    last_spring = CHEQUE._replace(date=dt.date(2026, 5, 28))
    found = held_against([last_spring, of_that_week], [statement(5, 0), *statements])
    assert found is not None
    assert found.overdue == (last_spring,)
    assert "has not been presented for half a year" in said(found)


def test_statements_that_overlap_or_do_not_follow_are_told() -> None:
    twice = replace(statement(10, 0), id="again", from_=dt.date(2026, 10, 20))
    assert "cover the same days" in said(held([], statement(10, 0), twice))
    assert "ends at 0.00 and the next one, from 2026-10-01, begins at 5.00" in said(
        held([], statement(9, 0), statement(10, 5_00))
    )
