"""How much memory an import and a posting run take, and whether it grows with the documents.

Run: python -m bench.memory [--full]

The command line runs as a program, each size in a data folder of its own, against a sandbox in a
third process; measured is the peak of its resident set, as the kernel tells it. Ten times the
documents may take half as much again: that is ``--full``, which takes minutes and belongs to
``make soak``. Without it five times a smaller number is held against the same limit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.settle import bills, know, sandbox
from tests.cli.scene import Xero, connected, json_lines

if TYPE_CHECKING:
    from tests.cli.scene import Practice

FULL = (10_000, 100_000)
QUICK = (4_000, 20_000)
AT_ONCE = 1_000
LIMIT = 1.5


def write(path: Path, count: int) -> None:
    """Write bills of three lines, a portion at a time."""
    with path.open("wb") as file:
        for first in range(0, count, AT_ONCE):
            file.write(json_lines(*bills(f"m{first}", min(AT_ONCE, count - first))))


def peak(practice: Practice, *words: str) -> float:
    """Run a command to its end; return the peak of its memory in megabytes."""
    told = practice.folder / "peak"
    subprocess.run(
        [sys.executable, "-m", "bench._counterfoil", str(told), *words],
        env=practice.environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return int(told.read_text("ascii")) / 1024


def peaks(count: int) -> dict[str, float]:
    """Import and post this many bills; return the peak of either."""
    with tempfile.TemporaryDirectory() as folder, sandbox() as url:
        file = Path(folder) / "bills.jsonl"
        write(file, count)
        xero = Xero(url)
        know(xero)
        with connected(Path(folder), xero) as practice:
            imported = peak(practice, "import", str(file))
            posted = peak(practice, "post")
            counts = practice.run("status", "--json").json["counts"]
        assert counts == {"posted": counts["posted"]}, counts
        assert counts["posted"] >= count, counts
    return {"import": imported, "post": posted}


def main() -> int:
    """Print the peaks and their ratios; 1 if one is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    few, many = FULL if options.full else QUICK
    small, large = peaks(few), peaks(many)
    worst = max(large[name] / small[name] for name in small)
    for name in small:
        print(
            f"{name:7}{small[name]:7.0f} MB at {few:,} bills, {large[name]:.0f} MB at {many:,}: "
            f"ratio {large[name] / small[name]:.2f}"
        )
    print(f"peak memory at {many // few} times the documents: {worst:.2f} (limit {LIMIT})")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
