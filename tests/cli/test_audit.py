"""``counterfoil verify-audit``: a record that somebody altered is no longer whole."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
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


SEVERAL_PROCESSES = """
import json, os
import django
django.setup()
from counterfoil.web import models, verifying
from counterfoil.web.services import auditing
verifying.AT_LEAST, os.cpu_count = 2, lambda: 2
if __name__ == "__main__":
    found = auditing.verified(models.Firm.objects.get())
    print(json.dumps([type(found).__name__, found.sequence]))
"""


def test_a_long_record_is_walked_by_several_processes(posted: Practice) -> None:
    (alone,) = posted.run("verify-audit", "--json").json
    assert walked_by_several(posted) == ["Head", alone["sequence"]]
    altered(posted, "UPDATE web_auditentry SET at = '2020-01-01' WHERE sequence = 1")
    assert walked_by_several(posted) == ["Break", 1]


def walked_by_several(practice: Practice) -> list[object]:
    """Verify in a program of its own, as a chain of a hundred thousand times the length would."""
    program = practice.home / "several.py"
    program.write_text(SEVERAL_PROCESSES, encoding="utf-8")
    settings = {"DJANGO_SETTINGS_MODULE": "counterfoil.web.settings"}
    said = subprocess.run(
        [sys.executable, program],
        env=practice.environment | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[object] = json.loads(said.stdout)
    return found


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
