"""Ways to break each rule of trust accounting, one rule at a time, in a stream that is lawful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Final

from counterfoil.core.documents import (
    BankStatement,
    Bill,
    Key,
    Matter,
    Party,
    PeriodClose,
    StatementLine,
    StatutoryDeposit,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    Void,
)
from counterfoil.core.mapping import DORMANT_DAYS
from counterfoil.core.trust_deadlines import plus_working_days
from tests.core.trust_cases import (
    AS_OF,
    DAY,
    FIRM,
    FLOAT,
    LIMIT,
    MOST_LATE,
    NEXT,
    Case,
    bill_payment,
    closing,
    payment,
    reversal,
)

Breach = Callable[[Case, Random], Case]
END: Final = dt.date(2026, 11, 16)
"""After everything that is lawful, and before the day on which it is judged."""
STRANGER: Final = Party(id="c-stranger", name="A Stranger")


def fresh(case: Case, matter: str, amount: int, date: dt.date = END) -> TrustReceipt:
    """A receipt that continues its series, on a matter of its own."""
    last = case.of(TrustReceipt)[-1]
    series = [one for one in case.of(TrustReceipt) if one.trust_account == last.trust_account]
    newest = max(int(one.number[4:]) for one in series) + 1
    part = replace(
        last.splits[0],
        amount=amount,
        client=Party(id=f"c-{matter}", name=f"Client of {matter}"),
        matter=Matter(id=matter, number=matter.upper()),
    )
    number = f"{last.number[:4]}{newest:06d}"
    return replace(last, id=number.lower(), number=number, date=date, amount=amount, splits=(part,))


def settled(case: Case) -> tuple[TrustBillPayment, Bill]:
    """A payment of a bill from trust, and the bill."""
    paid = next(one for one in case.of(TrustBillPayment) if one.id == "second")
    bill = next(one for one in case.of(Bill) if one.key == paid.allocations[0].bill)
    return paid, bill


def pays_out_too_much(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-short", chance.randrange(1_00, 9_000_00))
    return case.then(received, payment(received, received.amount + 1, "short"))


def pays_before_it_receives(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-early", chance.randrange(1_00, 9_000_00))
    spent = payment(received, received.amount, "early")
    return case.then(replace(spent, date=END - DAY), received)


def records_the_receipt_after_the_payment(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-order", chance.randrange(1_00, 9_000_00))
    spent = payment(received, received.amount, "order")
    days = {
        spent.key: plus_working_days(END, MOST_LATE - 1),
        received.key: plus_working_days(END, MOST_LATE),
    }
    return replace(case.then(spent, received), days=days)


def loses_a_cent(case: Case, chance: Random) -> Case:
    old = chance.choice(case.of(TrustReceipt))
    return case.with_other(old, replace(old, amount=old.amount + 1))


def moves_costs_that_nobody_paid(case: Case, chance: Random) -> Case:
    del chance
    received = fresh(case, "m-costs", 9_000_000_00)
    moved = next(one for one in case.of(TrustOfficeTransfer) if one.direction == "to_office")
    more = replace(
        moved,
        id="too-much",
        number="TO-MORE",
        date=END,
        trust_account=received.trust_account,
        amount=9_000_000_00,
        payments=(),
    )
    return case.then(received, more)


def forgets_the_statement(case: Case, chance: Random) -> Case:
    del chance
    kept = [one for one in case.stream if not one.id.startswith("st-")]
    return replace(case, stream=kept, as_of=AS_OF + 40 * DAY)


def _the_bank_says(case: Case, lines: list[StatementLine], off: int | None = None) -> Case:
    """The first statement with other lines; it adds up, or is ``off`` by what was torn out."""
    old = case.of(BankStatement)[0]
    lines = sorted(lines, key=lambda line: line.date)
    total = sum(line.amount for line in lines) + (off or 0)
    new = replace(old, lines=tuple(lines), closing_balance=old.opening_balance + total)
    return case.with_other(old, new)


def is_charged_another_amount(case: Case, chance: Random) -> Case:
    lines = list(case.of(BankStatement)[0].lines)
    place = chance.randrange(len(lines))
    more = chance.choice((1, 9, 100_00, 47_000_00))
    lines[place] = replace(lines[place], amount=lines[place].amount - more)
    return _the_bank_says(case, lines)


def loses_money_that_nobody_recorded(case: Case, chance: Random) -> Case:
    lines = list(case.of(BankStatement)[0].lines)
    gone = replace(chance.choice(lines), amount=-47_000_00, text="EFT", reference=None)
    return _the_bank_says(case, [*lines, gone])


def puts_back_what_was_taken(case: Case, chance: Random) -> Case:
    """Lapping: what left without a document is made up for with other money."""
    lines = list(case.of(BankStatement)[0].lines)
    amount = chance.randrange(1_00, 9_000_00)
    first = StatementLine(date=lines[0].date, amount=-amount, text="EFT TO J SMITH")
    back = replace(first, date=first.date + 20 * DAY, amount=amount, text="CASH DEPOSIT")
    return _the_bank_says(case, [*lines, first, back])


def tears_out_a_line(case: Case, chance: Random) -> Case:
    lines = list(case.of(BankStatement)[0].lines)
    gone = lines.pop(chance.randrange(len(lines)))
    return _the_bank_says(case, lines, gone.amount)


def goes_on_with_another_balance(case: Case, chance: Random) -> Case:
    old = case.of(BankStatement)[0]
    more = chance.choice((1, 470_00))
    on = replace(old, id="st-next", from_=old.date + DAY, date=END, lines=())
    balance = old.closing_balance + more
    return case.then(replace(on, opening_balance=balance, closing_balance=balance))


def pays_a_bill_again(case: Case, chance: Random) -> Case:
    del chance
    _, bill = settled(case)
    received = fresh(case, "m-again", bill.total)
    part = replace(received.splits[0], client=bill.client)
    received = replace(received, payer=bill.client, splits=(part,))
    return case.then(received, bill_payment(received, bill, 1, "again-paid"))


def pays_another_clients_bill(case: Case, chance: Random) -> Case:
    del chance
    bill = replace(settled(case)[1], id="b-other", number="INV-OTHER", date=END)
    received = fresh(case, "m-other", bill.total)
    return case.then(bill, received, bill_payment(received, bill, bill.total, "other-bill"))


def pays_before_the_bill(case: Case, chance: Random) -> Case:
    del chance
    paid, bill = settled(case)
    return case.with_other(bill, replace(bill, date=paid.date + DAY, due_date=paid.date + DAY))


def pays_a_void_bill(case: Case, chance: Random) -> Case:
    del chance
    _, bill = settled(case)
    return case.then(Void(id="v", date=END, voids=bill.key, reason="wrong client"))


def pays_a_bill_that_is_none(case: Case, chance: Random) -> Case:
    del chance
    paid, _ = settled(case)
    unknown = replace(paid.allocations[0], bill=Key("bill", "nobody"))
    return case.with_other(paid, replace(paid, allocations=(unknown,)))


def moves_less_than_its_payments(case: Case, chance: Random) -> Case:
    transfers = [one for one in case.of(TrustOfficeTransfer) if one.payments and one.amount > 1]
    old = chance.choice(transfers)
    return case.with_other(old, replace(old, amount=old.amount - 1))


def names_a_payment_twice(case: Case, chance: Random) -> Case:
    del chance
    old = next(one for one in case.of(TrustOfficeTransfer) if one.id == "to-edge")
    received = fresh(case, "m-twice", old.amount)
    bought = replace(old, id="in", number="TO-IN", date=END, direction="to_trust", payments=())
    again = replace(old, id="twice", number="TO-TWICE", date=END)
    return case.then(received, bought, again)


def transfers_to_itself(case: Case, chance: Random) -> Case:
    there = chance.choice(case.of(TrustTransfer))
    same = replace(
        there, id="same", number="TT-SAME", date=END, from_=there.to, to=there.to, amount=1
    )
    return case.then(same)


def forgets_the_authority(case: Case, chance: Random) -> Case:
    old = chance.choice(case.of(TrustTransfer))
    return case.with_other(old, replace(old, authority=None))


def drops_a_number(case: Case, chance: Random) -> Case:
    del chance
    received = fresh(case, "m-gap", 1_00)
    skipped = f"{received.number[:4]}{int(received.number[4:]) + 1:06d}"
    return case.then(replace(received, number=skipped))


def numbers_against_the_dates(case: Case, chance: Random) -> Case:
    del chance
    one = fresh(case, "m-one", 1_00)
    two = fresh(case.then(one), "m-two", 1_00, END + DAY)
    return case.then(
        replace(one, number=two.number, date=one.date), replace(two, number=one.number)
    )


def reverses_what_never_was(case: Case, chance: Random) -> Case:
    old = chance.choice(case.of(TrustReceipt))
    unknown = replace(reversal(old, END, "r-x"), reverses=Key("trust_receipt", "nobody"))
    return case.then(unknown)


def reverses_twice(case: Case, chance: Random) -> Case:
    del chance
    spent = next(one for one in case.of(TrustPayment) if one.id == "tp-back")
    return case.then(reversal(spent, END, "r-twice"))


def reverses_before_it_happened(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-before", chance.randrange(1_00, 900_00))
    return case.then(received, reversal(received, END - DAY, "r-before"))


def edits_in_place(case: Case, chance: Random) -> Case:
    old = chance.choice([one for one in case.of(TrustReceipt) if one.date >= NEXT])
    return case.then(replace(old, memo="another story"))


def closes_with_a_cent(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-left", chance.randrange(1_00, 900_00))
    return case.then(received, payment(received, received.amount - 1, "left"), closing(received))


def moves_after_closing(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-after", chance.randrange(1_00, 900_00))
    spent = payment(received, received.amount, "after")
    again = fresh(case.then(received), "m-after", 1_00)
    return case.then(received, spent, closing(received), again)


def records_a_day_too_late(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-late", chance.randrange(1_00, 900_00))
    days = {received.key: plus_working_days(received.date, MOST_LATE + 1)}
    return replace(case.then(received), days=days)


def records_against_the_order(case: Case, chance: Random) -> Case:
    one = fresh(case, "m-turn", chance.randrange(1_00, 900_00))
    two = fresh(case.then(one), "m-turn", 1_00, END + DAY)
    days = {
        two.key: plus_working_days(END, MOST_LATE - 1),
        one.key: plus_working_days(END, MOST_LATE),
    }
    return replace(case.then(two, one), days=days)


def forgets_the_form(case: Case, chance: Random) -> Case:
    old = chance.choice(case.of(TrustReceipt))
    return case.with_other(old, replace(old, method=None))


def forgets_the_purpose(case: Case, chance: Random) -> Case:
    old = chance.choice(case.of(TrustPayment))
    parts = tuple(replace(part, description=None) for part in old.splits)
    return case.with_other(old, replace(old, memo=None, splits=parts))


def mixes_two_clients(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-mixed", chance.randrange(1_00, 900_00))
    other = fresh(case.then(received), "m-mixed", 1_00)
    part = replace(other.splits[0], client=STRANGER)
    return case.then(received, replace(other, splits=(part,)))


def dates_into_a_closed_period(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-closed", chance.randrange(1_00, 900_00))
    close = PeriodClose(id="p-end", date=END, trust_account=received.trust_account)
    days = {close.key: END, received.key: plus_working_days(END, max(case.delay, 1))}
    return replace(case.then(close, received), days=days)


def hides_the_firms_money(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-hidden", chance.randrange(1, LIMIT))
    part = replace(received.splits[0], client=FIRM)
    return case.then(replace(received, trust_account="TRUST1", splits=(part,)))


def puts_a_client_on_the_float(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-x", chance.randrange(1_00, 900_00))
    part = replace(received.splits[0], matter=FLOAT)
    return case.then(replace(received, splits=(part,)))


def lets_the_float_grow_by_a_cent(case: Case, chance: Random) -> Case:
    del chance
    received = fresh(case, "m-float-x", 1)
    part = replace(received.splits[0], matter=FLOAT, client=FIRM)
    return case.then(replace(received, splits=(part,)))


def puts_too_much_in(case: Case, chance: Random) -> Case:
    moved = case.of(TrustOfficeTransfer)[-1]
    more = replace(
        moved,
        id="put-in",
        number="TO-PUT-IN",
        date=END,
        trust_account="TRUST2",
        direction="to_trust",
        amount=chance.randrange(1, 900_00),
        payments=(),
    )
    return case.then(more)


def returns_too_much_deposit(case: Case, chance: Random) -> Case:
    return case.then(
        StatutoryDeposit(
            id="back",
            number="SD-BACK",
            date=END,
            trust_account="TRUST2",
            direction="out",
            amount=chance.randrange(1, 900_00),
        )
    )


def lets_money_lie(case: Case, chance: Random) -> Case:
    del chance
    return replace(case, as_of=END + (DORMANT_DAYS + 30) * DAY)


def bounces_after_payment(case: Case, chance: Random) -> Case:
    received = fresh(case, "m-bounce", chance.randrange(1_00, 9_000_00))
    spent = payment(received, 1_00, "bounce")
    return case.then(received, spent, reversal(received, END, "r-bounce"))


BREACHES: Final[dict[str, tuple[Breach, ...]]] = {
    "T1": (
        pays_out_too_much,
        pays_before_it_receives,
        records_the_receipt_after_the_payment,
    ),
    "T2": (loses_a_cent, moves_costs_that_nobody_paid),
    "T3": (
        forgets_the_statement,
        is_charged_another_amount,
        loses_money_that_nobody_recorded,
        puts_back_what_was_taken,
        tears_out_a_line,
        goes_on_with_another_balance,
    ),
    "T4": (
        pays_a_bill_again,
        pays_another_clients_bill,
        pays_before_the_bill,
        pays_a_void_bill,
        pays_a_bill_that_is_none,
        moves_less_than_its_payments,
        names_a_payment_twice,
    ),
    "T5": (transfers_to_itself, forgets_the_authority),
    "T6": (drops_a_number, numbers_against_the_dates),
    "T7": (
        reverses_what_never_was,
        reverses_twice,
        reverses_before_it_happened,
        edits_in_place,
    ),
    "T8": (closes_with_a_cent, moves_after_closing),
    "T9": (records_a_day_too_late, records_against_the_order),
    "T10": (forgets_the_form, forgets_the_purpose),
    "T11": (mixes_two_clients,),
    "T12": (dates_into_a_closed_period,),
    "T13": (
        hides_the_firms_money,
        puts_a_client_on_the_float,
        lets_the_float_grow_by_a_cent,
        puts_too_much_in,
    ),
    "T14": (returns_too_much_deposit,),
    "T15": (lets_money_lie,),
    "T17": (bounces_after_payment,),
}
BESIDES: Final[dict[Breach, set[str]]] = {
    reverses_twice: {"T1"},
    loses_a_cent: {"T3"},
    moves_costs_that_nobody_paid: {"T4"},
    moves_less_than_its_payments: {"T3"},
    puts_a_client_on_the_float: {"T11"},
    lets_money_lie: {"T3"},
    bounces_after_payment: {"T1"},
    reverses_before_it_happened: {"T1", "T17"},
}
"""What the same act breaks too: money that leaves twice is missing afterwards."""
