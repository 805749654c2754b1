"""Bend files by what the readers do with them: Atheris goes after branches that it has not seen.

Run: make fuzz, or with Atheris installed: python -m tests.fuzz.guided [--cases 100000] [--only CSV]

Each form is read in a process of its own, which ends at the first case that is read wrongly, takes
over five seconds, or takes it over 512 MB.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["counterfoil"], enable_loader_override=False):
    from tests.fuzz.files import Form, forms

GUIDED = ("JSON Lines", "CSV", "LEDES 1998B", "LEDES 98BI")
LIMITS = ("-rss_limit_mb=512", "-timeout=5", "-max_len=20000")
LAST_LINES = 25


def main() -> int:
    """Fuzz every form that was asked for; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000, help="of each form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one form")
    parser.add_argument("--here", default="", help="the folder of sound files; for the program")
    asked = parser.parse_args()
    if asked.here:
        _fuzz(forms()[asked.only], asked)
    names = [name for name in GUIDED if asked.only in {"", name}]
    return max(_apart(name, asked) for name in names)


def _apart(name: str, asked: argparse.Namespace) -> int:
    """Fuzz a form in a process of its own, and print how it ended."""
    with tempfile.TemporaryDirectory() as folder:
        for number, sound in enumerate(forms()[name].sound):
            (Path(folder) / str(number)).write_bytes(sound)
        words = ("--only", name, "--here", folder, "--cases", str(asked.cases))
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided", *words, "--seed", str(asked.seed)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    told = done.stdout + done.stderr
    ended = re.search(r"Done (\d+) runs in (\d+) second", told)
    if ended and not done.returncode:
        branches = re.findall(r"cov: (\d+)", told)[-1]
        peak = re.findall(r"rss: (\d+)Mb", told)[-1]
        line = f"{int(ended[1]):,} cases in {ended[2]} s, {branches} branches, {peak} MB"
    else:
        line = "\n".join(["WRONG", *told.splitlines()[-LAST_LINES:]])
    sys.stdout.write(f"{name}: {line}\n")
    sys.stdout.flush()
    return int(not (ended and not done.returncode))


def _fuzz(form: Form, asked: argparse.Namespace) -> None:
    chance = random.Random(asked.seed)

    def one(data: bytes) -> None:
        words = form.judged(data, chance)
        if words:
            raise AssertionError(words)

    runs = (f"-runs={asked.cases}", f"-seed={asked.seed}", f"-artifact_prefix={asked.here}/")
    atheris.Setup([sys.argv[0], *LIMITS, *runs, asked.here], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
