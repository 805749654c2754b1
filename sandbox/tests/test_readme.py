"""What the README says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xero_sandbox.books.control import (
    _KEYS,
    ARITHMETIC,
    NULL_OBJECTS,
    PLANS,
    TIERS,
    mark_reconciled,
)
from xero_sandbox.cli import _parser
from xero_sandbox.comparing.command import _parser as _compare_parser
from xero_sandbox.comparing.recording import read
from xero_sandbox.control import _ROUTES
from xero_sandbox.faults import FAULTS
from xero_sandbox.testing import running_sandbox

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_every_fault_stands_there_as_the_code_has_it() -> None:
    for name, effect in FAULTS.items():
        assert f"| `{name}` | {effect} |" in README


def test_every_control_route_stands_there() -> None:
    for name in _ROUTES:
        assert f"/_sandbox/{name}" in README


def test_every_setting_stands_there_with_its_choices() -> None:
    for name in _KEYS.values():
        assert f"`{name}`" in README
    for choice in (*TIERS, *PLANS, *ARITHMETIC, *NULL_OBJECTS):
        assert f"`{choice}`" in README


@pytest.mark.parametrize("kind", ["bank_transaction", "payment", "batch_payment"])
def test_every_kind_that_can_be_reconciled_stands_there(kind: str) -> None:
    described = mark_reconciled.__doc__
    assert described is not None
    assert f"`{kind}`" in README
    assert f"``{kind}``" in described


def test_every_flag_stands_there() -> None:
    actions = [*_parser()._actions, *_compare_parser()._actions]
    flags = {flag for action in actions for flag in action.option_strings}
    for flag in flags - {"-h", "--help", "--version"}:
        assert f"`{flag}" in README


@pytest.mark.parametrize(
    "example", re.findall(r"```python\n(from datetime.*?)```", README, re.DOTALL)
)
def test_its_example_runs(example: str) -> None:
    names: dict[str, object] = {}
    exec(example, names)
    assert getattr(names["outcome"], "status", None) == 200


def test_its_first_call_makes_an_invoice() -> None:
    (script,) = re.findall(r"```sh\n(XERO=.*?)```", README, re.DOTALL)
    with running_sandbox() as url:
        script = script.replace("http://localhost:8070", url).replace("python3", sys.executable)
        told = subprocess.run(
            ["sh", "-ec", script], capture_output=True, text=True, check=True, timeout=60
        )
    assert '"InvoiceNumber":"INV-0001"' in told.stdout


def test_its_recording_is_one(tmp_path: Path) -> None:
    (lines,) = re.findall(r"```json\n(\{\"organisation.*?)```", README, re.DOTALL)
    path = tmp_path / "recorded.jsonl"
    path.write_text(lines)
    (exchange,) = read(path).exchanges
    assert (exchange.method, exchange.status) == ("GET", 200)
