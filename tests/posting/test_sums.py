"""A bill is settled once and a credit used once, in whatever order documents and revisions come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.chart import Chart
from counterfoil.core.conversion import Act
from counterfoil.core.documents import (
    Allocation,
    Document,
    EitherAllocation,
    Key,
    LaterAllocation,
    OpeningBill,
    Party,
    Receipt,
    Refund,
    Reversal,
    TrustBillPayment,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.findings import holds
from counterfoil.core.mapping import Mapping
from counterfoil.core.takings import Sums, takings, title
from counterfoil.core.whole_file import FileIndex
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.corrections import Correction, Step, entry_of
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.entries import convert_all
from counterfoil.posting.holding import hold, release
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import Entry
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.sums import touched
from tests.core.scene import (
    CHART,
    DAY,
    ESTATE,
    MAPPING,
    SMITH,
    bill,
    cents,
    credit_note,
    line,
    plain_bill,
    receipt,
    to_bill,
)

NOW = dt.datetime(2026, 11, 4, tzinfo=dt.UTC)


class Store(MemoryOutbox):
    """A store that minds what it is asked, as a database does; ``lost`` cannot be read any more."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.lost: set[Key] = set()

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        known = sorted(keys, key=lambda key: (key.kind, key.id), reverse=True)
        return super().bodies([key for key in known if key not in self.lost])

    def bodies_of(self, kind: str) -> dict[Key, bytes]:
        self.asked.append(kind)
        return super().bodies_of(kind)


class Daybook:
    """Takes documents in, one call after another, and tells what is held."""

    def __init__(self, chart: Chart = CHART, mapping: Mapping = MAPPING) -> None:
        self.outbox = Store()
        self.shelf = FixedShelf(chart, mapping)

    def take(self, *documents: Document) -> None:
        take_in(documents, self.outbox, self.shelf, actor="test", now=NOW)

    def together(self, *documents: Document) -> dict[str, Entry]:
        """Convert documents once, against each other; nobody looks again."""
        return {one.key.id: one for one in convert_all(documents, self.outbox, self.shelf)}

    def look_again(self, *keys: Key) -> None:
        reconvert(keys, self.outbox, self.shelf, actor="test", now=NOW)

    def stands(self, key: Key, state: State) -> None:
        """Let the postings of a document stand as a test has it."""
        for one in self.outbox.postings([key]):
            self.outbox._postings[one.key] = replace(one, state=state)

    def plans_nothing(self, key: Key) -> None:
        """Let a document need nothing, as what is found at fault itself."""
        self.outbox._needs |= {one.key: () for one in self.outbox.postings([key])}

    def short(self) -> list[str]:
        """Return the ids of what takes more than is left."""
        keys = {p.document for p in self.outbox._postings}
        found = self.outbox.findings(keys)
        return sorted(
            key.id
            for key, said in found.items()
            if any(each.code == "beyond_what_is_left" for each in said)
        )

    def message(self, key: Key) -> str:
        (said,) = [f for f in self.outbox.findings([key])[key] if f.code == "beyond_what_is_left"]
        return said.message

    def waiting_for(self, key: Key) -> set[str]:
        """Return the ids of other documents that wait for this one."""
        needing = self.outbox.needing({Symbol(*key)}).get(Symbol(*key), ())
        return {one.id for one in needing} - {key.id}

    def states(self, key: Key) -> set[State]:
        return {posting.state for posting in self.outbox.postings([key])}


def paid(name: str, amount: str, of: str = "b-1") -> Receipt:
    return receipt(amount, to_bill(amount, of), id=name, number=name.upper())


def test_a_second_receipt_beyond_the_bill_is_held_and_names_the_first() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "60.00"))
    daybook.take(paid("r-2", "110.00"))
    assert daybook.short() == ["r-2"]
    assert daybook.states(Key("receipt", "r-2")) == {State.HELD}
    assert daybook.message(Key("receipt", "r-2")) == (
        "110.00 is taken from bill INV-1, which had 110.00; taken before: 60.00 by receipt R-1. "
        "50.00 is left."
    )


def test_what_does_not_fit_takes_nothing_from_those_after_it() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "60.00"), paid("r-2", "110.00"), paid("r-3", "50.00"))
    assert daybook.short() == ["r-2"]


