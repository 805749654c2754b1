"""What the README says is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xero_sandbox.cli import _parser
from xero_sandbox.control import _ROUTES
from xero_sandbox.faults import FAULTS

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_every_fault_stands_there_as_the_code_has_it() -> None:
    for name, effect in FAULTS.items():
        assert f"| `{name}` | {effect} |" in README


def test_every_control_route_stands_there() -> None:
    for name in _ROUTES:
        assert f"/_sandbox/{name}" in README


def test_every_flag_stands_there() -> None:
    flags = {flag for action in _parser()._actions for flag in action.option_strings}
    for flag in flags - {"-h", "--help", "--version"}:
        assert f"`{flag}" in README


@pytest.mark.parametrize(
    "example", re.findall(r"```python\n(from datetime.*?)```", README, re.DOTALL)
)
def test_its_example_runs(example: str) -> None:
    names: dict[str, object] = {}
    exec(example, names)
    assert getattr(names["outcome"], "status", None) == 200
