"""``counterfoil trust month``: the month end, from the daybook alone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice

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