def test_receipts_that_come_before_their_bill_are_judged_when_it_comes() -> None:
    daybook = Daybook()
    daybook.take(paid("r-1", "60.00"))
    daybook.take(paid("r-2", "60.00"))
    assert daybook.short() == []
    daybook.take(plain_bill())
    assert daybook.short() == ["r-2"]
    assert daybook.states(Key("receipt", "r-1")) == {State.WAITING}


def test_the_same_file_twice_changes_nothing() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "110.00"))
    daybook.take(paid("r-2", "110.00"), paid("r-1", "110.00"), plain_bill())
    assert daybook.short() == ["r-2"]


def test_a_revision_that_takes_less_lets_the_next_one_go() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "110.00"), paid("r-2", "50.00"))
    assert daybook.short() == ["r-2"]
    daybook.take(replace(paid("r-1", "60.00"), revision=2))
    assert daybook.short() == []


def test_a_revision_that_leaves_the_bill_lets_the_next_one_go() -> None:
    daybook = Daybook()
    other = plain_bill(id="b-2", number="INV-2")
    daybook.take(plain_bill(), other, paid("r-1", "110.00"), paid("r-2", "50.00"))
    daybook.take(replace(paid("r-1", "110.00", of="b-2"), revision=2))
    assert daybook.short() == []


def test_a_bill_revised_downwards_holds_what_it_no_longer_covers() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "60.00"), paid("r-2", "50.00"))
    assert daybook.short() == []
    daybook.take(replace(bill([line("80.00")], "8.00", "88.00"), revision=2))
    assert daybook.short() == ["r-2"]


def test_a_credit_note_beyond_what_a_receipt_left_is_held() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "100.00"), credit_note(to_bill("55.00")))
    assert daybook.short() == ["cn-1"]


def test_a_paid_bill_cannot_be_written_off() -> None:
    daybook = Daybook()
    off = WriteOff(
        id="w-1", number="W-1", date=DAY, bill=Key("bill", "b-1"), amount=1, reason="adjustment"
    )
    daybook.take(plain_bill(), paid("r-1", "110.00"), off)
    assert daybook.short() == ["w-1"]


def later(name: str, amount: str, bill_id: str, of: Key) -> LaterAllocation:
    one = EitherAllocation(bill=Key("bill", bill_id), amount=cents(amount))
    return LaterAllocation(id=name, date=DAY, of=of, allocations=(one,))


def refund(name: str, amount: str, of: Key) -> Refund:
    return Refund(
        id=name, number=name, date=DAY, of=of, bank_account="OFFICE", amount=cents(amount)
    )


def test_a_credit_is_used_once_by_allocations_and_refunds_together() -> None:
    daybook = Daybook()
    credit = Key("credit_note", "cn-1")
    bills = [plain_bill(id=f"b-{n}", number=f"INV-{n}") for n in (1, 2)]
    daybook.take(*bills, credit_note(to_bill("10.00")))
    daybook.take(later("a-1", "20.00", "b-2", credit), refund("f-1", "26.00", credit))
    assert daybook.short() == ["f-1"]
    daybook.take(refund("f-2", "25.00", credit))
    assert daybook.short() == ["f-1"]


def test_what_a_receipt_left_over_is_used_once() -> None:
    daybook = Daybook()
    left = Key("receipt", "r-1")
    daybook.take(receipt("100.00"), plain_bill(), refund("f-1", "60.00", left))
    daybook.take(later("a-1", "50.00", "b-1", left))
    assert daybook.short() == ["a-1"]


def test_trust_money_beyond_what_an_office_receipt_left_is_held() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), paid("r-1", "110.00"), from_trust("10.00"))
    assert daybook.short() == ["tb-1"]


def from_trust(amount: str) -> TrustBillPayment:
    return TrustBillPayment(
        id="tb-1",
        number="TB-1",
        date=DAY,
        trust_account="TRUST1",
        client=SMITH,
        matter=ESTATE,
        amount=cents(amount),
        allocations=(to_bill(amount),),
    )


def test_an_opening_bill_has_what_was_outstanding() -> None:
    daybook = Daybook()
    opened = OpeningBill(
        id="ob-1",
        number="INV-0",
        date=DAY,
        client=Party(id="c-1", name="Smith Pty Ltd"),
        lines=(line("100.00"),),
        tax=1000,
        total=11000,
        outstanding=4000,
    )
    of_it = Allocation(bill=Key("opening_bill", "ob-1"), amount=3000)
    both = [receipt("30.00", of_it, id=name, number=name) for name in ("r-1", "r-2")]
    daybook.take(opened, *both)
    assert daybook.short() == ["r-2"]


