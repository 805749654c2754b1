"""The simulated stories play out on the durable stores exactly as they do in memory."""

from __future__ import annotations

import os

import pytest

from counterfoil.web import audit
from tests.contract import stores
from tests.simulation.story import Story

SEEDS = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 20
AT_A_TIME = 5


def test_a_story_is_the_same_in_a_database(alias: str) -> None:
    remembered = Story(3).play()
    kept = Story(3, store=lambda: stores.fresh(alias)).play()

    assert kept.told == remembered.told
    assert kept.good


@pytest.mark.parametrize("first", range(0, SEEDS, AT_A_TIME))
def test_nothing_is_lost_in_a_database(sqlite_alias: str, first: int) -> None:
    """The audit chain holds as well, and no token stands in words where tokens are kept."""
    for seed in range(first, first + AT_A_TIME):
        box = stores.in_database(stores.new_organisation(sqlite_alias), sqlite_alias)
        story = Story(seed, store=lambda box=box: box)  # type: ignore[misc]
        ending = story.play()

        assert ending.good, (ending, ending.complaints)
        assert isinstance(audit.verify(box.firm_id, stores.AUDIT_KEY, box.using), audit.Head)
        assert story.secrets.isdisjoint(stores.words_in(sqlite_alias))
