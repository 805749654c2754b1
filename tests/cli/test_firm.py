"""``counterfoil firm``: all is taken along, and erased without a trace but the chain."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, bill, connected, party, receipt, trust_receipt

DATABASE = "counterfoil.sqlite3"
PLANTED = ("Zebrowski Kangaroo", "Quokka opinion", "planted-note", "INV-41", "platypus@example.com")
OTHERS = ("Wombat Holdings", "INV-77")
TELL = """
import django
django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from axes.models import AccessAttempt
from counterfoil.web.models import Firm, Membership, Organisation, Role, User
now = timezone.now()
firm = Firm.objects.get()
user = User.objects.create_user("platypus@example.com", "seven quiet ledgers", created_at=now)
Membership.objects.create(firm=firm, user=user, role=Role.OWNER, created_at=now)
session = SessionStore()
session["_auth_user_id"] = str(user.pk)
session.create()
AccessAttempt.objects.create(username=user.email, user_agent="a", ip_address="127.0.0.1",
    get_data="", post_data="", http_accept="", path_info="/", failures_since_start=1)
other = Firm.objects.create(key="other", name="Other Lawyers", created_at=now)
Organisation.objects.create(firm=other, key="main", created_at=now)
"""


def documents() -> tuple[dict[str, object], ...]:
    client = {"id": "c-41", "name": PLANTED[0]}
    line = {"account": "4-1000", "tax_code": "FREE", "total": "100.00", "tax": "0.00"}
    lines = [{**line, "description": PLANTED[1]}]
    return (
        bill("41", client=client, lines=lines),
        receipt("41", client=client),
        bill("41", client=client, lines=lines, revision=2, date="2026-06-16"),
        trust_receipt("5", memo=PLANTED[2]),
    )


def told(practice: Practice, program: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "counterfoil.web.settings"}
    subprocess.run([sys.executable, "-c", program], env=practice.environment | settings, check=True)


@pytest.fixture(scope="module")
def prepared(xero: Xero, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with connected(tmp_path_factory.mktemp("prepared"), xero) as practice:
        told(practice, TELL)
        taken = practice.run("import", "-", "--firm", "main", given=lines(documents()))
        assert taken.status == 0, taken
        assert practice.run("post", "--firm", "main").status == 0
        other = bill("77", client={**party("77"), "name": OTHERS[0]})
        assert practice.run("import", "-", "--firm", "other", given=lines([other])).status in {0, 1}
        shutil.copytree(practice.home, practice.folder / "as it was")
        yield practice


@pytest.fixture
def practice(prepared: Practice) -> Practice:
    """Give the practice as it was: what a test before this one has erased is back."""
    shutil.rmtree(prepared.home)
    shutil.copytree(prepared.folder / "as it was", prepared.home)
    (prepared.folder / "firm.zip").unlink(missing_ok=True)
    return prepared


def lines(documents: object) -> bytes:
    assert isinstance(documents, tuple | list)
    return "".join(json.dumps(one) + "\n" for one in documents).encode()


def exported(practice: Practice, name: str = "firm.zip") -> Path:
    file = practice.folder / name
    said = practice.run("firm", "export", str(file), "--firm", "main")
    assert said.status == 0, said
    return file


def left(practice: Practice) -> bytes:
    """Return all that lies in the data folder, the files beside the database too."""
    return b"".join(path.read_bytes() for path in practice.home.rglob("*") if path.is_file())


def asked(practice: Practice, question: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(practice.home / DATABASE)) as database:
        return database.execute(question).fetchall()


def revisions(practice: Practice, firm: int) -> list[tuple[object, ...]]:
    """Return every revision of a firm's documents, but of what it had before and of contacts."""
    return asked(
        practice,
        "SELECT d.kind, d.source_id, r.revision, r.fingerprint, r.body FROM web_revision r "
        "JOIN web_document d ON d.id = r.document_id WHERE d.kind <> 'contact' "
        f"AND d.firm_id = {firm} AND d.source_id <> 'b-77' ORDER BY 1, 2, 3",
    )


def test_what_was_exported_is_the_same_daybook_once_it_is_imported(practice: Practice) -> None:
    with zipfile.ZipFile(exported(practice)) as archive:
        documents = archive.read("organisations/main/documents.jsonl")
        mapping = archive.read("organisations/main/mapping.csv")
        rows = io.StringIO(archive.read("organisations/main/postings.csv").decode())
        people = json.loads(archive.read("firm.json"))["people"]
    there = ("--firm", "other")
    assert practice.run("mapping", "import", "-", *there, given=mapping).status == 0
    assert practice.run("import", "-", *there, given=documents).status == 0
    assert revisions(practice, firm=2) == revisions(practice, firm=1)
    assert len(revisions(practice, firm=1)) == 4
    posted = {row["number"]: row["xero_id"] for row in csv.DictReader(rows)}
    assert posted["INV-41"]
    assert [one["email"] for one in people] == [PLANTED[4]]


