"""The simulated machine: time, processes, and the order in which they run."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable
from typing import NoReturn

from greenlet import getcurrent, greenlet

EPOCH = dt.datetime(2026, 7, 1, 9, 0, tzinfo=dt.UTC)
EPOCHS = (
    EPOCH,
    dt.datetime(2028, 2, 28, 23, 40, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 3, 15, 45, tzinfo=dt.UTC),
    dt.datetime(2026, 6, 30, 13, 50, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 31, 23, 50, tzinfo=dt.UTC),
)
"""When stories begin: a plain day, the eve of a leap day, the hour in which Sydney's clocks go
forward, the end of an Australian fiscal year, and that of a calendar year."""

HAPPENINGS_MOST = 400_000
"""More than any story has: a process that waits for no time at all must not hang a test."""


WAYS_OUT = 10
"""How often a process is told to end that sleeps again on its way out."""


class Crash(BaseException):
    """The process dies here, without a last word: no handler of the product may catch it."""


class World:
    """Simulated time and the queue of what happens when."""

    def __init__(self, seed: int, epoch: dt.datetime = EPOCH) -> None:
        self.random = random.Random(seed)
        self.epoch = epoch
        self.elapsed = 0.0
        self._told: list[tuple[float, str, tuple[object, ...]]] = []
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._happened = 0
        self._hub = getcurrent()
        self._born: list[greenlet] = []

    def now(self) -> dt.datetime:
        return self.epoch + dt.timedelta(seconds=self.elapsed)

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen so many seconds from now."""
        moment = self.elapsed + max(0.0, seconds)
        heapq.heappush(self._queue, (moment, next(self._order), act))

    def pause(self, seconds: float) -> None:
        """Called by a process: let others run for so long."""
        if seconds <= 0 and not (self._queue and self._queue[0][0] <= self.elapsed):
            self._count()
            return  # Nobody else has anything to do at this moment.
        current = getcurrent()
        self.at(seconds, lambda: current.switch() if not current.dead else None)
        self._hub.switch()

    def hold(self) -> object:
        """Called by a process: sleep until somebody switches to it."""
        return self._hub.switch()

    def spawn(self, process: Callable[[], object], after: float = 0.0) -> greenlet:
        born = greenlet(process, parent=self._hub)
        self.at(after, born.switch)
        self._born.append(born)
        return born

    def end(self) -> None:
        """End what is still asleep: a frame that sleeps for ever keeps its whole world in memory.

        On its way out a process may go to sleep once more, in what it does at last.
        """
        for process in self._born:
            for _ in range(WAYS_OUT):
                if process.dead or not process:
                    break
                process.throw()

    def run(self, until: float, done: Callable[[], bool]) -> None:
        """Let time pass until everything is done, or until the end."""
        while self._queue and not done():
            moment, _, act = heapq.heappop(self._queue)
            if moment > until:
                return
            self.elapsed = moment
            self._count()
            act()

    def _count(self) -> None:
        self._happened += 1
        assert self._happened < HAPPENINGS_MOST, "time stands still"

    def tell(self, what: str, *about: object) -> None:
        """Add a line to the story; it is put together only if somebody reads it."""
        self._told.append((self.elapsed, what, about))

    @property
    def story(self) -> list[str]:
        """What happened, in words, one line each with its second."""
        return [f"{at:9.2f}  {what % about}" for at, what, about in self._told]


class Clock:
    """A process's view of time. ``skew`` tells by how many seconds its machine's clock is off."""

    def __init__(self, world: World, skew: Callable[[], float]) -> None:
        self._world = world
        self._skew = skew

    def now(self) -> dt.datetime:
        return self._world.now() + dt.timedelta(seconds=self._skew())

    def monotonic(self) -> float:
        return self._world.elapsed

    def sleep(self, seconds: float) -> None:
        self._world.pause(seconds)


class Chance:
    """Names and jitter from the seed."""

    def __init__(self, world: World) -> None:
        self._random = world.random

    def name(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def jitter(self) -> float:
        return self._random.random()


def die() -> NoReturn:
    """End the process that is running."""
    raise Crash


__all__ = ["EPOCH", "EPOCHS", "Chance", "Clock", "Crash", "World", "die"]
