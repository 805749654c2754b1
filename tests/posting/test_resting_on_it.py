"""What rests on a bill is taken out with it only if it could be posted again."""

from __future__ import annotations

from counterfoil.posting import undo_orders
from counterfoil.posting.states import State
from tests.cli.scene import receipt
from tests.posting.test_edited_and_paid import Seat, orders, paid
from tests.posting.test_edited_in_xero import BILL, Desk, revised


def lowered() -> dict[str, object]:
    return receipt("1", "60.00", revision=2, allocations=[{"bill": "b-1", "amount": "50.00"}])


def codes(desk: Desk) -> set[str]:
    return {one.code for one in desk.outbox.findings([BILL])[BILL]}


def test_by_itself_no_receipt_is_taken_out_that_is_above_the_lowered_bill() -> None:
    desk = paid("repost")
    desk.post(revised("50.00"))
    assert (desk.invoice["Total"], desk.invoice["AmountPaid"]) == ("100.00", "60.00")
    assert {"revision_barred", "undo_resting_held"} <= codes(desk)
    desk.post(lowered())
    desk.retry()
    assert (desk.invoice["Total"], desk.invoice["AmountPaid"]) == ("50.00", "50.00")


def test_a_person_is_refused_it_with_what_stands_in_the_way() -> None:
    desk = Seat()
    desk.post(receipt("1", "60.00"))
    desk.post(revised("50.00"))
    for dry_run in (True, False):
        (told,) = undo_orders.undo(desk, [BILL], orders(desk, dry_run=dry_run))
        (refused,) = told.refused
        assert refused.finding.code == "undo_resting_held"
        assert "60.00 is applied to bill INV-1, which is worth 50.00" in refused.finding.message
        assert "counterfoil rebill" in refused.finding.fix
        assert not told.planned
    desk.post(lowered())
    assert undo_orders.undo(desk, [BILL], orders(desk))[0].planned
    desk.poster.drain()
    assert (desk.invoice["Total"], desk.invoice["AmountPaid"]) == ("50.00", "50.00")
    assert not desk.outbox.counts().get(State.HELD)
