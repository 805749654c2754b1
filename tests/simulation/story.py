"""One seed, one story: the firm's documents go to Xero while everything that can fail fails."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from counterfoil.core.reader import read_json
from counterfoil.posting.caller import Caller
from counterfoil.posting.daybook import take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.poster import Drained, Poster
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.xero.target import XeroTarget
from tests.simulation import firm as firms
from tests.simulation import ledger, verdict
from tests.simulation.faulty import FaultyOutbox
from tests.simulation.month import every_kind
from tests.simulation.network import Authority, Courier, Network
from tests.simulation.order import out_of_order
from tests.simulation.world import Chance, Clock, Crash, World
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.target import Target

TROUBLE_SECONDS = 1_800.0
"""How long faults strike; afterwards everything must settle."""
END_SECONDS = 6 * 3_600.0
"""Liveness: by then the queue must have drained."""
RESTART_SECONDS = 20.0
WRONGS = ("lost", "twice", "foreign", "off", "early", "unsettled")
"""What can be wrong at the end, in one word each."""
BILLS = 18
"""Bills in a story; the other kinds come with them."""
KEY_SWITCHES: tuple[KeyInProcess, ...] = get_args(KeyInProcess)
"""What Xero does with a key that it is still working on is not documented: each is played."""


Month = Callable[[random.Random, int], list[dict[str, Any]]]
"""Makes a story's documents, so many bills among them."""


@dataclass
class Ending:
    """How a story ended.

    ``differences`` must be empty (what is lost, twice or foreign), and so must ``off`` (accounts),
    ``early`` (calls out of order) and ``unsettled``. ``facts`` counts what had to stand in Xero.
    """

    seed: int
    differences: list[str]
    off: list[str]
    early: list[str]
    unsettled: dict[str, int]
    documents: int
    facts: int
    faults: Counter[str]
    crashes: int
    seconds: float
    told: list[str] = field(repr=False)

    @property
    def good(self) -> bool:
        return not self.wrong.total()

    @property
    def wrong(self) -> Counter[str]:
        """Count what is wrong by the words of ``WRONGS``."""
        said = [*self.differences, *self.off, *self.early]
        unsettled = {"unsettled": sum(self.unsettled.values())}
        return Counter(line.partition(":")[0] for line in said) + Counter(unsettled)


