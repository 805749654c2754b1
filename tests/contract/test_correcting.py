"""What differs in Xero: its correction beside it, what waits meanwhile, and a person's yes."""

from __future__ import annotations

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.records import Lease, Outcome, PostingKey
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.scene import OK, UNMAPPED, bill, contact, differs, posted, receipt
from tests.contract.stores import NOON

BILL = PostingKey("bill", "1", "", Act.CREATE, 1)
CORRECTION = BILL.of(Act.UPDATE)
RECEIPT = PostingKey("receipt", "1", "allocation:1", Act.CREATE, 1)


@pytest.fixture
def lease(outbox: Outbox) -> Lease:
    """Have a bill in Xero with another total, and a receipt that waits for it."""
    outbox.receive([contact(), bill("1"), receipt("1")], actor="import", now=NOON)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    frozen = scene.request("key-bill", outbox.due(lease, now=NOON, most=50), NOON)
    outbox.freeze(lease, [frozen], now=NOON)
    outbox.settle(lease, "key-bill", OK, [differs(BILL)], now=NOON)
    return lease


def send_correction(outbox: Outbox, lease: Lease) -> None:
    due = outbox.due(lease, now=NOON, most=50)
    assert [one.posting.key for one in due] == [CORRECTION]
    outbox.freeze(lease, [scene.request("key-correction", due, NOON)], now=NOON)


def states(outbox: Outbox) -> list[State]:
    return scene.states(outbox, [BILL, CORRECTION, RECEIPT])


@pytest.mark.usefixtures("lease")
def test_a_total_that_differs_plans_its_correction_and_frees_nobody(outbox: Outbox) -> None:
    assert states(outbox) == [State.MISMATCHED, State.READY, State.WAITING]
    assert outbox.events()[-1].posting == CORRECTION


def test_a_correction_that_succeeds_frees_what_waited(outbox: Outbox, lease: Lease) -> None:
    send_correction(outbox, lease)
    told = [Outcome(CORRECTION, State.POSTED), posted(BILL)]
    outbox.settle(lease, "key-correction", OK, told, now=NOON)
    assert states(outbox) == [State.POSTED, State.POSTED, State.READY]
    assert outbox.links([BILL, CORRECTION]) == {BILL: posted(BILL).link}


def test_a_correction_is_never_planned_away(outbox: Outbox, lease: Lease) -> None:
    held = Outcome(CORRECTION, State.HELD, findings=(UNMAPPED,))
    outbox.settle_unsent(lease, [held], now=NOON)
    assert outbox.held_by({"account:4-1000"}) == (Key("bill", "1"),)
    outbox.replan([bill("1")], actor="mapping", now=NOON)
    assert states(outbox) == [State.MISMATCHED, State.READY, State.WAITING]


def test_what_is_found_to_agree_is_settled_without_a_call(outbox: Outbox, lease: Lease) -> None:
    told = [Outcome(CORRECTION, State.POSTED), posted(BILL)]
    outbox.settle_unsent(lease, told, now=NOON)
    assert states(outbox) == [State.POSTED, State.POSTED, State.READY]


def test_a_person_accepts_what_differs(outbox: Outbox, lease: Lease) -> None:
    send_correction(outbox, lease)
    refused = [Outcome(CORRECTION, State.REFUSED), Outcome(BILL, State.MISMATCHED)]
    outbox.settle(lease, "key-correction", OK, refused, now=NOON)
    assert outbox.accept([posted(BILL)], actor="ann", now=NOON) == 1
    assert states(outbox) == [State.POSTED, State.WITHDRAWN, State.READY]
    assert [(e.what, e.actor) for e in outbox.events()[-3:-1]] == [
        ("withdrawn", "ann"),
        ("accepted", "ann"),
    ]


def test_nothing_is_accepted_while_its_correction_is_under_way(
    outbox: Outbox, lease: Lease
) -> None:
    send_correction(outbox, lease)
    assert outbox.accept([posted(BILL)], actor="ann", now=NOON) == 0
    assert states(outbox) == [State.MISMATCHED, State.SENDING, State.WAITING]


@pytest.mark.usefixtures("lease")
def test_what_agrees_is_not_accepted_again(outbox: Outbox) -> None:
    contact_made = PostingKey("contact", "c1", "", Act.CREATE, 1)
    unknown = PostingKey("bill", "9", "", Act.CREATE, 1)
    assert outbox.accept([posted(contact_made), posted(unknown)], actor="ann", now=NOON) == 0
