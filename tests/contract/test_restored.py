"""The mark of a restore, on every store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.posting.outbox import FenceLost, Outbox
from counterfoil.posting.records import Outcome, Restored
from counterfoil.posting.restoring import BEGINNING, SLACK
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.stores import NOON

LATER = NOON + dt.timedelta(hours=1)


def test_a_store_is_not_a_restored_one_by_itself(outbox: Outbox) -> None:
    assert outbox.restored() is None


def test_one_that_knows_of_no_request_knows_nothing_of_xero(outbox: Outbox) -> None:
    mark = outbox.mark_restored(actor="ann", now=NOON)
    assert outbox.restored() == mark == Restored(NOON, 1, BEGINNING)
    assert [(event.actor, event.what) for event in outbox.events()] == [("ann", "restored")]


def test_it_knows_xero_up_to_its_last_request(outbox: Outbox) -> None:
    outbox.receive([scene.contact()], actor="import", now=NOON)
    scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    assert outbox.mark_restored(actor="ann", now=LATER).since == NOON - SLACK


def test_a_clock_that_is_slow_does_not_put_the_mark_before_what_is_known(outbox: Outbox) -> None:
    outbox.receive([scene.contact()], actor="import", now=NOON)
    scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    slow = NOON - dt.timedelta(days=400)
    assert outbox.mark_restored(actor="ann", now=slow).at == NOON


def test_marked_again_it_still_asks_for_all_that_the_first_time_missed(outbox: Outbox) -> None:
    outbox.mark_restored(actor="ann", now=NOON)
    outbox.receive([scene.contact()], actor="import", now=NOON)
    scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    assert outbox.mark_restored(actor="ann", now=LATER) == Restored(LATER, 3, BEGINNING)


def test_a_drain_that_began_before_loses_its_lease(outbox: Outbox) -> None:
    lease = scene.leased(outbox, NOON)
    outbox.mark_restored(actor="ann", now=NOON)
    assert not outbox.beat(lease)
    assert outbox.lease().holder == ""
    with pytest.raises(FenceLost):
        outbox.due(lease, now=NOON, most=50)


def test_what_was_to_be_sent_again_as_it_was_is_not(outbox: Outbox) -> None:
    outbox.receive([scene.contact()], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    frozen = scene.request("key", outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    again = [Outcome(key, State.READY, same_request=True) for key in frozen.members]
    outbox.settle(lease, "key", None, again, now=NOON)
    assert outbox.resumable(lease, now=LATER)
    outbox.mark_restored(actor="ann", now=LATER)
    lease = scene.leased(outbox, LATER)
    assert outbox.resumable(lease, now=LATER) == ()
    assert [one.posting.key for one in outbox.due(lease, now=LATER, most=50)] == [*frozen.members]


def test_it_tells_what_was_written_down_since(outbox: Outbox) -> None:
    bills = [replace(scene.bill(n), intents=scene.contact().intents) for n in ("1", "2")]
    outbox.receive(bills[:1], actor="import", now=NOON)
    (before,) = scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    mark = outbox.mark_restored(actor="ann", now=NOON)
    outbox.receive(bills[1:], actor="import", now=NOON)
    (after,) = scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    assert outbox.written_since([before, after], mark.fence) == {after}
    assert outbox.written_since([before, after], 0) == {before, after}


def test_contacts_are_read_from_the_beginning(outbox: Outbox) -> None:
    outbox.mirror_store([], NOON)
    outbox.mark_restored(actor="ann", now=NOON)
    assert outbox.mirror_mark() is None
