"""A story whose database is put back from a copy when all is done: Xero is ahead of it."""

from __future__ import annotations

import copy

import pytest

from counterfoil.posting.memory import MemoryOutbox
from tests.simulation.story import Ending, Story
from tests.simulation.trouble import CALM

COPIED_AFTER = (0.0, 20.0, 320.0, 602.0)
"""Seconds: before anything is sent, in the midst of each third of the documents, at the end."""


class PutBack(Story):
    """Everything is posted; then the copy of an earlier moment comes back, and everything anew."""

    def __init__(self, seed: int, copied_after: float, *, marked: bool = True) -> None:
        super().__init__(seed, trouble=CALM)
        self.marked = marked
        self.people.remembered = False  # A copy of before could not know what was posted anew.
        self.world.at(copied_after, self._copy)

    def _copy(self) -> None:
        self.copied = copy.deepcopy(vars(self.outbox))

    def _put_back(self) -> None:
        assert isinstance(self.outbox, MemoryOutbox)
        vars(self.outbox).update(self.copied)
        if self.marked:
            self.outbox.mark_restored(actor="ann", now=self.world.now())
        self.people.connect()
        self.people.send(self.documents)

    def play(self) -> Ending:
        self.people.begin()
        self.machines.begin()
        self.world.run(self.until, self._done)
        self.before = self._judge()
        self._put_back()
        self.world.run(self.world.elapsed + self.until, self._done)
        return self._judge()


@pytest.mark.parametrize("copied_after", COPIED_AFTER)
def test_every_kind_is_adopted_and_nothing_is_sent_again(copied_after: float) -> None:
    story = PutBack(COPIED_AFTER.index(copied_after) + 1, copied_after)
    ending = story.play()

    assert story.before.good, story.before.complaints
    assert ending.good, (ending.unsettled, ending.complaints, ending.told[-40:])


def test_without_the_mark_documents_are_there_twice() -> None:
    story = PutBack(1, 20.0, marked=False)
    story.until = 1_800.0  # Long enough for all of it to go once more.

    assert story.play().wrong["twice"]
