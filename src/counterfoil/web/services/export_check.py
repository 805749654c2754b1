"""Whether a firm's export is whole. It needs nothing but Python: a copy lies in each export.

Run it where the export was unpacked, or name its zip file: python verify.py FILE.zip. It hashes
every file, every document and every event again, and follows the numbers of the record. That nobody
wrote the record anew as a whole is proved by its seals, for which the key of the installation is
needed: counterfoil firm check FILE.zip.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import pathlib
import re
import sys
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "MANIFEST.sha256"
NAME = "verify.py"
PART = 1 << 20
SENT = {"sending", "sending again"}
ISSUED = "trust_month_issued"
GUARDED = re.compile("'+[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]")
"""A cell that got an apostrophe, because a spreadsheet would have computed what it begins with."""
FIRST = 2
"""How many of these come first in a seal's detail: the account, and the month."""


class Found(NamedTuple):
    """What was looked at, and what is wrong; each fault in words."""

    counts: Counter[str]
    faults: list[str]


class Entry(NamedTuple):
    """A row of the record's entries.csv: one commit, as the chain binds it."""

    number: int
    organisation: int | None
    time: str
    events: int
    events_sha256: str
    mac: str


def check(root: pathlib.Path | zipfile.Path) -> Found:
    """Look through an export, unpacked or not; the first fault of each sort is told."""
    counts: Counter[str] = Counter()
    manifest = _manifest(root)
    faults = list(_altered(root, manifest, counts))
    if not faults:
        lines = _documents(root, manifest, counts)
        faults += _record(root, manifest, lines, counts)
    return Found(counts, faults)


def opened(file: str) -> pathlib.Path | zipfile.Path:
    """Return the root of an export: a zip file, or the folder that it was unpacked into."""
    return zipfile.Path(file) if zipfile.is_zipfile(file) else pathlib.Path(file)


def entries(root: pathlib.Path | zipfile.Path) -> Iterator[Entry]:
    """Read the chain's entries in order."""
    for row in _rows(root, "record/entries.csv"):
        organisation = int(row["organisation"]) if row["organisation"] else None
        yield Entry(
            int(row["entry"]),
            organisation,
            row["time"],
            int(row["events"]),
            row["events_sha256"],
            row["mac"],
        )


def _manifest(root: pathlib.Path | zipfile.Path) -> dict[str, str]:
    pairs = (line.split("  ", 1) for line in _text(root, MANIFEST).splitlines())
    return {name: hashed for hashed, name in pairs}


def _altered(
    root: pathlib.Path | zipfile.Path, manifest: dict[str, str], counts: Counter[str]
) -> Iterator[str]:
    for name, hashed in manifest.items():
        counts["files"] += 1
        try:
            same = _hash(root, name) == hashed
        except OSError:
            yield f"{name} is not here"
            continue
        if not same:
            yield f"{name} is not as it was written"
        elif name.startswith("record/bodies/") and name[14:] != hashed:
            yield f"{name} does not bear its own hash"


def _documents(
    root: pathlib.Path | zipfile.Path, manifest: dict[str, str], counts: Counter[str]
) -> set[str]:
    """Return the hash of each revision of each document."""
    found: set[str] = set()
    for name in manifest:
        if name.endswith("/documents.jsonl"):
            with (root / name).open("rb") as file:
                for line in file:
                    counts["revisions of documents"] += 1
                    found.add(hashlib.sha256(line.rstrip(b"\n")).hexdigest())
    return found


def _record(
    root: pathlib.Path | zipfile.Path,
    manifest: dict[str, str],
    lines: set[str],
    counts: Counter[str],
) -> Iterator[str]:
    """Follow the chain, and hold what it speaks of against what is here."""
    kept: set[str] = set()
    yield from _calls(root, kept)
    kept |= lines | set(_seals(manifest)) | {name[14:] for name in _bodies(manifest)}
    kept |= set(_text(root, "record/erased-revisions.txt").split())
    kept |= {hashed for name, hashed in manifest.items() if "/mappings/" in name}
    counts["requests and answers"] = len(_bodies(manifest))
    last = 0
    with (root / "record/events.jsonl").open("rb") as file:
        for entry, line in zip(entries(root), file, strict=False):
            last += 1
            said = json.loads(line)
            counts["entries"] += 1
            counts["events"] += len(said["events"])
            if entry.number != last or said["entry"] != last:
                yield f"entry {last} of the record is missing"
                return
            written = json.dumps(said["events"], separators=(",", ":")).encode("ascii")
            if hashlib.sha256(written).hexdigest() != entry.events_sha256:
                yield f"the events of entry {last} are not those that were written"
                return
            for *_, what, _posting, _before, _after, _detail, witness in said["events"]:
                if witness and witness not in kept:
                    yield f"entry {last} ({what}) speaks of something that is not here: {witness}"
                    return
    head = json.loads(_text(root, "firm.json"))["record"]["entries"]
    if last != head:
        yield f"the record ends at entry {last}; when it was written out it had {head}"


