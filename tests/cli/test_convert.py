"""``counterfoil convert``: order, exit status, and what makes it stop."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TypedDict

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from tests.golden.regenerate import HERE

GOOD, BAD = HERE / "good.jsonl", HERE / "bad.jsonl"
MAPPING = HERE / "mapping.json"


def run(
    file: str | Path, chart: Path = HERE / "chart", mapping: Path = MAPPING, given: bytes = b""
) -> Result:
    arguments = ["convert", str(file), "--chart", str(chart), "--mapping", str(mapping)]
    return CliRunner().invoke(app, arguments, input=given)


class Converted(TypedDict):
    """A line of what the command prints; what a test does not look into stays an object."""

    line: int
    kind: str | None
    id: str | None
    requests: list[object]
    findings: list[dict[str, str]]


def printed(result: Result) -> list[Converted]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_document_has_its_line_in_the_order_of_the_input() -> None:
    result = run(GOOD)
    assert result.exit_code == 0
    assert [line["line"] for line in printed(result)] == list(range(1, 9))


def test_a_file_with_faults_exits_with_one_and_lets_the_rest_through() -> None:
    result = run(BAD)
    assert result.exit_code == 1
    assert [line["line"] for line in printed(result) if line["requests"]] == [6, 18]


def test_a_malformed_line_has_neither_kind_nor_id() -> None:
    first = printed(run(BAD))[0]
    assert (first["kind"], first["id"]) == (None, None)


def test_standard_input_converts_like_a_file() -> None:
    assert run("-", given=GOOD.read_bytes()).stdout == run(GOOD).stdout


def test_tracking_and_currencies_may_be_missing(tmp_path: Path) -> None:
    for name in ("Accounts", "TaxRates", "Organisation"):
        shutil.copy(HERE / "chart" / f"{name}.json", tmp_path)
    result = run(GOOD, chart=tmp_path)
    assert result.exit_code == 1
    codes = {f["code"] for line in printed(result) for f in line["findings"]}
    assert codes >= {"tracking_category_not_in_xero", "currency_not_enabled"}


@pytest.mark.parametrize("missing", ["file", "chart", "mapping"])
def test_what_cannot_be_read_is_named_and_exits_with_two(missing: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    given = {"file": GOOD, "chart": HERE / "chart", "mapping": MAPPING} | {missing: nowhere}
    result = run(given["file"], given["chart"], given["mapping"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert str(nowhere) in result.stderr


def test_a_mapping_with_a_fault_is_refused_with_its_place(tmp_path: Path) -> None:
    wrong = tmp_path / "mapping.json"
    wrong.write_text('{"organisation": "main", "settings": {}}')
    result = run(GOOD, mapping=wrong)
    assert result.exit_code == 2
    assert "accounting_basis" in result.stderr


def test_a_chart_that_is_not_xeros_is_refused(tmp_path: Path) -> None:
    for name in ("Accounts", "TaxRates", "Organisation"):
        (tmp_path / f"{name}.json").write_text("<html>")
    result = run(GOOD, chart=tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        (1, "not_json", ""),
        (2, "duplicate_key", "id"),
        (3, "unknown_field", "colour"),
        (4, "total_off", "total"),
        (5, "too_many_decimals", "lines[0].quantity"),
        (7, "number_taken", "number"),
        (8, "period_locked", "date"),
        (9, "account_not_mapped", "lines[0].account"),
        (10, "account_without_code", "lines[0].account"),
        (11, "account_archived", "lines[0].account"),
        (12, "needs_history", "allocations[0].bill"),
        (13, "office_on_trust_account", "bank_account"),
        (14, "too_few_lines", "lines"),
        (16, "revision_conflict", "revision"),
        (19, "currency_not_enabled", "currency"),
    ],
)
def test_each_fault_has_a_finding_of_its_own_with_place_and_fix(
    line: int, code: str, path: str
) -> None:
    found = printed(run(BAD))[line - 1]
    finding = found["findings"][0]
    assert (finding["severity"], finding["code"], finding["path"]) == ("error", code, path)
    assert finding["fix"]
    assert found["requests"] == []


def test_ledes_bills_convert_by_the_practices_map_of_their_codes(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    file, mapping = tmp_path / "bills.txt", tmp_path / "mapping.json"
    file.write_text(page.partition("```\nLEDES")[2].partition("```")[0].join(["LEDES", ""]))
    ledes = {"accounts": {"F": "4-1000", "E": "4-3000"}, "tax_codes": {"NONE": "FREE"}}
    mapping.write_text(json.dumps(json.loads(MAPPING.read_text()) | {"ledes": ledes}))
    result = run(file, mapping=mapping)
    (line,) = printed(result)
    assert (line["id"], line["findings"], result.exit_code) == ("ledes:INV-1001", [], 0)
    assert {"200", "260"} <= set(str(line["requests"]).split("'"))
