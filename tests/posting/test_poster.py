"""The drain while people go on working: what they change is never sent as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterfoil.core.documents import Bill, Key
from counterfoil.posting.caller import Caller
from counterfoil.posting.daybook import take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.poster import Drained, Poster, Watch
from counterfoil.posting.records import (
    ConnectionState,
    Frozen,
    Grant,
    Lease,
    LeaseRow,
    Link,
    Outcome,
)
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer, Arrived, Call
from counterfoil.xero.target import XeroTarget
from tests.core.scene import SMITH, books, plain_bill

NOON = dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC)
ORGANISATION = (
    b'{"Organisations":[{"OrganisationID":"o","Name":"Practice","BaseCurrency":"AUD",'
    b'"CountryCode":"AU"}]}'
)


class Interrupted(MemoryOutbox):
    """An outbox in which somebody revises the bill just before it would be written down."""

    def __init__(self, shelf: FixedShelf) -> None:
        super().__init__()
        self.shelf = shelf
        self.revised_bill: Bill | None = None

    def freeze(self, lease: Lease, requests: Sequence[Frozen], *, now: dt.datetime) -> None:
        if self.revised_bill is not None:
            revised, self.revised_bill = self.revised_bill, None
            take_in([revised], self, self.shelf, actor="bookkeeper", now=now)
        super().freeze(lease, requests, now=now)


class Desk:
    """A poster whose calls are all answered by the organisation, or not at all."""

    def __init__(self) -> None:
        self.shelf = FixedShelf(books().chart, books().mapping)
        self.outbox = Interrupted(self.shelf)
        self.sent: list[Call] = []
        self.names = 0
        self.dead: set[str] = set()
        self.watch = Watch()
        self.outbox.connect(
            Grant(
                ConnectionState.CONNECTED,
                0,
                "tenant",
                expires_at=NOON + dt.timedelta(minutes=30),
                access_token="token",
            ),
            actor="test",
            now=NOON,
        )

    def drain(self, steps: int | None = None) -> Drained:
        caller = Caller(
            outbox=self.outbox,
            target=XeroTarget(),
            courier=self,
            authority=self,  # type: ignore[arg-type]
            clock=self,
            chance=self,
        )
        return Poster(
            caller, self.shelf, holder="test", is_dead=self.dead.__contains__, watch=self.watch
        ).drain(steps)

    def now(self) -> dt.datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        pytest.fail(f"nothing should wait {seconds} seconds")

    def name(self) -> str:
        self.names += 1
        return f"{self.names:032x}"

    def jitter(self) -> float:
        return 1.0

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        del grant
        self.sent.append(call)
        self.ticket = ticket

    def wait(self, seconds: float) -> Arrived:
        del seconds
        body = ORGANISATION if self.sent[-1].method == "GET" else b""
        return Arrived(self.ticket, Answer(200 if body else 412, {}, body))

    def writes(self) -> list[bytes]:
        return [call.body for call in self.sent if call.method == "PUT"]


def known_party(desk: Desk) -> None:
    """Let the party's contact be in Xero, so that only the bill is to do."""
    lease = desk.outbox.take_lease("test", desk.outbox.lease(), now=NOON)
    assert lease is not None
    (contact,) = desk.outbox.postings([Key("contact", SMITH.id)])
    outcome = Outcome(contact.key, State.POSTED, Link("x-contact"))
    desk.outbox.settle_unsent(lease, [outcome], now=NOON)
    desk.outbox.release(lease)


def test_a_bill_revised_while_it_is_prepared_goes_out_as_revised() -> None:
    desk = Desk()
    take_in([plain_bill()], desk.outbox, desk.shelf, actor="test", now=NOON)
    known_party(desk)
    desk.outbox.revised_bill = replace(plain_bill(), revision=2, number="INV-1B")

    drained = desk.drain()

    (body,) = desk.writes()
    assert b"INV-1B" in body
    assert drained.stopped_by is None
    assert desk.outbox.limits().in_flight == (), "the slot of what was not sent is given back"


def test_nothing_due_makes_no_call() -> None:
    desk = Desk()

    assert desk.drain() == Drained(0)
    assert desk.sent == []


def test_a_turn_ends_after_its_steps_and_says_that_there_is_more() -> None:
    desk = Desk()
    take_in([plain_bill()], desk.outbox, desk.shelf, actor="import", now=NOON)
    known_party(desk)
    assert desk.drain(1).more
    assert not desk.drain(2).more


@pytest.mark.parametrize(("holder", "stopped_by"), [("other", "lease"), ("test", None)])
def test_only_a_lease_that_this_process_left_itself_is_taken_at_once(
    holder: str, stopped_by: str | None
) -> None:
    desk = Desk()
    assert desk.outbox.take_lease(holder, desk.outbox.lease(), now=NOON) is not None
    assert desk.drain().stopped_by == stopped_by


def test_the_lease_of_a_process_that_is_known_to_be_gone_is_taken_at_once() -> None:
    desk = Desk()
    assert desk.outbox.take_lease("other", desk.outbox.lease(), now=NOON) is not None
    desk.dead = {"another"}
    assert desk.drain().stopped_by == "lease"
    desk.dead = {"other"}
    assert desk.drain().stopped_by is None


def test_a_lease_that_this_process_has_seen_unchanged_for_long_enough_is_taken() -> None:
    desk = Desk()
    assert desk.outbox.take_lease("other", desk.outbox.lease(), now=NOON) is not None
    desk.watch.lapsed(desk.outbox.lease(), -120.0)
    assert desk.drain().stopped_by is None
    assert desk.outbox.lease().holder == "", "and given back when nothing is left to do"


def test_a_lease_has_lapsed_once_it_was_seen_unchanged_for_two_minutes() -> None:
    watch, seen = Watch(), LeaseRow("other", 1, 0)
    assert [watch.lapsed(seen, now) for now in (10.0, 129.9, 130.0)] == [False, False, True]
    beaten = replace(seen, beat=1)
    assert [watch.lapsed(beaten, now) for now in (131.0, 250.9, 251.0)] == [False, False, True]
