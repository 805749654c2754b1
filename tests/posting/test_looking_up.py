from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Element
from counterfoil.posting.looking_up import look_up
from counterfoil.posting.records import Frozen, Intent, LookUp, Outcome, PostingKey
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer
from counterfoil.xero.lookup import OVERLAP
from tests.contract.scene import bill, leased, states
from tests.posting.test_caller import NOON, Scene
from tests.xero.scene import BILL, COSTS, CREDIT, answered, frozen
from tests.xero.test_target import body, shown


def unknown(scene: Scene, name: str, resource: str, element: Element) -> PostingKey:
    """Send one element, and hear nothing."""
    entry = bill(name, human=name)
    entry = replace(entry, intents=(Intent("", Act.CREATE, resource, 1),))
    scene.outbox.receive([entry], actor="test", now=NOON)
    key = PostingKey("bill", name, "", Act.CREATE, 1)
    request: Frozen = replace(frozen(element), request_id=name, members=(key,))
    lease = leased(scene.outbox, NOON)
    scene.outbox.freeze(lease, [request], now=NOON)
    due = LookUp(NOON, 0)
    lost = Outcome(key, State.UNKNOWN)
    scene.outbox.settle(lease, name, None, [lost], look_up=due, ambiguous=True, now=NOON)
    scene.outbox.release(lease)
    return key


def test_an_answer_that_cannot_be_believed_puts_off_only_its_own_path() -> None:
    scene = Scene()
    scene.connect()
    transfer = unknown(scene, "t", "BankTransfers", COSTS)
    invoice = unknown(scene, "b", "Invoices", BILL)
    date = {"date": "Tue, 01 Jul 2036 12:00:00 GMT"}
    scene.answers += [Answer(200, date, b"<html>"), Answer(200, date, b'{"Invoices":[]}')]
    lease = leased(scene.outbox, NOON)
    look_up(lease, scene.outbox.lookups_due(lease, now=NOON), scene.caller)
    assert states(scene.outbox, [transfer, invoice]) == [State.UNKNOWN, State.READY]
    assert scene.outbox.lookups_due(lease, now=NOON) == ()
    later = NOON + dt.timedelta(minutes=10)
    assert [one.request_id for one in scene.outbox.lookups_due(lease, now=later)] == ["t"]


def test_what_landed_late_is_found_by_the_look_for_what_was_sent_in_its_stead() -> None:
    scene = Scene()
    scene.connect()
    credit = unknown(scene, "c", "CreditNotes", CREDIT)
    lease = leased(scene.outbox, NOON)
    absent = Outcome(credit, State.READY)
    scene.outbox.settle(lease, "c", None, [absent], now=NOON)
    (first,) = scene.outbox.stated([credit])
    later = first.xero_time + dt.timedelta(minutes=9)
    anew = replace(first, request_id="again", ambiguous=False, xero_time=later)
    scene.outbox.freeze(lease, [anew], now=NOON)
    due, taken = LookUp(NOON, 0), Outcome(credit, State.UNKNOWN)
    scene.outbox.settle(lease, "again", None, [taken], look_up=due, now=NOON)
    scene.answers.append(answered(body("CreditNotes", shown(CREDIT))))

    look_up(lease, scene.outbox.lookups_due(lease, now=NOON), scene.caller)

    (asked,) = scene.called
    assert asked.modified_since == first.xero_time - OVERLAP
    assert states(scene.outbox, [credit]) == [State.POSTED]
