"""Fifty stories in the suite; any other: ``make simulate SEED=n``."""

from __future__ import annotations

import pytest

from tests.simulation.story import Story


@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_lost_and_nothing_arrives_twice(seed: int) -> None:
    ending = Story(seed).play()

    assert ending.differences == []
    assert ending.unsettled == {}
    assert ending.balanced


def test_a_seed_tells_the_same_story_twice() -> None:
    assert Story(7).play().told == Story(7).play().told


def test_the_stories_are_full_of_trouble() -> None:
    endings = [Story(seed).play() for seed in range(8)]

    assert sum(ending.faults.total() for ending in endings) > 80
    assert sum(ending.crashes for ending in endings) > 0
