"""A long run leaves a record that somebody else can follow."""

from datetime import UTC, datetime

from tools.soak import Run, record


def test_a_record_names_its_commands_and_how_each_ended() -> None:
    runs = [
        Run(("pytest", "-m", "soak"), 0, 61, ("9 passed",)),
        Run(("tests.simulation",), 1, 7, ("seed 12", "1 lost")),
    ]
    text = record(datetime(2026, 1, 2, tzinfo=UTC), "abc1234", runs)
    assert "# Soak, 2026-01-02 00:00 UTC" in text
    assert "- revision: abc1234" in text
    assert "## `python -m pytest -m soak`\n\nExit status 0 after 61 s.\n" in text
    assert "Exit status 1 after 7 s.\n\n```\nseed 12\n1 lost\n```" in text
