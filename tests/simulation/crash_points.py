"""A kill at every point: before and after each call of the store, each send, and each answer.

Each family of documents is posted alone and without other trouble, once to count the points and
then once for each of them, with a process that dies there. The command plays every point, and with
``--pairs`` every pair of points; the second may fall while what the first left is cleared up.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
import random
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.simulation.firm import documents
from tests.simulation.month import THREADS
from tests.simulation.story import Story
from tests.simulation.trouble import CALM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.simulation.story import Ending

PLAIN_BILLS = 2
SEEDS_OF_SINGLES, SEEDS_OF_PAIRS = 20, 3
MOST_POINTS = 5_000
"""More than any family has: a count that does not end must not hang a run."""
SHORT_TOKEN_SECONDS = 100.0
"""A token that is about to end, so that its refresh has points too."""
QUIET = frozenset({"before lease", "after lease", "before next_due", "after next_due"})


def _plain(chance: random.Random, n: int) -> list[dict[str, Any]]:
    del n
    return documents(chance, PLAIN_BILLS)


FAMILIES: dict[str, Callable[[random.Random, int], list[dict[str, Any]]]] = {
    "plain": _plain,
    **{thread.__name__: thread for thread in THREADS},
}
"""The families of documents that hang together; between them they have every kind."""


class Struck(Story):
    """One family, one worker, and a death at each of the points with these numbers, from 1 on."""

    def __init__(self, family: str, seed: int, *at: int) -> None:
        made = FAMILIES[family]
        super().__init__(seed, month=lambda chance, _: made(chance, seed % 7), trouble=CALM)
        self.points = 0
        self.passed: list[str] = []
        self._at = frozenset(at)
        self.machines.count = 1
        self.machines.strikes = self._strikes  # type: ignore[method-assign]
        self.people.arrival_seconds = 0.0
        self.people.token_seconds = SHORT_TOKEN_SECONDS

    def _strikes(self, where: str) -> str:
        if where in QUIET:
            return ""
        self.points += 1
        assert self.points < MOST_POINTS
        self.passed.append(where)
        return "crash" if self.points in self._at else ""


def count(family: str, seed: int) -> int:
    """Return how many points a family passes when nothing happens."""
    story = Struck(family, seed)
    ending = story.play()
    assert ending.good, (family, seed, ending.complaints)
    return story.points


def singles(family: str, seed: int) -> Iterator[Ending]:
    """Play a family once for each of its points."""
    for point in range(1, count(family, seed) + 1):
        yield Struck(family, seed, point).play()


def pairs(family: str, seed: int) -> Iterator[Ending]:
    """Play a family once for each pair of points.

    What the first death adds in points belongs to the pairs too, so they are counted after it.
    """
    for first in range(1, count(family, seed) + 1):
        story = Struck(family, seed, first)
        yield story.play()
        for second in range(first + 1, story.points + 1):
            yield Struck(family, seed, first, second).play()


def main() -> int:
    """Play them, seed after seed, a line for each family at the end; 1 if a story ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", action="store_true", help="two deaths in each story")
    parser.add_argument("--seeds", type=int, default=0, help="for each family (20; 3 of pairs)")
    parser.add_argument("--family", default="", help="only families with this in their names")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no family after")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    seeds = chosen.seeds or (SEEDS_OF_PAIRS if chosen.pairs else SEEDS_OF_SINGLES)
    families = [name for name in FAMILIES if chosen.family in name]
    end = time.monotonic() + 60 * chosen.minutes
    runs: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    played: Counter[str] = Counter()
    for seed, family in itertools.product(range(seeds), families):
        if time.monotonic() > end:
            break
        ran, fell = _judged((pairs if chosen.pairs else singles)(family, seed))
        runs[family], bad[family] = runs[family] + ran, bad[family] + fell
        played[family] += 1
    for family in families:
        print(f"{runs[family]:8} stories {bad[family]:6} bad {played[family]:4} seeds  {family}")
    print(f"{runs.total():8} stories {bad.total():6} bad {sum(played.values()):4} in all")
    return 1 if bad.total() else 0


def _judged(endings: Iterator[Ending]) -> tuple[int, int]:
    ran = fell = 0
    for ending in endings:
        ran += 1
        if not ending.good:
            fell += 1
            print(ending, *ending.complaints, sep="\n", file=sys.stderr)
    return ran, fell


if __name__ == "__main__":
    sys.exit(main())
