"""Replay one seed and print its story, or play many: ``python -m tests.simulation --seed 7``."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import os
import platform
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulation.faults import group_of, struck
from tests.simulation.story import BILLS, FEWEST_FAULTS, WRONGS, Ending, Story

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORT_EVERY = 500
"""Seeds after which the sums so far are said, so that a run that is cut short has shown them."""


@dataclass
class Sums:
    """What many stories came to."""

    faults: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    seeds: int = 0
    bad: int = 0
    documents: int = 0
    facts: int = 0
    unheard: int = 0
    fewest_documents: int = sys.maxsize
    fewest_faults: int = sys.maxsize
    quiet: int = 0

    def add(self, ending: Ending) -> None:
        """Count one story in."""
        self.faults.update(ending.faults)
        self.wrong.update(ending.wrong)
        self.seeds += 1
        self.bad += not ending.good
        self.documents += ending.documents
        self.facts += ending.facts
        self.unheard += ending.unheard
        self.fewest_documents = min(self.fewest_documents, ending.documents)
        self.quiet += ending.struck < FEWEST_FAULTS
        self.fewest_faults = min(self.fewest_faults, ending.struck)

    def lines(self) -> Iterator[str]:
        """Yield the sums as they are printed and recorded."""
        yield (
            f"{self.seeds} seeds, {self.documents} documents (at least {self.fewest_documents} "
            f"each), {self.facts} objects in Xero, {struck(self.faults)} faults (at least "
            f"{self.fewest_faults} each, under {FEWEST_FAULTS} in {self.quiet}), "
            f"{self.unheard} writes applied and not answered"
        )
        for name, count in sorted(self.faults.items(), key=lambda pair: (_section(pair[0]), pair)):
            yield f"{count:8} {_section(name):2} {name.removeprefix(f'{_section(name)} ')}"
        yield ", ".join(f"{self.wrong[name]} {name}" for name in WRONGS)
        yield f"{self.bad} seeds with anything wrong"


def _section(name: str) -> int:
    return int(group_of(name) or 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="replay this one and tell it")
    parser.add_argument("--seeds", type=int, default=50, help="play this many")
    parser.add_argument("--first", type=int, default=0, help="from this seed on")
    parser.add_argument("--bills", type=int, default=BILLS, help="bills in each story")
    parser.add_argument("--record", type=Path, help="write the sums down in this file")
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)  # A story tells itself what is lost and found again.
    if chosen.seed is not None:
        return _tell(Story(chosen.seed, bills=chosen.bills).play())
    return _play(range(chosen.first, chosen.first + chosen.seeds), chosen.bills, chosen.record)


def _tell(ending: Ending) -> int:
    print("\n".join(ending.told))
    print(ending)
    print("\n".join(ending.complaints) or "Nothing is wrong.")
    return 0 if ending.good else 1


def _play(seeds: range, bills: int, record: Path | None) -> int:
    sums, began, revision = Sums(), time.monotonic(), _revision()
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    for seed in seeds:
        if ended:
            break  # What was played so far is worth recording.
        ending = Story(seed, bills=bills).play()
        sums.add(ending)
        if not ending.good:
            print(ending, *ending.complaints, sep="\n", file=sys.stderr)
        if sums.seeds % REPORT_EVERY == 0:
            print(f"so far {next(sums.lines())}; {sums.bad} with anything wrong", file=sys.stderr)
    print("\n".join(sums.lines()))
    if record is not None:
        record.write_text(_recorded(seeds.start, sums, time.monotonic() - began, revision), "utf-8")
    return 1 if sums.bad else 0


def _revision() -> str:
    described = ["git", "describe", "--always"]
    return subprocess.check_output(described, text=True).strip()


def _recorded(first: int, sums: Sums, seconds: float, revision: str) -> str:
    machine = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, busy with other work; "
        f"Python {platform.python_version()}"
    )
    command = f"python -m tests.simulation --first {first} --seeds {sums.seeds}"
    lines = (
        f"# {sums.seeds:,} simulated stories, {dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "",
        f"- revision: {revision}",
        f"- machine: {machine}",
        f"- command: `{command}`, {seconds:,.0f} s",
        "",
        "```",
        *sums.lines(),
        "```",
        "",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