def test_a_file_is_judged_in_the_order_of_its_lines() -> None:
    index = FileIndex(MAPPING.settings)
    documents = [paid("r-1", "60.00"), paid("r-2", "60.00"), plain_bill()]
    for number, document in enumerate(documents, 1):
        index.add(number, document)
    said = [[f.code for f in index.findings(n, d)] for n, d in enumerate(documents, 1)]
    assert said == [[], ["beyond_what_is_left"], []]


def test_what_is_reversed_goes_before_what_uses_its_money_again() -> None:
    daybook = Daybook()
    of = Key("receipt", "r-1")
    bounced = Reversal(id="x-1", number="X-1", date=DAY, reverses=of, reason="Cheque dishonoured")
    daybook.take(plain_bill(), paid("r-1", "110.00"), bounced)
    daybook.take(paid("r-2", "110.00"))

    hold([of], daybook.outbox, daybook.shelf, "Ask the bank", actor="ann", now=NOW)
    release([of], daybook.outbox, daybook.shelf, actor="ann", now=NOW)

    assert daybook.short() == []
    assert daybook.waiting_for(bounced.key) == {"r-2"}


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_a_bounced_receipt_and_the_one_in_its_stead_may_come_at_once(
    order: tuple[int, ...],
) -> None:
    daybook = Daybook()
    of = Key("receipt", "r-1")
    bounced = Reversal(id="x-1", number="X-1", date=DAY, reverses=of, reason="Cheque dishonoured")
    documents = (paid("r-1", "110.00"), bounced, paid("r-2", "110.00"))

    daybook.take(plain_bill(), *(documents[place] for place in order))

    assert daybook.short() == []
    assert daybook.waiting_for(bounced.key) == {"r-2"}


@pytest.mark.parametrize("first", [True, False])
def test_an_allocation_that_was_held_never_waits_for_what_takes_it_off_again(
    *,
    first: bool,
) -> None:
    daybook = Daybook()
    credit = credit_note()
    daybook.take(plain_bill(), plain_bill(id="b-2", number="INV-2"), credit)
    applied = later("a-1", "55.00", "b-1", credit.key)
    off = Unallocation(id="u-1", date=DAY, of=credit.key, allocations=applied.allocations)
    daybook.take(applied)
    hold([applied.key], daybook.outbox, daybook.shelf, "Ask them", actor="ann", now=NOW)
    daybook.take(off)
    again = later("a-2", "55.00", "b-2", credit.key)
    if first:
        daybook.take(again)
    assert applied.key.id not in daybook.waiting_for(off.key)

    release([applied.key], daybook.outbox, daybook.shelf, actor="ann", now=NOW)
    daybook.take(again)

    assert daybook.short() == []
    assert daybook.waiting_for(off.key) == {"a-2"}


def test_one_that_is_not_taken_off_waits_for_what_sets_its_credit_free() -> None:
    daybook = Daybook()
    credit = credit_note()
    daybook.take(plain_bill(), credit)
    applied = later("a-1", "55.00", "b-1", credit.key)
    off = Unallocation(id="u-1", date=DAY, of=credit.key, allocations=applied.allocations)
    same = replace(applied, id="a-2")
    daybook.take(applied, off)
    daybook.take(same)

    assert daybook.short() == []
    assert daybook.waiting_for(off.key) == {"a-2"}


amounts = st.lists(st.integers(1, 11_000), min_size=1, max_size=8)


def oracle(wanted: Sequence[int], worth: int) -> list[int]:
    """Let each in turn have what it wants, if it is there."""
    taken: list[int] = []
    for place, amount in enumerate(wanted):
        if amount + sum(wanted[other] for other in taken) <= worth:
            taken.append(place)
    return taken


