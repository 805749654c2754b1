"""Ties that people cut and make, on every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import note
from counterfoil.posting.outbox import Outbox, Overtaken
from counterfoil.posting.records import Lease, Outcome, PostingKey
from counterfoil.posting.states import State
from counterfoil.posting.unlinking import plan_unlinking
from tests.contract import scene
from tests.contract.scene import OK, bill, contact, differs, posted, receipt
from tests.contract.stores import NOON

BILL = PostingKey("bill", "1", "", Act.CREATE, 1)
PAYMENT = PostingKey("receipt", "1", "allocation:1", Act.CREATE, 1)
ID = f"xero-{BILL}"


@pytest.fixture
def lease(outbox: Outbox) -> Lease:
    """Have a bill in Xero, and a receipt that is due."""
    outbox.receive([contact(), bill("1"), receipt("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    scene.post_all_due(outbox, lease, NOON)
    return lease


def unlink(outbox: Outbox, *keys: PostingKey) -> int:
    return outbox.unlink(keys, actor="ann", now=NOON)


@pytest.mark.usefixtures("lease")
def test_a_tie_that_was_cut_is_none_any_more(outbox: Outbox) -> None:
    assert unlink(outbox, BILL, PAYMENT) == 1
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.WITHDRAWN, State.READY]
    assert outbox.linked([ID]) == {}
    assert outbox.links([BILL])[BILL].xero_id == ID
    (said,) = outbox.findings([BILL.document])[BILL.document]
    assert said.code == "unlinked"
    assert ID in said.message
    last = outbox.events()[-1]
    assert (last.actor, last.what, last.after, last.detail) == (
        "ann",
        "unlinked",
        State.WITHDRAWN,
        ID,
    )


@pytest.mark.usefixtures("lease")
def test_only_a_person_posts_it_again(outbox: Outbox) -> None:
    unlink(outbox, BILL)
    outbox.replan([bill("1")], actor="mapping", now=NOON)
    outbox.receive([bill("1", revision=2, content="b")], actor="import", now=NOON)
    assert [one.key for one in outbox.postings([BILL.document])] == [BILL]
    newer = bill("1", revision=2, content="b")
    outbox.replan([newer], actor="ann", now=NOON, anew=True)
    again = BILL._replace(attempt=2)
    assert scene.states(outbox, [BILL, again]) == [State.WITHDRAWN, State.READY]
    assert outbox.findings([BILL.document]) == {BILL.document: ()}
    outbox.replan([newer], actor="mapping", now=NOON)
    assert len(outbox.postings([BILL.document])) == 2


@pytest.mark.usefixtures("lease")
def test_it_is_tied_to_what_xero_holds(outbox: Outbox) -> None:
    unlink(outbox, BILL)
    assert outbox.relink([posted(BILL)], actor="ann", now=NOON) == 1
    assert scene.states(outbox, [BILL]) == [State.POSTED]
    assert outbox.linked([ID]) == {ID: BILL}
    assert outbox.findings([BILL.document]) == {BILL.document: ()}
    events = [(one.what, one.detail) for one in outbox.events() if one.posting == BILL]
    assert events[-1] == ("relinked", ID)


@pytest.mark.usefixtures("lease")
def test_an_object_is_tied_once(outbox: Outbox) -> None:
    other = bill("2")
    outbox.receive([other], actor="import", now=NOON)
    second = PostingKey("bill", "2", "", Act.CREATE, 1)
    taken = Outcome(second, State.POSTED, posted(BILL).link)
    assert outbox.relink([taken, taken], actor="ann", now=NOON) == 0
    assert outbox.relink([posted(second)], actor="ann", now=NOON) == 1


def test_no_answer_ties_an_object_that_is_another_postings(outbox: Outbox, lease: Lease) -> None:
    outbox.receive([bill("2"), bill("3")], actor="import", now=NOON)
    second, third = BILL._replace(id="2"), BILL._replace(id="3")
    outbox.freeze(lease, [scene.request("both", [second, third], NOON)], now=NOON)
    shared = replace(posted(third), link=posted(second).link)
    for told in ([posted(second), shared], [replace(posted(second), link=posted(BILL).link)]):
        with pytest.raises(Overtaken):
            outbox.settle(lease, "both", OK, told, now=NOON)
    assert scene.states(outbox, [second, third]) == [State.SENDING, State.SENDING]
    unlink(outbox, BILL)
    outbox.settle(lease, "both", OK, told, now=NOON)
    assert scene.states(outbox, [second]) == [State.POSTED]


def test_no_decision_ties_one_object_twice(outbox: Outbox, lease: Lease) -> None:
    outbox.receive([receipt("2", bills=("1",))], actor="import", now=NOON)
    found = posted(PAYMENT)
    other = replace(found, posting=PAYMENT._replace(id="2"))
    with pytest.raises(Overtaken):
        outbox.settle_unsent(lease, [found, other], now=NOON)
    outbox.settle_unsent(lease, [found], now=NOON)
    with pytest.raises(Overtaken):
        outbox.settle_unsent(lease, [other], now=NOON)


def test_what_waits_for_it_is_freed(outbox: Outbox) -> None:
    outbox.receive([bill("1"), receipt("1")], actor="import", now=NOON)
    assert outbox.relink([posted(BILL)], actor="ann", now=NOON) == 1
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.POSTED, State.READY]


def test_a_correction_goes_along_unless_it_is_under_way(outbox: Outbox) -> None:
    outbox.receive([contact(), bill("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    frozen = scene.request("key", outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    outbox.settle(lease, "key", OK, [differs(BILL)], now=NOON)
    beside = BILL.of(Act.UPDATE)
    outbox.freeze(lease, [scene.request("beside", [beside], NOON)], now=NOON)
    assert unlink(outbox, BILL) == 0
    outbox.settle(lease, "beside", OK, [Outcome(beside, State.REFUSED)], now=NOON)
    assert unlink(outbox, BILL) == 1
    assert scene.states(outbox, [BILL, beside]) == [State.WITHDRAWN, State.WITHDRAWN]


def test_payments_go_before_the_bill_that_they_settle(outbox: Outbox, lease: Lease) -> None:
    scene.post_all_due(outbox, lease, NOON)
    plan = plan_unlinking([BILL.document, Key("contact", "c1")], outbox)
    assert [tie.posting.key for tie in plan.ties] == [PAYMENT, BILL]
    assert not plan.under_way


def test_nothing_is_unlinked_while_an_answer_is_missing(outbox: Outbox, lease: Lease) -> None:
    frozen = scene.request("paying", outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    plan = plan_unlinking([BILL.document], outbox)
    assert plan.under_way == (PAYMENT,)


def test_a_payment_refused_for_being_paid_already_is_looked_for(
    outbox: Outbox, lease: Lease
) -> None:
    look = PAYMENT.of(Act.RELINK)
    for name in ("first", "again"):
        (due,) = outbox.due(lease, now=NOON, most=50)
        outbox.freeze(lease, [scene.request(name, (due,), NOON)], now=NOON)
        refused = Outcome(PAYMENT, State.REFUSED, raced=True)
        outbox.settle(lease, name, OK, [refused], now=NOON)
        assert scene.states(outbox, [PAYMENT, look]) == [State.REFUSED, State.READY]
        asked = [Outcome(look, State.WITHDRAWN), Outcome(PAYMENT, State.HELD)]
        outbox.settle_unsent(lease, asked, now=NOON)
        outbox.replan([receipt("1")], actor="ann", now=NOON)
    assert scene.states(outbox, [PAYMENT, look]) == [State.READY, State.WITHDRAWN]


def test_a_payment_found_in_xero_is_posted_with_its_tie(outbox: Outbox, lease: Lease) -> None:
    due = outbox.due(lease, now=NOON, most=50)
    outbox.freeze(lease, [scene.request("key", due, NOON)], now=NOON)
    outbox.settle(lease, "key", OK, [Outcome(PAYMENT, State.REFUSED, raced=True)], now=NOON)
    found = [Outcome(PAYMENT.of(Act.RELINK), State.WITHDRAWN), posted(PAYMENT)]
    outbox.settle_unsent(lease, found, now=NOON)
    assert scene.states(outbox, [PAYMENT]) == [State.POSTED]


def test_a_look_that_is_given_up_keeps_nobody_waiting(outbox: Outbox, lease: Lease) -> None:
    outbox.receive([scene.entry("reversal", "1")], actor="import", now=NOON)
    waiting = PostingKey("reversal", "1", "allocation:1", Act.DELETE, 1)
    (due,) = outbox.due(lease, now=NOON, most=50)
    outbox.freeze(lease, [scene.request("first", (due,), NOON)], now=NOON)
    refused = Outcome(PAYMENT, State.REFUSED, raced=True)
    outbox.settle(lease, "first", OK, [refused], now=NOON)
    outbox.retry([PAYMENT], actor="ann", now=NOON)
    outbox.freeze(lease, [scene.request("again", [PAYMENT], NOON)], now=NOON)
    outbox.settle(lease, "again", OK, [posted(PAYMENT)], now=NOON)
    assert scene.states(outbox, [waiting]) == [State.WAITING]

    given_up = Outcome(PAYMENT.of(Act.RELINK), State.WITHDRAWN)
    outbox.settle_unsent(lease, [given_up], now=NOON)

    assert scene.states(outbox, [waiting]) == [State.READY]


def test_what_is_from_before_the_start_is_tied_or_left(outbox: Outbox) -> None:
    before = note("before_start", "Before.")
    outbox.receive([bill("1", findings=(before,)), receipt("1")], actor="import", now=NOON)
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.PRIOR, State.WAITING]
    outbox.replan([bill("1")], actor="ann", now=NOON)
    outbox.replan([bill("1", findings=(before,))], actor="ann", now=NOON)
    assert outbox.counts() == {State.PRIOR: 1, State.WAITING: 1}
    assert outbox.relink([posted(BILL)], actor="ann", now=NOON) == 1
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.POSTED, State.READY]


def test_a_draft_frees_nobody_until_it_is_approved(outbox: Outbox) -> None:
    outbox.receive([contact(), bill("1"), receipt("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    outbox.freeze(lease, [scene.request("k", outbox.due(lease, now=NOON, most=5), NOON)], now=NOON)
    outbox.settle(lease, "k", OK, [replace(posted(BILL), state=State.DRAFTED)], now=NOON)
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.DRAFTED, State.WAITING]
    assert outbox.accept([posted(BILL)], actor="drift", now=NOON) == 1
    assert scene.states(outbox, [BILL, PAYMENT]) == [State.POSTED, State.READY]
