"""Files that went on growing after they had been taken in and moved: they are taken in again.

A writer that pauses for longer than anybody waits goes on writing into the file where it is now.
So each report says how much was read, and that is held against what lies there: for an hour after
the move, and for all of them when the next process begins to watch.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

REPORT: Final = ".report.txt"
LOOKED_AFTER: Final = dt.timedelta(hours=1)
"""How long after its move a file is looked at by the process that moved it."""
JUST_BEFORE: Final = 60
"""Seconds before its report at which a file may have been written though it was not read so."""
_READ: Final = re.compile(r"Read: ([\d,]+) bytes\.")

Size = tuple[int, int]
"""Bytes, and nanoseconds since 1970."""


def size_of(path: Path) -> Size | None:
    """Return a file's size and time; None for one that is gone."""
    try:
        told = path.stat()
    except FileNotFoundError:
        return None
    return told.st_size, told.st_mtime_ns


def read_words(size: int, before: int | None) -> str:
    """Return what the end of a report says of how much was read, now and ``before``."""
    again = f"It was taken in before with {before:,} bytes, and grew.\n" if before else ""
    return f"{again}Read: {size:,} bytes.\n"


@dataclass(slots=True)
class Moved:
    """The files of a folder that were moved, and how they were when they were read."""

    folders: tuple[Path, ...]
    known: dict[Path, tuple[Size, dt.datetime]] = field(default_factory=dict)
    looked: bool = False

    def note(self, path: Path, size: Size, now: dt.datetime) -> None:
        """Look after a file that was moved to ``path``, for a while."""
        self.known[path] = size, now

    def brought_back(self, to: Path, now: dt.datetime) -> Iterator[tuple[str, int]]:
        """Move what has grown back to where it is taken in; yield its name, and what was read.

        One whose place is taken waits for that. Its report goes last: one alone misleads nobody
        for long, and a file without one would not be looked at again.
        """
        for path, size in list(self._changed(now)):
            place = to / path.name
            if place.exists():
                continue
            path.rename(place)
            path.with_name(path.name + REPORT).unlink(missing_ok=True)
            self.known.pop(path, None)
            yield path.name, size

    def _changed(self, now: dt.datetime) -> Iterator[tuple[Path, int]]:
        if not self.looked:
            self.looked = True
            for folder in self.folders:
                for path, read in _grown_before(folder):
                    # Its time is not known, so that it counts as changed until it is back.
                    self.known[path] = (read, 0), now
        for path, (size, since) in list(self.known.items()):
            found = size_of(path)
            if found is None or (found == size and now - since > LOOKED_AFTER):
                del self.known[path]
            elif found != size:
                yield path, size[0]


def _grown_before(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield files that are longer or shorter than their reports say was read of them."""
    for report in sorted(folder.glob(f"*{REPORT}")):
        path = report.with_name(report.name.removesuffix(REPORT))
        found, told = size_of(path), size_of(report)
        if found is None or told is None or found[1] < told[1] - JUST_BEFORE * 10**9:
            continue  # most: nobody has written to them since, so that no report need be read
        read = _bytes_read(report)
        if read is not None and read != found[0]:
            yield path, read


def _bytes_read(report: Path) -> int | None:
    try:
        last = report.read_text("utf-8").rstrip().rpartition("\n")[2]
    except (OSError, UnicodeDecodeError):
        return None
    said = _READ.fullmatch(last)
    return int(said[1].replace(",", "")) if said else None
