"""Bend files, answers and requests, and see that each is read whole or refused in words.

Run: python -m tests.fuzz [--cases 100000] [--seed 0] [--only NAME] [--minutes 10]

Each case is drawn by seed, name and number, so that one can be run again alone with --first. Memory
is limited, so that a small file that asks for much of it ends the run. ``DATABASE_URL`` chooses the
database of the API and of the pull; without it that is SQLite in a folder of its own.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.fuzz import answers
from tests.fuzz.files import Form, forms

MEMORY = 512 * 1024**2
LONGEST = 2.0
"""Seconds of the processor that one case may take."""
MOST_TOLD = 10
Case = Callable[[random.Random], str]


def main() -> int:
    """Run every form that was asked for; 1 where anything was wrong or too few cases were run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000, help="of each form")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="one form")
    parser.add_argument("--minutes", type=float, default=10, help="at most, for each form")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # a refused request is what we ask for
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, case, end in cases(Path(folder)):
            if asked.only in {"", name}:
                good &= run(name, case, end, asked)
    return 0 if good else 1


def cases(folder: Path) -> Iterator[tuple[str, Case, Callable[[], str]]]:
    """Yield each form's name, how one case of it is run, and what is looked at in the end."""
    for name, form in forms().items():
        yield name, partial(file_case, form), str
    yield "Actionstep", answers.case, str
    with _database(folder):
        from django.utils import timezone  # noqa: PLC0415 -- Django is set up only now

        from counterfoil.web.services import setup  # noqa: PLC0415
        from tests.fuzz.doors import Intake, Pulled  # noqa: PLC0415

        firm = setup.default_organisation(now=timezone.now()).firm
        for name, door in (("intake API", Intake(firm)), ("Actionstep pull", Pulled(firm))):
            yield name, door.case, door.half


def file_case(form: Form, chance: random.Random) -> str:
    """Read a bent file; one in five is only cut off."""
    if form.whole and chance.random() < 0.2:
        return form.cut_case(chance)
    return form.judged(form.case(chance), chance)


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    os.environ["COUNTERFOIL_HOME"] = str(folder)
    from counterfoil.web.serve import prepare  # noqa: PLC0415 -- it reads the environment

    prepare()
    yield


def run(name: str, case: Case, end: Callable[[], str], asked: argparse.Namespace) -> bool:
    """Run a form's cases, print how it went, and tell whether all was well."""
    began, before = time.monotonic(), time.process_time()
    told: list[str] = []
    slowest, done = (0.0, 0), 0
    for number in range(asked.first, asked.first + asked.cases):
        start = time.process_time()
        words = outcome(case, random.Random(f"{asked.seed} {name} {number}"))
        slowest = max(slowest, (time.process_time() - start, number))
        done += 1
        if words:
            told.append(f"case {number}: {words}")
        if len(told) >= MOST_TOLD or time.monotonic() - began > asked.minutes * 60:
            break
    told += filter(None, [end()])
    if slowest[0] > LONGEST:
        told.append(f"case {slowest[1]} took {slowest[0]:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    head = (
        f"{name}: {done:,} cases, {len(told)} wrong; {time.process_time() - before:.0f} s of the "
        f"processor, the slowest {slowest[0] * 1000:.0f} ms; peak so far {peak:,} MB"
    )
    lines = [head, *(f"  {words}" for words in told)]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return not told and done == asked.cases


def outcome(case: Case, chance: random.Random) -> str:
    """Run one case; an exception is what is wrong with it."""
    try:
        return case(chance)
    except Exception as trouble:  # noqa: BLE001 -- whatever it is, it is what we look for
        last = traceback.extract_tb(trouble.__traceback__)[-1]
        return f"{type(trouble).__name__}: {str(trouble)[:200]} ({last.filename}:{last.lineno})"


if __name__ == "__main__":
    sys.exit(main())
