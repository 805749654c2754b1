"""How many calls it takes to look up batches whose answers were lost.

Run: python -m bench.unknown

A month goes out in full batches, and the first answer of every resource is lost: once with the
batch applied, once without. Counted are the reads that settle them, at the sandbox.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from typing import TYPE_CHECKING

from tests.simulation.faults import Fate
from tests.simulation.firm import ARRIVAL_SECONDS, documents
from tests.simulation.network import Network
from tests.simulation.story import Story
from tests.simulation.trouble import CALM

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.posting.records import Grant
    from counterfoil.posting.target import Arrival, Call

MOST = 2
"""Calls for each unknown batch and kind (architecture.md, rule 6)."""
APPLIED = Fate("applied, answer lost", returns=False)
NOT_APPLIED = Fate("lost on the way", reaches=False, returns=False)
ARRIVES = Fate("arrives")


class LosingNetwork(Network):
    """Loses the first answer to each kind of write, and counts the reads that follow."""

    loses = APPLIED

    def begin(self) -> None:
        """Lose nothing yet, count nothing yet."""
        self.lost: set[str] = set()
        self.reads: Counter[str] = Counter()
        self._next = ARRIVES

    def fate(self, *, writes: bool = False) -> Fate:
        """Return what the call in hand has been given."""
        del writes
        return self._next

    def carry(self, call: Call, grant: Grant, deliver: Callable[[Arrival], None]) -> None:
        """Carry a call; the first write of each kind loses its answer."""
        kind = call.path.strip("/").split("/")[-1]
        writes = call.method != "GET"
        self._next = self.loses if writes and kind not in self.lost else ARRIVES
        if writes:
            self.lost.add(kind)
        elif call.path != "/Organisation":
            self.reads[call.path.strip("/").split("/")[0]] += 1
        super().carry(call, grant, deliver)


class Losing(Story):
    """A story whose only trouble is the answers that are lost."""

    def __init__(self, loses: Fate) -> None:
        super().__init__(3, bills=60, month=documents, trouble=CALM)
        self.batch_most = 50
        self.losing = LosingNetwork(
            self.world, self.sandbox, "/api.xro/2.0", self.wire, lambda: 0.0, CALM.on
        )
        self.losing.loses = loses
        self.losing.begin()
        self.network = self.losing

    def _done(self) -> bool:
        """End when everything has arrived; that it is looked at once more is not counted."""
        return self.world.elapsed > 2 * ARRIVAL_SECONDS and not self.unsettled()


def main() -> int:
    """Print the reads by resource; 1 if a resource took more than its two."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    worst = 0
    for fate in (APPLIED, NOT_APPLIED):
        story = Losing(fate)
        ending = story.play()
        if not ending.good:
            print(ending)
            return 1
        print(f"{fate.name}: {dict(story.losing.reads)} for one lost batch of {story.losing.lost}")
        worst = max(worst, *story.losing.reads.values())
    print(f"at most {worst} calls for an unknown batch and kind (limit {MOST})")
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
