"""A kill at every point: before and after each call of the store, each send, and each answer.

Each family of documents is posted alone and without other trouble, once to count the points and
then once for each of them, with a process that dies there. What people order of what is posted is
played so too, from the first order on: the click dies, or the worker does. The command plays every
point, and with ``--pairs`` every pair of points; the second may fall while what the first left is
cleared up.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.posting.intake import is_revision
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import UNDER_WAY, State
from tests.simulation.clerk import Clerk
from tests.simulation.corrected import CASES, ended, untaxed
from tests.simulation.daybook_keys import keys_of
from tests.simulation.firm import documents
from tests.simulation.month import THREADS
from tests.simulation.pieces import Piece, Sheet, Told, played, revision
from tests.simulation.story import Story
from tests.simulation.trouble import CALM

if TYPE_CHECKING:
    from counterfoil.core.documents import Key
    from tests.simulation.corrected import Case
    from tests.simulation.story import Ending

PLAIN_BILLS = 2
SEEDS_OF_SINGLES, SEEDS_OF_PAIRS = 20, 3
SINGLES, PAIRS = "one", "pairs"
"""How deaths are told in a sheet."""
TITLES = (
    "Deaths at every point",
    ("deaths", "family", "seed"),
    ("stories", "bad", "seconds"),
)
MOST_POINTS = 5_000
"""More than any family has: a count that does not end must not hang a run."""
SHORT_TOKEN_SECONDS = 100.0
"""A token that is about to end, so that its refresh has points too."""
QUIET = frozenset({"before lease", "after lease", "before next_due", "after next_due"})


def _plain(chance: random.Random, n: int) -> list[dict[str, Any]]:
    del n
    return documents(chance, PLAIN_BILLS)


Family = Callable[[random.Random, int], list[dict[str, Any]]]

FAMILIES: dict[str, Family] = {
    "plain": _plain,
    **{thread.__name__: thread for thread in THREADS},
}
"""The families of documents that hang together; between them they have every kind."""


CORRECTED = {f"corrected: {made.__name__}": made for made in CASES}
"""What people order of what is posted; only from the first order on does anything strike."""


class Struck(Story):
    """One family, one worker, and a death at each of the points with these numbers, from 1 on."""

    def __init__(self, seed: int, made: Family, at: tuple[int, ...]) -> None:
        super().__init__(seed, month=lambda chance, _: made(chance, seed % 7), trouble=CALM)
        self.points = 0
        self.passed: list[str] = []
        self.at = list(at)
        self.forks = 0
        self.machines.count = 1
        self.machines.strikes = self._strikes  # type: ignore[method-assign]
        self._at_ease()

    def _at_ease(self) -> None:
        self.people.arrival_seconds = 0.0
        self.people.token_seconds = SHORT_TOKEN_SECONDS

    def _strikes(self, where: str) -> str:
        if where in QUIET:
            return ""
        self.points += 1
        assert self.points < MOST_POINTS
        self.passed.append(where)
        return "crash" if self.points in self.at or (self.forks and self._forked()) else ""

    def _forked(self) -> bool:
        """Let a copy of this process die here, and go on when that one has told its end."""
        copy = os.fork()
        if copy:
            os.waitpid(copy, 0)
            return False
        self.at.append(self.points)
        self.forks -= 1
        return True

    def writes(self) -> Counter[str]:
        """Count what has to be applied in Xero as often as without a death.

        Among documents that take each other back it may be less: what never left need not.
        """
        return Counter()


class Ordered(Struck):
    """Corrections that a person orders; the click dies like the worker."""

    def __init__(
        self, seed: int, made: Callable[[random.Random, int], Case], at: tuple[int, ...]
    ) -> None:
        cases: list[Case] = []

        def documents_of(chance: random.Random, n: int) -> list[dict[str, Any]]:
            cases.append(made(chance, n))
            return cases[0].documents

        super().__init__(seed, documents_of, at)
        (self.case,) = cases
        settings = replace(self.shelf.mapping().settings, **self.case.settings)  # type: ignore[arg-type]
        mapping = replace(self.shelf.mapping(), settings=settings)
        self.shelf = FixedShelf(self.shelf.chart(), mapping)
        if self.case.arithmetic:
            self.organisation.settings.arithmetic = self.case.arithmetic
        self.case.before(self)
        self.clerk = Clerk(self, self.case, self._strikes)
        self.people = self.clerk
        self._at_ease()

    def _strikes(self, where: str) -> str:
        return super()._strikes(where) if self.clerk.begun else ""

    def recorded(self) -> list[dict[str, Any]]:
        return self.case.counts

    def raw(self) -> dict[Key, dict[str, Any]]:
        named = super().raw()
        for key, document in named.items():
            number = self.case.names.get(key.id, document.get("number", ""))
            named[key] = document | {"number": number}
        return named

    def keys(self) -> set[Key]:
        return keys_of([*self.documents, *self.case.counts])

    def _judge(self) -> Ending:
        ending = super()._judge()
        if self.case.arithmetic:
            taxed = ("lost", "foreign", "twice", "off")
            kept = [one for one in ending.complaints if not one.startswith(taxed)]
            ending.complaints[:] = [*kept, *untaxed(self)]
        ends = ended(self.organisation)
        if ends != self.case.ends:
            what = "half" if ends < self.case.ends else "twice"
            said = f"{what}: {ends} objects are void or deleted and {self.case.ends} should be"
            ending.complaints.append(said)
        return ending

    def writes(self) -> Counter[str]:
        """Count what Xero applied, object by object, beside what stated a revision once.

        A revision may be overtaken by the next before it leaves, or not, as the moments fall. What
        is right is one write for each that the books say was stated; the last of them is judged by
        what stands in Xero.
        """
        applied = Counter(
            f"{row.request.method} {row.request.path.split('/')[3]}"
            for row in self.sandbox.state.log.rows
            for _ in row.applied
        )
        applied.subtract(f"POST {resource}" for resource in self._stated())
        return applied

    def _stated(self) -> list[str]:
        """Return of each revision that was stated in place what resource it was of."""
        left = {
            event.posting
            for event in self.outbox.events()
            if event.posting and event.after is State.POSTED and event.before in UNDER_WAY
        }
        found = self.outbox.postings({key.document for key in left if is_revision(key)})
        return [one.resource for one in found if one.key in left and is_revision(one.key)]


def struck(family: str, seed: int, *at: int) -> Struck:
    """Return a family's story with deaths at these points."""
    if family in CORRECTED:
        return Ordered(seed, CORRECTED[family], at)
    return Struck(seed, FAMILIES[family], at)


