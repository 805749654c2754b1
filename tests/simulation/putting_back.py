"""A database that is put back in mid-story from an earlier copy of itself: Xero is ahead of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from counterfoil.posting.memory import MemoryOutbox

if TYPE_CHECKING:
    from tests.simulation.story import Story

COPIED = (30.0, 2_400.0)
"""The seconds of a story between which the copy is made."""
LATER = (60.0, 900.0)
"""So much later the database is lost, and the copy comes back."""
ARRIVED_SECONDS = 700.0
"""By then the practice has sent everything once, so that it can send it again."""
CLOSED_SECONDS = 180.0
"""So long does putting back take; whatever was on its way to Xero has arrived by then."""


def arrange(story: Story) -> None:
    """Let the database of a story be lost and put back, at moments drawn from its world."""
    chance = story.world.random
    copied = chance.uniform(*COPIED)
    put_back(story, copied, max(copied + chance.uniform(*LATER), ARRIVED_SECONDS))


def put_back(story: Story, copied: float, lost: float) -> None:
    """Let a copy be made at one second of a story, and come back at another."""
    story.world.at(copied, lambda: _copy(story, lost - copied))


def _copy(story: Story, lost_after: float) -> None:
    assert isinstance(story.outbox, MemoryOutbox)
    kept = copy.deepcopy(vars(story.outbox))
    story.people.remembered = False
    story.world.at(lost_after, lambda: _lose(story, kept))


def _lose(story: Story, kept: dict[str, object]) -> None:
    story.network.faults["8 put back from a copy"] += 1
    story.world.tell("8 put back from a copy")
    story.machines.shut(CLOSED_SECONDS)
    vars(story.outbox).update(kept)
    story.outbox.mark_restored(actor="ann", now=story.world.now())
    story.wire.put_back()
    story.kept.put_back()
    story.people.remembered = True
    story.people.connect()
    story.people.send(story.documents)
