"""Trust documents on their way into the daybook: what waits for what, and what is kept here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from counterfoil.core.documents import Key
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.discarding import discard_pointless
from counterfoil.posting.entries import convert_all
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import Link, Outcome
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.sums import touched
from tests.core.scene import JONES, LEASE, plain_bill, receipt, split, to_bill
from tests.core.test_trust_documents import (
    UNPOSTED,
    bill_payment,
    ledger,
    office_transfer,
    payment,
    supplier_bill,
    transfer,
)
from tests.core.trust_cases import reversal
from tests.core.trust_scene import TRUST_CHART, TRUST_MAPPING

if TYPE_CHECKING:
    from counterfoil.core.documents import Document, Receipt
    from counterfoil.core.mapping import Mapping

NOON = dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC)


class Daybook:
    """An outbox in memory with the firm's trust accounts."""

    def __init__(self, mapping: Mapping = TRUST_MAPPING) -> None:
        self.outbox = MemoryOutbox()
        self.shelf = FixedShelf(TRUST_CHART, mapping)

    def take(self, *documents: Document) -> None:
        take_in(documents, self.outbox, self.shelf, actor="test", now=NOON)

    def postings(self, document: Document) -> set[tuple[str, str, State]]:
        return {
            (posting.key.part, posting.resource, posting.state)
            for posting in self.outbox.postings([document.key])
            if posting.state is not State.WITHDRAWN
        }

    def post(self, kind: str) -> None:
        """Let every posting of a kind that is ready be in Xero."""
        lease = self.outbox.take_lease("test", self.outbox.lease(), now=NOON)
        assert lease is not None
        while ready := [
            due.posting.key
            for due in self.outbox.due(lease, now=NOON, most=50)
            if due.posting.key.kind == kind
        ]:
            outcomes = [Outcome(key, State.POSTED, Link(f"x-{key.id}")) for key in ready]
            self.outbox.settle_unsent(lease, outcomes, now=NOON)
        self.outbox.release(lease)

    def needs(self, document: Document) -> set[str]:
        keys = [one.key for one in self.outbox.postings([document.key])]
        return {str(Key(*need)) for key in keys for need in self.outbox._needs[key]}

    def codes(self, document: Document) -> list[str]:
        return [finding.code for finding in self.outbox.findings([document.key])[document.key]]


def test_a_payment_of_a_supplier_bill_is_freed_when_the_bill_comes() -> None:
    bill, daybook = supplier_bill(), Daybook()
    paid = payment("300.00", split("300.00"), supplier_bill=bill.key)

    daybook.take(paid)
    assert {state for _, _, state in daybook.postings(paid)} == {State.HELD}

    daybook.take(bill)
    assert daybook.postings(paid) == {
        ("", "CreditNotes", State.WAITING),
        ("bank", "BankTransactions", State.WAITING),
        ("allocation:s-1", "Allocations", State.WAITING),
    }


def test_a_transfer_between_banks_is_one_group_of_postings() -> None:
    daybook = Daybook()
    across = transfer(ledger("TRUST1"), ledger("TRUST2", JONES, LEASE))

    daybook.take(across)

    assert daybook.postings(across) == {
        ("transfer", "BankTransfers", State.READY),
        ("journal", "ManualJournals", State.READY),
    }


def test_where_trust_is_not_posted_costs_settle_their_bills_from_the_office() -> None:
    daybook, paid = Daybook(UNPOSTED), bill_payment()
    moved = office_transfer("110.00", paid.key)

    daybook.take(plain_bill(), moved)
    assert {state for _, _, state in daybook.postings(moved)} == {State.HELD}

    daybook.take(paid)
    assert daybook.postings(paid) == set()
    assert daybook.codes(paid) == ["trust_not_posted"]
    assert daybook.postings(moved) == {("allocation:b-1", "Payments", State.WAITING)}


def office(amount: str, name: str = "r-1") -> Receipt:
    return receipt(amount, to_bill(amount), id=name, number=name.upper())


@pytest.mark.parametrize("turned", [False, True])
def test_where_trust_is_not_posted_costs_and_receipts_do_not_pay_a_bill_twice(
    *, turned: bool
) -> None:
    daybook, paid = Daybook(UNPOSTED), bill_payment()
    moved = office_transfer("110.00", paid.key)
    daybook.take(plain_bill(), paid)
    first, second = (office("50.00"), moved) if turned else (moved, office("50.00"))

    daybook.take(first)
    daybook.take(second)

    assert daybook.codes(first) == []
    assert daybook.codes(second) == ["beyond_what_is_left"]
    (told,) = daybook.outbox.findings([second.key])[second.key]
    assert told.path == ("payments[0]" if turned else "allocations[0].amount")


def test_where_trust_is_not_posted_costs_that_are_taken_back_let_a_receipt_go() -> None:
    daybook, paid = Daybook(UNPOSTED), bill_payment()
    moved, instead = office_transfer("110.00", paid.key), office("110.00")
    daybook.take(plain_bill(), paid, moved)
    daybook.take(instead)
    assert daybook.codes(instead) == ["beyond_what_is_left"]

    daybook.take(reversal(moved, moved.date, "rv-1"))

    assert daybook.codes(instead) == []
    assert daybook.needs(instead) == {"bill:b-1", "reversal:rv-1"}


