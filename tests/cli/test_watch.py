"""A watched folder: whole files are taken in, moved, and reported on; nothing twice."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.scene import Practice, bill, json_lines


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with closing(Practice(tmp_path_factory.mktemp("watch"))) as practice:
        yield practice


def test_files_are_moved_with_a_report_beside_each(alone: Practice, tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(json_lines(bill("1")))
    (tmp_path / "mixed.jsonl").write_bytes(json_lines(bill("2"), bill("3", colour="red")))
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "going.csv.part").write_bytes(b"kind")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "good.jsonl")
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "good.jsonl").write_bytes(b"last month's")
    said = alone.run("watch", str(tmp_path), "--once", "--json")
    told: dict[str, dict[str, Any]] = {
        row["file"]: row for row in map(json.loads, said.out.splitlines())
    }
    assert said.status == 1
    assert (told["good.jsonl"]["new"], told["mixed.jsonl"]["refused"]) == (1, 1)
    assert (tmp_path / "done" / "good (2).jsonl").exists()
    assert "1 new" in (tmp_path / "done" / "good (2).jsonl.report.txt").read_text()
    report = (tmp_path / "refused" / "mixed.jsonl.report.txt").read_text()
    assert "line 2, colour" in report
    assert "no document" in (tmp_path / "refused" / "empty.csv.report.txt").read_text()
    left = {path.name for path in tmp_path.iterdir() if path.is_file() and path.name[0] != "."}
    assert left == {"going.csv.part"}
    # What a process that ended too early left behind comes again, and changes nothing.
    (tmp_path / "good.jsonl").write_bytes(json_lines(bill("1")))
    (tmp_path / "link.jsonl").unlink()
    again = alone.run("watch", str(tmp_path), "--once", "--json")
    assert (again.status, json.loads(again.out)["unchanged"]) == (0, 1)


def test_one_process_watches_a_folder(alone: Practice, tmp_path: Path) -> None:
    with (tmp_path / ".counterfoil-watch").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = alone.run("watch", str(tmp_path), "--once")
    assert said.status == 2
    assert "Another process watches" in said.err
    assert alone.run("watch", str(tmp_path / "nowhere")).status == 2