def test_an_export_proves_itself_without_the_program_and_its_seals_with_it(
    practice: Practice, tmp_path: Path
) -> None:
    file = exported(practice)
    assert practice.run("firm", "check", str(file)).status == 0
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    assert verified(folder) == (0, True)
    line = (folder / "record/events.jsonl").read_bytes()
    for path, was, now in (
        ("record/events.jsonl", b"cli:", b"who:"),
        ("organisations/main/documents.jsonl", b"100.00", b"100.01"),
    ):
        whole = (folder / path).read_bytes()
        (folder / path).write_bytes(whole.replace(was, now, 1))
        assert verified(folder) == (1, False)
        (folder / path).write_bytes(whole)
    assert line.count(b"\n") == json.loads((folder / "firm.json").read_bytes())["record"]["entries"]


def verified(folder: Path) -> tuple[int, bool]:
    said = subprocess.run(
        [sys.executable, "-I", folder / "verify.py"], capture_output=True, text=True, check=False
    )
    return said.returncode, "Everything is whole" in said.stdout


def test_nothing_of_an_erased_firm_is_left_but_its_chain_and_the_other_firm_is_untouched(
    practice: Practice, tmp_path: Path
) -> None:
    before, file = left(practice), exported(practice)
    assert [word for word in (*PLANTED, *OTHERS) if word.encode() not in before] == []
    why = ("--despite-keeping", "kept by the practice on paper")
    said = practice.run("firm", "erase", "--firm", "main", "--yes", *why)
    assert (said.status, said.err) == (0, ""), said
    after = left(practice)
    assert [word for word in PLANTED if word.encode() in after] == []
    assert [word for word in OTHERS if word.encode() not in after] == []
    chains = practice.run("verify-audit", "--json")
    assert [one["whole"] for one in chains.json] == [True, True], chains
    (last,) = asked(practice, "SELECT what, actor, detail FROM web_event WHERE firm_id = 1")
    assert last[0] == "firm erased"
    assert str(last[1]).startswith("cli:")
    assert "to be kept until 2033-06-18; kept by the practice on paper" in str(last[2])
    assert practice.run("firm", "check", str(file)).status == 0
    # The one firm that is left is meant without being named.
    assert practice.run("problems", "--json").status == 0
    assert practice.run("firm", "erase", "--firm", "main", "--yes").status == 2


def test_an_erased_chain_still_shows_what_is_taken_from_it(practice: Practice) -> None:
    why = ("--despite-keeping", "a test")
    assert practice.run("firm", "erase", "--firm", "main", "--yes", *why).status == 0
    for statement in (
        "UPDATE web_firm SET erased_at = NULL WHERE id = 1",
        "DELETE FROM web_event WHERE firm_id = 1",
        "UPDATE web_event SET detail = 'no reason' WHERE firm_id = 1",
        "DELETE FROM web_auditentry WHERE firm_id = 1 AND sequence = 3",
    ):
        file = practice.home / DATABASE
        whole = file.read_bytes()
        with contextlib.closing(sqlite3.connect(file)) as database, database:
            assert database.execute(statement).rowcount == 1
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert practice.run("verify-audit").status == 1, statement
        file.write_bytes(whole)


def test_a_firm_is_not_erased_before_its_time_nor_while_something_is_under_way(
    practice: Practice,
) -> None:
    early = practice.run("firm", "erase", "--firm", "main", "--yes")
    assert early.status == 1
    assert "its records are kept until 2033-06-18" in early.err
    despite = ("--firm", "main", "--despite-keeping", "a test")
    wrong = practice.run("firm", "erase", *despite, given=b"Another firm\n")
    assert wrong.status == 1
    assert "not its name" in wrong.err
    with contextlib.closing(sqlite3.connect(practice.home / DATABASE)) as database, database:
        database.execute(
            "UPDATE web_posting SET state = 'unknown', request_id = 1 WHERE source_id = 'b-41'"
        )
    lost = practice.run("firm", "erase", "--yes", *despite)
    assert lost.status == 1
    assert "Xero's answer is not here yet" in lost.err
    assert asked(practice, "SELECT count(*) FROM web_document WHERE number = 'INV-41'") == [(1,)]
