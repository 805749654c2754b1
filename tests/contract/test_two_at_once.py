"""What one thread cannot show: two connections at the same method at the same moment."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import connections, transaction

from counterfoil.core.documents import Key
from counterfoil.core.reader import read_json
from counterfoil.posting.daybook import take_in
from counterfoil.posting.outbox import FenceLost
from counterfoil.posting.records import (
    ConnectionState,
    Lease,
    LookUp,
    MirrorContact,
    Outcome,
    Taken,
    Wait,
)
from counterfoil.posting.states import State
from counterfoil.web import audit, models, verifying
from counterfoil.web.services import same_paper
from counterfoil.web.store import DjangoOutbox
from tests.cli.scene import receipt
from tests.contract import scene, stores
from tests.contract.scene import OK, UNMAPPED, bill, contact, posted
from tests.contract.stores import NOON, together
from tests.contract.test_connection import GRANT

LATER = NOON + dt.timedelta(minutes=5)


@pytest.fixture
def box(alias: str) -> DjangoOutbox:
    return stores.in_database(stores.new_organisation(alias), alias)


@pytest.fixture
def lease(box: DjangoOutbox) -> Lease:
    """Have a contact that is due, and the lease in hand."""
    box.receive([contact()], actor="import", now=NOON)
    return scene.leased(box, NOON)


@pytest.fixture(autouse=True)
def books_are_whole(box: DjangoOutbox, alias: str) -> object:
    """After each test: the counters equal the rows, and the chain holds."""
    yield
    rows = models.Posting.objects.using(alias).filter(organisation_id=box.organisation_id)
    assert box.counts() == Counter(State(state) for state in rows.values_list("state", flat=True))
    assert isinstance(verifying.verify(box.firm_id, stores.AUDIT_KEY, alias), audit.Head)


def twice(box: DjangoOutbox, call: Callable[[], object]) -> list[object]:
    return together(box.using, [call, call])


def in_flight(box: DjangoOutbox, lease: Lease) -> Outcome:
    """Send the contact; return the outcome that says it is posted."""
    frozen = scene.request("key-1", box.due(lease, now=NOON, most=5), NOON)
    box.freeze(lease, [frozen], now=NOON)
    return posted(frozen.members[0])


def test_the_same_documents_are_taken_once(box: DjangoOutbox) -> None:
    entries = [bill(str(n)) for n in range(20)]
    answers = twice(box, lambda: box.receive(entries, actor="import", now=NOON))
    taken = Counter(one.taken for receipts in answers for one in receipts)  # type: ignore[attr-defined]
    assert taken == {Taken.NEW: 20, Taken.UNCHANGED: 20}


def test_one_number_goes_to_one_document(box: DjangoOutbox) -> None:
    calls = [
        lambda n=n: box.receive([bill(str(n), human="INV-1")], actor="import", now=NOON)[0].taken
        for n in (1, 2)
    ]
    assert Counter(together(box.using, calls)) == {Taken.NEW: 1, Taken.REFUSED: 1}


def test_one_paper_under_several_ids_comes_once_whoever_hands_it_in(box: DjangoOutbox) -> None:
    organisation = models.Organisation.objects.using(box.using).get(pk=box.organisation_id)
    shelf = stores.BareShelf()

    def hand_in(source: int) -> list[Taken]:
        sent = (receipt(str(n), id=f"of-{source}-{n}", allocations=[]) for n in range(8))
        papers = [one for each in sent if (one := read_json(json.dumps(each)).document)]
        receipts = take_in(
            papers,
            box,
            shelf,
            actor="api",
            now=NOON,
            barred=lambda: same_paper.barred(papers, organisation, shelf, box.using),
        )
        assert all(one.taken is Taken.NEW or one.finding for one in receipts)
        return [one.taken for one in receipts]

    answers = together(box.using, [partial(hand_in, source) for source in range(3)])
    taken = Counter(one for each in answers for one in each)  # type: ignore[union-attr]
    assert taken == {Taken.NEW: 8, Taken.REFUSED: 16}


def test_two_new_plans_leave_one(box: DjangoOutbox) -> None:
    box.receive([bill(findings=(UNMAPPED,))], actor="import", now=NOON)
    assert twice(box, lambda: box.replan([bill()], actor="ann", now=NOON)) == [None, None]
    assert len(box.postings([Key("bill", "1")])) == 1


def test_the_lease_goes_to_one(box: DjangoOutbox) -> None:
    seen = box.lease()
    taken = twice(box, lambda: box.take_lease("a", seen, now=NOON))
    assert Counter(taken) == {Lease("a", 1): 1, None: 1}


def test_no_sign_of_life_is_lost(box: DjangoOutbox, lease: Lease) -> None:
    assert twice(box, lambda: box.beat(lease)) == [True, True]
    assert box.lease().beat == 2


def test_releasing_twice_is_releasing(box: DjangoOutbox, lease: Lease) -> None:
    assert twice(box, lambda: box.release(lease)) == [None, None]
    assert box.lease().holder == ""


def test_a_posting_is_frozen_into_one_request(box: DjangoOutbox, lease: Lease) -> None:
    due = box.due(lease, now=NOON, most=5)
    calls = [
        lambda n=n: box.freeze(lease, [scene.request(f"key-{n}", due, NOON)], now=NOON)
        for n in (1, 2)
    ]
    assert sorted(type(said).__name__ for said in together(box.using, calls)) == [
        "NoneType",
        "Overtaken",
    ]


def test_a_request_is_resumed_once(box: DjangoOutbox, lease: Lease) -> None:
    told = replace(in_flight(box, lease), state=State.READY, link=None, same_request=True)
    box.settle(lease, "key-1", None, [told], now=NOON)
    said = twice(box, lambda: box.resume(lease, "key-1", xero_time=NOON, now=NOON))
    assert sorted(type(one).__name__ for one in said) == ["NoneType", "Overtaken"]


def test_what_was_left_in_flight_is_recovered_once(box: DjangoOutbox, lease: Lease) -> None:
    in_flight(box, lease)
    successor = scene.leased(box, NOON, "successor")
    said = twice(box, lambda: box.recover(successor, due_at=LATER, now=NOON))
    assert sorted(said) == [0, 1]  # type: ignore[type-var]


def test_two_answers_leave_one_link(box: DjangoOutbox, lease: Lease) -> None:
    outcome = in_flight(box, lease)
    said = twice(box, lambda: box.settle(lease, "key-1", OK, [outcome], now=NOON))
    assert said == [None, None]
    assert len(box.links([outcome.posting])) == 1


def test_a_settle_is_before_a_taking_or_lost_to_it(box: DjangoOutbox, lease: Lease) -> None:
    outcome, seen = in_flight(box, lease), box.lease()
    said, taken = together(
        box.using,
        [
            lambda: box.settle(lease, "key-1", OK, [outcome], now=NOON),
            lambda: box.take_lease("successor", seen, now=NOON),
        ],
    )
    assert taken == Lease("successor", 2)
    lost = isinstance(said, FenceLost)
    after = State.SENDING if lost else State.POSTED
    assert scene.states(box, [outcome.posting]) == [after]


def test_a_decision_without_a_call_is_made_once(box: DjangoOutbox, lease: Lease) -> None:
    (due,) = box.due(lease, now=NOON, most=5)
    told = [Outcome(due.posting.key, State.HELD, findings=(UNMAPPED,))]
    said = twice(box, lambda: box.settle_unsent(lease, told, now=NOON))
    assert sorted(type(one).__name__ for one in said) == ["NoneType", "Overtaken"]


def test_a_retry_pressed_twice_counts_once(box: DjangoOutbox, lease: Lease) -> None:
    told = replace(in_flight(box, lease), state=State.REFUSED, link=None)
    box.settle(lease, "key-1", OK, [told], now=NOON)
    said = twice(box, lambda: box.retry([told.posting], actor="ann", now=NOON))
    assert sorted(said) == [0, 1]  # type: ignore[type-var]


def test_a_choice_made_twice_counts_once(box: DjangoOutbox, lease: Lease) -> None:
    (due,) = box.due(lease, now=NOON, most=5)
    box.settle_unsent(lease, [Outcome(due.posting.key, State.HELD)], now=NOON)
    said = twice(box, lambda: box.choose([due.posting.key], "adopt", actor="ann", now=NOON))
    assert sorted(said) == [0, 1]  # type: ignore[type-var]


def test_a_look_up_waits_for_no_writer(box: DjangoOutbox, lease: Lease) -> None:
    told = replace(in_flight(box, lease), state=State.UNKNOWN, link=None)
    box.settle(lease, "key-1", None, [told], look_up=LookUp(NOON, 0), now=NOON)
    with transaction.atomic(using=box.using):
        box._gate()
        (looked,) = together(box.using, [lambda: box.lookups_due(lease, now=NOON)])
    assert [one.request_id for one in looked] == ["key-1"]  # type: ignore[union-attr]


def test_two_readings_of_contacts_in_opposite_order_both_count(box: DjangoOutbox) -> None:
    found = [MirrorContact(f"x-{n}", f"Name {n}", f"name {n}") for n in range(200)]
    calls = [lambda some=some: box.mirror_store(some, NOON) for some in (found, found[::-1])]
    assert together(box.using, calls) == [None, None]
    assert len(box.mirror(numbers=[], folded=[one.folded for one in found])) == 200


def test_slots_are_never_given_twice(box: DjangoOutbox) -> None:
    calls = [
        lambda n=n: box.take_slot(f"drain:{n}", clicking=False, seconds=120, now=NOON)
        for n in range(7)
    ]
    said = together(box.using, calls)
    assert (said.count(None), sum(isinstance(one, Wait) for one in said)) == (4, 3)
    assert twice(box, lambda: box.give_slot("drain:0", None, status=0, now=NOON)) == [None, None]


def test_one_refreshes(box: DjangoOutbox) -> None:
    box.connect(GRANT, actor="ann", now=NOON)
    said = twice(box, lambda: box.take_refresh(1, seconds=60, now=NOON))
    assert sorted(said) == [False, True]  # type: ignore[type-var]
    assert twice(box, lambda: box.drop_refresh(1)) == [None, None]
    said = twice(box, lambda: box.store_refresh(1, GRANT, now=NOON))
    assert sorted(said) == [False, True]  # type: ignore[type-var]


def test_two_consents_are_two_generations(box: DjangoOutbox) -> None:
    assert twice(box, lambda: box.connect(GRANT, actor="ann", now=NOON)) == [None, None]
    assert box.grant().generation == 2


def test_disconnecting_twice_happens_once(box: DjangoOutbox) -> None:
    box.connect(GRANT, actor="ann", now=NOON)
    lost = ConnectionState.LOST
    twice(box, lambda: box.disconnect(lost, "gone", generation=1, actor="ann", now=NOON))
    assert [event.what for event in box.events()] == ["connected", "connection lost"]


def test_two_organisations_of_a_firm_share_one_chain(box: DjangoOutbox) -> None:
    organisations = models.Organisation.objects.using(box.using)
    second = organisations.create(firm_id=box.firm_id, key="second", created_at=NOON)
    boxes = [box, stores.in_database(second.pk, box.using)] * 3
    entries = [bill(str(n)) for n in range(5)]
    calls = [lambda b=b: b.receive(entries, actor="import", now=NOON) for b in boxes]
    assert all(isinstance(said, list) for said in together(box.using, calls))
    head = verifying.verify(box.firm_id, stores.AUDIT_KEY, box.using)
    assert isinstance(head, audit.Head)
    assert head.sequence == 2


def test_a_writer_waits_for_the_one_before_it(box: DjangoOutbox) -> None:
    took: list[float] = []

    def receive() -> None:
        began = time.monotonic()
        box.receive([bill()], actor="import", now=NOON)
        took.append(time.monotonic() - began)

    box.receive([contact()], actor="import", now=NOON)
    with transaction.atomic(using=box.using):
        box._gate()
        waiting = threading.Thread(target=together, args=(box.using, [receive]))
        waiting.start()
        time.sleep(0.3)
        assert not took
    waiting.join(timeout=20)
    assert took[0] > 0.2


def test_nobody_holds_a_transaction_open_over_a_call(box: DjangoOutbox) -> None:
    with transaction.atomic(using=box.using), pytest.raises(RuntimeError, match="durable"):
        box.receive([bill()], actor="import", now=NOON)
    assert not connections[box.using].in_atomic_block