@given(amounts)
def test_nobody_takes_what_somebody_before_has_taken(wanted: list[int]) -> None:
    receipts = [
        Receipt(
            id=f"r-{n}",
            number=f"R-{n}",
            date=DAY,
            client=SMITH,
            bank_account="OFFICE",
            amount=amount,
            allocations=(Allocation(bill=Key("bill", "b-1"), amount=amount),),
        )
        for n, amount in enumerate(wanted)
    ]
    daybook = Daybook()
    daybook.take(plain_bill())
    for one in receipts:
        daybook.take(one)
    free = [n for n, one in enumerate(receipts) if daybook.states(one.key) != {State.HELD}]
    assert free == oracle(wanted, 11_000)


def test_a_document_is_told_of_each_source_once() -> None:
    sums = Sums({plain_bill().key: plain_bill()})
    one, two = paid("r-1", "110.00"), paid("r-2", "10.00")
    sums.take(one.key, title(one), takings(one))
    assert holds(sums.short(two.key, tuple(takings(two))))
    assert not sums.short(one.key, tuple(takings(one)))


def codes(entry: Entry) -> list[str]:
    return [one.code for one in entry.findings]


def needed(entry: Entry) -> list[str]:
    """Return what the postings of a document wait for, each once and in their order."""
    return [*dict.fromkeys(str(Key(*need)) for one in entry.intents for need in one.needs)]


RECEIPT, BILL = Key("receipt", "r-1"), Key("bill", "b-1")


def back(of: Key, name: str = "x-1") -> Reversal:
    return Reversal(id=name, number=name.upper(), date=DAY, reverses=of, reason="By mistake")


def billed(*documents: Document) -> Daybook:
    """A daybook with a bill of 110.00."""
    daybook = Daybook()
    daybook.take(plain_bill(), *documents)
    return daybook


def test_what_takes_nothing_is_not_added_up() -> None:
    daybook = billed()
    assert codes(daybook.together(plain_bill(id="b-2", number="INV-2"))["b-2"]) == []


def test_who_takes_back_is_not_sought_where_enough_is_left() -> None:
    daybook = billed(paid("r-1", "60.00"))
    daybook.outbox.asked.clear()
    assert codes(daybook.together(paid("r-2", "50.00"))["r-2"]) == []
    assert daybook.outbox.asked == []
    assert codes(daybook.together(paid("r-2", "60.00"))["r-2"]) == ["beyond_what_is_left"]
    assert set(daybook.outbox.asked) == {"reversal", "void"}


def never_came() -> Daybook:
    """Neither a bill nor its receipt ever came to Xero, and the receipt is reversed."""
    daybook = billed(paid("r-1", "110.00"))
    daybook.stands(BILL, State.REFUSED)
    daybook.stands(RECEIPT, State.HELD)
    daybook.take(back(RECEIPT))
    assert daybook.waiting_for(BILL) == {"r-1"}, "the reversal waits for neither"
    return daybook


def test_what_will_never_take_is_set_free_by_what_ends_it() -> None:
    daybook = never_came()
    assert needed(daybook.together(paid("r-2", "110.00"))["r-2"]) == ["bill:b-1", "reversal:x-1"]


def test_what_came_in_its_stead_does_not_keep_out_what_is_ended() -> None:
    daybook = never_came()
    daybook.take(paid("r-2", "110.00"))
    daybook.plans_nothing(RECEIPT)
    assert codes(daybook.together(paid("r-1", "110.00"))["r-1"]) == []


def test_of_what_comes_at_once_the_reversal_counts_before_who_uses_its_money() -> None:
    daybook = billed(paid("r-1", "110.00"))
    entries = daybook.together(paid("r-2", "110.00"), back(RECEIPT))
    assert needed(entries["r-2"]) == ["bill:b-1", "reversal:x-1"]


def test_what_is_reversed_may_come_with_its_reversal_and_with_who_is_paid_instead() -> None:
    entries = billed().together(paid("r-2", "110.00"), paid("r-1", "110.00"), back(RECEIPT))
    assert [codes(one) for one in entries.values()] == [[], [], []]
    assert needed(entries["r-2"]) == ["bill:b-1", "reversal:x-1"]
    assert needed(entries["r-1"]) == ["bill:b-1"]


def test_nothing_is_paid_with_what_its_own_reversal_sets_free() -> None:
    daybook = billed(paid("r-0", "60.00"))
    entries = daybook.together(paid("r-1", "110.00"), back(RECEIPT))
    assert codes(entries["r-1"]) == ["beyond_what_is_left"]


