"""The twin equals the stores by proof: one machine drives all three and compares every answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import error, note, warning
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.records import (
    Answered,
    ConnectionState,
    Entry,
    Grant,
    Lease,
    LookUp,
    MirrorContact,
    Outcome,
    PostingKey,
)
from counterfoil.posting.states import UNFINISHED, State
from tests.contract import scene, stores

SAID = (
    (),
    (scene.UNMAPPED,),
    (warning("odd", "Odd.", "Look.", about="tax:GST"),),
    (note("before_start", "Before."),),
    (error("edited_in_xero", "Edited.", "Choose.", "revision", "edit:1"),),
)
NUMBERS = st.sampled_from(["1", "2", "3"])
ANSWERS = st.sampled_from([None, scene.OK, Answered(429, b"", ""), Answered(500, b"oops", "c-9")])
AFTER = st.sampled_from(
    [
        State.POSTED,
        State.POSTED,
        State.READY,
        State.UNKNOWN,
        State.REFUSED,
        State.MISMATCHED,
        State.DRAFTED,
    ]
)


UNSENT = [State.HELD, State.POSTED, State.WAITING, State.WITHDRAWN]
RARELY = st.sampled_from([False, False, True])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw a contact, a bill that needs it, a receipt for one or two bills, or what undoes it."""
    kind = draw(st.sampled_from(["contact", "bill", "bill", "receipt", "reversal"]))
    return scene.entry(
        kind,
        "c1" if kind == "contact" else draw(NUMBERS),
        revision=draw(st.integers(1, 3)),
        content=draw(st.sampled_from(["a", "a", "b"])),
        human=f"INV-{draw(st.integers(1, 4))}",
        findings=draw(st.sampled_from(SAID)),
        bills=tuple(draw(st.lists(NUMBERS, min_size=1, max_size=2, unique=True))),
        mapping_version=draw(st.integers(1, 2)),
    )


