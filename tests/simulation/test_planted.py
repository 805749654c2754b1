"""The judge judged: bugs that the product does not have are seen, also where others hide them.

The whole matrix, every bug under every configuration: ``python -m tests.simulation.planted``.
"""

from __future__ import annotations

import pytest

from tests.simulation.bugs import BUGS, Bug
from tests.simulation.defences import ALL_ON, DEFENCES, Defence
from tests.simulation.planted import met, seen, sound

BY_TURNS = [(bug, DEFENCES[number % len(DEFENCES)]) for number, bug in enumerate(BUGS[::2])]
"""Every other bug with one defence off, so that the suite has met each defence."""


@pytest.mark.parametrize("defence", [ALL_ON, *DEFENCES], ids=lambda one: one.name)
def test_without_a_bug_the_other_defences_suffice(defence: Defence) -> None:
    assert sound(defence, range(2)) == []


@pytest.mark.parametrize("bug", BUGS, ids=lambda one: one.name)
def test_each_bug_is_seen_with_every_defence_on(bug: Bug) -> None:
    assert seen(bug, ALL_ON).stories


@pytest.mark.parametrize(
    ("bug", "defence"),
    [pair for pair in BY_TURNS if met(*pair)],
    ids=lambda one: one.name,
)
def test_each_bug_is_seen_with_a_defence_off(bug: Bug, defence: Defence) -> None:
    assert seen(bug, defence).stories


def test_there_are_twenty_bugs_and_ten_defences() -> None:
    assert len(BUGS) >= 20
    assert len(DEFENCES) >= 10
