"""The mutants that no test could kill, each with its reason; and whether the list is still true."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.making import Source

LIST = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True, slots=True)
class Explained:
    """One survivor, and why it is the same program; ``times`` it reads so in one function."""

    module: str
    where: str
    was: str
    becomes: str
    why: str
    times: int = 1

    @property
    def name(self) -> tuple[str, str, str]:
        """What names the mutant."""
        return self.where, self.was, self.becomes


def explained() -> list[Explained]:
    """Read the list."""
    entries = tomllib.loads(LIST.read_text("utf-8")).get("explained", [])
    return [Explained(**entry) for entry in entries]


def gone(entries: Iterable[Explained], source: Source) -> Iterator[str]:
    """Yield what is wrong with the explanations of one module: the code that they speak of."""
    made = Counter(mutant.name for mutant in source.mutants)
    for entry in entries:
        if made[entry.name] != entry.times:
            yield (
                f"{entry.module}, {entry.where}: {entry.was} -> {entry.becomes} is said to stand "
                f"there {entry.times} times and does {made[entry.name]} times"
            )