class Agreement(RuleBasedStateMachine):
    """Every call goes to memory, SQLite and PostgreSQL; what they answer must be one thing."""

    aliases: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.outboxes = [stores.fresh(alias) for alias in ("memory", *self.aliases)]
        self.now = stores.NOON
        self.leases: list[Lease] = []
        self.requests: list[str] = []
        self.seen: set[Key] = set()

    def ask(self, call: Callable[[Outbox], object]) -> object:
        """Make a call on each store; a refusal counts as an answer."""
        answers = [_answer(call, outbox) for outbox in self.outboxes]
        assert all(answer == answers[0] for answer in answers), answers
        return answers[0]

    @property
    def memory(self) -> Outbox:
        return self.outboxes[0]

    def keys(self) -> list[PostingKey]:
        return [posting.key for posting in self.memory.postings(self.seen)]

    def lease(self, data: st.DataObject) -> Lease:
        """Choose a lease: mostly the newest, now and then a lost one."""
        return data.draw(st.sampled_from([*self.leases, *([self.leases[-1]] * 5)]), "lease")

    @rule(minutes=st.integers(0, 10))
    def time_passes(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes, microseconds=123)

    @rule(some=st.lists(entries(), min_size=1, max_size=6))
    def receive(self, some: list[Entry]) -> None:
        self.seen |= {entry.key for entry in some}
        self.ask(lambda o: o.receive(some, actor="import", now=self.now))

    @rule(some=st.lists(entries(), min_size=1, max_size=4), anew=st.booleans())
    def replan(self, some: list[Entry], anew: bool) -> None:
        self.ask(lambda o: o.replan(some, actor="mapping", now=self.now, anew=anew))

    @rule(some=st.lists(entries(), min_size=1, max_size=4))
    def revise(self, some: list[Entry]) -> None:
        self.ask(lambda o: (o.overtaken(None), o.overtaken([entry.key for entry in some])))
        self.ask(lambda o: o.revise(some, actor="import", now=self.now))

    @rule(some=st.lists(entries(), min_size=1, max_size=4))
    def renew(self, some: list[Entry]) -> None:
        self.ask(lambda o: o.renew(some, actor="worker", now=self.now))

    @rule(holder=st.sampled_from(["a", "b"]), stale=st.booleans())
    def take_lease(self, holder: str, stale: bool) -> None:
        seen = self.memory.lease()
        seen = replace(seen, beat=seen.beat + 1) if stale else seen
        taken = self.ask(lambda o: o.take_lease(holder, seen, now=self.now))
        if isinstance(taken, Lease):
            self.leases.append(taken)
            self.recover_with(taken)

    def recover_with(self, lease: Lease) -> None:
        due_at = self.now + dt.timedelta(minutes=2)
        self.ask(lambda o: o.recover(lease, due_at=due_at, now=self.now))

    @rule(come_back=st.sampled_from([True, False, False, False, False, False]))
    def restored(self, come_back: bool) -> None:
        if come_back:
            self.ask(lambda o: o.mark_restored(actor="ann", now=self.now))
        self.ask(lambda o: o.restored())
        self.ask(lambda o: o.written_since(self.keys(), self.memory.lease().fence - 2))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def beat_recover_release(self, data: st.DataObject) -> None:
        lease = self.lease(data)
        what = data.draw(st.sampled_from(["beat", "beat", "recover", "release"]))
        if what == "recover":
            self.recover_with(lease)
        else:
            self.ask(lambda o: getattr(o, what)(lease))

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), most=st.integers(1, 5))
    def claim(self, data: st.DataObject, most: int) -> None:
        lease, now = self.lease(data), self.now
        due = self.ask(lambda o: o.due(lease, now=now, most=most))
        if isinstance(due, tuple) and due:
            name = f"key-{len(self.requests)}"
            frozen = scene.request(name, due, now)
            self.ask(lambda o: o.freeze(lease, [frozen], now=now))
            self.requests.append(name)

    @precondition(lambda self: self.leases and self.seen)
    @rule(data=st.data())
    def claim_anything(self, data: st.DataObject) -> None:
        """Freeze what need not be ready: refused as a whole, or taken by all."""
        lease, now = self.lease(data), self.now
        known = self.keys()
        members = data.draw(st.lists(st.sampled_from(known), max_size=3)) if known else []
        if not members:
            return
        frozen = scene.request(f"key-{len(self.requests)}", members, now)
        self.ask(lambda o: o.freeze(lease, [frozen], now=now))
        if self.memory.postings({members[0].document})[0].request_id == frozen.request_id:
            self.requests.append(frozen.request_id)

    def outcome(self, data: st.DataObject, key: PostingKey) -> Outcome:
        state = data.draw(AFTER)
        link = scene.posted(key).link
        return Outcome(
            key,
            state,
            link if state in {State.POSTED, State.MISMATCHED, State.DRAFTED} else None,
            data.draw(st.sampled_from(SAID)),
            data.draw(st.sampled_from([None, self.now + dt.timedelta(minutes=3)])),
            data.draw(st.sampled_from([None, 25])),
            data.draw(st.booleans()),
            correct=state is State.MISMATCHED and key.act is Act.CREATE,
            raced=state is State.REFUSED and key.act is Act.CREATE and data.draw(st.booleans()),
        )

    def taken_back(self, data: st.DataObject, told: set[PostingKey]) -> list[Outcome]:
        """Draw what of the posted is taken back beside an answer, to be posted again or not."""
        known = self.memory.postings(self.seen)
        posted = [p.key for p in known if p.state is State.POSTED and p.key not in told]
        taken = data.draw(RARELY)
        gone = data.draw(st.sampled_from(posted), "gone") if posted and taken else None
        again = data.draw(st.sampled_from([(), (Symbol("reversal", "1"),)]))
        return [] if gone is None else [Outcome(gone, State.WITHDRAWN, again=again)]

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), answered=ANSWERS, ambiguous=st.booleans(), watched=st.booleans())
    def settle(
        self, data: st.DataObject, answered: Answered | None, ambiguous: bool, watched: bool
    ) -> None:
        lease = self.lease(data)
        name = data.draw(st.sampled_from(self.requests))
        tied = [p.key for p in self.memory.postings(self.seen) if p.request_id == name]
        told = [self.outcome(data, key) for key in tied]
        told += self.taken_back(data, {one.posting for one in told})
        watch = LookUp(self.now + dt.timedelta(minutes=2), 1, rechecking=ambiguous)
        self.ask(
            lambda o: o.settle(
                lease,
                name,
                answered,
                told,
                look_up=watch if watched else None,
                ambiguous=ambiguous,
                now=self.now,
            )
        )

    @precondition(lambda self: self.leases and self.seen)
    @rule(data=st.data(), after=st.sampled_from(UNSENT))
    def settle_unsent(self, data: st.DataObject, after: State) -> None:
        lease, known = self.lease(data), self.keys()
        if known:
            key = data.draw(st.sampled_from(known))
            link = scene.posted(key).link if after is State.POSTED else None
            again = (Symbol("reversal", "1"),) if after is State.WITHDRAWN else ()
            told = [Outcome(key, after, link, data.draw(st.sampled_from(SAID)), again=again)]
            self.ask(lambda o: o.settle_unsent(lease, told, now=self.now))

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def resume(self, data: st.DataObject) -> None:
        lease = self.lease(data)
        self.ask(lambda o: o.resumable(lease, now=self.now))
        name = data.draw(st.sampled_from(self.requests))
        self.ask(lambda o: o.resume(lease, name, xero_time=self.now, now=self.now))

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def people_act(self, data: st.DataObject) -> None:
        known = self.keys()
        some = data.draw(st.lists(st.sampled_from(known), max_size=4, unique=True)) if known else []
        match data.draw(
            st.sampled_from(["retry", "choose", "overwrite", "accept", "unlink", "relink"])
        ):
            case "retry":
                self.ask(lambda o: o.retry(some, actor="ann", now=self.now))
            case "choose":
                self.ask(lambda o: o.choose(some, "adopt", actor="ann", now=self.now))
            case "overwrite":
                self.ask(lambda o: o.overwrite(some, actor="ann", now=self.now))
                self.ask(lambda o: o.stated(some))
            case "unlink":
                self.ask(lambda o: o.unlink(some, actor="ann", now=self.now))
            case "relink":
                found = [scene.posted(key) for key in some]
                self.ask(lambda o: o.relink(found, actor="ann", now=self.now))
            case _:
                told = [scene.posted(key) for key in some if key.act is Act.CREATE]
                self.ask(lambda o: o.accept(told, actor="ann", now=self.now))

    @rule(number=st.sampled_from(["", "p1", "p2"]), name=st.sampled_from(["ann", "bob"]))
    def mirror(self, number: str, name: str) -> None:
        found = MirrorContact(f"id-{number or name}", name.title(), name, number)
        self.ask(lambda o: o.mirror_store([found], self.now))
        self.ask(lambda o: o.mirror(numbers=["p1", ""], folded=["bob"]))
        self.ask(lambda o: o.mirror_mark())

    @rule(slot=st.sampled_from(["drain:1", "drain:2", "page:1"]), clicking=st.booleans())
    def take_slot(self, slot: str, clicking: bool) -> None:
        self.ask(lambda o: o.take_slot(slot, clicking=clicking, seconds=120, now=self.now))

    @rule(
        slot=st.sampled_from(["drain:1", "page:1"]),
        status=st.sampled_from([200, 429]),
        left=st.one_of(st.none(), st.integers(0, 60)),
    )
    def give_slot(self, slot: str, status: int, left: int | None) -> None:
        headers = None if left is None else {"x-minlimit-remaining": str(left), "retry-after": "9"}
        self.ask(lambda o: o.give_slot(slot, headers, status=status, now=self.now))

    @rule(data=st.data(), tenant=st.sampled_from(["t1", "t1", "t2"]))
    def grant(self, data: st.DataObject, tenant: str) -> None:
        now = self.now
        grant = Grant(
            ConnectionState.CONNECTED,
            0,
            tenant,
            "Firm Pty",
            "conn",
            expires_at=now + dt.timedelta(minutes=30),
            access_token=f"access {now}",
            refresh_token="refresh",
        )
        generation = self.memory.grant().generation - data.draw(st.sampled_from([0, 0, 1]))
        calls: dict[str, Callable[[Outbox], object]] = {
            "connect": lambda o: o.connect(grant, actor="ann", now=now),
            "take": lambda o: o.take_refresh(generation, seconds=60, now=now),
            "store": lambda o: o.store_refresh(generation, grant, now=now),
            "drop": lambda o: o.drop_refresh(generation),
            "lose": lambda o: o.disconnect(
                ConnectionState.LOST, "revoked", generation=generation, actor="poster", now=now
            ),
        }
        self.ask(calls[data.draw(st.sampled_from(sorted(calls)))])

    @rule()
    def look_at_everything(self) -> None:
        asked, known = self.seen | {Key("bill", "unknown")}, self.keys()
        self.ask(lambda o: o.counts())
        self.ask(lambda o: o.postings(asked))
        self.ask(lambda o: o.findings(asked))
        self.ask(lambda o: o.bodies(asked))
        self.ask(lambda o: list(o.bodies_of("bill").items()))
        self.ask(lambda o: (o.held_by(None), o.held_by(["account:4-1000", "tax:GST"])))
        self.ask(lambda o: (o.standing_in(UNFINISHED), o.standing_in({State.POSTED}, "bill")))
        self.ask(lambda o: (o.links(known), o.next_due()))
        self.ask(lambda o: o.linked([f"xero-{key}" for key in known]))
        self.ask(lambda o: o.ids([Symbol(*key) for key in asked]))
        self.ask(lambda o: (o.lease(), o.limits(), o.grant()))
        if self.leases:
            later = self.now + dt.timedelta(minutes=3)
            self.ask(lambda o: o.lookups_due(self.leases[-1], now=later))
            self.ask(lambda o: o.resumable(self.leases[-1], now=later))

    def teardown(self) -> None:
        self.look_at_everything()
        self.ask(lambda o: o.events())


def _answer(call: Callable[[Outbox], object], outbox: Outbox) -> object:
    try:
        return call(outbox)
    except Exception as refused:  # noqa: BLE001 -- whatever is raised has to be raised by all three
        return type(refused).__name__


@pytest.mark.postgres
def test_the_stores_answer_alike(sqlite_alias: str, postgres_alias: str) -> None:
    machine = type("Machine", (Agreement,), {"aliases": (sqlite_alias, postgres_alias)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
