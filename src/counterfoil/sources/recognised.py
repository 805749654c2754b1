"""Documents from a file of any form that is read here, recognised by what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import Faults
from counterfoil.core.reader import Read
from counterfoil.sources.files.csv_reader import delimiter_of
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.files.reader import read_file
from counterfoil.sources.layouts.tables import other_form
from counterfoil.sources.ledes.reader import is_ledes, read_ledes
from counterfoil.sources.sheets.reader import is_archive, read_xlsx
from counterfoil.sources.statements.ofx_reader import is_ofx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_HEAD: Final = 4096
"""Bytes in which the first line that says something is looked for."""
_NOTHING: Final = b"\xef\xbb\xbf\r\n \t"
_DELIMITERS: Final = (b",", b";", b"\t", b"|")
_LEAST_CELLS: Final = 3
"""Cells in a row of a table that may be a report."""
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def documents_in(stream: BinaryIO) -> Iterator[Numbered]:
    """Read the documents of a file as they come; ``stream`` must be one that can be read twice.

    JSON Lines, CSV, a spreadsheet or LEDES. What cannot be read is a ``Read`` with findings in its
    place.
    """
    start = stream.tell()
    head = stream.read(_HEAD)
    stream.seek(start)
    if (refused := _refused(head)) is not None:
        return iter([refused])
    if is_archive(head):
        return read_xlsx(stream)
    if is_ledes(head.lstrip(b"\xef\xbb\xbf\r\n \t")):
        return read_ledes(stream)
    return iter([_no_layout()]) if _is_report(head) else read_file(stream)


def _refused(head: bytes) -> Numbered | None:
    """Refuse what is in a form that is not read here, or by another door."""
    if head.startswith(_UTF_16):
        return _not_utf_8()
    if is_ofx(head.decode(errors="replace")):
        return _bank_file()
    other = other_form(head)
    return None if other is None else Numbered(1, Read(None, None, None, (other,)))


def _is_report(head: bytes) -> bool:
    """Tell whether a file is a table, but not one of documents, and no JSON Lines either."""
    lines = [line for line in head.strip(_NOTHING).splitlines() if line.strip()]
    if not lines or any(line.lstrip().startswith(b"{") for line in lines):
        return False
    cells = max(max(map(line.count, _DELIMITERS)) for line in lines)
    return delimiter_of(lines[0]) is None and cells + 1 >= _LEAST_CELLS


def _no_layout() -> Numbered:
    faults = Faults()
    faults.found(
        "no_layout",
        "This is a table without the columns row and kind: a report of another system, it seems, "
        "which is read by a layout.",
        "Name its layout: --layout with import and watch, beside the file on the page Import. For "
        "a new report make one: counterfoil layout show.",
        "",
    )
    return Numbered(1, Read(None, None, None, tuple(faults)))


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
