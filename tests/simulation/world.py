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


HAPPENINGS_MOST = 1_000_000
"""More than any story has: a process that waits for no time at all must not hang a test."""


class Crash(BaseException):
    """The process dies here, without a last word: no handler of the product may catch it."""


class World:
    """Simulated time and the queue of what happens when."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.elapsed = 0.0
        self.story: list[str] = []
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._happened = 0
        self._hub = getcurrent()

    def now(self) -> dt.datetime:
        return EPOCH + dt.timedelta(seconds=self.elapsed)

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen so many seconds from now."""
        moment = self.elapsed + max(0.0, seconds)
        heapq.heappush(self._queue, (moment, next(self._order), act))

    def pause(self, seconds: float) -> None:
        """Called by a process: let others run for so long."""
        current = getcurrent()
        self.at(seconds, lambda: current.switch() if not current.dead else None)
        self._hub.switch()

    def hold(self) -> object:
        """Called by a process: sleep until somebody switches to it."""
        return self._hub.switch()

    def spawn(self, process: Callable[[], None], after: float = 0.0) -> greenlet:
        born = greenlet(process, parent=self._hub)
        self.at(after, born.switch)
        return born

    def run(self, until: float, done: Callable[[], bool]) -> None:
        """Let time pass until everything is done, or until the end."""
        while self._queue and not done():
            moment, _, act = heapq.heappop(self._queue)
            if moment > until:
                return
            self.elapsed = moment
            self._happened += 1
            assert self._happened < HAPPENINGS_MOST, "time stands still"
            act()

    def tell(self, what: str) -> None:
        self.story.append(f"{self.elapsed:9.2f}  {what}")


class Clock:
    """A process's view of time; each machine's wall clock is off by a little."""

    def __init__(self, world: World, skew: float) -> None:
        self._world = world
        self._skew = dt.timedelta(seconds=skew)

    def now(self) -> dt.datetime:
        return self._world.now() + self._skew

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


__all__ = ["EPOCH", "Chance", "Clock", "Crash", "World", "die"]