class Story:
    """Two workers, one organisation, one seed; at the latest it ends at ``until`` seconds."""

    def __init__(
        self,
        seed: int,
        *,
        bills: int = BILLS,
        month: Month = every_kind,
        store: Callable[[], Outbox] = MemoryOutbox,
        target: Target | None = None,
        until: float = END_SECONDS,
    ) -> None:
        self.seed = seed
        self.until = until
        self.world = World(seed)
        chance = self.world.random
        self.fault_rate = chance.choice([0.05, 0.2, 0.4])
        self.crash_rate = chance.choice([0.0, 0.002, 0.01])
        self.stall_rate = chance.choice([0.0, 0.002])
        self.batch_most = chance.choice([1, 3, 10, 50])
        self.host_knows_the_dead = chance.random() < 0.5
        self.sandbox = Sandbox(seed=seed, key_in_process=chance.choice(KEY_SWITCHES))
        self.firm = firms.Firm(self.sandbox, self.world.now())
        self.network = Network(self.world, self.sandbox, firms.API, self._fault_rate)
        self.outbox = store()
        self.unapplied = "prepayment" if seed % 2 else "overpayment"
        mapping = firms.mapping(self.unapplied)
        self.shelf = FixedShelf(self.firm.chart(self.world.now()), mapping)
        self.target = target or XeroTarget()
        self.documents = month(chance, bills)
        self.crashes = 0
        self.stalls = 0
        self._alive: set[str] = set()
        self._births = 0

    def _troubled(self) -> bool:
        return self.world.elapsed < TROUBLE_SECONDS

    def _fault_rate(self) -> float:
        return self.fault_rate if self._troubled() else 0.0

    def _strikes(self, where: str) -> str:
        del where
        if not self._troubled():
            return ""
        draw = self.world.random.random()
        if draw < self.crash_rate:
            self.crashes += 1
            return "crash"
        if draw < self.crash_rate + self.stall_rate:
            self.stalls += 1
            return "stall"
        return ""

    def play(self) -> Ending:
        """Play the story to its end and judge it."""
        self._connect()
        for part in range(3):
            self.world.at(part * 300.0, lambda part=part: self._take_in(part))  # type: ignore[misc]
        for worker in range(2):
            self._spawn(worker, after=worker * 1.0)
        self.world.run(self.until, self._done)
        return self._judge()

    def _connect(self) -> None:
        token, now = self.firm.token, self.world.now()
        self.outbox.connect(
            Grant(
                ConnectionState.CONNECTED,
                0,
                self.firm.tenant_id,
                "Simulated Law",
                expires_at=now + dt.timedelta(seconds=1800),
                access_token=token["access_token"],
                refresh_token=token["refresh_token"],
            ),
            actor="simulation",
            now=now,
        )

    def _take_in(self, part: int) -> None:
        """Documents arrive in three parts, so that receipts come before their bills too."""
        chosen = self.documents[part::3]
        read = [read_json(json.dumps(document)) for document in chosen]
        documents = [one.document for one in read if one.document is not None]
        assert len(documents) == len(chosen), [one.findings for one in read]
        take_in(documents, self.outbox, self.shelf, actor="simulation", now=self.world.now())

    def _spawn(self, worker: int, after: float) -> None:
        self._births += 1
        name = f"worker-{worker}/{self._births}"
        self._alive.add(name)
        self.world.spawn(lambda: self._live(worker, name), after)

    def _live(self, worker: int, name: str) -> None:
        try:
            self._work(name)
        except Crash:
            self._alive.discard(name)
            self._spawn(worker, self.world.random.uniform(0.0, RESTART_SECONDS))

    def _work(self, name: str) -> None:
        outbox = FaultyOutbox(self.outbox, self.world, self._strikes)
        clock = Clock(self.world, skew=self.world.random.uniform(-20.0, 20.0))
        caller = Caller(
            outbox=outbox,
            target=self.target,
            courier=Courier(self.network, lambda: outbox._point("at a send")),
            authority=Authority(self.network, self.sandbox),
            clock=clock,
            chance=Chance(self.world),
        )
        poster = Poster(
            caller,
            self.shelf,
            holder=name,
            is_dead=self._is_dead,
            batch_most=self.batch_most,
        )
        while True:
            drained = poster.drain()
            self.world.tell(f"{name} drained: {drained.stopped_by} {drained.reason}")
            clock.sleep(self._until_due(drained))

    def _until_due(self, drained: Drained) -> float:
        """Sleep until a limit ends or something is due, as the worker command does."""
        if drained.stopped_by is not None and drained.until is None:
            return 10.0
        due = drained.until or self.outbox.next_due()
        wait = 30.0 if due is None else (due - self.world.now()).total_seconds()
        return min(30.0, max(0.2, wait))

    def _is_dead(self, holder: str) -> bool:
        return self.host_knows_the_dead and holder not in self._alive

    def _done(self) -> bool:
        return self.world.elapsed > TROUBLE_SECONDS and not self._unsettled()

    def _unsettled(self) -> dict[str, int]:
        counts = self.outbox.counts()
        return {state.value: n for state, n in counts.items() if state is not State.POSTED}

    def _judge(self) -> Ending:
        now = self.world.now() + dt.timedelta(hours=25)
        wanted = verdict.expected(self.documents)
        return Ending(
            self.seed,
            verdict.differences(wanted, verdict.actual(self.firm, now)),
            ledger.off(self.documents, ledger.balances(self.firm), unapplied=self.unapplied),
            out_of_order(self.firm),
            self._unsettled(),
            len(self.documents),
            wanted.total(),
            Counter(self.network.faults),
            self.crashes,
            self.world.elapsed,
            self.world.story,
        )
