"""``counterfoil verify-audit``: a record that somebody altered is no longer whole."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, bill, connected

DATABASE = "counterfoil.sqlite3"


@pytest.fixture
def posted(xero: Xero, tmp_path: Path) -> Iterator[Practice]:
    with connected(tmp_path, Xero(xero.url, tmp_path.name)) as practice:
        practice.take(bill("1"))
        assert practice.run("post").status == 0
        yield practice


def altered(practice: Practice, statement: str) -> None:
    """Do what somebody with the database file could do."""
    with contextlib.closing(sqlite3.connect(practice.home / DATABASE)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        assert database.execute(statement).rowcount > 0
        database.commit()


def test_a_record_that_nobody_touched_is_whole(posted: Practice) -> None:
    said = posted.run("verify-audit", "--json")
    (found,) = said.json
    assert (said.status, found["whole"], found["why"]) == (0, True, None)
    assert found["sequence"] > 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE web_event SET actor = 'somebody else' WHERE id = (SELECT max(id) FROM web_event)",
        "DELETE FROM web_auditentry WHERE sequence = 2",
        "UPDATE web_auditentry SET at = '2020-01-01' WHERE sequence = 1",
    ],
)
def test_an_altered_record_is_told_with_its_place(posted: Practice, statement: str) -> None:
    altered(posted, statement)
    said = posted.run("verify-audit")
    assert said.status == 1
    assert "the chain breaks at entry" in said.err


def test_a_tail_cut_off_is_noticed_by_the_file_beside_the_database(posted: Practice) -> None:
    (found,) = posted.run("verify-audit", "--json").json
    last = found["sequence"]
    altered(posted, f"DELETE FROM web_event WHERE sequence = {last}")
    altered(posted, f"DELETE FROM web_auditentry WHERE sequence = {last}")
    altered(
        posted,
        f"UPDATE web_audithead SET sequence = {last - 1}, "
        f"mac = (SELECT mac FROM web_auditentry WHERE sequence = {last - 1})",
    )
    said = posted.run("verify-audit")
    assert said.status == 1
    assert "the file beside it remembers" in said.err