def _calls(root: pathlib.Path | zipfile.Path, kept: set[str]) -> Iterator[str]:
    """Hold each call against its seal, and add to ``kept`` what its events speak of.

    A call of before there were seals is spoken of by the hash of its body.
    """
    keys: dict[str, str] = {}
    for row in _rows(root, "record/requests.csv"):
        keys[row["request"]] = _plain(row["key"])
        kept.add(row.get("seal") or row["sha256"])
        if row.get("seal") and row["seal"] != _request_seal(row):
            yield f"request {row['request']} is not the one that was written down"
    for row in _rows(root, "record/answers.csv"):
        kept.add(row.get("seal") or row["sha256"])
        if row.get("seal") and row["seal"] != _answer_seal(row, keys.get(row["request"], "")):
            yield f"an answer to request {row['request']} is not the one that was written down"


def _request_seal(row: dict[str, str]) -> str:
    """Make a call's seal again: README.txt of the record says how."""
    try:
        query = json.loads(row["query"])
    except ValueError:
        return ""
    beside = [_plain(row[name]) for name in ("key", "method", "path")]
    return _sealed("request 2", *beside, query, row["time"], row["sha256"])


def _answer_seal(row: dict[str, str], key: str) -> str:
    correlation = _plain(row["correlation_id"])
    status, late = int(row["status"]), row["late"] == "late"
    return _sealed("answer 2", key, row["time"], status, correlation, late, row["sha256"])


def _sealed(*what: object) -> str:
    written = json.dumps(what, separators=(",", ":")).encode("ascii")
    return f"2:{hashlib.sha256(written).hexdigest()}"[:64]


def _plain(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from computing a cell."""
    return cell[1:] if GUARDED.match(cell) else cell


def _bodies(manifest: dict[str, str]) -> list[str]:
    return [name for name in manifest if name.startswith("record/bodies/")]


def _seals(manifest: dict[str, str]) -> Iterator[str]:
    """Yield the seal of each month end: the hash over the names and hashes of its papers."""
    folders: dict[str, dict[str, str]] = {}
    for name, hashed in manifest.items():
        if "/trust/" in name:
            folder, _, paper = name.rpartition("/")
            folders.setdefault(folder, {})[paper] = hashed
    for papers in folders.values():
        told = "".join(f"{name} {papers[name]}\n" for name in sorted(papers))
        yield hashlib.sha256(told.encode()).hexdigest()


def _rows(root: pathlib.Path | zipfile.Path, name: str) -> Iterator[dict[str, str]]:
    with (root / name).open("rb") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8", newline=""))


def _text(root: pathlib.Path | zipfile.Path, name: str) -> str:
    with (root / name).open("rb") as file:
        text: bytes = file.read()
        return text.decode()


def _hash(root: pathlib.Path | zipfile.Path, name: str) -> str:
    hashed = hashlib.sha256()
    with (root / name).open("rb") as file:
        while part := file.read(PART):
            hashed.update(part)
    return hashed.hexdigest()


def told(found: Found) -> str:
    """Say in words what was looked at."""
    return ", ".join(f"{count:,} {what}" for what, count in found.counts.items())


if __name__ == "__main__":
    result = check(opened(sys.argv[1] if sys.argv[1:] else str(pathlib.Path(__file__).parent)))
    sys.stdout.write("".join(f"{fault}\n" for fault in result.faults) or "Everything is whole.\n")
    sys.stdout.write(f"Looked at: {told(result)}\n")
    sys.exit(1 if result.faults else 0)
