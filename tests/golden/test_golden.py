"""What stands beside each golden file is what the command prints, to the byte."""

from __future__ import annotations

import pytest

from tests.golden.regenerate import HERE, Case, cases, printed


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.title)
def test_a_file_converts_as_written_beside_it(case: Case) -> None:
    assert printed(case) == case.expected.read_text(encoding="utf-8")


def test_every_expected_file_belongs_to_a_case() -> None:
    there = set(HERE.glob("*.expected.jsonl"))
    assert there == {case.expected for case in cases()}
