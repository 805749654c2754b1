"""A database put back from a backup while Xero is ahead of it: nothing is sent twice."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, bill, connected, receipt, trust_receipt
from tests.cli.tampering import bank_transfer, journal
from tests.cli.test_rebill import reversal

DATABASE = "counterfoil.sqlite3"
KNOWN = (bill("1"), receipt("1"))
LOST = (
    bill("2"),
    bill("3"),
    receipt("2"),
    receipt("3", "60.00"),
    trust_receipt("1"),
    bank_transfer("1"),
    journal("1"),
)


def writes(xero: Xero) -> list[tuple[str, str]]:
    return [call for call in xero.calls() if call[0] != "GET"]


def back_up(practice: Practice, copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(practice.home / DATABASE)) as database:
        database.execute("VACUUM INTO ?", [str(copy)])


def put_back(practice: Practice, copy: Path) -> None:
    """Put a copy of the database in its place, as a person would with everything stopped."""
    practice.close()
    for beside in practice.home.glob(DATABASE + "-*"):
        beside.unlink()
    shutil.copy(copy, practice.home / DATABASE)


@pytest.fixture
def ahead(xero: Xero, tmp_path: Path) -> Iterator[tuple[Practice, Xero]]:
    """A firm whose database was put back after more had been posted from it."""
    firm = Xero(xero.url, tmp_path.name)
    with connected(tmp_path, firm) as practice:
        practice.take(*KNOWN)
        assert practice.run("post", "--json").status == 0
        copy = tmp_path / "copy"
        back_up(practice, copy)
        practice.take(*LOST)
        said = practice.run("post", "--json")
        assert said.status == 0, said
        put_back(practice, copy)
        yield practice, firm


def settled(practice: Practice, xero: Xero) -> None:
    """Take the lost documents in again and post: everything is adopted and nothing sent."""
    books, sent = xero.ledger(), writes(xero)
    assert practice.take(*KNOWN, *LOST)["new"] == len(LOST)
    said = practice.run("post", "--json")
    assert (said.status, said.json["counts"]["unknown"]) == (0, 0), said
    assert writes(xero) == sent
    assert xero.ledger() == books
    assert practice.run("reconcile", "--json").status == 0


def test_after_restored_all_that_is_in_xero_is_adopted_and_nothing_is_sent_again(
    ahead: tuple[Practice, Xero],
) -> None:
    practice, xero = ahead
    said = practice.run("restored", "--json")
    assert (said.status, [one["organisation"] for one in said.json]) == (0, ["main"]), said
    settled(practice, xero)


def test_without_the_command_the_head_of_the_audit_chain_notices(
    ahead: tuple[Practice, Xero],
) -> None:
    practice, xero = ahead
    assert "a backup was restored" in practice.run("post").err
    settled(practice, xero)
    assert "a backup was restored" not in practice.run("post").err


def test_what_was_never_sent_goes_out_after_a_restore_once_it_is_proved_missing(
    ahead: tuple[Practice, Xero],
) -> None:
    practice, xero = ahead
    assert practice.run("restored").status == 0
    settled(practice, xero)
    sent = len(writes(xero))
    practice.take(bill("4"))
    assert practice.run("post", "--json").status == 0
    assert len(writes(xero)) == sent + 2  # The contact and the bill.


def test_what_was_posted_after_the_backup_is_found_before_it_is_taken_back(
    xero: Xero, tmp_path: Path
) -> None:
    firm = Xero(xero.url, tmp_path.name)
    with connected(tmp_path, firm) as practice:
        practice.take(bill("1"))
        assert practice.run("post").status == 0
        firm.settings(periodLockDate="2026-06-30")
        practice.run("chart", "refresh")
        practice.take(receipt("1"))
        assert practice.problems() == {"period_locked": ["r-1"]}
        back_up(practice, tmp_path / "copy")
        firm.settings(periodLockDate=None)
        assert practice.run("retry", "r-1").status == 0
        assert practice.run("post").status == 0
        put_back(practice, tmp_path / "copy")
        practice.run("restored")
        practice.run("chart", "refresh")
        practice.take(reversal("receipt", "r-1"))
        said = practice.run("post", "--json")
        assert said.status == 0, said
        (payment,) = firm.ask("GET", "/Payments")["Payments"]
        assert payment["Status"] == "DELETED"


def test_a_bill_that_differs_from_the_one_in_xero_is_a_persons(
    ahead: tuple[Practice, Xero],
) -> None:
    practice, xero = ahead
    practice.run("restored")
    sent = writes(xero)
    practice.take(bill("2", net="101.00"))
    assert practice.run("post", "--json").status == 1
    assert practice.problems() == {"number_taken_in_xero": ["b-2"]}
    assert writes(xero) == sent