def calm(family: str, seed: int) -> Struck:
    """Play a family without a death, to count its points and what Xero applies."""
    story = struck(family, seed)
    ending = story.play()
    assert ending.good, (family, seed, ending.complaints)
    return story


def play(like: Struck, family: str, *at: int) -> Ending:
    """Play a family with deaths; what Xero applied must be what it is without any."""
    return _compared(struck(family, like.seed, *at), like)


def _compared(story: Struck, like: Struck) -> Ending:
    ending = story.play()
    wanted, found = like.writes(), story.writes()
    ending.complaints.extend(
        f"{'twice' if found[name] > wanted[name] else 'lost'}: {found[name]} {name} were applied "
        f"and {wanted[name]} should be"
        for name in sorted(wanted.keys() | found.keys())
        if found[name] != wanted[name]
    )
    return ending


def every(family: str, seed: int, deaths: int) -> tuple[int, int]:
    """Play a family with a death at each of its points; return how many stories, how many bad.

    With two deaths, also at each pair of points: what the first adds in points belongs to those.
    What two stories have in common is played once, by a process that forks at each point.
    """
    like, story = calm(family, seed), struck(family, seed)
    story.forks = deaths
    with tempfile.TemporaryFile() as told:
        ending = _compared(story, like)
        if story.at:
            if not ending.good:
                print(family, story.at, ending, *ending.complaints, sep="\n", file=sys.stderr)
                sys.stderr.flush()
            os.write(told.fileno(), b"." if ending.good else b"x")
            os._exit(0)
        told.seek(0)
        marks = told.read()
    return len(marks), marks.count(b"x")


def _played(piece: Piece) -> Told:
    """Play a family with its deaths on one seed; tell how many stories, how many bad, how long."""
    deaths, family, seed = piece
    began = time.monotonic()
    runs, bad = every(family, int(seed), 2 if deaths == PAIRS else 1)
    return str(runs), str(bad), f"{time.monotonic() - began:.0f}"


def main() -> int:
    """Play them, family after family, and a line for each at the end; 1 if a story ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", action="store_true", help="two deaths in each story")
    parser.add_argument("--seeds", type=int, default=0, help="for each family (20; 3 of pairs)")
    parser.add_argument("--first", type=int, default=0, help="from this seed on")
    parser.add_argument("--family", default="", help="only families with this in their names")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin nothing after")
    parser.add_argument("--processes", type=int, default=1, help="so many play at once")
    parser.add_argument("--record", type=Path, help="a sheet: what stands there is not played anew")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    seeds = chosen.seeds or (SEEDS_OF_PAIRS if chosen.pairs else SEEDS_OF_SINGLES)
    families = [name for name in (*FAMILIES, *CORRECTED) if chosen.family in name]
    deaths = PAIRS if chosen.pairs else SINGLES
    numbers = range(chosen.first, chosen.first + seeds)
    todo = [(deaths, name, str(seed)) for seed, name in itertools.product(numbers, families)]
    end = time.monotonic() + 60 * chosen.minutes
    sheet = Sheet(chosen.record, *TITLES, revision()) if chosen.record else None
    told = {}
    for piece, of in played(todo, _played, sheet, chosen.processes):
        told[piece] = of
        if time.monotonic() > end:
            break
    return _summed(families, told)


def _summed(families: list[str], told: dict[Piece, Told]) -> int:
    """Say what came of each family; 1 if a story ended badly."""
    bad = 0
    for family in families:
        of = [several for (_, name, _), several in told.items() if name == family]
        runs, fell = (sum(int(one[place]) for one in of) for place in (0, 1))
        bad += fell
        print(f"{runs:8} stories {fell:6} bad {len(of):4} seeds  {family}")
    runs = sum(int(one[0]) for one in told.values())
    print(f"{runs:8} stories {bad:6} bad {len(told):4} in all")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
