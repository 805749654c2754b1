"""Later revisions of what stands in Xero, on every store."""

from __future__ import annotations

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, error
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.records import Entry, Lease, Outcome, PostingKey
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.scene import OK, UNMAPPED, bill, contact, posted, receipt
from tests.contract.stores import NOON

BILL = PostingKey("bill", "1", "", Act.CREATE, 1)
SECOND = BILL._replace(part="revision:2", act=Act.UPDATE)
THIRD = SECOND._replace(part="revision:3")
NEWER = bill("1", revision=2, content="b")
NEWEST = bill("1", revision=3, content="c")


@pytest.fixture
def lease(outbox: Outbox) -> Lease:
    """Have a bill in Xero."""
    outbox.receive([contact(), bill("1"), receipt("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    scene.post_all_due(outbox, lease, NOON)
    return lease


def receive(outbox: Outbox, *entries: Entry) -> None:
    outbox.receive(entries, actor="import", now=NOON)


def revise(outbox: Outbox, *entries: Entry) -> int:
    return len(outbox.revise(entries, actor="import", now=NOON))


@pytest.mark.usefixtures("lease")
def test_a_later_revision_is_stated_where_the_earlier_one_stands(outbox: Outbox) -> None:
    assert outbox.overtaken(None) == {}
    receive(outbox, NEWER)
    assert outbox.overtaken(None) == outbox.overtaken([BILL.document])
    assert outbox.overtaken(None) == {BILL.document: NEWER.body}
    assert revise(outbox, NEWER) == 1
    assert scene.states(outbox, [BILL, SECOND]) == [State.POSTED, State.READY]
    assert outbox.bodies([BILL.document]) == {BILL.document: NEWER.body}
    assert (outbox.overtaken(None), outbox.findings([BILL.document])) == ({}, {BILL.document: ()})


def test_the_update_goes_before_the_payments(outbox: Outbox, lease: Lease) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    (due,) = outbox.due(lease, now=NOON, most=5)
    assert due.posting.key == SECOND
    outbox.freeze(lease, [scene.request("key", (due,), NOON)], now=NOON)
    receive(outbox, NEWEST)
    assert revise(outbox, NEWEST) == 0
    outbox.settle(lease, "key", OK, [Outcome(SECOND, State.POSTED), posted(BILL)], now=NOON)
    assert outbox.overtaken(None) == {BILL.document: NEWEST.body}
    assert revise(outbox, NEWEST) == 1
    assert scene.states(outbox, [SECOND, THIRD]) == [State.POSTED, State.READY]


@pytest.mark.usefixtures("lease")
def test_only_the_newest_is_planned(outbox: Outbox) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    receive(outbox, NEWEST)
    assert revise(outbox, NEWER, NEWEST) == 1
    assert scene.states(outbox, [SECOND, THIRD]) == [State.WITHDRAWN, State.READY]


@pytest.mark.usefixtures("lease")
def test_what_would_be_held_is_not_stated(outbox: Outbox) -> None:
    faulty = bill("1", revision=2, content="b", findings=(UNMAPPED,))
    receive(outbox, faulty)
    assert revise(outbox, faulty) == 0
    assert [one.code for one in outbox.findings([BILL.document])[BILL.document]] == [
        "changed_after_posting"
    ]


@pytest.mark.usefixtures("lease")
def test_an_update_goes_along_when_the_bill_is_unlinked(outbox: Outbox) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    assert outbox.unlink([BILL], actor="ann", now=NOON) == 1
    assert scene.states(outbox, [BILL, SECOND]) == [State.WITHDRAWN, State.WITHDRAWN]


PAID = PostingKey("receipt", "1", "allocation:1", Act.CREATE, 1)
PAID_ANEW = PAID._replace(attempt=2)
LATER = receipt("1", revision=2, content="b", bills=("1", "2"))


def taken_back(outbox: Outbox, lease: Lease) -> None:
    """Take the receipt out of Xero, to be posted again."""
    gone = Outcome(PAID, State.WITHDRAWN, again=(Symbol("bill", "2"),))
    free = outbox.due(lease, now=NOON, most=1)
    outbox.settle_unsent(lease, [gone, *(posted(due.posting.key) for due in free)], now=NOON)


def test_what_was_taken_back_is_planned_anew_from_the_newest_revision(
    outbox: Outbox, lease: Lease
) -> None:
    scene.post_all_due(outbox, lease, NOON)
    receive(outbox, LATER)
    assert outbox.renew([LATER], actor="worker", now=NOON) == ()
    assert outbox.overtaken([PAID.document]) == {PAID.document: LATER.body}
    receive(outbox, bill("2"))
    taken_back(outbox, lease)
    (due,) = outbox.due(lease, now=NOON, most=5)
    assert (due.posting.key, due.overtaken) == (PAID_ANEW, True)
    assert outbox.renew([LATER], actor="worker", now=NOON) == (PAID.document,)
    third = PAID._replace(attempt=3)
    assert scene.states(outbox, [PAID, PAID_ANEW, third, third._replace(part="allocation:2")]) == [
        State.WITHDRAWN,
        State.WITHDRAWN,
        State.READY,
        State.READY,
    ]
    assert outbox.bodies([PAID.document]) == {PAID.document: LATER.body}
    assert outbox.findings([PAID.document]) == {PAID.document: ()}
    assert not any(due.overtaken for due in outbox.due(lease, now=NOON, most=5))


def test_what_may_still_arrive_late_is_not_planned_anew(outbox: Outbox) -> None:
    outbox.receive([contact(), bill("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    (due,) = outbox.due(lease, now=NOON, most=5)
    outbox.freeze(lease, [scene.request("key", (due,), NOON)], now=NOON)
    receive(outbox, NEWER)
    outbox.settle(lease, "key", None, [Outcome(BILL, State.READY)], now=NOON)
    assert outbox.renew([NEWER], actor="worker", now=NOON) == ()


def edited(about: str) -> Finding:
    return error("edited_in_xero", "due date: 1 became 2", "Choose.", "revision", about)


def held(outbox: Outbox, lease: Lease, *findings: Finding) -> None:
    told = Outcome(SECOND, State.HELD, findings=findings)
    outbox.settle_unsent(lease, [told], now=NOON)


def test_a_person_lets_a_revision_overwrite_the_edits_that_it_is_held_for(
    outbox: Outbox, lease: Lease
) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    assert outbox.overwrite([SECOND], actor="ann", now=NOON) == 0
    held(outbox, lease, edited("edit:1"))
    before = len(outbox.events())
    assert outbox.overwrite([SECOND, BILL, SECOND], actor="ann", now=NOON) == 1
    (event,) = outbox.events()[before:]
    assert (event.actor, event.what, event.detail) == (
        "ann",
        "chose overwrite",
        "due date: 1 became 2",
    )
    (due,) = outbox.due(lease, now=NOON, most=5)
    assert (due.posting.key, due.posting.choice) == (SECOND, "edit:1")
    assert outbox.findings([BILL.document]) == {BILL.document: ()}


def test_what_is_held_for_something_else_is_overwritten_by_nobody(
    outbox: Outbox, lease: Lease
) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    held(outbox, lease, UNMAPPED)
    assert outbox.overwrite([SECOND], actor="ann", now=NOON) == 0
    assert scene.states(outbox, [SECOND]) == [State.HELD]


def test_what_was_stated_of_an_object_is_told_in_the_order_of_its_writing(
    outbox: Outbox, lease: Lease
) -> None:
    receive(outbox, NEWER)
    revise(outbox, NEWER)
    due = outbox.due(lease, now=NOON, most=5)
    outbox.freeze(lease, [scene.request("update", due, NOON)], now=NOON)
    first, second = outbox.stated([SECOND, BILL])
    assert (BILL in first.members, second.members) == (True, (SECOND,))
    assert outbox.stated([SECOND]) == (second,)
    assert outbox.stated([]) == outbox.stated([THIRD]) == ()
