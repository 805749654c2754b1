"""The two machines of a story: their workers, their clocks, and the database they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.caller import Caller
from counterfoil.posting.poster import Drained, Poster
from tests.simulation import putting_back
from tests.simulation.faults import DIED_AGAIN
from tests.simulation.faulty import DatabaseGone, FaultyOutbox
from tests.simulation.network import Authority, Courier
from tests.simulation.trouble import JUMPS
from tests.simulation.world import Chance, Clock, Crash

if TYPE_CHECKING:
    import random

    from greenlet import greenlet

    from tests.simulation.story import Story

RESTART_SECONDS = 20.0
"""A process that died is back within so many seconds."""
OUTAGE_SECONDS = (5.0, 40.0)
OUTAGES = 3
OFF_SECONDS = (60.0, 600.0)
"""How long a clock that jumped goes wrong."""
STORM_SECONDS = 600.0
IDLE_SECONDS = 30.0
WAITING_SECONDS = 600.0
MACHINES = 2
STRUCK = {"crash": "7 crash", "stall": "7 held up", "stop": "7 SIGTERM", "refuse": "8 refused"}


class Machines:
    """Two machines with a worker each; one that dies comes back under another name."""

    def __init__(self, story: Story, chance: random.Random) -> None:
        self.story = story
        self.world = story.world
        self.host_knows_the_dead = chance.random() < 0.5
        skew = story.trouble.skew
        self.skews = [chance.uniform(-skew, skew) for _ in range(MACHINES)]
        self.count = MACHINES
        self.complaints: list[str] = []
        self._alive: set[str] = set()
        self._births = 0
        self._gone_until = 0.0
        self._died_at = -1e9
        self._processes: list[greenlet] = []
        self._shut_until = 0.0

    def begin(self) -> None:
        """Start the workers, and arrange what will befall them."""
        for machine in range(self.count):
            self._spawn(machine, after=machine * 1.0)
        on, uniform = self.story.trouble.on, self.world.random.uniform
        end = self.story.trouble.seconds
        if "1 storm" in on:
            self.world.at(uniform(0.0, end - STORM_SECONDS), self._storm)
        if "8 database" in on:
            for _ in range(OUTAGES):
                self.world.at(uniform(0.0, end), self._lose_database)
        if "8 restore" in on:
            putting_back.arrange(self.story)
        if "9 clocks" in on:
            for machine in range(MACHINES):
                self.world.at(uniform(0.0, end), lambda machine=machine: self._jump(machine))  # type: ignore[misc]

    def _counted(self, what: str) -> None:
        self.story.network.faults[what] += 1
        self.world.tell("%s", what)

    def _storm(self) -> None:
        self.story.network.storm_until = self.world.elapsed + STORM_SECONDS

    def _lose_database(self) -> None:
        self._counted("8 outage")
        self._gone_until = self.world.elapsed + self.world.random.uniform(*OUTAGE_SECONDS)

    def _jump(self, machine: int) -> None:
        seconds = self.world.random.choice(JUMPS)
        self._counted(f"9 clock off by {seconds:+.0f} s")
        self.skews[machine] += seconds
        back = self.world.random.uniform(*OFF_SECONDS)
        self.world.at(back, lambda: self._set_right(machine, seconds))

    def _set_right(self, machine: int, seconds: float) -> None:
        self.world.tell("a clock is set right by %+.0f s", -seconds)
        self.skews[machine] -= seconds

    def strikes(self, where: str) -> str:
        """Say what strikes a process at this point."""
        del where
        if not self.story.troubled():
            return ""
        if self.world.elapsed < self._gone_until:
            return "refuse"
        struck = self.story.trouble.strike(self.world.random.random())
        if struck:
            self.story.network.faults[STRUCK[struck]] += 1
        if struck in {"crash", "refuse"}:
            if self.world.elapsed - self._died_at < RESTART_SECONDS * 2:
                self.story.network.faults[DIED_AGAIN] += 1
            self._died_at = self.world.elapsed
        return struck

    def _spawn(self, machine: int, after: float) -> None:
        self._births += 1
        name = f"worker-{machine}/{self._births}"
        self._alive.add(name)
        born = self.world.spawn(lambda: self._live(machine, name), after)
        self._processes = [*(one for one in self._processes if not one.dead), born]

    def shut(self, seconds: float) -> None:
        """End every process at once, and let none begin again for so long."""
        self._shut_until = self.world.elapsed + seconds
        for process in self._processes:
            if process and not process.dead:
                process.throw(Crash)

    def _live(self, machine: int, name: str) -> None:
        try:
            self._work(machine, name)
        except (Crash, DatabaseGone):
            pass
        except Exception as defect:  # noqa: BLE001 -- whatever it is, a worker must not die of it
            self.world.tell("%s dies of %r", name, defect)
            self.complaints.append(f"broken: {type(defect).__name__}: {defect}")
        self._alive.discard(name)
        again = self.world.random.uniform(0.0, RESTART_SECONDS)
        self._spawn(machine, max(again, self._shut_until - self.world.elapsed))

    def _work(self, machine: int, name: str) -> None:
        """Drain again and again, as the worker command does, until asked to stop."""
        story, clock = self.story, Clock(self.world, lambda: self.skews[machine])

        def stop() -> None:
            poster.stop()

        outbox = FaultyOutbox(story.outbox, self.world, story.wire, name, self.strikes, stop)
        caller = Caller(
            outbox=outbox,
            target=story.target,
            courier=Courier(story.network, name, outbox.point),
            authority=Authority(story.network, story.sandbox, name),
            clock=clock,
            chance=Chance(self.world),
        )
        poster = Poster(
            caller,
            story.shelf,
            holder=name,
            is_dead=self._is_dead,
            batch_most=story.batch_most,
        )
        drained = Drained(0)
        while drained.stopped_by != "request":
            drained = poster.drain()
            self.world.tell("%s drained: %s %s", name, drained.stopped_by, drained.reason)
            clock.sleep(self._until_due(drained, clock))

    def _until_due(self, drained: Drained, clock: Clock) -> float:
        """Sleep until a limit ends or something is due, as the worker command does."""
        if drained.stopped_by is not None and drained.until is None:
            return 10.0
        due = drained.until or self.story.outbox.next_due()
        if due is None:
            return IDLE_SECONDS
        longest = WAITING_SECONDS if drained.until else IDLE_SECONDS
        return min(longest, max(0.2, (due - clock.now()).total_seconds()))

    def _is_dead(self, holder: str) -> bool:
        return self.host_knows_the_dead and holder not in self._alive
