"""Each rule of trust accounting, held against lawful streams and against ones that break it.

A lawful stream is never accused. Each mutation breaks one rule of one document in it, and the judge
names that rule and no other.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import TypeVar

import pytest

from counterfoil.core.documents import (
    Bill,
    Document,
    Key,
    LedgerClose,
    Party,
    PeriodClose,
    Reversal,
    Split,
    StatutoryDeposit,
    TrustBillPayment,
    TrustNumberCancelled,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.jurisdictions import ANYWHERE, JURISDICTIONS, jurisdiction
from counterfoil.core.mapping import DORMANT_DAYS
from counterfoil.core.periods import late as late_ones
from counterfoil.core.trust_checks import Terms, check
from tests.core import trust_scene

lawful = cache(trust_scene.lawful)
SEEDS = range(50 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10)
DAY = dt.timedelta(days=1)
D = TypeVar("D", bound=Document)
Stream = list[Document]
Mutation = Callable[[Stream, Random], Stream]


def judged(
    stream: Iterable[Document],
    code: str = "AU-NSW",
    *,
    late: dt.timedelta = 0 * DAY,
    as_of: dt.date | None = None,
) -> set[str]:
    """The codes of everything found in a stream that was recorded ``late``."""
    stream = list(stream)
    terms = Terms({account: jurisdiction(code) for account in ("TRUST1", "TRUST2")})
    recorded = ((each, each.date + late) for each in stream)
    checked = check(recorded, terms, as_of or max(each.date for each in stream))
    found = [one.finding for one in checked.noted]
    found += (finding for findings in late_ones(stream, ()).values() for finding in findings)
    return {finding.code for finding in found}


def one_of(stream: Sequence[Document], kind: type[D], chance: Random) -> D:
    """A document of a kind, any of them."""
    return chance.choice([each for each in stream if isinstance(each, kind)])


def with_other(stream: Stream, old: Document, new: Document) -> Stream:
    return [new if each is old else each for each in stream]


def and_then(stream: Stream, after: Document, new: Document) -> Stream:
    at = stream.index(after) + 1
    return [*stream[:at], new, *stream[at:]]


def at_the_end(stream: Stream, new: Document) -> Stream:
    return [*stream, new]


def last_day(stream: Stream) -> dt.date:
    return max(each.date for each in stream)


def split_of(receipt: TrustReceipt) -> Split:
    return receipt.splits[0]


def overdraws(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    split = replace(split_of(receipt), amount=10_000_000_00)
    return at_the_end(
        stream,
        TrustPayment(
            id="too-much",
            number="TP1-999999",
            date=last_day(stream),
            memo="settlement",
            trust_account=receipt.trust_account,
            payee=Party(id="p", name="P"),
            method="EFT",
            amount=split.amount,
            splits=(split,),
        ),
    )


def loses_a_split(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    return with_other(stream, receipt, replace(receipt, amount=receipt.amount + 1))


def pays_a_paid_bill(stream: Stream, chance: Random) -> Stream:
    payment = one_of(stream, TrustBillPayment, chance)
    bill = next(each for each in stream if each.key == payment.allocations[0].bill)
    assert isinstance(bill, Bill)
    again = replace(
        payment,
        id="again",
        number="TB-999999",
        amount=bill.total,
        allocations=(replace(payment.allocations[0], amount=bill.total),),
    )
    return and_then(stream, payment, again)


def transfers_to_itself(stream: Stream, chance: Random) -> Stream:
    transfer = one_of(stream, TrustTransfer, chance)
    there = transfer.to
    again = replace(
        transfer, id="again", number="TT-9", date=last_day(stream), from_=there, to=there
    )
    return at_the_end(stream, replace(again, amount=1))


def forgets_the_authority(stream: Stream, chance: Random) -> Stream:
    inside = [each for each in stream if isinstance(each, TrustTransfer) and each.to != each.from_]
    transfer = chance.choice(inside)
    return with_other(stream, transfer, replace(transfer, authority=None))


def a_middle_receipt(stream: Stream, chance: Random) -> TrustReceipt:
    """A receipt that has one before it and one after it in its series."""
    receipts = [each for each in stream if isinstance(each, TrustReceipt)]
    return chance.choice(
        [
            each
            for before, each, after in zip(receipts, receipts[1:], receipts[2:], strict=False)
            if before.trust_account == each.trust_account == after.trust_account
        ]
    )


def drops_a_number(stream: Stream, chance: Random) -> Stream:
    receipt = a_middle_receipt(stream, chance)
    renumbered = replace(receipt, number=f"OTHER-{receipt.number}")
    return with_other(stream, receipt, renumbered)


def numbers_against_the_dates(stream: Stream, chance: Random) -> Stream:
    receipts = [each for each in stream if isinstance(each, TrustReceipt)]
    pairs = [
        (one, two)
        for one in receipts
        for two in receipts
        if one.trust_account == two.trust_account and one.date < two.date
    ]
    one, two = chance.choice(pairs)
    swapped = with_other(stream, one, replace(one, number=two.number))
    return with_other(swapped, two, replace(two, number=one.number))


def reversal(of: Document, on: dt.date, name: str = "r-1") -> Reversal:
    return Reversal(id=name, number=name.upper(), date=on, reverses=of.key, reason="entered twice")


def reverses_what_never_was(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    unknown = replace(reversal(receipt, last_day(stream)), reverses=Key("trust_receipt", "nobody"))
    return at_the_end(stream, unknown)


def reverses_twice(stream: Stream, chance: Random) -> Stream:
    payment = one_of(stream, TrustPayment, chance)
    day = last_day(stream)
    return [*stream, reversal(payment, day), reversal(payment, day, "r-2")]


def reverses_before_it_happened(stream: Stream, chance: Random) -> Stream:
    payment = one_of(stream, TrustPayment, chance)
    return at_the_end(stream, reversal(payment, payment.date - DAY))


def bounces_after_payment(stream: Stream, _chance: Random) -> Stream:
    receipt = next(each for each in stream if isinstance(each, TrustReceipt))
    split = split_of(receipt)
    day = last_day(stream)
    law = Party(id="p-out", name="Vendor")
    fresh = replace(
        receipt,
        id="fresh",
        number="FRESH-1",
        date=day,
        amount=500_00,
        splits=(replace(split, amount=500_00, matter=replace(split.matter, id="m-new")),),
    )
    out = TrustPayment(
        id="out",
        number="OUT-1",
        date=day,
        trust_account=receipt.trust_account,
        payee=law,
        amount=500_00,
        splits=fresh.splits,
        method="EFT",
        memo="settlement",
    )
    return [*stream, fresh, out, reversal(fresh, day)]


def closes_a_ledger_with_money(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    split = replace(split_of(receipt), amount=1_00)
    left = replace(
        receipt,
        id="left",
        number="LEFT-1",
        date=last_day(stream),
        amount=1_00,
        splits=(replace(split, matter=replace(split.matter, id="m-left")),),
    )
    close = LedgerClose(
        id="close",
        date=left.date,
        trust_account=left.trust_account,
        client=split.client,
        matter=left.splits[0].matter,
    )
    return [*stream, left, close]


def forgets_the_form(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    return with_other(stream, receipt, replace(receipt, method=None))


def forgets_the_purpose(stream: Stream, chance: Random) -> Stream:
    payment = one_of(stream, TrustPayment, chance)
    splits = tuple(replace(split, description=None) for split in payment.splits)
    return with_other(stream, payment, replace(payment, memo=None, splits=splits))


def mixes_two_clients(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    split = replace(split_of(receipt), client=Party(id="c-stranger", name="A Stranger"))
    mixed = replace(
        receipt,
        id="mixed",
        number="MIXED-1",
        date=last_day(stream),
        amount=split.amount,
        splits=(split,),
    )
    return at_the_end(stream, mixed)


def dates_into_a_closed_period(stream: Stream, chance: Random) -> Stream:
    receipt = one_of(stream, TrustReceipt, chance)
    close = PeriodClose(id="p", date=last_day(stream), trust_account=receipt.trust_account)
    late = replace(receipt, id="late", number="LATE-1", date=close.date)
    return [*stream, close, late]


def returns_too_much_deposit(stream: Stream, _chance: Random) -> Stream:
    return at_the_end(
        stream,
        StatutoryDeposit(
            id="back",
            number="SD-999999",
            date=last_day(stream),
            trust_account="TRUST1",
            direction="out",
            amount=99_000_000_00,
        ),
    )


BREACHES: dict[str, tuple[Mutation, str]] = {
    "T1 overdraws a ledger": (overdraws, "ledger_overdrawn"),
    "T2 loses part of the money": (loses_a_split, "trust_sums_off"),
    "T4 pays a bill that is paid": (pays_a_paid_bill, "bill_not_unpaid"),
    "T5 transfers to itself": (transfers_to_itself, "transfer_to_itself"),
    "T5 forgets who authorised it": (forgets_the_authority, "authority_missing"),
    "T6 drops a receipt's number": (drops_a_number, "receipt_number_missing"),
    "T6 numbers against the dates": (numbers_against_the_dates, "receipt_number_out_of_order"),
    "T7 reverses what never was": (reverses_what_never_was, "reversal_unfounded"),
    "T7 reverses twice": (reverses_twice, "reversal_unfounded"),
    "T7 reverses before it happened": (reverses_before_it_happened, "reversal_unfounded"),
    "T8 closes a ledger with money": (closes_a_ledger_with_money, "ledger_closed_with_money"),
    "T10 forgets in which form": (forgets_the_form, "trust_record_incomplete"),
    "T10 forgets what for": (forgets_the_purpose, "trust_record_incomplete"),
    "T11 mixes two clients": (mixes_two_clients, "matter_of_two_clients"),
    "T12 dates into a closed period": (dates_into_a_closed_period, "closed_period"),
    "T14 returns too much deposit": (returns_too_much_deposit, "statutory_deposit_overdrawn"),
    "T17 bounces after payment": (bounces_after_payment, "bounced_after_payment"),
}
BESIDES = {
    "T4 pays a bill that is paid": {"ledger_overdrawn"},
    "T17 bounces after payment": {"ledger_overdrawn"},
}
"""What the same lawless act breaks too: money that leaves twice is missing afterwards."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("place", [*JURISDICTIONS, ""])
def test_a_lawful_stream_is_never_accused(place: str, seed: int) -> None:
    assert judged(lawful(seed), place) == set()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("breach", BREACHES)
