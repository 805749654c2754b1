"""A kill at every point of some families; of all: ``python -m tests.simulation.crash_points``."""

from __future__ import annotations

import pytest

from tests.simulation.crash_points import CORRECTED, FAMILIES, calm, play, struck
from tests.simulation.story import Story

SLICE = 20
"""Every so many points are struck in the suite, from another one on in each family."""
ORDERED_SLICE = 40
"""The same of what people order: they are longer stories."""


@pytest.mark.parametrize("family", FAMILIES)
def test_a_process_may_die_at_any_point(family: str) -> None:
    place = list(FAMILIES).index(family)
    like = calm(family, place)
    for point in range(1 + place % SLICE, like.points + 1, SLICE):
        ending = play(like, family, point)

        assert ending.good, (point, ending.complaints)


@pytest.mark.parametrize("family", CORRECTED)
def test_a_correction_survives_a_death_at_every_fortieth_point(family: str) -> None:
    place = list(CORRECTED).index(family)
    like = calm(family, place)
    for point in range(1 + 7 * place % ORDERED_SLICE, like.points + 1, ORDERED_SLICE):
        ending = play(like, family, point)

        assert ending.good, (point, ending.complaints)


@pytest.mark.parametrize(
    ("family", "struck_at"),
    [
        # A revision would be stated on what a correction has half taken back.
        ("corrected: reposted_by_itself", "after freeze"),
        # A payment would be sent to an invoice that is about to be voided.
        ("corrected: revised_meanwhile", "after receive"),
        # A re-billing would wait for ever for the revision that it is of.
        ("corrected: rebilled_where_asked", "after receive"),
    ],
)
def test_a_correction_that_died_there_went_wrong_once(family: str, struck_at: str) -> None:
    like = calm(family, 0)
    for point, where in enumerate(like.passed, 1):
        assert where != struck_at or play(like, family, point).good, point


def test_it_may_die_again_while_the_first_death_is_cleared_up() -> None:
    for first in (20, 40):
        for second in range(first + 1, first + 60, 15):
            assert struck("paid_ahead", 1, first, second).play().good, (first, second)


def test_the_families_have_every_kind_and_every_sort_of_point() -> None:
    passed: set[str] = set()
    kinds: set[str] = set()
    for family in FAMILIES:
        story = struck(family, 0)
        story.play()
        passed.update(story.passed)
        kinds.update(document["kind"] for document in story.documents)

    assert kinds >= {document["kind"] for document in Story(1).documents}
    assert {"before a send", "after a send", "after an answer"} <= passed
    for method in ("freeze", "settle", "take_slot", "take_refresh", "store_refresh", "take_lease"):
        assert {f"before {method}", f"after {method}"} <= passed
