"""Make mutants of the code of money and see whether its tests notice.

Run: python -m tests.mutation [--module NAME]... [--processes N] [--record FILE]

A module is named by its path under the package, or by its group's name. Ends with 1 if a module has
fewer mutants killed than its row of the table asks for, or if an explanation is not true any more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import pickle
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutation.explaining import Explained, explained, gone
from tests.mutation.judging import Judged, Unfit, judge, source_of
from tests.mutation.table import ROOT, Group, chosen
from tests.mutation.telling import needless, record, rows, survivor, table

PROFILE = "mutation"
EVIDENCE = ROOT / "docs" / "evidence"
UNNAMED = Path()
"""Stands for a record whose name is its time."""


def main() -> int:
    """Judge what was asked for."""
    asked = _asked()
    if asked.judge:
        return _judge(next(chosen(asked.module)), asked.judge)
    began = dt.datetime.now(dt.UTC)
    groups, before = list(chosen(asked.module)), stands()
    with ThreadPoolExecutor(asked.processes) as pool:
        judged = list(pool.map(_in_a_process, groups))
    if stands() != before:
        # A module that was read before, and what it imports after, need not fit: any test fails.
        print("The code was changed meanwhile: nothing that was found can be believed.")
        return 1
    told = explained()
    names = {(one.module, one.name) for one in told}
    several = [
        row for group, of in zip(groups, judged, strict=True) for row in rows(group, of, names)
    ]
    print(table(several))
    for line in (survivor(one) for row in several for one in row.survivors):
        print(line)
    untrue = [*_gone(told, groups), *(line for of in judged for line in needless(of, names))]
    for line in untrue:
        print(f"explained, and not so: {line}")
    if asked.record is not None:
        seconds = int((dt.datetime.now(dt.UTC) - began).total_seconds())
        named = asked.record != UNNAMED
        path = asked.record if named else EVIDENCE / f"mutation-{began:%Y-%m-%dT%H%M%SZ}.md"
        path.write_text(record(several, _command(), _revision(), began, seconds), "utf-8")
        print(f"recorded in {path}")
    return 0 if all(row.is_enough for row in several) and not untrue else 1


def stands(root: Path = ROOT) -> dict[Path, tuple[int, int]]:
    """Return the size and the time of every program, by which a change of one is known."""
    folders = (root / name for name in ("src", "tests", "sandbox"))
    found = {path: path.stat() for folder in folders for path in folder.rglob("*.py")}
    return {path: (told.st_size, told.st_mtime_ns) for path, told in found.items()}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make mutants, and see whether tests notice.")
    parser.add_argument("--module", action="append", default=[], help="a module or a group")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--record", type=Path, nargs="?", const=UNNAMED, help="write a page")
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _in_a_process(group: Group) -> list[Judged]:
    """Judge a group in a process that has imported nothing of it, with a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-mutants-") as folder:
        found = Path(folder) / "judged"
        names = [word for module in group.modules for word in ("--module", module)]
        subprocess.run(
            [sys.executable, "-m", "tests.mutation", *names, "--judge", str(found)],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": folder, "HYPOTHESIS_PROFILE": PROFILE},
            check=True,
        )
        judged: list[Judged] = pickle.loads(found.read_bytes())
    return judged


def _judge(group: Group, found: Path) -> int:
    shown = os.fdopen(os.dup(2), "w")
    log = found.with_name("log")
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)

    def progress(sign: str) -> None:
        print(sign, end="", file=shown, flush=True)

    try:
        judged = judge(group, progress)
    except Unfit as fault:
        sys.stdout.flush()
        print(log.read_text("utf-8", errors="replace")[-5_000:], file=sys.stderr)
        print(f"{group.name}: {fault}", file=sys.stderr)
        return 1
    found.write_bytes(pickle.dumps(judged))
    return 0


def _gone(told: Sequence[Explained], groups: Sequence[Group]) -> list[str]:
    found = []
    for module in (module for group in groups for module in group.modules):
        entries = [one for one in told if one.module == module]
        found += list(gone(entries, source_of(module))) if entries else []
    return found


def _command() -> str:
    return shlex.join(["python", "-m", "tests.mutation", *sys.argv[1:]])


def _revision() -> str:
    described = ["git", "describe", "--always", "--dirty"]
    return subprocess.check_output(described, cwd=ROOT, text=True).strip()


if __name__ == "__main__":
    sys.exit(main())
