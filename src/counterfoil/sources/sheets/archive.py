"""The archive that a spreadsheet is: opened with a limit on everything that it could unpack.

What an archive says of its own sizes is not believed; bytes are counted as they come out.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

MOST_PARTS: Final = 2_000
MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes that one part may unpack to; a hundred thousand rows of bills take a third of it."""
CHUNK: Final = 64 * 1024
LONGEST_TOKEN: Final = 1024 * 1024
"""Bytes of one tag with its attributes."""
SIGNATURE: Final = b"PK\x03\x04"
_RELATIONSHIP: Final = "Relationship"

Attributes = dict[str, str]


class NotAWorkbook(ValueError):
    """The file is no spreadsheet that can be read; the message says why, for people."""


class Archive:
    """The parts of a spreadsheet. Raises ``NotAWorkbook`` for what is damaged or too large."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
            raise NotAWorkbook("it is damaged, or was not downloaded whole") from fault
        self.names = frozenset(self._zip.namelist())
        if len(self.names) > MOST_PARTS:
            raise NotAWorkbook(f"it has more than {MOST_PARTS:,} parts")

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes, up to the most that one may have."""
        taken = 0
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(CHUNK):
                    taken += len(chunk)
                    if taken > MOST_BYTES:
                        raise NotAWorkbook(f"it unpacks to more than {MOST_BYTES:,} bytes")
                    yield chunk
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as fault:
            # RuntimeError: the part is encrypted.
            raise NotAWorkbook("it is damaged, encrypted, or not whole") from fault
        except (NotImplementedError, OSError) as fault:
            raise NotAWorkbook("it is packed in a way that spreadsheets are not") from fault

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return a part's relationships: by id the last word of its type, and the other part."""
        folder, file = posixpath.split(name)
        of = posixpath.join(folder, "_rels", f"{file}.rels")
        found: dict[str, tuple[str, str]] = {}

        def begin(tag: str, attributes: Attributes) -> None:
            if tag == _RELATIONSHIP and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes["Id"]] = (kind, target.lstrip("/"))

        if of in self.names:
            for _ in parsed(self.chunks(of), begin):
                pass
        return found


def parsed(
    chunks: Iterator[bytes],
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse XML as it comes, telling names without their prefixes; yields after each chunk.

    Attributes keep theirs, because a sheet has millions of them and only one part needs it. A
    document type is refused: no spreadsheet has one, and entities can be made to explode.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = lambda name, found: begin(_bare(name), found)
    if end is not None:
        parser.EndElementHandler = lambda name: end(_bare(name))
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)  # noqa: FBT003 -- expat takes it by place
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise NotAWorkbook("a part of it has a piece that is far too long")
            yield
        parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by place
        yield
    except (expat.ExpatError, LookupError, ValueError) as fault:
        # LookupError: a key that is not there, or an encoding that nobody knows.
        if isinstance(fault, NotAWorkbook):
            raise
        raise NotAWorkbook("a part of it is not what spreadsheets have there") from fault


def _no_doctype(*_: object) -> None:
    raise NotAWorkbook("it holds a document type, which no spreadsheet has")


def _bare(name: str) -> str:
    return local(name) if ":" in name else name


def local(name: str) -> str:
    """Return a name without its prefix, which each program chooses for itself."""
    return name.rpartition(":")[2]
