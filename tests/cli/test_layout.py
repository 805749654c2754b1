"""``counterfoil layout`` and ``template``: reports and empty tables, from the shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice

REPORT = b"""Receipts July 2026,,,
Date,Receipt No,Customer,Amount
03/04/2026,R-1,Ada Abbott,"1,250.00"
04/05/2026,R-2,Ada Abbott,10.00
Total,,,"1,260.00"
"""
SHOW = ("layout", "show", "-", "--kind", "receipt", "--value", "bank_account=OFFICE")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    alone = Practice(tmp_path_factory.mktemp("layouts"))
    yield alone
    alone.close()


def test_a_report_is_shown_asked_about_kept_and_imported_once(practice: Practice) -> None:
    said = practice.run(*SHOW, "--save", "receipts", given=REPORT)
    assert said.status == 1
    assert "03/04/2026 can be read in two ways" in said.err
    assert practice.run("layout", "list", "--json").json == []
    said = practice.run(*SHOW, "--dates", "day-first", "--save", "receipts", given=REPORT)
    assert (said.status, said.err) == (0, "")
    assert "client.name              Customer" in said.out
    (kept,) = practice.run("layout", "list", "--json").json
    assert (kept["name"], kept["columns"]["amount"]) == ("receipts", "Amount")
    said = practice.run("import", "-", "--layout", "receipts", given=REPORT)
    assert said.out.startswith("2 new, 0 revised, 0 unchanged, 0 refused\n1 row of the report")
    again = practice.run("import", "-", "--layout", "receipts", "--json", given=REPORT)
    assert again.json["unchanged"] == 2


def test_an_unknown_layout_and_a_wrong_field_are_told_with_what_there_is(
    practice: Practice,
) -> None:
    said = practice.run("import", "-", "--layout", "recipts", given=REPORT)
    assert (said.status, "no layout recipts" in said.err) == (2, True)
    said = practice.run(*SHOW, "--column", "amuont=Amount", given=REPORT)
    assert (said.status, "Did you mean amount?" in said.err) == (1, True)


def test_a_template_is_written_and_named(practice: Practice, tmp_path: Path) -> None:
    for name in ("bill.xlsx", "bill.csv"):
        said = practice.run("template", "bill", str(tmp_path / name))
        assert (said.status, name in said.out) == (0, True)
        taken = practice.run("import", str(tmp_path / name), "--json").json
        assert (taken["new"], taken["refused"]) == (0, [])
    assert practice.run("template", "bil").status == 2
