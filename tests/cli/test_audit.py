"""``counterfoil verify-audit``: a record that somebody altered is no longer whole."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.scene import Practice, bill

DATABASE = "counterfoil.sqlite3"


@pytest.fixture(scope="module")
def recorded(practice: Practice) -> Path:
    """The data of a practice that posted a bill, as nobody touched it."""
    practice.take(bill("1"))
    assert practice.run("post").status == 0
    return shutil.copytree(practice.home, practice.folder / "recorded")


@pytest.fixture
def posted(practice: Practice, recorded: Path) -> Practice:
    shutil.rmtree(practice.home)
    shutil.copytree(recorded, practice.home)
    return practice


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
        "UPDATE web_mappingversion SET actor = 'somebody else'",
        "DELETE FROM web_mappingversion",
    ],
)
def test_an_altered_record_is_told_with_its_place(posted: Practice, statement: str) -> None:
    altered(posted, statement)
    said = posted.run("verify-audit")
    assert said.status == 1
    assert "the chain breaks at entry" in said.err


def test_an_inspector_gets_each_request_and_answer_and_checks_them_by_hash(
    posted: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "record.zip"
    assert posted.run("audit", "export", str(file)).status == 0
    with zipfile.ZipFile(file) as archive:
        bodies = {name: archive.read(name) for name in archive.namelist() if "bodies/" in name}
        assert "The whole chain was verified" in archive.read("README.txt").decode()
        requests, answers, events = (
            list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode())))
            for table in ("requests", "answers", "events")
        )
    assert all(hashlib.sha256(body).hexdigest() == name[7:] for name, body in bodies.items())
    (bill_sent,) = [one for one in requests if one["path"].endswith("/Invoices")]
    assert b'"InvoiceNumber":"INV-1"' in bodies[f"bodies/{bill_sent['sha256']}"]
    assert [one["status"] for one in answers if one["request"] == bill_sent["request"]] == ["200"]
    assert [one["actor"] for one in events if one["after"] == "posted"]
    again = posted.run("audit", "export", str(file))
    assert again.status == 2
    assert "File exists" in again.err


def test_an_inspector_makes_the_seals_of_the_calls_again_and_finds_them_in_the_record(
    posted: Practice, tmp_path: Path
) -> None:
    """By what the README of the record says, and with nothing of ours."""
    assert posted.run("audit", "export", str(tmp_path / "record.zip")).status == 0
    with zipfile.ZipFile(tmp_path / "record.zip") as archive:
        requests, answers = (
            list(csv.DictReader(io.StringIO(archive.read(f"{table}.csv").decode())))
            for table in ("requests", "answers")
        )
    keys = {one["request"]: one["key"] for one in requests}
    sealed = {
        by_hand(
            "request 2",
            *(one[name] for name in ("key", "method", "path")),
            json.loads(one["query"]),
            *(one[name] for name in ("time", "sha256")),
        )
        for one in requests
    } | {
        by_hand(
            "answer 2",
            keys[one["request"]],
            one["time"],
            int(one["status"]),
            one["correlation_id"],
            one["late"] == "late",
            one["sha256"],
        )
        for one in answers
    }
    assert sealed == {one["seal"] for one in [*requests, *answers]}
    with contextlib.closing(sqlite3.connect(posted.home / DATABASE)) as database:
        witnesses = {row[0] for row in database.execute("SELECT witness FROM web_event")}
    assert sealed <= witnesses


def by_hand(*what: object) -> str:
    written = json.dumps(what, separators=(",", ":")).encode("ascii")
    return f"2:{hashlib.sha256(written).hexdigest()[:62]}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE web_request SET path = '/elsewhere'",
        "UPDATE web_request SET frozen_at = '2001-03-02 12:00:00'",
        "UPDATE web_answer SET status = 400",
        "UPDATE web_answer SET seal = '', sha256 = seal, body = NULL, at = '2001-03-02 12:00:01'",
    ],
)
def test_what_stands_beside_the_body_of_a_call_is_covered_by_the_record(
    posted: Practice, statement: str
) -> None:
    altered(posted, statement)
    said = posted.run("verify-audit")
    assert (said.status, "chain breaks at entry" in said.err) == (1, True)


def test_bodies_whose_keeping_time_is_over_are_counted_and_let_go(posted: Practice) -> None:
    kept = posted.run("audit", "trim", "--yes", "--json").json
    assert (kept["requests"], kept["answers"]) == (0, 0)
    altered(posted, "UPDATE web_request SET frozen_at = '2001-03-02 12:00:00'")
    altered(posted, "UPDATE web_answer SET at = '2001-03-02 12:00:01'")
    counted = posted.run("audit", "trim", "--json").json
    assert counted["requests"] > 0
    assert not counted["gone"]
    gone = posted.run("audit", "trim", "--yes", "--json").json
    assert gone == counted | {"gone": True}
    assert "answered 200" in posted.run("show", "INV-1").out


LET_GO = """
import datetime as dt
import django
django.setup()
from counterfoil.web import models
from counterfoil.web.services import keeping
now = dt.datetime.now(dt.UTC)
print(sum(keeping.let_go(models.Firm.objects.get(), now, actor="ann", now=now)))
"""


def test_bodies_go_and_the_chain_still_holds(posted: Practice) -> None:
    assert int(program(posted, LET_GO)) > 0
    assert posted.run("verify-audit").status == 0
    altered(posted, "UPDATE web_request SET frozen_at = '2126-03-02 12:00:00'")
    assert "is gone, and its keeping time is not over" in posted.run("verify-audit").err


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
    found: list[object] = json.loads(program(practice, SEVERAL_PROCESSES))
    return found


def program(practice: Practice, text: str) -> str:
    """Run a program of its own on the data of a practice; return what it prints."""
    file = practice.home / "program.py"
    file.write_text(text, encoding="utf-8")
    settings = {"DJANGO_SETTINGS_MODULE": "counterfoil.web.settings"}
    said = subprocess.run(
        [sys.executable, file],
        env=practice.environment | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout


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


def test_every_firm_that_left_a_trace_is_walked_or_named_as_missing(posted: Practice) -> None:
    """Its organisation was hung elsewhere, and the file of a firm remembers what is not there."""
    altered(
        posted,
        "INSERT INTO web_firm SELECT 77, 'other', 'Other', created_at, NULL, 0, NULL FROM web_firm",
    )
    altered(posted, "UPDATE web_organisation SET firm_id = 77")
    (posted.home / "audit-heads" / "78").write_text("{}", "ascii")
    said = posted.run("verify-audit", "--json")
    first, other, missing = said.json
    assert (said.status, other["firm"], other["whole"]) == (1, "other", True)
    assert "is not the firm's any more" in first["why"]
    assert (missing["firm"], missing["whole"]) == ("firm 78", False)