def test_where_enough_is_left_nobody_waits_for_what_is_set_free() -> None:
    daybook = billed(paid("r-1", "60.00"), back(RECEIPT))
    assert needed(daybook.together(paid("r-2", "50.00"))["r-2"]) == ["bill:b-1"]


def test_who_has_enough_but_for_what_uses_its_own_money_waits_for_no_other_reversal() -> None:
    daybook = billed(paid("r-1", "60.00"), paid("r-0", "50.00"))
    daybook.take(back(RECEIPT), back(Key("receipt", "r-0"), "x-0"))
    daybook.take(paid("r-2", "60.00"))
    assert daybook.waiting_for(Key("reversal", "x-0")) == {"r-2"}
    assert needed(daybook.together(paid("r-1", "60.00"))["r-1"]) == ["bill:b-1"]


def test_who_waits_for_several_waits_for_them_in_their_order() -> None:
    names = [f"r-{n}" for n in range(1, 9)]
    daybook = billed(*(paid(name, "10.00") for name in names))
    daybook.take(*(back(Key("receipt", name), f"x{name}") for name in reversed(names)))
    waits = needed(daybook.together(paid("r-0", "110.00"))["r-0"])
    assert waits == ["bill:b-1", *(f"reversal:x{name}" for name in names)]


def test_what_is_in_xero_counts_though_it_waited_for_the_end_of_what_comes_again() -> None:
    daybook = billed(paid("r-1", "110.00"), back(RECEIPT))
    daybook.take(paid("r-2", "110.00"))
    daybook.stands(Key("receipt", "r-2"), State.POSTED)
    assert codes(daybook.together(paid("r-1", "110.00"))["r-1"]) == ["beyond_what_is_left"]


@pytest.mark.parametrize("kind", ["receipt", "credit_note"])
def test_the_end_of_what_takes_nothing_any_more_sets_nothing_free(kind: str) -> None:
    taker = paid("t-1", "55.00") if kind == "receipt" else credit_note(to_bill("55.00"), id="t-1")
    daybook = billed(taker)
    daybook.take(
        back(taker.key)
        if kind == "receipt"
        else Void(id="x-1", date=DAY, voids=taker.key, reason="By mistake")
    )
    daybook.plans_nothing(taker.key)
    daybook.take(paid("r-2", "110.00"))
    assert codes(daybook.together(paid("r-3", "55.00"))["r-3"]) == ["beyond_what_is_left"]


def test_what_is_taken_off_and_cannot_be_read_any_more_sets_nothing_free() -> None:
    daybook = left_over("50.00", off=True)
    daybook.outbox.lost = {RECEIPT}
    assert codes(daybook.together(paid("r-2", "110.00"))["r-2"]) == ["beyond_what_is_left"]


def test_a_credit_that_found_too_little_does_not_wait_for_its_own_void() -> None:
    daybook = billed(paid("r-1", "60.00"))
    credit = credit_note(to_bill("55.00"))
    daybook.take(credit)
    daybook.take(Void(id="v-1", date=DAY, voids=credit.key, reason="By mistake"))
    assert codes(daybook.together(credit)["cn-1"]) == ["beyond_what_is_left"]


def test_what_needs_a_bill_and_is_no_document_takes_nothing_of_it() -> None:
    daybook = billed()
    steps = Correction("k-1", BILL, False, (Step(Act.VOID, Undone(Symbol(*BILL), "", "Invoices")),))
    entry = entry_of(steps, "", DAY)
    intents = tuple(replace(one, needs=(Symbol(*BILL),)) for one in entry.intents)
    daybook.outbox.receive([replace(entry, intents=intents)], actor="ann", now=NOW)
    assert codes(daybook.together(paid("r-1", "110.00"))["r-1"]) == []


def test_who_took_before_is_named_in_one_order() -> None:
    names = ["r-1", "r-2", "r-3", "r-4", "r-5"]
    daybook = billed(*(paid(name, "20.00") for name in names))
    (told,) = daybook.together(paid("r-6", "20.00"))["r-6"].findings
    said = ", ".join(f"20.00 by receipt {name.upper()}" for name in names)
    assert f"taken before: {said}. 10.00 is left." in told.message


