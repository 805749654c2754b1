"""A long run that was cut short goes on with what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.pieces import Piece, Sheet, Told, played

TODO = [("plain", "0"), ("plain", "1"), ("trust", "0")]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path / "deaths.md", "Deaths", ("family", "seed"), ("stories", "bad"), "abc")


def twenty(piece: Piece) -> Told:
    del piece
    return "20", "0"


def none_left(piece: Piece) -> Told:
    raise AssertionError(piece)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_stands_on_the_sheet_is_not_played_again(sheet: Sheet, processes: int) -> None:
    assert len(list(played(TODO[:2], twenty, sheet, processes))) == 2
    assert dict(played(TODO, twenty, sheet, processes)) == dict.fromkeys(TODO, ("20", "0"))
    assert dict(played(TODO, none_left, sheet, processes)) == dict.fromkeys(TODO, ("20", "0"))
    assert sheet.path.read_text("utf-8").count("| plain |") == 2


def test_a_run_that_breaks_off_has_written_down_what_it_played(sheet: Sheet) -> None:
    next(played(TODO, twenty, sheet, 1))
    assert sheet.read() == {TODO[0]: ("20", "0")}


def test_another_revision_is_played_anew(sheet: Sheet) -> None:
    list(played(TODO, twenty, sheet, 1))
    with pytest.raises(AssertionError):
        list(played(TODO, none_left, replace(sheet, revision="def"), 1))
