"""A wrong environment stops every command with the setting's name, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.scene import environment, program


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x"),
        ("DATABASE_URL", "mysql://somewhere/x"),
        ("COUNTERFOIL_HOME", "/proc/nope"),
        ("XERO_BASE_URL", "sandbox"),
    ],
)
def test_the_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    said = program("status", env={**environment(tmp_path / "home"), name: value}, folder=tmp_path)

    assert said.status == 2
    assert name in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
