"""From the bytes of a LEDES file to its rows, with what real files do to them.

A row ends in ``[]``. Real files leave that out, break a row inside a description, write a pipe into
one, end lines as Windows does and come in the encoding of the machine that wrote them. What can be
put right in exactly one way is; everything else is refused with its line.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.faults import Faults
from counterfoil.sources.ledes.columns import FIXED, NAMES, PROSE, fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from counterfoil.sources.ledes.columns import Columns

LONGEST_LINE: Final = 256 * 1024
"""Bytes of one line; the longest texts that the formats allow are 15 kilobytes each."""
MOST_PIECES: Final = 50
"""Lines that one row may be broken into."""
MOST_PIPES: Final = 20
"""Pipes that are looked for in the texts of one row."""
MOST_FITS: Final = 500
"""Ways to place pipes that are tried for one row."""

_END: Final = "[]"
_LINE_ENDS: Final = (b"\n", b"\r")
_HEAD: Final = 64 * 1024
"""Bytes in which the first line ends, if any does."""
_ROW_ENDS = re.compile(rb"\[\](?=\s*[0-9]{8}\s*\|)")
_BESIDE = re.compile(r"(?<=\[\])\s*(?=[0-9]{8}\s*\||INVOICE_DATE\s*\|)", re.IGNORECASE)
"""Between two rows that stand in one line, as some programs write them all."""
_BEGINS = re.compile(r"\s*[0-9]{8}\s*\|")


class Row(NamedTuple):
    """A row with its line; ``values`` by column name, or the faults why there are none.

    ``doubted`` names the column whose text was left out because it may be half of one.
    """

    line: int
    values: dict[str, str]
    faults: Faults
    doubted: str = ""


class Text(NamedTuple):
    """A line of the file, without its end; ``open`` if it had none, as in a copy that broke off."""

    line: int
    text: str
    open: bool = False


def texts(stream: BinaryIO) -> Iterator[Text]:
    """Yield the lines that are not empty, decoded; several rows in one line come one by one.

    Lines end as in Unix and Windows, or, where no such end is near the beginning, in returns alone,
    as some programs for the Mac write them.
    """
    for number, read in _lines(stream):
        text = decoded(read).strip().removeprefix("\ufeff")
        *rows_, last = _BESIDE.split(text) if _END in text[: -len(_END)] else [text]
        yield from (Text(number, each) for each in rows_)
        if last:
            yield Text(number, last, not last.endswith(_END) and not read.endswith(_LINE_ENDS))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their ends and numbers; one too long to hold comes in parts of whole rows.

    Of a line without such an end of a row only the beginning comes, which is refused as cut.
    """
    returns = _ends_in_returns(stream)
    number, held = 1, b""
    while read := stream.readline(LONGEST_LINE + 1):
        held += read
        whole: list[bytes] = []
        if returns:
            *whole, held = held.splitlines(keepends=True)
        elif held.endswith(b"\n"):
            whole, held = [held], b""
        yield from enumerate(whole, number)
        number += len(whole)
        if len(held) > LONGEST_LINE:
            at = max((match.end() for match in _ROW_ENDS.finditer(held)), default=0)
            yield number, held[:at] or held[:LONGEST_LINE] + _rest_of_line(stream)
            number, held = (number, held[at:]) if at else (number + 1, b"")
    if held:
        yield number, held


def _ends_in_returns(stream: BinaryIO) -> bool:
    start = stream.tell()
    head = stream.read(_HEAD)
    stream.seek(start)
    return b"\r" in head and b"\n" not in head


def _rest_of_line(stream: BinaryIO) -> bytes:
    """Go on to the end of a line; return that end, if it has one."""
    while rest := stream.readline(LONGEST_LINE + 1):
        if rest.endswith(b"\n"):
            return b"\n"
    return b""


def decoded(line: bytes) -> str:
    """Decode a line: UTF-8, or else as Windows in Western Europe writes, which always succeeds."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def without_end(text: str) -> str:
    """Take the mark of a row's end off."""
    return text.removesuffix(_END).rstrip()


