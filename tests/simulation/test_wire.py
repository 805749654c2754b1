"""The judge of calls: what a process could know, and what nobody could."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.posting.records import Frozen, PostingKey
from counterfoil.posting.target import Answer, Call
from tests.simulation.wire import Wire
from tests.simulation.world import World

NOW = dt.datetime(2026, 6, 30, tzinfo=dt.UTC)
TWO = tuple(PostingKey("bill", name, "", Act.CREATE, 1) for name in ("b-1", "b-2"))
REFUSED = {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "Not here"}]}
MADE = {"InvoiceID": "one", **REFUSED}


def request(key: str) -> Frozen:
    body = b'{"Invoices":[{"Type":"ACCPAY"},{"Type":"ACCPAY"}]}'
    return Frozen(key, "Invoices", "PUT", "/Invoices", (), body, "", TWO, (None, None), NOW, NOW)


def call(key: str) -> Call:
    return Call("PUT", "/Invoices", (), request(key).body, key)


@pytest.mark.parametrize(
    ("kept", "unproved"), [(frozenset({0, 1}), 0), (frozenset({1}), 1), (frozenset[int](), 2)]
)
def test_what_xero_refused_may_leave_again_and_what_it_both_made_and_refused_not(
    kept: frozenset[int], unproved: int
) -> None:
    wire = Wire(World(1), 5.0)
    wire.written([request("one"), request("two")])
    wire.reserved("worker")
    wire.left(call("one"), "worker")
    answer = Answer(200, {}, json.dumps({"Invoices": [MADE, REFUSED]}).encode())
    wire.heard(call("one"), answer, whole=False, kept=kept)

    wire.left(call("two"), "worker")

    assert len([said for said in wire.complaints if said.startswith("unproved")]) == unproved


REVISION = PostingKey("supplier_bill", "s-1", "revision:2", Act.UPDATE, 1)


def stated(key: str) -> Frozen:
    return replace(request(key), method="POST", path="/Invoices/one", members=(REVISION,))


def stating(key: str) -> Call:
    return Call("POST", "/Invoices/one", (), request(key).body, key)


@pytest.mark.parametrize("answered", [True, False])
def test_an_answered_update_is_proved_by_one_reading_of_its_object(*, answered: bool) -> None:
    world = World(1)
    wire = Wire(world, 5.0)
    wire.written([stated("one"), stated("two")])
    wire.reserved("worker")
    wire.left(stating("one"), "worker")
    if answered:
        answer = Answer(200, {}, json.dumps({"Invoices": [MADE]}).encode())
        wire.heard(stating("one"), answer, whole=False)
    world.elapsed = 200.0
    read = Call("GET", "/Invoices/one")
    wire.left(read, "worker")
    wire.heard(read, Answer(200, {}, b"{}"), whole=True)

    wire.left(stating("two"), "worker")

    assert (wire.complaints == []) is answered


def test_a_wait_begins_when_it_is_heard_however_late_it_is_written_down() -> None:
    world = World(1)
    wire = Wire(world, 5.0)
    headers = {"retry-after": "60"}
    wire.heard(Call("GET", "/Invoices"), Answer(429, headers, b""), whole=True)
    world.elapsed = 30.0
    wire.limited(headers)
    for moment, wrong in ((50.0, 1), (80.0, 1)):
        world.elapsed = moment
        wire.reserved("worker")
        wire.left(Call("GET", "/Organisation"), "worker")
        assert len(wire.complaints) == wrong


def test_after_a_restore_one_reading_of_its_object_proves_an_act() -> None:
    world = World(1)
    wire = Wire(world, 5.0)
    wire.written([stated("one"), stated("two")])
    wire.reserved("worker")
    wire.left(stating("one"), "worker")
    wire.put_back()
    world.elapsed = 200.0
    read = Call("GET", "/Invoices/one")
    wire.left(read, "worker")
    wire.heard(read, Answer(200, {}, b"{}"), whole=True)

    wire.left(stating("two"), "worker")

    assert wire.complaints == []


LATE = 200.0
"""When a process goes on that was stopped just before it sent; another has had its lease since."""


@pytest.mark.parametrize(
    ("looks", "proved"),
    [
        ((249.0, 549.0), True),
        ((130.0, 430.0), True),
        ((249.0,), False),
        ((249.0, 350.0), False),
        ((60.0, 360.0), False),
        ((130.0, 310.0), False),
    ],
)
def test_what_a_stopped_process_sends_late_counts_from_when_it_was_written_down(
    looks: tuple[float, ...], *, proved: bool
) -> None:
    world = World(1)
    wire = Wire(world, 0.0)
    wire.taken_over("stopped")
    wire.written([request("one"), request("two")])
    wire.reserved("stopped")
    world.elapsed = 121.0
    wire.taken_over("worker")
    wire.reserved("worker")
    read = Call("GET", "/Invoices")
    for moment in sorted((LATE, *looks)):
        world.elapsed = moment
        if moment == LATE:
            wire.left(call("one"), "stopped")
        else:
            wire.left(read, "worker")
            wire.heard(read, Answer(200, {}, b"{}"), whole=True)
    world.elapsed = 600.0

    wire.left(call("two"), "worker")

    assert (wire.complaints == []) is proved