def test_where_trust_is_not_posted_the_end_of_a_payment_sets_nothing_free_in_xero() -> None:
    daybook, paid = Daybook(UNPOSTED), bill_payment()
    daybook.take(plain_bill(), office("110.00"))
    documents = (paid, reversal(paid, paid.date, "rv-1"), office("1.00", "r-2"))

    _, _, late = convert_all(documents, daybook.outbox, daybook.shelf)

    assert [one.code for one in late.findings] == ["beyond_what_is_left"]


def test_where_trust_is_not_posted_the_payment_takes_nothing_from_its_own_transfer() -> None:
    paid = bill_payment()
    documents = (plain_bill(), paid, office_transfer("110.00", paid.key))
    entries = convert_all(documents, MemoryOutbox(), FixedShelf(TRUST_CHART, UNPOSTED))
    assert [one.code for entry in entries for one in entry.findings] == ["trust_not_posted"]


def test_who_waits_for_a_bill_looks_again_whichever_way_trust_paid_it() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    assert touched([paid], daybook.outbox) == {"bill:b-1"}
    assert touched([moved], daybook.outbox) == set()
    daybook.take(paid, moved)
    assert touched([moved], daybook.outbox) == {"bill:b-1"}
    assert touched([reversal(moved, moved.date, "rv-1")], daybook.outbox) == {"bill:b-1"}


def test_where_trust_is_posted_the_payment_takes_and_not_the_transfer_of_its_costs() -> None:
    daybook, paid = Daybook(), bill_payment("60.00")
    moved = office_transfer("60.00", paid.key)
    documents = (plain_bill(), paid, moved, office("50.00"), office("60.00", "r-2"))

    entries = convert_all(documents, daybook.outbox, daybook.shelf)

    short = [one.key.id for one in entries if one.findings]
    assert short == ["r-2"]


def test_costs_are_not_moved_twice_by_documents_that_come_together() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    again = replace(moved, id="x-2", number="X-2")

    daybook.take(plain_bill(), paid, moved, again)

    assert daybook.codes(moved) == []
    assert daybook.codes(again) == ["payment_named_twice"]
    assert daybook.postings(again) == {("", "BankTransfers", State.HELD)}


def test_a_second_transfer_of_the_same_costs_stays_held_when_it_is_looked_at_again() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    again = replace(moved, id="x-2", number="X-2")
    daybook.take(plain_bill(), paid, moved, again)

    reconvert([again.key], daybook.outbox, daybook.shelf, actor="test", now=NOON)

    assert daybook.codes(again) == ["payment_named_twice"]


def test_costs_that_an_earlier_file_has_moved_are_not_moved_again() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    daybook.take(plain_bill(), paid, moved)

    again = replace(moved, id="x-2", number="X-2")
    daybook.take(again)

    assert daybook.codes(again) == ["payment_named_twice"]
    assert daybook.postings(again) == {("", "BankTransfers", State.HELD)}


def test_a_transfer_that_is_taken_back_sets_its_payments_free() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    again = replace(moved, id="x-2", number="X-2")
    daybook.take(plain_bill(), paid, moved, again)
    for kind in ("contact", "bill", "trust_bill_payment", "trust_office_transfer"):
        daybook.post(kind)
    assert daybook.codes(again) == ["payment_named_twice"]

    daybook.take(reversal(moved, moved.date, "rv-1"))

    assert daybook.codes(again) == []
    assert daybook.postings(again) == {("", "BankTransfers", State.READY)}
    third = replace(moved, id="x-3", number="X-3")
    daybook.take(third)
    assert daybook.codes(third) == ["payment_named_twice"]


@pytest.mark.parametrize("first", [False, True])
def test_a_transfer_of_a_payment_that_was_taken_back_is_held(*, first: bool) -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    daybook.take(plain_bill(), paid)
    for kind in ("contact", "bill", "trust_bill_payment"):
        daybook.post(kind)

    for document in (
        (moved, reversal(paid, paid.date, "rv-1"))
        if first
        else (reversal(paid, paid.date, "rv-1"), moved)
    ):
        daybook.take(document)

    assert daybook.codes(moved) == ["payment_taken_back"]
    assert daybook.postings(moved) == {("", "BankTransfers", State.HELD)}


def test_a_transfer_that_can_never_go_is_done_with_once_it_is_taken_back() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    back = reversal(moved, moved.date, "rv-2")
    daybook.take(plain_bill(), paid, reversal(paid, paid.date, "rv-1"), moved, back)

    discard_pointless([back.key], daybook.outbox, daybook.shelf, actor="test", now=NOON)

    assert daybook.postings(moved) | daybook.postings(back) == set()
    assert daybook.codes(moved) == daybook.codes(back) == ["discarded"]


def test_costs_leave_trust_only_after_the_payments_that_took_them() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)
    daybook.take(plain_bill(), paid, moved)
    assert daybook.postings(moved) == {("", "BankTransfers", State.WAITING)}

    for kind in ("contact", "bill", "trust_bill_payment"):
        daybook.post(kind)

    assert daybook.postings(moved) == {("", "BankTransfers", State.READY)}


def test_costs_of_a_payment_nobody_sent_wait_and_say_so() -> None:
    daybook, paid = Daybook(), bill_payment()
    moved = office_transfer("110.00", paid.key)

    daybook.take(moved)

    assert daybook.codes(moved) == ["not_received"]
    assert daybook.postings(moved) == {("", "BankTransfers", State.WAITING)}


def test_making_good_a_shortage_names_no_payments() -> None:
    daybook = Daybook()
    back = replace(office_transfer("75.00"), direction="to_trust")

    daybook.take(back)

    assert daybook.codes(back) == []
    assert daybook.postings(back) == {("", "BankTransfers", State.READY)}
