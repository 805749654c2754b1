"""What a hunt showed, in words: a table, and the survivors line by line."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.mutation.judging import Judged
from tests.mutation.running import Fate
from tests.mutation.table import Group

DEAD = frozenset({Fate.KILLED, Fate.TIMED_OUT})
Name = tuple[str, tuple[str, str, str]]
"""A mutant by its module and its own name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One module: its mutants, and what became of them."""

    module: str
    percent: int
    mutants: int
    killed: int
    timed_out: int
    explained: int
    survivors: tuple[Judged, ...]

    @property
    def share(self) -> float:
        """Per cent killed of what could be."""
        could = self.mutants - self.explained
        return 100.0 if not could else 100 * (self.killed + self.timed_out) / could

    @property
    def is_enough(self) -> bool:
        return self.share >= self.percent


def rows(group: Group, judged: Sequence[Judged], explained: Collection[Name]) -> list[Row]:
    """Count the mutants of each module of a group."""
    return [
        _row(module, group.percent, [one for one in judged if one.module == module], explained)
        for module in group.modules
    ]


def _row(module: str, percent: int, judged: list[Judged], explained: Collection[Name]) -> Row:
    fates = Counter(one.fate for one in judged)
    left = [one for one in judged if one.fate not in DEAD]
    told = [one for one in left if (module, one.name) in explained]
    return Row(
        module,
        percent,
        len(judged),
        fates[Fate.KILLED],
        fates[Fate.TIMED_OUT],
        len(told),
        tuple(one for one in left if one not in told),
    )


def needless(judged: Sequence[Judged], explained: Collection[Name]) -> list[str]:
    """Name the explanations of mutants that were killed after all."""
    return [
        f"{one.module}, {one.where}: {one.was} -> {one.becomes}"
        for one in judged
        if one.fate in DEAD and (one.module, one.name) in explained
    ]


def survivor(one: Judged) -> str:
    """Tell where a mutant is and what it changes, in one line."""
    note = " (no test comes here)" if one.fate is Fate.UNREACHED else ""
    return f"{one.module}:{one.line} {one.where}: {one.was}  ->  {one.becomes}{note}"


def table(several: Sequence[Row]) -> str:
    """Write the figures as people read them."""
    head = (
        "| module | mutants | killed | without an end | explained | survive | per cent | asked |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    )
    return head + "".join(
        f"| `{row.module}` | {row.mutants} | {row.killed} | {row.timed_out} | {row.explained} | "
        f"{len(row.survivors)} | {row.share:.1f} | {row.percent} |\n"
        for row in several
    )


def record(
    several: Sequence[Row], command: str, revision: str, began: dt.datetime, seconds: int
) -> str:
    """Write the page of evidence of one hunt."""
    short = [row.module for row in several if not row.is_enough]
    left = [survivor(one) for row in several for one in row.survivors]
    return (
        f"# Mutants, {began:%Y-%m-%d %H:%M} UTC\n\n"
        f"- command: `{command}`\n- revision: {revision}\n"
        f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}\n- time: {seconds} s\n\n"
        "Each mutant is one small change to one place: a comparison, a condition, a figure, a "
        "state, a part left out. *Killed*: a test failed. *Without an end*: the tests did not come "
        "to theirs. *Explained*: no test can fail, for the reason in `tests/mutation/"
        "explained.toml`. *Per cent* is of those not explained. Words for people, annotations, "
        "imports, decorators and assertions are not changed.\n\n"
        f"{table(several)}\n"
        f"Short of what is asked: {', '.join(short) or 'none'}.\n\n"
        "## Survivors that nobody has explained\n\n"
        + ("\n".join(f"    {line}" for line in left) or "None.")
        + "\n"
    )
