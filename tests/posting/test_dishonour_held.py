"""A dishonour whose payment cannot be deleted moves no money in Xero until that is gone."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.core.documents import Key
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.discarding import give_up
from counterfoil.posting.states import State
from tests.cli.scene import bill, party, receipt
from tests.posting.test_edited_in_xero import Desk, Document
from tests.posting.test_seeking import RECEIPT, REVERSAL, reversal
from xero_sandbox import faults as trouble
from xero_sandbox.books import mark_reconciled

AGAIN, SECOND = Key("receipt", "r-1b"), Key("reversal", "x-2")


class Bank(Desk):
    """A firm whose client's cheque was paid in, and came back."""

    def __init__(self, *, reconciled: bool = True) -> None:
        super().__init__()
        self.post(receipt("1"))
        (self.paid,) = self.organisation.payments
        if reconciled:
            mark_reconciled(self.organisation, "payment", self.paid)

    def unreconcile(self) -> None:
        self.organisation.payments[self.paid].reconciled = False

    def retry(self, *keys: Key) -> None:
        reconvert(keys, self.outbox, self.shelf, actor="ann", now=self.clock.now())
        self.poster.drain()

    @property
    def moved(self) -> list[tuple[str, str]]:
        """Return what was received and spent, and when."""
        there = self.organisation.bank_transactions.values()
        return [
            (one.kind, dt.date.fromordinal(one.date).isoformat())
            for one in there
            if one.status != "DELETED"
        ]

    def states(self, key: Key) -> set[State]:
        return {one.state for one in self.outbox.postings([key])}


def dishonour() -> Document:
    return reversal(reason="Cheque dishonoured", date="2026-06-27")


def again() -> Document:
    return {**receipt("1"), "id": "r-1b", "number": "R-1B", "date": "2026-06-29"}


BOTH = [("RECEIVE", "2026-06-20"), ("SPEND", "2026-06-27")]


def test_nothing_moves_while_the_payment_cannot_be_deleted() -> None:
    desk = Bank()
    desk.post(dishonour(), again())
    assert desk.moved == []
    assert desk.states(REVERSAL) == {State.HELD, State.WAITING}
    (said,) = (one for one in desk.outbox.findings([REVERSAL])[REVERSAL])
    assert said.code == "undo_reconciled"
    assert "nothing counts twice" in said.message
    assert "Unreconcile the payment in Xero and retry" in said.fix
    assert "counterfoil discard" in said.fix
    desk.unreconcile()
    desk.retry(REVERSAL)
    assert desk.moved == BOTH
    assert [one.status for one in desk.organisation.payments.values()] == ["DELETED", "AUTHORISED"]
    assert desk.states(REVERSAL) == desk.states(AGAIN) == {State.POSTED}


def test_it_may_be_given_up_and_the_payment_kept() -> None:
    desk = Bank()
    desk.post(dishonour())
    now = desk.clock.now()
    assert give_up([REVERSAL], desk.outbox, desk.shelf, actor="ann", now=now) == 1
    desk.poster.drain()
    assert desk.moved == []
    assert desk.states(RECEIPT) == {State.POSTED}


def test_of_two_payments_one_of_which_is_gone_the_dishonour_is_not_given_up() -> None:
    desk = Bank(reconciled=False)
    two = [{"bill": "b-1", "amount": "40.00"}, {"bill": "b-3", "amount": "60.00"}]
    desk.post(dishonour(), bill("3", client=party("1")))
    desk.post({**again(), "allocations": two})
    _, _, kept = desk.organisation.payments
    mark_reconciled(desk.organisation, "payment", kept)
    before, bounced = desk.moved, {"reason": "bounced", "date": "2026-06-30"}
    desk.post(reversal(id="x-2", number="X-2", reverses=AGAIN._asdict(), **bounced))
    assert desk.moved == before
    (said,) = desk.outbox.findings([SECOND])[SECOND]
    assert said.code == "undo_reconciled"
    assert "discard" not in said.fix


@pytest.mark.parametrize("fault", ["500_after", "503_after"])
def test_a_deletion_whose_answer_is_lost_is_found_before_the_money_moves(
    fault: trouble.FaultName,
) -> None:
    desk = Bank(reconciled=False)
    match = trouble.Match(method="POST", path="Payments")
    desk.sandbox.state.faults.order([trouble.Fault(fault, match)])
    desk.post(dishonour(), again())
    for _ in range(3):
        desk.clock.wait_until(desk.clock.now() + dt.timedelta(minutes=10))
        desk.poster.drain()
    assert desk.moved == BOTH
    assert desk.states(REVERSAL) == desk.states(AGAIN) == {State.POSTED}
