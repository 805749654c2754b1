"""Zip files that people keep: the same content gives the same bytes, and each file its hash."""

from __future__ import annotations

import hashlib
import zipfile
from typing import IO, TYPE_CHECKING, Final, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

OLDEST = (1980, 1, 1, 0, 0, 0)
"""The time of each file in a zip, so that the same content gives the same bytes."""
MANIFEST: Final = "MANIFEST.sha256"
"""The list of every other file's hash, as ``sha256sum --check`` reads it."""


class Zipped:
    """A zip file that is being written, file by file, without holding one whole."""

    def __init__(self, to: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED)
        self._hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def has(self, name: str) -> bool:
        """Tell whether a file of this name was put in."""
        return name in self._hashes

    def put(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file from its parts."""
        entry = zipfile.ZipInfo(name, OLDEST)
        entry.compress_type = zipfile.ZIP_DEFLATED
        hashed = hashlib.sha256()
        with self._archive.open(entry, "w", force_zip64=True) as file:
            for part in parts:
                hashed.update(part)
                file.write(part)
        self._hashes[name] = hashed.hexdigest()

    def put_manifest(self) -> None:
        """Write the list of hashes, as the last file."""
        self.put(MANIFEST, [f"{hashed}  {name}\n".encode() for name, hashed in self._listed()])

    def _listed(self) -> list[tuple[str, str]]:
        return sorted(self._hashes.items())


def as_name(text: str) -> str:
    """Return what somebody has named as a file's name: it leads out of no folder."""
    return quote(text, safe=" ").replace(".", "%2E") or "%00"
