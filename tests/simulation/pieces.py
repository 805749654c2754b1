"""Long runs in pieces: each is written down when it has ended, and is not played again.

A run that is cut short is gone on with by the same command. Several processes may share the work,
and several commands, each with pieces of its own, one sheet.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

Piece = tuple[str, ...]
"""The name of a piece, in the words of a sheet's first columns."""
Told = tuple[str, ...]
"""What came of it, in those of the others."""
Play = Callable[[Piece], Told]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of evidence with a table: a row for each piece, the revision it was played on last."""

    path: Path
    title: str
    named: tuple[str, ...]
    told: tuple[str, ...]
    revision: str

    def read(self) -> dict[Piece, Told]:
        """Return what was played on this revision; rows of others count for nothing."""
        if not self.path.exists():
            return {}
        lines = self.path.read_text("utf-8").splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        wide = len(self.named) + len(self.told) + 1
        mine = [row for row in rows if len(row) == wide and row[-1] == self.revision]
        return {tuple(row[: len(self.named)]): tuple(row[len(self.named) : -1]) for row in mine}

    def add(self, piece: Piece, told: Told) -> None:
        """Write one row down, after the head if the sheet is new."""
        row = _row((*piece, *told, self.revision))
        with self.path.open("a", encoding="utf-8") as sheet:
            sheet.write(row if sheet.tell() else self._head() + row)

    def _head(self) -> str:
        columns = (*self.named, *self.told, "revision")
        machine = (
            f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; "
            f"Python {platform.python_version()}"
        )
        rule = _row(("---",) * len(columns))
        return f"# {self.title}\n\n- machine: {machine}\n\n{_row(columns)}{rule}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def revision() -> str:
    """Return the revision that is played, told apart from one with changes."""
    described = ["git", "describe", "--always", "--dirty"]
    return subprocess.check_output(described, text=True).strip()


def played(
    pieces: Sequence[Piece], play: Play, sheet: Sheet | None, processes: int
) -> Iterator[tuple[Piece, Told]]:
    """Yield what came of each piece: what the sheet has already, then the others as they end."""
    known = sheet.read() if sheet else {}
    yield from ((piece, known[piece]) for piece in pieces if piece in known)
    for piece, told in _each([one for one in pieces if one not in known], play, processes):
        if sheet is not None:
            sheet.add(piece, told)
        yield piece, told


def _each(pieces: Sequence[Piece], play: Play, processes: int) -> Iterator[tuple[Piece, Told]]:
    if processes == 1:
        yield from ((piece, play(piece)) for piece in pieces)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        begun = {pool.submit(play, piece): piece for piece in pieces}
        try:
            yield from ((begun[one], one.result()) for one in as_completed(begun))
        finally:
            pool.shutdown(cancel_futures=True)
