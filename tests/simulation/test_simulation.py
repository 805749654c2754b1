"""Fifty stories in the suite; any other: ``make simulate SEED=n``."""

from __future__ import annotations

import pytest

from counterfoil.core import documents
from tests.simulation.story import Story

UNDOING = {"reversal", "void", "unallocation"}
"""Kinds that take back what was posted; they are held until that is done here too."""


@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_lost_and_nothing_arrives_twice(seed: int) -> None:
    ending = Story(seed).play()

    assert ending.differences == []
    assert ending.off == []
    assert ending.early == []
    assert ending.unsettled == {}


def test_a_seed_tells_the_same_story_twice() -> None:
    assert Story(7).play().told == Story(7).play().told


def test_the_stories_are_full_of_trouble() -> None:
    endings = [Story(seed).play() for seed in range(8)]

    assert sum(ending.faults.total() for ending in endings) > 80
    assert sum(ending.crashes for ending in endings) > 0


def test_a_story_has_every_kind_of_document() -> None:
    told = {document["kind"] for document in Story(1).documents}

    assert told == set(documents.KINDS) - UNDOING


def test_a_contact_found_by_look_up_tells_the_next_of_its_name_apart() -> None:
    """Two clients of one name: the first is found late, the second is sent again after it."""
    assert Story(225).play().good
