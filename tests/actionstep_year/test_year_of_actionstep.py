"""Some days of Actionstep on a real PostgreSQL; the whole years run with ``make soak``."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.workers.scene import migrated, new_database


def test_days_of_changes_pulled_bit_by_bit_on_postgresql_equal_one_full_pull(
    postgres_url: str,
) -> None:
    database = new_database(postgres_url, migrated(postgres_url))
    played = subprocess.run(
        [sys.executable, "-m", "tests.actionstep_year", "--days", "5", "--seeds", "1"],
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "5 days: 0 differences" in played.stdout
    assert "lost answers" in played.stdout
