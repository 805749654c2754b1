"""Documents from a file of any form that is read here, recognised by what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import Faults
from counterfoil.core.reader import Read
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.files.reader import read_file
from counterfoil.sources.ledes.reader import is_ledes, read_ledes
from counterfoil.sources.sheets.reader import is_archive, read_xlsx
from counterfoil.sources.statements.ofx_reader import is_ofx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_HEAD: Final = 4096
"""Bytes in which the first line that says something is looked for."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def documents_in(stream: BinaryIO) -> Iterator[Numbered]:
    """Read the documents of a file as they come; ``stream`` must be one that can be read twice.

    JSON Lines, CSV, a spreadsheet or LEDES. What cannot be read is a ``Read`` with findings in its
    place.
    """
    start = stream.tell()
    head = stream.read(_HEAD)
    stream.seek(start)
    if head.startswith(_UTF_16):
        return iter([_not_utf_8()])
    if is_ofx(head.decode(errors="replace")):
        return iter([_bank_file()])
    if is_archive(head):
        return read_xlsx(stream)
    if is_ledes(head.lstrip(b"\xef\xbb\xbf\r\n \t")):
        return read_ledes(stream)
    return read_file(stream)


def _bank_file() -> Numbered:
    faults = Faults()
    faults.found(
        "bank_file",
        "This is a bank's statement, which does not say whose account of the practice it is of.",
        "Take it in with: counterfoil statement FILE --trust-account CODE, or --bank-account.",
        "",
    )
    return Numbered(1, Read(None, None, None, tuple(faults)))


def _not_utf_8() -> Numbered:
    faults = Faults()
    faults.found(
        "not_utf_8",
        "The file is written in UTF-16.",
        "Save it again as text in UTF-8; spreadsheets call that CSV UTF-8.",
        "",
    )
    return Numbered(1, Read(None, None, None, tuple(faults)))