def left_over(applied: str, *, off: bool = False) -> Daybook:
    """A receipt of 200.00, 60.00 of it on the bill, and some of the rest applied to it later."""
    daybook = billed(receipt("200.00", to_bill("60.00")))
    daybook.take(later("a-1", applied, "b-1", RECEIPT))
    if off:
        daybook.take(taken_off(applied))
    return daybook


def taken_off(amount: str) -> Unallocation:
    one = EitherAllocation(bill=BILL, amount=cents(amount))
    return Unallocation(id="u-1", date=DAY, of=RECEIPT, allocations=(one,))


def on_the_bill(amount: str) -> Receipt:
    return replace(receipt("200.00", to_bill(amount)), revision=2)


@pytest.mark.parametrize("off", [False, True], ids=["applied", "taken off again"])
def test_what_was_applied_of_a_receipts_rest_keeps_out_more_of_the_receipt(*, off: bool) -> None:
    """What takes it off needs the receipt in Xero, which thus cannot wait for that."""
    entries = left_over("50.00", off=off).together(on_the_bill("80.00"))
    assert codes(entries["r-1"]) == ["beyond_what_is_left"]


def test_so_it_does_where_both_come_at_once() -> None:
    entries = left_over("50.00").together(on_the_bill("80.00"), taken_off("50.00"))
    assert codes(entries["u-1"]) == []
    assert codes(entries["r-1"]) == ["beyond_what_is_left"]


def test_so_it_does_where_the_receipt_itself_comes_last() -> None:
    daybook = billed()
    daybook.take(later("a-1", "50.00", "b-1", RECEIPT))
    entries = daybook.together(receipt("200.00", to_bill("80.00")), taken_off("50.00"))
    assert codes(entries["r-1"]) == ["beyond_what_is_left"]


def test_a_receipt_waits_for_what_takes_off_an_allocation_that_never_came_to_be() -> None:
    daybook = left_over("50.00")
    daybook.stands(RECEIPT, State.REFUSED)
    daybook.stands(Key("allocation", "a-1"), State.HELD)
    daybook.take(taken_off("50.00"))
    entries = daybook.together(on_the_bill("80.00"))
    assert "unallocation:u-1" in needed(entries["r-1"])


def test_of_several_at_once_an_allocation_still_does_not_wait_for_what_takes_it_off() -> None:
    daybook, applied = left_over("50.00"), Key("allocation", "a-1")
    daybook.stands(applied, State.HELD)
    daybook.plans_nothing(applied)
    daybook.take(taken_off("50.00"), paid("r-2", "10.00"))
    entries = daybook.together(later("a-1", "50.00", "b-1", RECEIPT), paid("r-3", "1.00"))
    assert codes(entries["a-1"]) == ["beyond_what_is_left"]


@pytest.mark.parametrize(
    ("state", "withdrawn", "said"),
    [
        (State.WAITING, False, True),
        (State.HELD, False, True),
        (State.POSTED, False, False),
        (State.SENDING, False, False),
        (State.WAITING, True, True),
        (State.POSTED, True, False),
    ],
)
def test_of_what_bars_a_void_it_is_said_whether_xero_has_it(
    state: State, *, withdrawn: bool, said: bool
) -> None:
    daybook = billed(paid("r-1", "110.00"))
    daybook.stands(RECEIPT, state)
    if withdrawn:
        (made,) = daybook.outbox.postings([RECEIPT])
        earlier = made.key._replace(attempt=0)
        daybook.outbox._postings[earlier] = replace(made, key=earlier, state=State.WITHDRAWN)
        daybook.outbox._of[RECEIPT].append(earlier)
    void = Void(id="v-1", date=DAY, voids=BILL, reason="Never owed")
    told = daybook.together(void, plain_bill(id="b-2", number="INV-2"))["v-1"].findings
    (message,) = [one.message for one in told if one.code == "still_settled"]
    assert ("receipt R-1 (which is not in Xero yet)" in message) == said


def test_who_found_too_little_looks_again_when_what_it_names_is_touched() -> None:
    daybook = billed(receipt("200.00", to_bill("60.00")))
    assert touched([paid("r-2", "5.00", of="b-2")], daybook.outbox) == {"bill:b-2"}
    assert touched([plain_bill()], daybook.outbox) == set()
    assert touched([back(RECEIPT)], daybook.outbox) == {"bill:b-1", "receipt:r-1"}
    assert touched([back(Key("receipt", "r-9"))], daybook.outbox) == set()
