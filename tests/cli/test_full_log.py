"""A disk that is full for logs stops no posting: what is told of a call is worth less than it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.scene import Practice, bill, receipt

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no disk that is always full")
def test_everything_is_posted_while_no_line_of_the_log_can_be_written(practice: Practice) -> None:
    practice.take(bill("1"), receipt("1"))

    with FULL.open("w") as full:
        said = subprocess.run(
            [sys.executable, "-m", "counterfoil", "post", "--json"],
            env=practice.environment | {"COUNTERFOIL_LOG": "json"},
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )

    assert said.returncode == 0
    assert json.loads(said.stdout)["counts"]["posted"] == 3
