"""Worked reconciliations as law societies teach them: statement ± outstanding = books = ledgers.

The figures were worked out by hand; the files are read as an outside program would bring them. Each
example has a trust account of its own, so that one practice holds them all.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice

HERE = Path(__file__).parent / "reconciliations"
EXAMPLES = sorted(path.stem for path in HERE.glob("*.jsonl"))


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with contextlib.closing(Practice(tmp_path_factory.mktemp("worked"))) as opened:
        together = b"".join((HERE / f"{name}.jsonl").read_bytes() for name in EXAMPLES)
        taken = opened.run("import", "-", "--json", given=together)
        assert taken.json["refused"] == []
        yield opened


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_worked_example_comes_out_as_worked_by_hand(name: str, practice: Practice) -> None:
    expected = json.loads((HERE / f"{name}.expected.json").read_text("utf-8"))
    said = practice.run("reconcile", "--as-of", expected["as_of"], "--json").json
    accounts = {row["trust_account"] for row in expected["trust"]}
    found = [row for row in said["trust"] if row["trust_account"] in accounts]
    assert found == expected["trust"]
