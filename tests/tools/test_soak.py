"""A long run leaves a record that somebody else can follow."""

from datetime import UTC, datetime

from tools.soak import record


def test_a_record_names_its_command_and_how_it_ended() -> None:
    text = record(["pytest", "-m", "soak"], datetime(2026, 1, 2, tzinfo=UTC), "== 9 passed ==", 0)
    assert "# Soak, 2026-01-02 00:00 UTC" in text
    assert "- command: `pytest -m soak`" in text
    assert "- exit status: 0" in text
    assert "```\n9 passed\n```" in text
