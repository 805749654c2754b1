"""What stands beside each golden file is what the command prints, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.regenerate import FILES, expected, printed


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_converts_as_written_beside_it(path: Path) -> None:
    assert printed(path) == expected(path).read_text(encoding="utf-8")
