"""A watched folder: new files are taken in and moved away, with a report beside each.

A file is taken when it has not grown for a while, and moved only if it did not grow meanwhile. It
is imported first and moved last, so that an end in between leaves it to be imported again, which
changes nothing. One that grows after that is moved back, and taken in again (``grown``).
"""

from __future__ import annotations

import datetime as dt
import fcntl
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error
from counterfoil.posting.records import Taken
from counterfoil.sources.layouts import left_out
from counterfoil.web import seconds
from counterfoil.web.services.grown import REPORT, Moved, Size, read_words, size_of
from counterfoil.web.services.importing import Imported, Refusal, import_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from counterfoil.sources.files.numbered import Numbered
    from counterfoil.web.models import Organisation

DONE, REFUSED = "done", "refused"
LOCK = ".counterfoil-watch"
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings under which programs write files that are not whole yet."""
LISTED = 1_000
"""Refusals, and warnings, that a report lists."""


class Busy(Exception):
    """Another process watches this folder."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A file that was dealt with: where it is now and what became of its documents.

    ``moved_to`` is None for one that stays, because what stopped it is not its fault.
    """

    name: str
    moved_to: Path | None
    imported: Imported


@dataclass(slots=True)
class Folder:
    """A folder that is watched.

    ``quiet`` is how long a file has to stay as it is before it is whole. ``seen`` is each file's
    size and time, and since when they are so; ``told`` why a file stays, which is told once.
    ``moved`` are the files that were moved, ``before`` how much was read of those that came back.
    """

    path: Path
    organisation: Organisation
    meant: bool
    reading: Callable[[BinaryIO], Iterable[Numbered] | None] = lambda _: None
    quiet: dt.timedelta = dt.timedelta(0)
    seen: dict[str, tuple[Size, dt.datetime]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    moved: Moved = field(init=False)

    def __post_init__(self) -> None:
        self.moved = Moved((self.path / DONE, self.path / REFUSED))

    def look(self, *, actor: str, now: dt.datetime) -> Iterator[Handled]:
        """Take in every file that has not changed since the last look."""
        self.before |= dict(self.moved.brought_back(self.path, now))
        found = {path.name: path for path in sorted(self.path.iterdir()) if _is_ours(path)}
        before, self.seen = self.seen, {}
        for name, path in found.items():
            size = size_of(path)
            if size is None:
                continue
            known, since = before.get(name, (None, now))
            self.seen[name] = (size, since if known == size else now)
            if known == size and now - since >= self.quiet:
                handled = self._take(path, size, actor, now)
                if handled.moved_to or self.told.get(name) != handled.imported.broke_off:
                    yield handled
                self._note(handled)

    def _note(self, handled: Handled) -> None:
        """Remember why a file stays; forget one that was moved."""
        if handled.moved_to is None:
            self.told[handled.name] = handled.imported.broke_off
            return
        self.told.pop(handled.name, None)
        self.seen.pop(handled.name, None)

    def _take(self, path: Path, size: Size, actor: str, now: dt.datetime) -> Handled:
        try:
            with path.open("rb") as stream:
                imported = import_file(
                    stream,
                    self.organisation,
                    meant=self.meant,
                    actor=actor,
                    now=now,
                    documents=self.reading(stream),
                )
        except OSError as fault:
            imported = Imported(broke_off=fault.strerror or str(fault))
        except seconds.Needed as needed:
            imported = Imported(Counter([Taken.REFUSED]), [Refusal(1, _for_two(needed))])
        if not imported.broke_off and size_of(path) != size:
            imported.broke_off = "it is still being written"
        if imported.broke_off:
            return Handled(path.name, None, imported)
        nothing = not imported.taken.total()
        target = self.path / (REFUSED if imported.refused or nothing else DONE)
        words = read_words(size[0], self.before.pop(path.name, None))
        moved = _moved(path, target, report(path.name, imported) + words)
        self.moved.note(moved, size, now)
        return Handled(path.name, moved, imported)


def _for_two(needed: seconds.Needed) -> Finding:
    return error(
        "two_people",
        f"This firm wants two people to {needed.what}. Nothing was done.",
        "Hand the file in on the page Import, where a second person is asked.",
        "kind",
    )


@contextmanager
def watching(path: Path) -> Iterator[None]:
    """Keep others from watching a folder. Raises ``Busy``, and ``OSError`` for no such folder."""
    with (path / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another process watches {path}.") from None
        yield


def report(name: str, imported: Imported) -> str:
    """Return what is told of a file, for whoever put it there."""
    taken = imported.taken
    refused = {refusal.line for refusal in imported.refused}
    counts = (
        f"{name}: {taken[Taken.NEW]:,} new, {taken[Taken.REVISED]:,} revised, "
        f"{taken[Taken.UNCHANGED]:,} unchanged, {len(refused):,} refused"
    )
    lines = [counts, *left_out.words(imported.left_out)]
    if not taken.total():
        lines.append("There is no document in this file.")
    if refused:
        rest = "The others are in." if taken.total() > taken[Taken.REFUSED] else "Nothing is in."
        lines.append(f"{rest} Correct these, and put the file here again:")
    for mark, found in (("", imported.refused), ("warning: ", imported.remarks)):
        for one in found[:LISTED]:
            path = one.finding.path
            named = path.startswith(("line ", "row ", "sheet "))
            place = path if named else f"line {one.line}" + (f", {path}" if path else "")
            lines.append(f"{mark}{place}: {one.finding.message} {one.finding.fix}")
        if len(found) > LISTED:
            lines.append(f"and {len(found) - LISTED:,} more")
    return "\n".join(lines) + "\n"


def _is_ours(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    whole = not path.name.lower().endswith(UNFINISHED)
    return not hidden and whole and not path.is_symlink() and path.is_file()


def _moved(path: Path, target: Path, told: str) -> Path:
    """Move a file under a name that is free, its report first: a moved file has its report."""
    target.mkdir(exist_ok=True)
    place, count = target / path.name, 1
    while place.exists() or place.with_name(place.name + REPORT).exists():
        count += 1
        place = target / f"{path.stem} ({count}){path.suffix}"
    place.with_name(place.name + REPORT).write_text(told, "utf-8")
    return path.rename(place)
