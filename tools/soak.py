"""The long runs: tests with many examples, stories, kills, nonsense, mutants, a walk; a record.

Run as `make soak`. Further arguments go to pytest: `make soak ARGS="-k trust"`.
"""

import os
import platform
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.check_docs import ROOT

RECORDS = ROOT / "docs" / "evidence"
TESTS = ("pytest", "-n", "2", "--dist", "worksteal", "-m", "soak or not soak")
AT_ONCE = ("--processes", str(os.cpu_count() or 1))
PLANTED = ("tests.simulation.planted", *AT_ONCE)
DEATHS = ("tests.simulation.crash_points", *AT_ONCE)
PAIRS_OF_DEATHS = ("tests.simulation.crash_points", "--pairs", *AT_ONCE)
STORIES = ("tests.simulation", "--first", "1000", "--seeds", "5000")
KILLS = ("tests.kill", "--kills", "50")
NONSENSE = ("sandbox.tests.nonsense", "--cases", "20000")
LAW = ("tests.core.trust_matrix", "--seeds", "50")
YEAR = ("tests.year",)
FUZZ = ("tests.fuzz", "--minutes", "30")
GUIDED = ("tests.fuzz.guided",)
DESCRIBED = ("tests.fuzz.described",)
ACTIONSTEP = ("tests.actionstep_year",)
ACTIONSTEP_ON_POSTGRESQL = ("tests.actionstep_year", "--first", "5", "--seeds", "2", "--postgres")
TRUST_EVENTS = ("bench.trust_events", "--full")
WALK = ("tests.browser.walk",)
MEMORY = ("bench.memory", "--full")
REBUILT = ("tools.rebuilt",)
MUTANTS = ("tests.mutation", *AT_ONCE, "--record")
IMPORTS = ("bench.importing", "--count", "100000")
KEPT_LINES = 50


@dataclass(frozen=True, slots=True)
class Run:
    """One long run as it ended: its command, exit status, whole seconds and last lines."""

    command: tuple[str, ...]
    status: int
    seconds: int
    last: tuple[str, ...]


def main() -> int:
    """Run them all, show all they say, and write down how they ended; 1 if any failed."""
    began = datetime.now(UTC)
    deaths = (PLANTED, DEATHS, PAIRS_OF_DEATHS)
    trust = (LAW, YEAR, TRUST_EVENTS)
    sources = (FUZZ, GUIDED, DESCRIBED, ACTIONSTEP, ACTIONSTEP_ON_POSTGRESQL, MEMORY, IMPORTS)
    ends = (KILLS, NONSENSE, WALK, REBUILT, MUTANTS)
    commands = ((*TESTS, *sys.argv[1:]), STORIES, *deaths, *ends, *trust, *sources)
    runs = [_run(command) for command in commands]
    path = RECORDS / f"soak-{began:%Y-%m-%dT%H%M%SZ}.md"
    path.write_text(record(began, _revision(), runs), "utf-8")
    print(f"recorded in {path.relative_to(ROOT)}")
    return max(min(run.status, 1) for run in runs)


def record(began: datetime, revision: str, runs: list[Run]) -> str:
    """Say what was run, where, on which revision, and how it ended."""
    head = (
        f"# Soak, {began:%Y-%m-%d %H:%M} UTC\n\n"
        f"- revision: {revision}\n"
        f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}\n"
    )
    return head + "".join(
        f"\n## `python -m {' '.join(run.command)}`\n\n"
        f"Exit status {run.status} after {run.seconds} s.\n\n"
        "```\n" + "\n".join(run.last) + "\n```\n"
        for run in runs
    )


def _run(command: tuple[str, ...]) -> Run:
    began = datetime.now(UTC)
    last: deque[str] = deque(maxlen=KEPT_LINES)
    with subprocess.Popen(  # noqa: S603 our own tests
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=_environment(command),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="")
            last.append(line.rstrip())
    seconds = int((datetime.now(UTC) - began).total_seconds())
    return Run(command, process.returncode, seconds, tuple(last))


def _environment(command: tuple[str, ...]) -> dict[str, str]:
    """Let those that need it find what lies apart in .fuzz; it has a pytest of its own."""
    apart = {"PYTHONPATH": str(ROOT / ".fuzz")} if command in {GUIDED, DESCRIBED} else {}
    return {"HYPOTHESIS_PROFILE": "soak", **os.environ, **apart}


def _revision() -> str:
    described = ["git", "describe", "--always", "--dirty"]
    return subprocess.check_output(described, cwd=ROOT, text=True).strip()  # noqa: S603 git, without a shell


if __name__ == "__main__":
    sys.exit(main())