def test_a_stream_that(breach: str, seed: int) -> None:
    mutation, code = BREACHES[breach]
    found = judged(mutation(lawful(seed), Random(seed)))
    assert code in found
    assert found <= {code} | BESIDES.get(breach, set())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_recorded_a_fortnight_late_is_reported(seed: int) -> None:
    assert judged(lawful(seed), late=14 * DAY) == {"recorded_late"}


def test_five_working_days_may_span_a_weekend() -> None:
    assert judged(lawful(1), late=5 * DAY) == set()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_without_a_statement_is_overdue_in_time(seed: int) -> None:
    stream = lawful(seed)
    assert judged(stream, as_of=dt.date(2026, 11, 20)) == set()
    assert judged(stream, as_of=dt.date(2026, 11, 21)) == {"reconciliation_overdue"}


@pytest.mark.parametrize("seed", SEEDS)
def test_money_that_lies_still_for_a_year_is_mentioned(seed: int) -> None:
    stream = lawful(seed)
    still = last_day(stream) + (DORMANT_DAYS + 1) * DAY
    assert judged(stream, as_of=still) == {"reconciliation_overdue", "trust_balance_dormant"}


def test_a_cancelled_number_leaves_no_gap() -> None:
    stream = lawful(3)
    receipt = a_middle_receipt(stream, Random(3))
    gone = with_other(stream, receipt, replace(receipt, number=f"OTHER-{receipt.number}"))
    cancelled = TrustNumberCancelled(
        id="x",
        number=receipt.number,
        date=receipt.date,
        trust_account=receipt.trust_account,
        series="receipt",
        reason="spoilt",
    )
    assert judged([*gone, cancelled]) == set()


def test_a_place_that_is_unknown_has_the_rules_of_none() -> None:
    assert jurisdiction("ATLANTIS") is ANYWHERE
    assert jurisdiction(None) is ANYWHERE


def test_a_state_of_the_usa_shares_their_rules() -> None:
    assert jurisdiction("us-fl") is JURISDICTIONS["US"]
