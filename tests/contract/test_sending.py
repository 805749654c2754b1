"""The lease, claiming, settling and looking up, on every store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import FenceLost, Outbox, Overtaken
from counterfoil.posting.records import Answered, Lease, LeaseRow, LookUp, Outcome, PostingKey
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.scene import OK, UNMAPPED, bill, contact, posted, receipt
from tests.contract.stores import NOON

LATER = NOON + dt.timedelta(minutes=5)


@pytest.fixture
def lease(outbox: Outbox) -> Lease:
    """Have a contact, two bills and a receipt in the outbox, and the lease in hand."""
    outbox.receive([contact(), bill("1"), bill("2"), receipt("1")], actor="import", now=NOON)
    return scene.leased(outbox, NOON)


def sent(outbox: Outbox, lease: Lease, name: str = "key-1") -> tuple[PostingKey, ...]:
    frozen = scene.request(name, outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    return frozen.members


def test_a_free_lease_is_taken_once(outbox: Outbox) -> None:
    seen = outbox.lease()
    assert seen == LeaseRow("", 0, 0)
    assert outbox.take_lease("a", seen, now=NOON) == Lease("a", 1)
    assert outbox.take_lease("b", seen, now=NOON) is None


def test_a_sign_of_life_keeps_the_lease(outbox: Outbox) -> None:
    lease = scene.leased(outbox, NOON)
    seen = outbox.lease()
    assert outbox.beat(lease)
    assert outbox.take_lease("b", seen, now=NOON) is None
    assert outbox.lease() == LeaseRow("worker", 1, 1)


def test_a_lost_lease_neither_beats_nor_releases(outbox: Outbox) -> None:
    old = scene.leased(outbox, NOON, "a")
    new = scene.leased(outbox, NOON, "b")
    assert not outbox.beat(old)
    outbox.release(old)
    assert outbox.lease() == LeaseRow("b", 2, 0)
    outbox.release(new)
    assert outbox.lease() == LeaseRow("", 2, 0)


def test_a_lost_lease_writes_nothing(outbox: Outbox, lease: Lease) -> None:
    frozen = scene.request("key-1", outbox.due(lease, now=NOON, most=50), NOON)
    scene.leased(outbox, NOON, "other")
    with pytest.raises(FenceLost):
        outbox.freeze(lease, [frozen], now=NOON)
    with pytest.raises(FenceLost):
        outbox.due(lease, now=NOON, most=50)
    assert outbox.counts() == {State.READY: 1, State.WAITING: 3}


def test_what_is_due_comes_stage_by_stage_with_its_body(outbox: Outbox, lease: Lease) -> None:
    (due,) = outbox.due(lease, now=NOON, most=50)
    assert due.posting.key.document == Key("contact", "c1")
    assert due.body == contact().body
    scene.post_all_due(outbox, lease, NOON)
    assert [d.posting.key.id for d in outbox.due(lease, now=NOON, most=50)] == ["1", "2"]
    assert len(outbox.due(lease, now=NOON, most=1)) == 1


def test_what_is_posted_frees_whoever_waited(outbox: Outbox, lease: Lease) -> None:
    scene.post_all_due(outbox, lease, NOON)
    assert outbox.counts() == {State.POSTED: 1, State.READY: 2, State.WAITING: 1}
    scene.post_all_due(outbox, lease, NOON)
    scene.post_all_due(outbox, lease, NOON)
    assert outbox.counts() == {State.POSTED: 4}
    assert outbox.next_due() is None


def test_a_receipt_for_two_bills_waits_for_both(outbox: Outbox) -> None:
    outbox.receive([contact(), bill("1"), receipt(bills=("1", "2"))], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    scene.post_all_due(outbox, lease, NOON)
    found = {p.key.part: p.state for p in outbox.postings([Key("receipt", "1")])}
    assert found == {"allocation:1": State.READY, "allocation:2": State.WAITING}


def test_ids_are_those_of_posted_objects(outbox: Outbox, lease: Lease) -> None:
    symbols = [Symbol("contact", "c1"), Symbol("bill", "1")]
    assert outbox.ids(symbols) == {}
    (member,) = scene.post_all_due(outbox, lease, NOON)
    assert outbox.ids(symbols) == {symbols[0]: f"xero-{member}"}


def test_freezing_is_all_or_nothing(outbox: Outbox, lease: Lease) -> None:
    (due,) = outbox.due(lease, now=NOON, most=50)
    waiting = PostingKey("bill", "1", "", due.posting.key.act, 1)
    good = scene.request("key-1", (due,), NOON)
    bad = scene.request("key-2", [waiting], NOON)
    with pytest.raises(Overtaken, match="not ready"):
        outbox.freeze(lease, [good, bad], now=NOON)
    assert outbox.counts() == {State.READY: 1, State.WAITING: 3}
    outbox.freeze(lease, [good], now=NOON)


def test_a_request_reads_back_as_it_was_written(outbox: Outbox, lease: Lease) -> None:
    frozen = scene.request("key-1", outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    unknown = [Outcome(key, State.UNKNOWN) for key in frozen.members]
    outbox.settle(lease, "key-1", None, unknown, look_up=LookUp(LATER, 0), now=NOON)
    assert outbox.lookups_due(lease, now=NOON) == ()
    assert outbox.lookups_due(lease, now=LATER) == (frozen,)
    assert outbox.next_due() == LATER


def test_links_are_kept_and_found_by_their_xero_id(outbox: Outbox, lease: Lease) -> None:
    (member,) = scene.post_all_due(outbox, lease, NOON)
    link = posted(member).link
    assert link is not None
    assert outbox.links([member]) == {member: link}
    assert outbox.linked([link.xero_id, "nobody"]) == {link.xero_id: member}
    assert scene.states(outbox, [member]) == [State.POSTED]


def test_a_limit_lets_the_same_request_go_again(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    again = Outcome(member, State.READY, due_at=LATER, same_request=True)
    outbox.settle(lease, "key-1", Answered(429, b""), [again], now=NOON)
    assert outbox.due(lease, now=LATER, most=50) == ()
    assert outbox.resumable(lease, now=NOON) == ()
    (resumable,) = outbox.resumable(lease, now=LATER)
    there = LATER + dt.timedelta(seconds=7)
    outbox.resume(lease, resumable.request_id, xero_time=there, now=LATER)
    assert scene.states(outbox, [member]) == [State.SENDING]
    assert outbox.stated([member]) == (replace(resumable, xero_time=there),)


def test_a_request_that_cannot_be_resumed_is_not(outbox: Outbox, lease: Lease) -> None:
    sent(outbox, lease)
    with pytest.raises(Overtaken, match="resumed"):
        outbox.resume(lease, "key-1", xero_time=NOON, now=NOON)


def test_trying_anew_unties_and_counts(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    smaller = Outcome(member, State.READY, due_at=LATER, batch_most=25)
    outbox.settle(lease, "key-1", Answered(500, b""), [smaller], now=NOON)
    (due,) = outbox.due(lease, now=LATER, most=50)
    assert (due.posting.tries, due.posting.batch_most, due.posting.request_id) == (1, 25, None)


def test_an_illegal_move_stores_nothing(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    before = outbox.events()
    with pytest.raises(ValueError, match="no move"):
        outbox.settle(lease, "key-1", OK, [Outcome(member, State.HELD)], now=NOON)
    assert outbox.events() == before


def test_a_late_answer_is_an_observation_and_moves_nothing(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    scene.leased(outbox, NOON, "other")
    with pytest.raises(FenceLost):
        outbox.settle(lease, "key-1", OK, [posted(member)], now=NOON)
    last = outbox.events()[-1]
    assert (last.what, last.detail, last.actor) == ("late answer", "key-1 200", "worker")
    assert scene.states(outbox, [member]) == [State.SENDING]
    assert outbox.links([member]) == {}


def test_a_successor_recovers_what_was_left_in_flight(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    outbox.take_slot("drain:1", clicking=False, seconds=120, now=NOON)
    outbox.take_slot("page:1", clicking=True, seconds=120, now=NOON)
    successor = scene.leased(outbox, NOON, "successor")
    assert outbox.recover(successor, due_at=LATER, now=NOON) == 1
    assert scene.states(outbox, [member]) == [State.UNKNOWN]
    (looked,) = outbox.lookups_due(successor, now=LATER)
    assert looked.ambiguous
    assert [slot.name for slot in outbox.limits().in_flight] == ["page:1"]
    assert outbox.recover(successor, due_at=LATER, now=NOON) == 0


def test_a_decision_without_a_call_needs_a_free_posting(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    with pytest.raises(Overtaken, match="not ready"):
        outbox.settle_unsent(lease, [Outcome(member, State.HELD)], now=NOON)


def test_what_was_held_and_is_found_in_xero_is_posted(outbox: Outbox, lease: Lease) -> None:
    outbox.receive([scene.bill("9", findings=(scene.UNMAPPED,))], actor="import", now=NOON)
    (held,) = outbox.postings({Key("bill", "9")})
    with pytest.raises(Overtaken):
        outbox.settle_unsent(lease, [Outcome(held.key, State.READY)], now=NOON)
    outbox.settle_unsent(lease, [posted(held.key)], now=NOON)
    assert scene.states(outbox, [held.key]) == [State.POSTED]


def test_a_contact_in_the_mirror_is_posted_without_a_call(outbox: Outbox, lease: Lease) -> None:
    (due,) = outbox.due(lease, now=NOON, most=50)
    outbox.settle_unsent(lease, [posted(due.posting.key)], now=NOON)
    assert outbox.counts() == {State.POSTED: 1, State.READY: 2, State.WAITING: 1}


def test_a_refused_posting_is_retried_by_a_person(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    no = Outcome(member, State.REFUSED, findings=(UNMAPPED,))
    outbox.settle(lease, "key-1", OK, [no], now=NOON)
    assert outbox.retry([member, member], actor="ann", now=LATER) == 1
    (due,) = outbox.due(lease, now=LATER, most=50)
    assert (due.posting.key, due.posting.tries) == (member, 0)
    assert outbox.findings([member.document]) == {member.document: ()}


def test_an_unknown_posting_is_looked_up_at_once_when_asked(outbox: Outbox, lease: Lease) -> None:
    (member,) = sent(outbox, lease)
    outbox.settle(lease, "key-1", None, [Outcome(member, State.UNKNOWN)], now=NOON)
    assert outbox.next_due() is None
    assert outbox.retry([member], actor="ann", now=LATER) == 1
    assert len(outbox.lookups_due(lease, now=LATER)) == 1


def test_a_choice_about_a_contact_frees_it(outbox: Outbox, lease: Lease) -> None:
    (due,) = outbox.due(lease, now=NOON, most=50)
    key = due.posting.key
    outbox.settle_unsent(lease, [Outcome(key, State.HELD, findings=(UNMAPPED,))], now=NOON)
    assert outbox.choose([key], "adopt", actor="ann", now=LATER) == 1
    (posting,) = outbox.postings([key.document])
    assert (posting.state, posting.choice, posting.due_at) == (State.READY, "adopt", LATER)


def test_every_move_is_an_event_with_time_and_actor(outbox: Outbox, lease: Lease) -> None:
    (member,) = scene.post_all_due(outbox, lease, LATER)
    moves = [(e.what, e.before, e.after) for e in outbox.events() if e.posting == member]
    assert moves == [
        ("planned", None, State.READY),
        ("sending", State.READY, State.SENDING),
        ("settled", State.SENDING, State.POSTED),
    ]
    assert {(e.actor, e.at) for e in outbox.events() if e.what == "settled"} == {("worker", LATER)}


def test_a_newer_revision_frees_what_shared_a_request_with_the_old(
    outbox: Outbox, lease: Lease
) -> None:
    scene.post_all_due(outbox, lease, NOON)
    members = sent(outbox, lease)
    again = [Outcome(key, State.READY, same_request=True) for key in members]
    outbox.settle(lease, "key-1", Answered(429, b""), again, now=NOON)
    outbox.receive([bill("1", revision=2)], actor="import", now=NOON)
    assert outbox.resumable(lease, now=NOON) == ()
    assert [
        (d.posting.key.id, d.posting.key.attempt) for d in outbox.due(lease, now=NOON, most=9)
    ] == [
        ("2", 1),
        ("1", 2),
    ]