def rows(lines: Iterable[Text], columns: Columns) -> Iterator[Row]:
    """Yield the rows below the header, which stands again where files were put together."""
    for text in _joined(lines, len(columns.names)):
        if _is_header(text.text, columns):
            continue
        row = _row(text.line, text.text, columns)
        yield _undoubted(row, columns.names[-1]) if text.open else row


def _is_header(text: str, columns: Columns) -> bool:
    """Tell whether a line is the name of the format again, or the same header."""
    told = text.upper()
    if not told.startswith(("LEDES", columns.names[0])):
        return False
    names = tuple(each.strip() for each in told.removesuffix("|").split("|"))
    return len(names) == 1 or names == columns.names


def _undoubted(row: Row, last: str) -> Row:
    """Leave out the last text of a file that ends without any mark: it may be half of one.

    Figures, dates and currencies stay: half of one breaks a sum, or is none.
    """
    if not row.values.get(last) or last in FIXED:
        return row
    return row._replace(values={**row.values, last: ""}, doubted=last)


def _joined(lines: Iterable[Text], width: int) -> Iterator[Text]:
    """Join the pieces of rows that were broken inside a text."""
    pieces: list[Text] = []
    for each in lines:
        if pieces and (_BEGINS.match(each.text) or len(pieces) == MOST_PIECES):
            yield _one(pieces)
            pieces = []
        pieces.append(each)
        whole = sum(piece.text.count("|") for piece in pieces) + 1 >= width
        if each.text.endswith(_END) or (whole and len(pieces) == 1):
            yield _one(pieces)
            pieces = []
    if pieces:
        yield _one(pieces)


def _one(pieces: list[Text]) -> Text:
    text = without_end("\n".join(piece.text for piece in pieces))
    return Text(pieces[0].line, text, pieces[-1].open)


def _row(line: int, text: str, columns: Columns) -> Row:
    cells = [cell.strip() for cell in text.split("|")]
    names = columns.names
    faults = Faults()
    if len(cells) == len(names) + 1 and not cells[-1]:
        cells.pop()  # a pipe before the end mark
    if len(cells) > len(names):
        found = _put_right(cells, names)
        if len(found) == 1:
            cells = found[0]
        else:
            _too_wide(line, len(cells), names, faults, several=len(found) > 1)
    elif len(cells) < len(names):
        faults.found(
            "row_too_short",
            f"The row has {len(cells)} fields where the header has {len(names)}.",
            "Export the file again: a row was cut, or pipes are missing in it.",
            f"line {line}",
        )
    return Row(line, dict(zip(names, cells, strict=False)), faults)


def _too_wide(
    line: int, width: int, names: tuple[str, ...], faults: Faults, *, several: bool
) -> None:
    why = "more than one of its texts could hold them" if several else "no text of it can hold them"
    faults.found(
        "pipe_in_text",
        f"The row has {width} fields where the header has {len(names)}; if pipes stand in a text, "
        f"{why}.",
        "Take the pipes out of the descriptions in the practice system, and export again.",
        f"line {line}",
    )


def _put_right(cells: list[str], names: tuple[str, ...]) -> list[list[str]]:
    """Return the ways to give surplus pipes back to texts, such that every column fits."""
    surplus = len(cells) - len(names)
    if surplus > MOST_PIPES:
        return []
    for texts_ in (PROSE, (*PROSE, *NAMES)):
        places = [names.index(name) for name in texts_ if name in names]
        ways = itertools.combinations_with_replacement(sorted(places), surplus)
        tried = (_merged(cells, way) for way in itertools.islice(ways, MOST_FITS))
        found = [each for each in tried if all(map(fits, names, each))]
        if found:
            return found
    return []


def _merged(cells: list[str], way: tuple[int, ...]) -> list[str]:
    merged: list[str] = []
    rest = iter(cells)
    for place in range(len(cells) - len(way)):
        pieces = list(itertools.islice(rest, 1 + way.count(place)))
        merged.append(" | ".join(pieces))
    return merged
