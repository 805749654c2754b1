"""The long runs: every test, those marked `soak` too, with many examples; leaves a record.

Run as `make soak`; further arguments go to pytest, for example `make soak ARGS="-k simulation"`.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime

from tools.check_docs import ROOT

RECORDS = ROOT / "docs" / "evidence"
WORKERS = "2"


def main() -> int:
    """Run pytest, show all it says, and write down how it ended; its status is ours."""
    began = datetime.now(UTC)
    command = ["pytest", "-n", WORKERS, "--dist", "worksteal", "-m", "soak or not soak"]
    arguments = [*command[1:], *sys.argv[1:]]
    run = subprocess.Popen(  # noqa: S603 our own tests
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={"HYPOTHESIS_PROFILE": "soak", **os.environ},
        stdout=subprocess.PIPE,
        text=True,
    )
    last = ""
    assert run.stdout is not None
    for line in run.stdout:
        print(line, end="")
        last = line.strip() or last
    status = run.wait()
    path = RECORDS / f"soak-{began:%Y-%m-%dT%H%M%SZ}.md"
    path.write_text(record([*command, *sys.argv[1:]], began, last, status), "utf-8")
    print(f"recorded in {path.relative_to(ROOT)}")
    return status


def record(command: list[str], began: datetime, last: str, status: int) -> str:
    """Say what was run, where, on which revision, and how it ended."""
    took = datetime.now(UTC) - began
    return (
        f"# Soak, {began:%Y-%m-%d %H:%M} UTC\n\n"
        f"- command: `{' '.join(command)}`\n"
        f"- revision: {_revision()}\n"
        f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}\n"
        f"- took: {int(took.total_seconds())} s\n"
        f"- exit status: {status}\n\n"
        f"```\n{last.strip('= ')}\n```\n"
    )


def _revision() -> str:
    described = ["git", "describe", "--always", "--dirty"]
    return subprocess.check_output(described, cwd=ROOT, text=True).strip()  # noqa: S603 git, without a shell


if __name__ == "__main__":
    sys.exit(main())
