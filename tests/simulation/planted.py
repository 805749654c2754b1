"""Bugs planted one by one, each seen with every defence of the product switched off in turn.

Two defences hide each other's bugs: while look-ups find what was sent, nothing is wrong with a new
key at every retry. So the matrix has a column for each defence, in a world that is so mild that
the others suffice; there the story without a bug must end well, and each bug must be seen.

``python -m tests.simulation.planted`` plays the whole matrix and prints it.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulation.bugs import BUGS, Change
from tests.simulation.defences import ALL_ON, DEFENCES
from tests.simulation.pieces import Piece, Sheet, Told, played, revision
from tests.simulation.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.simulation.bugs import Bug
    from tests.simulation.defences import Defence

SEEDS = range(100)
"""A bug must be seen within so many stories."""
SOUND_SEEDS = range(4)
NO_BUG = "no bug"
TITLES = ("Planted bugs", ("bug", "defence that is off"), ("stories", "seen as"))
ENOUGH_SECONDS = 3 * 3_600.0
"""Simulated time is bounded, so that a story which can never settle still ends."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of one bug under one configuration: after how many stories it was seen, and how.

    ``stories`` is 0 if it never was.
    """

    stories: int
    seen: str = ""


@contextlib.contextmanager
def changed(changes: Iterable[Change]) -> Iterator[None]:
    """Change the product for a while, and put it back."""
    before: list[tuple[object, str, object]] = []
    try:
        for change in changes:
            held = vars(change.owner)[change.name]
            before.append((change.owner, change.name, held))
            setattr(change.owner, change.name, change.make(held))
        yield
    finally:
        for owner, name, held in reversed(before):
            setattr(owner, name, held)


def wrong(seed: int, bug: Bug | None, defence: Defence) -> Counter[str]:
    """Play one story and count what the judge finds, but for what the missing defence is about."""
    trouble = defence.mild(bug.trouble if bug else defence.trouble)
    with changed((*defence.changes, *(bug.changes if bug else ()))):
        story = Story(seed, trouble=trouble, until=ENOUGH_SECONDS)
        story.batch_most = (bug and bug.batch_most) or story.batch_most
        defence.tune(story)
        if bug:
            bug.tune(story)
        try:
            found = story.play().wrong
        except Exception:  # noqa: BLE001 -- a story that breaks off has shown that something is wrong
            return Counter(("broken",))
    for name in defence.unjudged:
        del found[name]
    return found


def met(bug: Bug, defence: Defence) -> bool:
    """Tell whether a bug can show itself where a defence is off.

    Not where it is that defence's own, and not where its fault would do harm without any bug.
    """
    return bug.of != defence.name and bug.needs not in defence.without


def sound(defence: Defence, seeds: Iterable[int] = SOUND_SEEDS) -> list[int]:
    """Return the seeds whose story ends badly under a configuration without any bug."""
    return [seed for seed in seeds if wrong(seed, None, defence)]


def seen(bug: Bug, defence: Defence, seeds: Iterable[int] = SEEDS) -> Cell:
    """Play stories until the bug is seen: in one that ends well without it."""
    without = replace(bug, changes=())
    for count, seed in enumerate(seeds, 1):
        found = wrong(seed, bug, defence)
        if found and not wrong(seed, without, defence):
            return Cell(count, min(found))
    return Cell(0)


def _played(piece: Piece) -> Told:
    """Play one cell of the matrix, or of a configuration whether it is sound without any bug."""
    of, under = piece
    defence = next(one for one in (ALL_ON, *DEFENCES) if one.name == under)
    if of == NO_BUG:
        ill = sound(defence)
        return ("ill" if ill else "sound", " ".join(map(str, ill)))
    cell = seen(next(one for one in BUGS if one.name == of), defence)
    return str(cell.stories), cell.seen


def main() -> int:
    """Print the matrix; 1 if a bug was missed anywhere, or a configuration is not sound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bug", default="", help="only bugs with this in their names")
    parser.add_argument("--defence", default="", help="only defences with this in their names")
    parser.add_argument("--first", type=int, default=1, help="leave out the bugs before this one")
    parser.add_argument("--processes", type=int, default=1, help="so many play at once")
    parser.add_argument("--record", type=Path, help="a sheet: what stands there is not played anew")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    defences = [one for one in (ALL_ON, *DEFENCES) if chosen.defence in one.name]
    bugs = [bug for bug in BUGS[chosen.first - 1 :] if chosen.bug in bug.name]
    todo = [(NO_BUG, one.name) for one in defences]
    todo += [(bug.name, one.name) for bug in bugs for one in defences if met(bug, one)]
    sheet = Sheet(chosen.record, *TITLES, revision()) if chosen.record else None
    told = dict(played(todo, _played, sheet, chosen.processes))
    return _summed(bugs, defences, told)


def _summed(bugs: list[Bug], defences: list[Defence], told: dict[Piece, Told]) -> int:
    """Print the matrix; 1 if a bug was missed anywhere, or a configuration is not sound."""
    ill = [one.name for one in defences if told[NO_BUG, one.name][0] != "sound"]
    for number, defence in enumerate(defences):
        print(f"{number:3}: {defence.name}{' (NOT SOUND WITHOUT A BUG)' * (defence.name in ill)}")
    print(" " * 62 + "".join(f"{number:4}" for number in range(len(defences))))
    for bug in bugs:
        print(f"{bug.name:62}" + "".join(_shown(told.get((bug.name, d.name))) for d in defences))
    missed = sum(cell == "0" for cell, _ in told.values())
    print(
        "Numbers are the stories it took; 'MISS' is a bug that was not seen; '-' is the defence "
        "that the bug itself takes away, or one that alone can bear the fault it needs."
    )
    print(f"{len(bugs)} bugs under {len(defences)} configurations: {missed} missed, {len(ill)} ill")
    return 1 if missed or ill else 0


def _shown(told: Told | None) -> str:
    if told is None:
        return "   -"
    return "MISS" if told[0] == "0" else f"{told[0]:>4}"


if __name__ == "__main__":
    sys.exit(main())
