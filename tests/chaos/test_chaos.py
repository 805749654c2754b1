"""A small round in the suite, in haste; the large ones are ``make chaos``."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.round import Size, play

SMALL = Size(documents=60, seconds=8, workers=2, times=30)


def test_among_faults_of_every_sort_everything_arrives_once_and_to_the_cent(tmp_path: Path) -> None:
    outcome = play(tmp_path, "postgres", SMALL, seed=2)

    assert outcome.differences == []
    assert outcome.off == []
    assert outcome.unsettled == {}
    assert outcome.server_answers
    assert outcome.faults.total() > 0
