"""Documents from a file, one at a time: JSON Lines or CSV, recognised by what stands in it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from counterfoil.core.plain import LONGEST_LINE
from counterfoil.core.reader import read_json
from counterfoil.sources.files.csv_reader import delimiter_of, read_csv
from counterfoil.sources.files.numbered import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_NOTHING = b"\xef\xbb\xbf\r\n \t"
"""What may stand before the first line: a byte order mark, and spaces."""


def read_file(stream: BinaryIO) -> Iterator[Numbered]:
    """Read documents as they come; memory holds one of them, however long the file.

    Empty lines are skipped. What cannot be read is a ``Read`` with findings in its place.
    """
    lines = _lines(stream)
    first = next((each for each in lines if each[1].strip(_NOTHING)), None)
    if first is None:
        return
    everything = itertools.chain([first], lines)
    delimiter = delimiter_of(first[1])
    if delimiter is None:
        yield from _json_lines(everything)
    else:
        yield from read_csv((line for _, line in everything), delimiter, first[0])


def _json_lines(lines: Iterator[tuple[int, bytes]]) -> Iterator[Numbered]:
    for number, line in lines:
        if line.strip():
            yield Numbered(number, read_json(line))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Number the lines; of one that is too long only enough is kept to be refused."""
    for number in itertools.count(1):
        line = stream.readline(LONGEST_LINE + 1)
        if not line:
            return
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield number, line
