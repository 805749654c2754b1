"""Play a round of chaos on each database: ``python -m tests.chaos [--documents N] [--record]``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.chaos.recovery import Recovery, measure
from tests.chaos.round import Outcome, Size, play
from tools.check_docs import ROOT

DATABASES = ("sqlite", "postgres")
RECORDS = ROOT / "docs" / "evidence"


def main() -> int:
    chosen = _parser().parse_args()
    began = dt.datetime.now(dt.UTC)
    size = Size(chosen.documents, chosen.seconds, chosen.workers, chosen.times)
    outcomes = [_played(database, size, chosen.seed) for database in chosen.database or DATABASES]
    recovered = _recovered()
    if chosen.record:
        path = RECORDS / f"chaos-{began:%Y-%m-%dT%H%M%SZ}.md"
        path.write_text(_record(began, [*map(str, outcomes), str(recovered)]), "utf-8")
    return 0 if recovered.good and all(outcome.good for outcome in outcomes) else 1


def _recovered() -> Recovery:
    with tempfile.TemporaryDirectory() as folder:
        recovered = measure(Path(folder))
    sys.stdout.write(f"{recovered}\n")
    return recovered


def _played(database: str, size: Size, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(Path(folder), database, size, seed)
    sys.stdout.write(f"{outcome}\n\n")
    sys.stdout.flush()
    return outcome


def _record(began: dt.datetime, outcomes: list[str]) -> str:
    """Say what was played, where, on which revision, and what came of it."""
    described = ["git", "describe", "--always", "--dirty"]
    revision = subprocess.check_output(described, cwd=ROOT, text=True).strip()
    words = " ".join(word for word in sys.argv[1:] if word != "--record")
    told = "\n\n".join(f"```\n{outcome}\n```" for outcome in outcomes)
    return (
        f"# Chaos, {began:%Y-%m-%d %H:%M} UTC\n\n"
        f"`python -m tests.chaos {words}`\n\n"
        f"- revision: {revision}\n"
        f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[1]:.1f}, Python {platform.python_version()}\n\n{told}\n"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", action="append", choices=DATABASES, help="else both")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=300.0, help="how long faults strike")
    parser.add_argument("--workers", type=int, default=3, help="on PostgreSQL; SQLite has one")
    parser.add_argument("--times", type=int, default=1, help="shorten all deadlines so much")
    parser.add_argument("--seed", type=int, default=1, help="draws the documents and the faults")
    parser.add_argument("--record", action="store_true", help="write it down in docs/evidence")
    return parser


if __name__ == "__main__":
    sys.exit(main())
