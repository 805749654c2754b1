"""What a restore leaves in doubt, to the edge: its mark, and what is looked for because of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import error
from counterfoil.core.xero_documents import Contact, Symbol
from counterfoil.posting import restoring
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.plan import Prepared
from counterfoil.posting.records import Due, Frozen, Link, Outcome, Posting, PostingKey, Restored
from counterfoil.posting.restoring import ALIKE, BEGINNING, LASTS, SLACK
from counterfoil.posting.states import State
from counterfoil.posting.target import Alike
from tests.contract import scene

NOON = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
MARK = Restored(NOON, 3, NOON - SLACK)


def test_a_store_knows_xero_up_to_two_minutes_before_its_newest_request() -> None:
    assert dt.timedelta(minutes=2) == SLACK
    assert dt.datetime(2006, 7, 6, tzinfo=dt.UTC) == BEGINNING
    assert restoring.since(NOON, None) == NOON - SLACK
    assert restoring.since(None, None) == BEGINNING


def test_a_second_restore_asks_for_what_the_first_missed() -> None:
    assert restoring.since(NOON + 2 * SLACK, MARK) == MARK.since
    assert restoring.since(NOON - SLACK, MARK) == NOON - 2 * SLACK


def test_a_restore_is_minded_for_seven_days_of_xeros_time() -> None:
    assert dt.timedelta(days=7) == LASTS
    assert restoring.in_force(MARK, NOON + LASTS - SECOND) == MARK
    assert restoring.in_force(MARK, NOON + LASTS) is None
    assert restoring.in_force(None, NOON) is None


def test_a_restore_is_not_said_to_have_been_before_the_newest_time_that_is_known() -> None:
    assert restoring.marked_at(NOON, None) == NOON
    assert restoring.marked_at(NOON, NOON - SECOND) == NOON
    assert restoring.marked_at(NOON, NOON + SECOND) == NOON + SECOND


def bill(outbox: Outbox, number: str) -> Due:
    """Receive a bill that waits for nothing, and return it as it is due."""
    outbox.receive(
        [replace(scene.bill(number), intents=scene.contact().intents)], actor="import", now=NOON
    )
    (due,) = outbox.due(scene.leased(outbox, NOON), now=NOON, most=50)
    return due


def posted(outbox: Outbox, number: str) -> Posting:
    bill(outbox, number)
    (key,) = scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    return stands(outbox, key)


def stands(outbox: Outbox, key: PostingKey) -> Posting:
    return next(one for one in outbox.postings([key.document]) if one.key == key)


def as_believed(posting: Posting, state: State) -> Posting:
    return replace(posting, state=state)


def test_what_was_written_down_since_a_restore_has_been_looked_for() -> None:
    outbox = MemoryOutbox()
    before = posted(outbox, "1")
    mark = outbox.mark_restored(actor="ann", now=NOON)
    after = posted(outbox, "2")
    prepared = [Prepared(one, Contact(one.key.id, ""), b"{}", "") for one in (before, after)]
    assert restoring.unseen(prepared, mark, outbox) == {before.key}
    assert restoring.unsure(as_believed(before, State.HELD), mark, outbox)
    assert not restoring.unsure(as_believed(after, State.HELD), mark, outbox)


@pytest.mark.parametrize("state", State)
def test_only_what_looks_never_sent_may_have_been_sent_after_the_copy(state: State) -> None:
    outbox = MemoryOutbox()
    before = posted(outbox, "1")
    mark = outbox.mark_restored(actor="ann", now=NOON)
    looks_so = state in {State.READY, State.HELD, State.WAITING, State.PRIOR, State.REFUSED}
    assert restoring.unsure(as_believed(before, state), mark, outbox) == looks_so


@pytest.mark.parametrize(
    ("codes", "may_be_it"), [([ALIKE], True), (["number_taken", ALIKE], True), (["other"], False)]
)
def test_what_is_called_alike_in_xero_may_be_it_though_it_was_looked_for(
    codes: list[str], may_be_it: bool
) -> None:
    outbox = MemoryOutbox()
    mark = outbox.mark_restored(actor="ann", now=NOON)
    due = bill(outbox, "1")
    key, lease = due.posting.key, scene.leased(outbox, NOON)
    outbox.freeze(lease, [scene.request("one", (due,), NOON)], now=NOON)
    told = tuple(error(code, "Xero holds one.", "Look.") for code in codes)
    outbox.settle(lease, "one", scene.OK, [Outcome(key, State.REFUSED, findings=told)], now=NOON)
    refused = stands(outbox, key)
    assert restoring.unsure(refused, mark, outbox) == may_be_it
    assert not restoring.unsure(as_believed(refused, State.HELD), mark, outbox)


def asked_first(outbox: MemoryOutbox) -> tuple[Frozen, Restored]:
    mark = outbox.mark_restored(actor="ann", now=NOON)
    due = bill(outbox, "1")
    request = scene.request("one", (due,), NOON + SECOND)
    restoring.look_first(scene.leased(outbox, NOON), request, mark, outbox)
    return request, mark


def test_a_first_request_after_a_restore_does_not_leave_and_is_looked_up_at_once() -> None:
    outbox = MemoryOutbox()
    request, mark = asked_first(outbox)
    posting = stands(outbox, request.members[0])
    assert (posting.state, posting.request_id) == (State.UNKNOWN, request.request_id)
    (ready,) = outbox.lookups_due(scene.leased(outbox, NOON), now=request.frozen_at)
    assert ready == replace(request, xero_time=mark.since)
    assert restoring.looked_first(ready, mark)
    assert not restoring.looked_first(replace(ready, ambiguous=True), mark)
    assert not restoring.looked_first(request, mark)


def test_a_restore_is_an_event_of_its_own() -> None:
    outbox = MemoryOutbox()
    outbox.mark_restored(actor="ann", now=NOON)
    assert [one.what for one in outbox.events()] == ["restored"]


class Parts(MemoryOutbox):
    """Holds a receipt over two bills, the second part of which stands as it is told."""

    def __init__(self, second: State) -> None:
        super().__init__()
        self.second = second
        posted(self, "1")
        posted(self, "2")
        self.receive([scene.receipt("r", bills=("1", "2"))], actor="import", now=NOON)

    def postings(self, documents: Collection[Key]) -> tuple[Posting, ...]:
        found = super().postings(documents)
        second = "allocation:2"
        return tuple(replace(p, state=self.second) if p.key.part == second else p for p in found)


@pytest.mark.parametrize(
    ("second", "left"),
    [
        (State.HELD, ["mine", "strange"]),
        (State.POSTED, ["mine", "strange"]),
        (State.WITHDRAWN, ["mine", "theirs", "strange"]),
    ],
)
def test_a_payment_is_another_parts_where_that_part_still_is_to_pay_its_bill(
    second: State, left: list[str]
) -> None:
    outbox = Parts(second)
    ids = outbox.ids([Symbol("bill", "1"), Symbol("bill", "2")])
    there = [
        Alike(Link("mine"), ids[Symbol("bill", "1")]),
        Alike(Link("theirs"), ids[Symbol("bill", "2")]),
        Alike(Link("strange"), "somebody's"),
    ]
    first = PostingKey("receipt", "r", "allocation:1", Act.CREATE, 1)
    found = restoring.not_of_other_parts(first, there, outbox)
    assert [one.link.xero_id for one in found] == left
