"""What somebody took out in Xero, or took back: it keeps nobody out, and can be posted anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.documents import Key
from counterfoil.core.mapping import Mapping
from counterfoil.posting import undo_orders
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.poster import Poster
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.undo_orders import Order
from counterfoil.posting.unlinking import plan_unlinking
from tests.cli.scene import Document, bill, receipt
from tests.posting.test_edited_and_paid import Seat
from tests.posting.test_edited_in_xero import BILL, revised
from tests.posting.test_seeking import RECEIPT, reversal

SECOND = Key("receipt", "r-2")
WHY = "in Xero, which gives the number of what is void to nothing else"


class Office(Seat):
    """A firm with a bill in Xero; people take things out there by hand."""

    @property
    def numbers(self) -> dict[str, str]:
        return {one.number: one.status for one in self.organisation.documents.values()}

    @property
    def paid(self) -> list[tuple[str, int, str]]:
        """Return each payment's status and hundredths, with the number of what it is on."""
        there = self.organisation
        return [
            (one.status, one.amount, there.documents[one.document_id].number)
            for one in there.payments.values()
        ]

    def void(self) -> None:
        self.edit(Status="VOIDED")

    def delete_payment(self, place: int = 0) -> None:
        xero_id = list(self.organisation.payments)[place]
        body = {"PaymentID": xero_id, "Status": "DELETED"}
        self.firm.ask("POST", f"/Payments/{xero_id}", self.clock.now(), body)

    def remap(self, mapping: Mapping) -> None:
        self.shelf = FixedShelf(self.shelf.chart(), mapping)
        self.poster = Poster(self.caller, self.shelf, holder="year")

    def order(self, key: Key = BILL, *, again: bool = True) -> tuple[str, ...]:
        order = Order("ann", self.clock.now(), again=again)
        (told,) = undo_orders.undo(self, [key], order)
        assert told.planned, told
        self.poster.drain()
        return told.steps

    def states(self, key: Key) -> set[State]:
        standing = (one.state for one in self.outbox.postings([key]))
        return {one for one in standing if one is not State.WITHDRAWN}

    def codes(self, key: Key) -> list[str]:
        return [one.code for one in self.outbox.findings([key])[key]]


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_bill_that_was_voided_in_xero_is_posted_anew_under_a_number_that_is_free(
    office: Office,
) -> None:
    office.void()
    assert office.order() == (
        "The invoice INV-1 of bill b-1 is void in Xero already",
        f"Post bill b-1 anew, as INV-1-ANEW2 {WHY}",
    )
    assert office.numbers == {"INV-1": "VOIDED", "INV-1-ANEW2": "AUTHORISED"}
    assert (office.states(BILL), office.codes(BILL)) == ({State.POSTED}, ["number_stays_void"])
    office.post(receipt("1"), revised("100.00", description="Advice"))
    assert office.paid == [("AUTHORISED", 10_000, "INV-1-ANEW2")]
    assert office.invoice["InvoiceNumber"] == "INV-1-ANEW2", "a revision leaves it so"


def test_each_time_it_is_voided_there_the_next_number_is_taken(office: Office) -> None:
    for _ in range(2):
        office.void()
        office.order()
    assert office.numbers["INV-1-ANEW3"] == "AUTHORISED"
    office.order()
    assert office.numbers == {
        "INV-1": "VOIDED",
        "INV-1-ANEW2": "VOIDED",
        "INV-1-ANEW3-VOID3": "VOIDED",
        "INV-1-ANEW3": "AUTHORISED",
    }


def test_what_was_undone_when_it_was_void_already_can_be_posted_anew_too(office: Office) -> None:
    office.void()
    office.order(again=False)
    now = office.clock.now()
    reconvert([BILL], office.outbox, office.shelf, actor="ann", now=now, anew=True)
    office.poster.drain()
    assert office.numbers == {"INV-1": "VOIDED", "INV-1-ANEW2": "AUTHORISED"}


def test_of_a_receipt_only_the_payment_that_was_deleted_there_is_posted_anew(
    office: Office,
) -> None:
    office.post(bill("2"), both())
    office.delete_payment()
    (gone, *_), standing = office.paid, office.paid[1]
    steps = office.order(RECEIPT)
    assert len(steps) == 2
    assert steps[0].endswith("of receipt r-1 is deleted in Xero already")
    assert office.paid == [gone, standing, ("AUTHORISED", *gone[1:])]
    assert office.states(RECEIPT) == {State.POSTED}
    assert len(plan_unlinking([RECEIPT], office.outbox).ties) == 2


def both() -> Document:
    allocations = [{"bill": f"b-{name}", "amount": "100.00"} for name in ("1", "2")]
    return receipt("1", "200.00", allocations=allocations)


def test_what_a_receipt_that_is_undone_kept_out_goes_on_by_itself(office: Office) -> None:
    office.post(receipt("1"), receipt("2", of="1"))
    assert office.codes(SECOND) == ["beyond_what_is_left"]
    office.order(RECEIPT, again=False)
    office.poster.drain()
    assert (office.states(SECOND), office.codes(SECOND)) == ({State.POSTED}, [])


def test_a_receipt_whose_reversal_waits_for_it_no_longer_keeps_nobody_out(office: Office) -> None:
    right = office.shelf.mapping()
    shared = replace(right.trust_accounts["TRUST1"], xero=right.bank_accounts["OFFICE"])
    clashing = replace(right, trust_accounts={"TRUST1": shared})
    again = Key("receipt", "r-4")
    office.remap(replace(right, accounts={}, bank_accounts={}))
    office.post(bill("3"), {**receipt("3"), "id": "r-1"}, reversal(), receipt("4", of="3"))
    # The bill can go now, its receipts cannot yet: the reversal waits for nothing.
    for mapping in (clashing, right):
        office.remap(mapping)
        held = office.outbox.held_by(None)
        reconvert(held, office.outbox, office.shelf, actor="ann", now=office.clock.now())
    assert office.codes(again) == []
    office.poster.drain()
    assert (office.states(RECEIPT), office.states(again)) == (set(), {State.POSTED})
    assert [one for one in office.paid if one[0] != "DELETED"] == [("AUTHORISED", 10_000, "INV-3")]
