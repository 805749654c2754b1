"""A watched folder on a clock: when a file counts as whole, and what is said of one that is not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import BinaryIO

from counterfoil.web.models import Document
from counterfoil.web.services.watched import Folder, Handled
from tests.cli.scene import bill, json_lines
from tests.web.cast import Cast

NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def look(folder: Folder, second: int) -> list[Handled]:
    return list(folder.look(actor="test", now=NOON + second * SECOND))


def test_a_file_is_whole_when_it_has_been_quiet_for_long_enough(cast: Cast, tmp_path: Path) -> None:
    folder = Folder(tmp_path, cast.organisation, meant=True, quiet=5 * SECOND)
    path = tmp_path / "slow.jsonl"
    path.write_bytes(json_lines(bill("1")))
    assert [look(folder, second) for second in range(5)] == [[]] * 5
    path.write_bytes(json_lines(bill("1"), bill("2")))
    assert [look(folder, second) for second in range(5, 10)] == [[]] * 5
    (handled,) = look(folder, 10)
    assert handled.moved_to == tmp_path / "done" / "slow.jsonl"
    assert Document.objects.filter(organisation=cast.organisation).count() == 2


def test_a_file_that_grows_while_it_is_read_stays_and_is_told_once(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "slow.jsonl"
    path.write_bytes(json_lines(bill("1")))

    def growing(_: BinaryIO) -> None:
        with path.open("ab") as more:
            more.write(json_lines(bill(f"{path.stat().st_size}")))

    folder = Folder(tmp_path, cast.organisation, meant=True, reading=growing)
    told = [look(folder, second) for second in range(6)]
    ((stays,),) = [some for some in told if some]
    assert (stays.moved_to, stays.imported.broke_off) == (None, "it is still being written")
    folder.reading = lambda _: None
    assert [one.moved_to for one in [*look(folder, 7), *look(folder, 8)]] == [
        tmp_path / "done" / "slow.jsonl"
    ]


def test_no_report_takes_the_place_of_a_file(cast: Cast, tmp_path: Path) -> None:
    folder = Folder(tmp_path, cast.organisation, meant=True)
    for name in ("a.jsonl.report.txt", "a.jsonl"):
        (tmp_path / name).write_bytes(json_lines(bill(name)))
        look(folder, 0)
        look(folder, 1)
    assert (tmp_path / "done" / "a.jsonl.report.txt").read_bytes().startswith(b"{")
    assert (tmp_path / "done" / "a (2).jsonl.report.txt").exists()
    (tmp_path / "bad.jsonl").write_bytes(b"{}\n")
    look(folder, 2)
    look(folder, 3)
    assert "Nothing is in." in (tmp_path / "refused" / "bad.jsonl.report.txt").read_text()


def grows(path: Path, *names: str) -> None:
    with path.open("ab") as more:
        more.write(json_lines(*map(bill, names)))


def test_a_writer_that_paused_for_too_long_loses_nothing(cast: Cast, tmp_path: Path) -> None:
    folder = Folder(tmp_path, cast.organisation, meant=True, quiet=5 * SECOND)
    path, done = tmp_path / "slow.jsonl", tmp_path / "done" / "slow.jsonl"
    grows(path, "1", "2")
    (first,) = [one for second in range(6) for one in look(folder, second)]
    assert first.moved_to == done
    grows(done, "3", "4")
    (again,) = [one for second in range(6, 13) for one in look(folder, second)]
    assert again.moved_to == done
    assert Document.objects.filter(organisation=cast.organisation, kind="bill").count() == 4
    report = done.with_name("slow.jsonl.report.txt").read_text().splitlines()
    assert report[0] == "slow.jsonl: 2 new, 0 revised, 2 unchanged, 0 refused"
    assert report[-1] == f"Read: {done.stat().st_size:,} bytes."
    assert "taken in before with" in report[-2]
    assert [look(folder, second) for second in range(13, 20)] == [[]] * 7


def test_what_grew_while_nobody_watched_is_found_by_who_watches_next(
    cast: Cast, tmp_path: Path
) -> None:
    done = tmp_path / "done"
    for name in ("whole", "cut", "taken"):
        grows(tmp_path / f"{name}.jsonl", name)
    folder = Folder(tmp_path, cast.organisation, meant=True)
    assert len([one for second in range(2) for one in look(folder, second)]) == 3
    grows(done / "cut.jsonl", "more")
    grows(done / "taken.jsonl", "later")
    grows(tmp_path / "taken.jsonl", "another")
    folder = Folder(tmp_path, cast.organisation, meant=True)
    handled = [one for second in range(5) for one in look(folder, second)]
    assert sorted(one.name for one in handled) == ["cut.jsonl", "taken.jsonl", "taken.jsonl"]
    assert Document.objects.filter(organisation=cast.organisation, kind="bill").count() == 6
