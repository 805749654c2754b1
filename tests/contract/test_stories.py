"""The simulated stories play out on the durable stores exactly as they do in memory."""

from __future__ import annotations

from tests.contract import stores
from tests.simulation.story import Story


def test_a_story_is_the_same_in_a_database(alias: str) -> None:
    remembered = Story(3, bills=6).play()
    kept = Story(3, bills=6, store=lambda: stores.fresh(alias)).play()

    assert kept.told == remembered.told
    assert kept.good
