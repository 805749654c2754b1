"""Who takes back whom: a reversal of a receipt needs the bill, and does not take that back."""

from __future__ import annotations

from counterfoil.posting.taken_back import taken_back_already, undoers_of
from tests.cli.scene import receipt
from tests.posting.test_edited_in_xero import BILL, Desk
from tests.posting.test_seeking import RECEIPT, REVERSAL, reversal


def test_a_bill_whose_receipt_was_reversed_is_not_taken_back_itself() -> None:
    desk = Desk()
    desk.post(receipt("1"))
    desk.post(reversal())
    assert undoers_of([BILL], desk.outbox) == {BILL: [REVERSAL]}, "it bears on the bill as well"
    assert taken_back_already([BILL, RECEIPT], desk.outbox) == {RECEIPT}
