"""Documents that a person keeps back."""

from __future__ import annotations

from counterfoil.posting import holding
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.states import State
from tests.core.scene import plain_bill
from tests.posting.test_daybook import NOON, Daybook

BILL = plain_bill()


def held() -> Daybook:
    daybook = Daybook()
    daybook.take(BILL)
    outbox, shelf = daybook.outbox, daybook.shelf
    assert holding.hold([BILL.key], outbox, shelf, "ask Ann", actor="user:bob", now=NOON) == 1
    return daybook


def released(daybook: Daybook) -> int:
    return holding.release([BILL.key], daybook.outbox, daybook.shelf, actor="b", now=NOON)


def test_a_document_that_is_kept_back_says_why() -> None:
    daybook = held()
    (finding,) = daybook.findings(BILL)
    assert finding.message == "Somebody keeps it back: ask Ann"
    assert daybook.states(BILL) == [State.HELD]


def test_no_change_of_mapping_lets_it_go() -> None:
    daybook = held()
    reconvert([BILL.key], daybook.outbox, daybook.shelf, actor="user:bob", now=NOON)
    assert daybook.states(BILL) == [State.HELD]


def test_holding_it_again_changes_the_reason_only() -> None:
    daybook = held()
    holding.hold([BILL.key], daybook.outbox, daybook.shelf, "", actor="user:ann", now=NOON)
    (finding,) = daybook.findings(BILL)
    assert finding.message == "Somebody keeps it back."


def test_a_release_lets_it_go_as_it_would_have_gone() -> None:
    daybook = held()
    assert released(daybook) == 1
    assert daybook.codes(BILL) == []
    assert daybook.states(BILL) == [State.WAITING]
    assert released(daybook) == 0


def test_what_is_in_xero_is_not_kept_back() -> None:
    daybook = Daybook()
    daybook.take(BILL)
    daybook.say_sent(BILL)
    assert holding.hold([BILL.key], daybook.outbox, daybook.shelf, "", actor="b", now=NOON) == 0
    assert daybook.codes(BILL) == []
