"""The judge of calls: what a process could know, and what nobody could."""

from __future__ import annotations

import datetime as dt
import json

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
    body = json.dumps({"Invoices": [{"Type": "ACCPAY"}] * 2}).encode()
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
