"""Contacts, limits and the grant, on every store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.posting.outbox import OtherOrganisation, Outbox
from counterfoil.posting.records import ConnectionState, Grant, LimitsRow, MirrorContact, Wait
from tests.contract import scene
from tests.contract.stores import NOON

GRANT = Grant(
    ConnectionState.CONNECTED,
    0,
    "tenant-1",
    "Lee & Partners",
    "connection-1",
    expires_at=NOON + dt.timedelta(minutes=30),
    access_token="access-1",
    refresh_token="refresh-1",
)
ANN = MirrorContact("x-1", "Ann Lee", "ann lee", "c1")
BOB = MirrorContact("x-2", "Bob Ray", "bob ray")


def test_a_mirrored_contact_is_found_by_number_name_or_id(outbox: Outbox) -> None:
    assert outbox.mirror_mark() is None
    outbox.mirror_store([ANN, BOB], NOON)
    assert outbox.mirror(numbers=["c1"], folded=[]) == (ANN,)
    assert outbox.mirror(numbers=["", "c9"], folded=["bob ray"]) == (BOB,)
    assert outbox.mirror(numbers=[], folded=[], ids=["x-2", "x-9"]) == (BOB,)
    assert outbox.mirror_mark() == NOON


def test_a_contact_read_again_replaces_the_old_reading(outbox: Outbox) -> None:
    outbox.mirror_store([ANN], NOON)
    merged = replace(ANN, status="ARCHIVED", merged_to="x-2")
    outbox.mirror_store([ANN, merged], NOON)
    assert outbox.mirror(numbers=["c1"], folded=[]) == (merged,)


def test_slots_run_out_and_are_given_back(outbox: Outbox) -> None:
    for n in range(4):
        assert outbox.take_slot(f"drain:{n}", clicking=False, seconds=120, now=NOON) is None
    waits = outbox.take_slot("drain:5", clicking=False, seconds=120, now=NOON)
    assert waits == Wait(NOON + dt.timedelta(seconds=120), "concurrent")
    assert outbox.take_slot("page:1", clicking=True, seconds=120, now=NOON) is None
    outbox.give_slot("drain:0", {"x-daylimit-remaining": "4000"}, status=200, now=NOON)
    assert len(outbox.limits().in_flight) == 4
    assert outbox.limits().day_used == 1_000


def test_a_retry_after_blocks_everybody(outbox: Outbox) -> None:
    outbox.take_slot("drain:1", clicking=False, seconds=120, now=NOON)
    headers = {"retry-after": "7", "x-rate-limit-problem": "minute"}
    outbox.give_slot("drain:1", headers, status=429, now=NOON)
    until = NOON + dt.timedelta(seconds=7)
    assert outbox.take_slot("page:1", clicking=True, seconds=30, now=NOON) == Wait(until, "minute")
    assert outbox.take_slot("page:1", clicking=True, seconds=30, now=until) is None


def test_nothing_was_called_yet(outbox: Outbox) -> None:
    assert outbox.limits() == LimitsRow()
    assert outbox.grant() == Grant(ConnectionState.NEVER, 0, "")


def test_connecting_stores_the_grant_under_a_new_generation(outbox: Outbox) -> None:
    outbox.connect(GRANT, actor="ann", now=NOON)
    assert outbox.grant() == replace(GRANT, generation=1, since=NOON)


def test_only_one_refreshes_at_a_time(outbox: Outbox) -> None:
    outbox.connect(GRANT, actor="ann", now=NOON)
    assert outbox.take_refresh(1, seconds=60, now=NOON)
    assert not outbox.take_refresh(1, seconds=60, now=NOON)
    assert outbox.take_refresh(1, seconds=60, now=NOON + dt.timedelta(seconds=60))


def test_a_refreshed_pair_ends_its_generation(outbox: Outbox) -> None:
    outbox.connect(GRANT, actor="ann", now=NOON)
    fresh = replace(outbox.grant(), access_token="access-2", refresh_token="refresh-2")
    assert outbox.store_refresh(1, fresh, now=NOON)
    assert not outbox.store_refresh(1, fresh, now=NOON)
    assert outbox.grant() == replace(fresh, generation=2)
    assert not outbox.take_refresh(1, seconds=60, now=NOON)


def test_a_refresh_that_failed_gives_its_lease_back(outbox: Outbox) -> None:
    outbox.connect(GRANT, actor="ann", now=NOON)
    outbox.take_refresh(1, seconds=60, now=NOON)
    outbox.drop_refresh(0)
    assert not outbox.take_refresh(1, seconds=60, now=NOON)
    outbox.drop_refresh(1)
    assert outbox.take_refresh(1, seconds=60, now=NOON)


def test_disconnecting_deletes_the_tokens_and_keeps_the_queue(outbox: Outbox) -> None:
    outbox.receive([scene.contact()], actor="import", now=NOON)
    outbox.connect(GRANT, actor="ann", now=NOON)
    lost = ConnectionState.LOST
    outbox.disconnect(lost, "removed in Xero", generation=0, actor="poster", now=NOON)
    assert outbox.grant().state is ConnectionState.CONNECTED
    outbox.disconnect(lost, "removed in Xero", generation=1, actor="poster", now=NOON)
    grant = outbox.grant()
    assert (grant.state, grant.reason, grant.generation) == (lost, "removed in Xero", 2)
    assert (grant.access_token, grant.refresh_token, grant.tenant_id) == ("", "", "tenant-1")
    assert sum(outbox.counts().values()) == 1


def test_another_organisation_is_refused_once_there_are_links(outbox: Outbox) -> None:
    other = replace(GRANT, tenant_id="tenant-2")
    outbox.connect(GRANT, actor="ann", now=NOON)
    outbox.connect(other, actor="ann", now=NOON)
    outbox.receive([scene.contact()], actor="import", now=NOON)
    scene.post_all_due(outbox, scene.leased(outbox, NOON), NOON)
    with pytest.raises(OtherOrganisation):
        outbox.connect(GRANT, actor="ann", now=NOON)
    assert outbox.grant().tenant_id == "tenant-2"
