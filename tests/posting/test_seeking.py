"""After a restore nothing is taken for never sent before it was sought in Xero."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from counterfoil.core.documents import Key
from counterfoil.core.mapping import Mapping
from counterfoil.core.reader import read_json
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.discarding import discard
from counterfoil.posting.poster import Poster
from counterfoil.posting.records import Link
from counterfoil.posting.restoring import not_of_other_parts
from counterfoil.posting.seeking import LOOKED_FOR, UNSURE
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.target import Alike
from counterfoil.posting.undo_orders import Order, undo
from counterfoil.xero.relinking import relink
from tests.cli.scene import bill, party, receipt
from tests.posting.test_edited_in_xero import BILL, Desk

if TYPE_CHECKING:
    from counterfoil.posting.target import Answer, Call

T = TypeVar("T")
Document = dict[str, Any]
RECEIPT, REVERSAL, SECOND = Key("receipt", "r-1"), Key("reversal", "x-1"), Key("bill", "b-2")
VOID = Key("void", "v-2")
LOCKED = dt.date(2026, 6, 30)


def reversal(**changed: object) -> Document:
    made = {"kind": "reversal", "id": "x-1", "number": "X-1", "date": "2026-06-27"}
    return {**made, "reverses": {"kind": "receipt", "id": "r-1"}, "reason": "mistake", **changed}


def void() -> Document:
    made = {"kind": "void", "id": "v-2", "date": "2026-06-27", "reason": "never valid"}
    return {**made, "voids": {"kind": "bill", "id": "b-2"}}


class PutBack(Desk):
    """A firm whose database comes back from a copy made while a period was locked."""

    def __init__(self, *held: Document) -> None:
        super().__init__()
        settings = replace(self.shelf.mapping().settings, lock_date="hold")
        self.map(replace(self.shelf.mapping(), settings=settings))
        self.lock(LOCKED)
        self.post(*held)
        self.copy = copy.deepcopy(vars(self.outbox))
        self.lock(None)

    def map(self, mapping: Mapping) -> None:
        self.shelf = FixedShelf(self.shelf.chart(), mapping)
        self.poster = Poster(self.caller, self.shelf, holder="year")

    def lock(self, day: dt.date | None) -> None:
        self.organisation.settings.period_lock = day.toordinal() if day else None
        self.shelf.store_organisation(self.firm.chart(self.clock.now()).organisation)

    def retry_all(self) -> None:
        held = self.outbox.held_by(None)
        reconvert(held, self.outbox, self.shelf, actor="ann", now=self.clock.now())
        self.poster.drain()

    def come_back(self) -> None:
        self.clock.wait_until(self.clock.now() + dt.timedelta(minutes=3))
        vars(self.outbox).update(self.copy)
        self.outbox.mark_restored(actor="ann", now=self.clock.now())

    def patiently(self, begin: Callable[[], Generator[Call, Answer, T]]) -> T:
        return self.read(begin)

    def state(self, *keys: Key) -> list[State]:
        return [max(one.state for one in self.outbox.postings([key])) for key in keys]

    def codes(self, key: Key) -> set[str]:
        return {one.code for one in self.outbox.findings([key])[key]}

    def payments(self) -> list[str]:
        return [one.status for one in self.organisation.payments.values()]

    def later(self, **span: int) -> None:
        self.clock.wait_until(self.clock.now() + dt.timedelta(**span))
        self.poster.drain()


def test_what_was_posted_after_the_copy_is_found_and_then_taken_back() -> None:
    desk = PutBack(receipt("1"))
    desk.retry_all()
    assert desk.payments() == ["AUTHORISED"]
    desk.come_back()
    assert desk.state(RECEIPT) == [State.HELD]
    desk.post(reversal())
    assert desk.payments() == ["DELETED"]
    assert desk.state(RECEIPT, REVERSAL) == [State.WITHDRAWN, State.POSTED]


def test_what_is_not_there_is_believed_at_the_second_look_alone() -> None:
    desk = PutBack(receipt("1"))
    desk.come_back()
    desk.post(reversal())
    assert desk.state(RECEIPT, REVERSAL) == [State.HELD, State.READY]
    assert LOOKED_FOR in desk.codes(REVERSAL)
    desk.later(minutes=5)
    assert desk.state(RECEIPT, REVERSAL) == [State.HELD, State.READY]
    desk.later(minutes=2)
    assert desk.state(RECEIPT, REVERSAL) == [State.WITHDRAWN, State.POSTED]
    assert not desk.payments()


def test_a_bill_is_found_with_its_contact_and_its_money_though_the_copy_knows_neither() -> None:
    desk = PutBack(bill("2"), receipt("1", of="2"))
    desk.retry_all()
    assert desk.payments() == ["AUTHORISED"]
    desk.come_back()
    desk.post(reversal(), void())
    desk.later(minutes=10)
    assert desk.payments() == ["DELETED"]
    assert desk.state(RECEIPT, SECOND) == [State.WITHDRAWN, State.WITHDRAWN]
    assert desk.state(REVERSAL, VOID) == [State.POSTED, State.POSTED]
    assert [one.status for one in desk.organisation.documents.values()] == ["AUTHORISED", "VOIDED"]


def test_nothing_can_rest_on_what_is_not_there() -> None:
    desk = PutBack(bill("2"), receipt("1", of="2"))
    desk.come_back()
    desk.post(reversal(), void())
    desk.later(minutes=10)
    desk.later(minutes=10)
    assert desk.state(RECEIPT, SECOND) == [State.WITHDRAWN, State.WITHDRAWN]
    assert desk.state(REVERSAL, VOID) == [State.POSTED, State.POSTED]


def test_what_was_taken_back_before_the_restore_too_is_not_sent_again() -> None:
    desk = PutBack(receipt("1"))
    desk.retry_all()
    desk.post(reversal())
    assert desk.payments() == ["DELETED"]
    desk.come_back()
    desk.post(reversal())
    assert desk.payments() == ["DELETED"]
    assert desk.state(RECEIPT, REVERSAL) == [State.WITHDRAWN, State.POSTED]


def test_where_nobody_can_tell_a_person_is_asked() -> None:
    desk = PutBack(bill("2"))
    desk.retry_all()
    desk.come_back()
    posted = [*desk.organisation.documents.values()][-1].document_id
    desk.firm.ask("POST", f"/Invoices/{posted}", desk.clock.now(), {"Date": "2026-06-16"})
    desk.post(void())
    assert desk.state(SECOND, VOID) == [State.HELD, State.HELD]
    assert UNSURE in desk.codes(VOID)
    desk.firm.ask("POST", f"/Invoices/{posted}", desk.clock.now(), {"Date": "2026-06-15"})
    desk.retry_all()
    assert desk.state(SECOND, VOID) == [State.WITHDRAWN, State.POSTED]
    assert desk.organisation.documents[posted].status == "VOIDED"


def test_a_repost_that_was_carried_out_after_the_copy_finds_its_own_work() -> None:
    desk = PutBack()
    (way,) = undo(desk, [BILL], Order("ann", desk.clock.now(), again=True))
    assert way.planned
    desk.copy = copy.deepcopy(vars(desk.outbox))
    desk.poster.drain()
    (posted,) = desk.outbox.ids([Symbol(*BILL)]).values()
    desk.come_back()
    desk.poster.drain()
    desk.later(minutes=10)
    assert desk.outbox.ids([Symbol(*BILL)]) == {Symbol(*BILL): posted}
    assert sorted((one.number, one.status) for one in desk.organisation.documents.values()) == [
        ("INV-1", "AUTHORISED"),
        ("INV-1-VOID1", "VOIDED"),
    ]


def test_an_earlier_revision_that_went_after_the_copy_is_not_joined_by_a_second_payment() -> None:
    desk = PutBack()
    desk.post(receipt("1", "60.00"))
    desk.come_back()
    desk.post(receipt("1", "70.00", revision=2))
    desk.later(minutes=10)
    assert desk.codes(RECEIPT) == {"alike_after_restore"}
    assert desk.payments() == ["AUTHORISED"]
    (payment,) = desk.organisation.payments.values()
    desk.firm.ask(
        "POST", f"/Payments/{payment.payment_id}", desk.clock.now(), {"Status": "DELETED"}
    )
    (refused,) = [one.key for one in desk.outbox.postings([RECEIPT])]
    desk.outbox.retry([refused], actor="ann", now=desk.clock.now())
    desk.later(minutes=10)
    assert desk.payments() == ["DELETED", "AUTHORISED"]


def test_what_is_called_alike_may_be_tied_as_the_earlier_revision_that_it_is() -> None:
    desk = PutBack()
    desk.post(receipt("1", "60.00"))
    desk.come_back()
    desk.post(receipt("1", "70.00", revision=2))
    desk.later(minutes=10)
    (payment,) = desk.organisation.payments
    now = desk.clock.now()
    other = relink(desk, RECEIPT, BILL.id, actor="ann", now=now)
    assert other.why
    told = relink(desk, RECEIPT, payment, actor="ann", now=now)
    assert (told.why, desk.state(RECEIPT)) == ("", [State.POSTED])
    assert desk.codes(RECEIPT) == {"earlier_revision_in_xero"}
    (way,) = undo(desk, [RECEIPT], Order("ann", now, again=True))
    assert way.planned
    for _ in range(2):
        desk.later(minutes=10)
    assert [(one.amount, one.status) for one in desk.organisation.payments.values()] == [
        (60_00, "DELETED"),
        (70_00, "AUTHORISED"),
    ]


def test_what_is_called_alike_in_xero_is_not_given_up_by_taking_it_back() -> None:
    desk = PutBack()
    desk.post(receipt("1", "60.00"))
    desk.come_back()
    desk.post(receipt("1", "70.00", revision=2))
    desk.later(minutes=10)
    desk.post(reversal())
    desk.later(minutes=10)
    assert desk.state(RECEIPT, REVERSAL) == [State.REFUSED, State.HELD]
    assert UNSURE in desk.codes(REVERSAL)
    assert desk.payments() == ["AUTHORISED"]


def test_what_the_copy_knows_in_other_words_is_not_given_up_either() -> None:
    desk = PutBack(receipt("1", "60.00"))
    desk.post(receipt("1", "70.00", revision=2))
    desk.retry_all()
    desk.come_back()
    desk.post(reversal())
    desk.later(minutes=10)
    assert desk.state(RECEIPT, REVERSAL) == [State.HELD, State.HELD]
    assert desk.payments() == ["AUTHORISED"]


def test_after_a_week_the_copy_is_believed_again() -> None:
    desk = PutBack(receipt("1"))
    desk.come_back()
    desk.later(days=8)
    desk.outbox.connect(desk.wire.grant(desk.clock.now()), actor="ann", now=desk.clock.now())
    desk.post(reversal())
    assert desk.state(RECEIPT, REVERSAL) == [State.WITHDRAWN, State.POSTED]


def test_nothing_is_discarded_that_a_restored_store_cannot_know_of() -> None:
    desk = PutBack(receipt("1"))
    desk.retry_all()
    desk.come_back()
    desk.lock(LOCKED)
    (document,) = [read_json(json.dumps(reversal())).document]
    assert document is not None
    take_in([document], desk.outbox, desk.shelf, actor="ann", now=desk.clock.now())
    assert not discard(REVERSAL, desk.outbox, desk.shelf, actor="ann", now=desk.clock.now())
    desk.lock(None)
    desk.retry_all()
    assert desk.payments() == ["DELETED"]


def several(*bills: str, revision: int = 1) -> Document:
    """A receipt of 60.00 on each of these bills."""
    applied = [{"bill": one, "amount": "60.00"} for one in bills]
    amount = f"{60 * len(bills)}.00"
    return receipt("1", amount, allocations=applied, revision=revision)


def test_an_earlier_revision_that_paid_another_bill_is_not_joined_by_a_second_payment() -> None:
    desk = PutBack(bill("2", client=party("1")))
    desk.retry_all()
    desk.copy = copy.deepcopy(vars(desk.outbox))
    desk.post(several("b-1"))
    desk.come_back()
    desk.post(several("b-2", revision=2))
    desk.later(minutes=10)
    assert desk.codes(RECEIPT) == {"alike_after_restore"}
    assert desk.payments() == ["AUTHORISED"]


def test_a_receipt_over_two_bills_takes_neither_payment_for_an_earlier_revision() -> None:
    desk = PutBack(bill("2", client=party("1")))
    desk.retry_all()
    desk.copy = copy.deepcopy(vars(desk.outbox))
    desk.post(several("b-1", "b-2"))
    made = [*desk.organisation.payments.values()]
    desk.come_back()
    gone = made[0].payment_id
    desk.firm.ask("POST", f"/Payments/{gone}", desk.clock.now(), {"Status": "DELETED"})
    desk.post(several("b-1", "b-2"))
    desk.later(minutes=10)
    assert desk.codes(RECEIPT) == set()
    assert desk.payments() == ["DELETED", "AUTHORISED", "AUTHORISED"]


def test_what_another_part_of_a_receipt_paid_does_not_keep_it_from_being_taken_back() -> None:
    desk = PutBack(bill("2", client=party("1")), several("b-1", "b-2"))
    desk.retry_all()
    made = [*desk.organisation.payments.values()]
    desk.come_back()
    gone = made[0].payment_id
    desk.firm.ask("POST", f"/Payments/{gone}", desk.clock.now(), {"Status": "DELETED"})
    desk.post(reversal())
    desk.later(minutes=10)
    desk.later(minutes=10)
    assert desk.payments() == ["DELETED", "DELETED"]
    assert desk.state(RECEIPT, REVERSAL) == [State.WITHDRAWN, State.POSTED]


def test_what_pays_a_bill_is_of_the_part_of_the_receipt_that_names_this_bill() -> None:
    desk = PutBack()
    desk.post(bill("2", client=party("1")), several("b-1", "b-2"))
    first, second = sorted(one.key for one in desk.outbox.postings([RECEIPT]))
    bills = desk.outbox.ids([Symbol(*BILL), Symbol(*SECOND)])
    there = [Alike(Link(name), bills[of]) for name, of in zip("ab", sorted(bills), strict=True)]
    strange = Alike(Link("c"), "somebody's")
    found = [not_of_other_parts(one, [*there, strange], desk.outbox) for one in (first, second)]
    assert [[one.link.xero_id for one in of] for of in found] == [["a", "c"], ["b", "c"]]
