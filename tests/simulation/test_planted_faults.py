"""The judge judged: three defects that the product does not have, each seen within a few seeds.

Simulated time is bounded, so that a story which can never settle still ends.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.target import Looked
from counterfoil.xero.target import XeroTarget
from tests.simulation.faults import FATES
from tests.simulation.story import TROUBLE_SECONDS, Ending, Story
from tests.simulation.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Frozen, Lease, Outcome
    from counterfoil.posting.target import Reading, Target

SEEDS = range(20)
TROUBLE = Trouble(frozenset(FATES) - {"1 long limits"}, TROUBLE_SECONDS, 0.4, 0.005)
HELD_UP_RATE = 0.1
ENOUGH_SECONDS = TROUBLE_SECONDS + 1_200.0


class Blind(XeroTarget):
    """Looks nothing up: whatever went unanswered is taken to be absent, and sent again."""

    def look_up(self, requests: Sequence[Frozen]) -> Reading:
        yield from ()
        return {key: Looked() for request in requests for key in request.members}


class Unfenced(MemoryOutbox):
    """Settles for whoever asks: also for a worker that has lost its lease, and in any state."""

    def _ours(self, lease: Lease) -> bool:
        del lease
        return True

    def _check(self, outcomes: Sequence[Outcome]) -> None:
        del outcomes


class HeldUp(Story):
    """A story whose workers are often held up for longer than a lease, just before they settle."""

    def play(self) -> Ending:
        def strikes(where: str) -> str:
            held_up = self.troubled() and self.world.random.random() < HELD_UP_RATE
            return "stall" if held_up and where == "before settle" else ""

        self.machines.strikes = strikes  # type: ignore[method-assign]
        return super().play()


class Hasty(MemoryOutbox):
    """Frees what waits, and makes an id up for what it names."""

    def _missing(self, needs: Iterable[Symbol]) -> tuple[Symbol, ...]:
        del needs
        return ()

    def ids(self, symbols: Collection[Symbol]) -> dict[Symbol, str]:
        made_up = dict.fromkeys(symbols, "00000000-0000-0000-0000-000000000000")
        return made_up | super().ids(symbols)


def _play(
    seed: int,
    store: type[Outbox] = MemoryOutbox,
    target: Target | None = None,
    story: type[Story] = Story,
) -> Counter[str]:
    told = story(seed, store=store, target=target, trouble=TROUBLE, until=ENOUGH_SECONDS)
    return told.play().wrong


@pytest.mark.parametrize("story", [Story, HeldUp])
def test_without_a_fault_planted_the_same_stories_end_well(story: type[Story]) -> None:
    assert not any(_play(seed, story=story) for seed in range(4))


def test_what_is_sent_again_without_a_look_up_arrives_twice() -> None:
    assert any(_play(seed, target=Blind())["twice"] for seed in SEEDS)


def test_a_settlement_without_the_fence_makes_something_arrive_twice() -> None:
    assert any(_play(seed, Unfenced, story=HeldUp)["twice"] for seed in SEEDS)


def test_what_is_sent_before_what_it_needs_is_seen() -> None:
    assert _play(0, Hasty)["early"]
