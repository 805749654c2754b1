"""A handful of kills in the suite; fifty are part of ``make soak``."""

from __future__ import annotations

from pathlib import Path

from tests.kill.rounds import play


def test_what_a_killed_process_left_behind_arrives_once_and_to_the_cent(tmp_path: Path) -> None:
    outcome = play(tmp_path, kills=3, seed=3)

    assert outcome.differences == []
    assert outcome.off == []
    assert outcome.drifted == []
    assert outcome.unsettled == {}
    assert outcome.kills == 3
