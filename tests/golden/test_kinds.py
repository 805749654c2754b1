"""The examples show every kind, and each converts or says that a file cannot tell enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.core.documents import KINDS
from tests.golden.regenerate import HERE

if TYPE_CHECKING:
    from collections.abc import Mapping as ReadOnly

KINDS_SHOWN = Path("examples/kinds/documents.jsonl")
CODES = {"4-2000": "260", "4-9000": "260", "6-3000": "429", "6-3100": "429"}
RECORDED = {
    *("opening_bill", "opening_supplier_bill", "opening_credit", "opening_trust"),
    *("trust_number_cancelled", "ledger_close", "period_close", "bank_statement"),
}


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> list[ReadOnly[str, object]]:
    mapping = json.loads((HERE / "mapping.json").read_text(encoding="utf-8"))
    mapping["accounts"].update(CODES)
    chosen = tmp_path_factory.mktemp("kinds") / "mapping.json"
    chosen.write_text(json.dumps(mapping), encoding="utf-8")
    arguments = ["convert", str(KINDS_SHOWN), "--chart", str(HERE / "chart")]
    printed = CliRunner().invoke(app, [*arguments, "--mapping", str(chosen)]).stdout
    return [json.loads(line) for line in printed.splitlines()]


def test_every_kind_is_shown(converted: list[ReadOnly[str, object]]) -> None:
    assert {line["kind"] for line in converted} == set(KINDS)


def test_each_converts_or_needs_history(converted: list[ReadOnly[str, object]]) -> None:
    for line in converted:
        found = line["findings"]
        assert isinstance(found, list)
        errors = {each["code"] for each in found if each["severity"] == "error"}
        assert errors <= {"needs_history"}, line
        assert bool(line["requests"]) != (bool(errors) or line["kind"] in RECORDED), line
