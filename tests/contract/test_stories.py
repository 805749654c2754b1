"""The simulated stories play out on the durable stores exactly as they do in memory."""

from __future__ import annotations

import os

import pytest

from counterfoil.web import audit, verifying
from tests.contract import stores
from tests.simulation.story import Story

SOAKED = 4 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 1
AT_A_TIME = 5
SEEDS = {"sqlite": range(45 * SOAKED), "postgres": range(200, 200 + 5 * SOAKED)}
"""Fifty in the suite, where PostgreSQL takes twice as long for each. The databases play
different ones: that they tell a story alike is shown by another test."""
PARTS = [(name, first) for name, seeds in SEEDS.items() for first in seeds[::AT_A_TIME]]


def test_a_story_is_the_same_in_a_database(alias: str) -> None:
    remembered = Story(3).play()
    kept = Story(3, store=lambda: stores.fresh(alias)).play()

    assert kept.told == remembered.told
    assert kept.good


@pytest.mark.parametrize(("database", "first"), PARTS)
def test_nothing_is_lost_in_a_database(
    request: pytest.FixtureRequest, database: str, first: int
) -> None:
    """The audit chain holds as well, and no token stands in words where tokens are kept."""
    alias = str(request.getfixturevalue(f"{database}_alias"))
    for seed in range(first, first + AT_A_TIME):
        box = stores.in_database(stores.new_organisation(alias), alias)
        story = Story(seed, store=lambda box=box: box)  # type: ignore[misc]
        ending = story.play()

        assert ending.good, (ending, ending.complaints)
        assert isinstance(verifying.verify(box.firm_id, stores.AUDIT_KEY, box.using), audit.Head)
        assert story.secrets.isdisjoint(stores.words_in(alias))
