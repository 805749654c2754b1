"""``counterfoil trust month``: the month end, from the daybook alone."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.web import database
from tests.cli.scene import Practice, trust_receipt

MONTH = Path(__file__).parents[2] / "examples" / "month"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with contextlib.closing(Practice(tmp_path_factory.mktemp("sample"))) as practice:
        practice.run("mapping", "import", str(MONTH / "mapping.json"))
        practice.run("import", str(MONTH / "documents.jsonl"))
        yield practice


def test_the_sample_month_agrees_three_ways_without_a_connection(sample: Practice) -> None:
    said = sample.run("trust", "month", "TRUST1", "--month", "2026-10", "--json")
    assert said.status == 0
    assert said.json["agrees"] is True
    assert said.json["difference"] == "0.00"
    assert said.json["cash_book"]["closing"] == said.json["adjusted_statement"]


def test_it_goes_to_paper_and_into_tables(sample: Practice, tmp_path: Path) -> None:
    paper, folder = tmp_path / "month.pdf", tmp_path / "tables"
    said = sample.run(
        "trust", "month", "TRUST1", "--month", "2026-10", "--pdf", str(paper), "--csv", str(folder)
    )
    assert "All three ways agree." in said.out
    assert paper.read_bytes().startswith(b"%PDF-")
    assert sorted(each.name for each in folder.iterdir()) == [
        "balances.csv",
        "cash-book.csv",
        "ledgers.csv",
        "reconciliation.csv",
    ]


def test_a_month_without_a_statement_does_not_agree_and_says_so(sample: Practice) -> None:
    said = sample.run("trust", "month", "TRUST1", "--month", "2026-11")
    assert said.status == 1
    assert "The three ways do not agree." in said.out


def test_an_account_that_the_mapping_lacks_is_named_with_those_it_has(sample: Practice) -> None:
    said = sample.run("trust", "month", "TRUST9", "--month", "2026-10")
    assert said.status == 1
    assert "it has TRUST1, TRUST2" in said.err


def test_each_paper_is_on_the_screen_in_a_table_and_on_paper(
    sample: Practice, tmp_path: Path
) -> None:
    for kind, shown in {
        "balances": "Total",
        "cash-book": "Brought forward",
        "ledgers": "Trust ledger account",
        "reconciliation": "Adjusted bank balance",
    }.items():
        pdf, csv = tmp_path / f"{kind}.pdf", tmp_path / f"{kind}.csv"
        files = ("--pdf", str(pdf), "--csv", str(csv))
        said = sample.run("trust", "paper", kind, "TRUST1", "--as-of", "2026-10-31", *files)
        assert said.status == 0, said
        assert shown in said.out
        assert pdf.read_bytes().startswith(b"%PDF-")
        assert csv.read_bytes().count(b"\r\n") > 2


def test_a_month_end_is_kept_byte_for_byte_and_a_later_document_is_another_issue(
    sample: Practice, tmp_path: Path
) -> None:
    month = ("TRUST1", "--month", "2026-10")
    issued = sample.run("trust", "issue", *month, "--json")
    assert issued.status == 0, issued
    assert (issued.json["issue"], issued.json["agrees"], issued.json["whole"]) == (1, True, True)
    assert sample.run("trust", "issue", *month, "--json").json["new"] is False
    first = fetched(sample, tmp_path / "first", *month)
    assert set(first) == {
        "balances.csv",
        "cash-book.csv",
        "ledgers.csv",
        "month-end.pdf",
        "reconciliation.csv",
    }
    sample.take(trust_receipt("late", "12.34", date="2026-10-30"))
    assert "issued_month_changed" in sample.problems()
    behind = sample.run("trust", "month", *month)
    assert "issue 1 of" in behind.err
    assert "TR-late" in behind.out
    (listed,) = sample.run("trust", "months", "--json").json
    assert any("12.34" in one for one in listed["differs_from_books"])
    again = sample.run("trust", "issue", *month, "--json")
    assert (again.status, again.json["issue"], again.json["agrees"]) == (0, 2, True)
    assert any("TR-late" in one and "12.34" in one for one in again.json["differs"])
    assert fetched(sample, tmp_path / "again", *month, "--issue", "1") == first
    assert b"TR-late" in fetched(sample, tmp_path / "second", *month)["cash-book.csv"]
    assert [one["whole"] for one in sample.run("trust", "months", "--json").json] == [True, True]


def fetched(sample: Practice, into: Path, *words: str) -> dict[str, bytes]:
    said = sample.run("trust", "copy", *words, "--into", str(into))
    assert said.status == 0, said
    return {file.name: file.read_bytes() for file in into.iterdir()}


def test_a_copy_that_was_altered_in_the_database_is_not_given_out(
    sample: Practice, tmp_path: Path
) -> None:
    month = ("TRUST2", "--month", "2026-10")
    sample.run("trust", "issue", *month)
    with sqlite3.connect(sample.home / database.FILE) as books:
        books.execute(
            "UPDATE web_trustpaper SET content = ? WHERE name = 'balances.csv' AND issue_id IN "
            "(SELECT id FROM web_trustissue WHERE trust_account = 'TRUST2')",
            (b"forged",),
        )
    books.close()
    said = sample.run("trust", "copy", *month, "--into", str(tmp_path / "forged"))
    assert said.status == 1
    assert "not any more as it was issued" in said.err
    assert not (tmp_path / "forged").exists()
    assert sample.run("trust", "months").status == 1


def test_a_month_that_is_not_over_is_not_issued(sample: Practice) -> None:
    said = sample.run("trust", "issue", "TRUST1", "--month", "2099-01")
    assert said.status == 1
    assert "is not over yet" in said.err
