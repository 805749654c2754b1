"""Bills from a LEDES file, one at a time, in the order in which they begin.

The rows of an invoice may lie apart, so the file is read twice: once to learn where each invoice
ends, once to make bills. An invoice is given out when its last row has been read; memory holds
those that are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.faults import Faults, shown, suggestion
from counterfoil.core.reader import Read
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.ledes.columns import KNOWN, LEDES_1998B, NEEDED, Columns
from counterfoil.sources.ledes.invoices import Draft, read_invoice
from counterfoil.sources.ledes.rows import Text, rows, texts, without_end

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from counterfoil.sources.ledes.rows import Row

NAME: Final = "LEDES"
MOST_OPEN: Final = 100_000
"""Rows of unfinished invoices that are kept at once."""
_READ_HERE: Final = ("LEDES1998B", "LEDES98B", "LEDES98BI", "LEDES98BI V2", "LEDES1998BI V2")


def is_ledes(line: bytes) -> bool:
    """Tell whether a file's first line begins a LEDES file; some leave out their name."""
    text = line.decode(errors="replace").removeprefix("\ufeff").lstrip().upper()
    return text.startswith((NAME, "|".join(LEDES_1998B[:2])))


def read_ledes(stream: BinaryIO) -> Iterator[Numbered]:
    """Read the invoices of a LEDES file as bills; ``stream`` can be read again from where it is."""
    start = stream.tell()
    lines = texts(stream)
    columns, faults = _header(lines)
    if columns is None:
        yield Numbered(1, Read(None, None, None, tuple(faults)))
        return
    last = {_invoice(row): place for place, row in enumerate(rows(lines, columns))}
    stream.seek(start)
    lines = texts(stream)
    _header(lines)
    yield from _invoices(rows(lines, columns), columns, last)


def _invoice(row: Row) -> str:
    """Name the invoice that a row belongs to; one that is broken mostly still tells it."""
    return row.values.get("INVOICE_NUMBER", "") or f"line {row.line}"


def _invoices(lines: Iterator[Row], columns: Columns, last: dict[str, int]) -> Iterator[Numbered]:
    open_: dict[str, Draft] = {}
    kept = 0
    for place, row in enumerate(lines):
        name = _invoice(row)
        if name not in open_:
            open_[name] = Draft(columns)
        open_[name].add(row)
        kept += 1
        if kept > MOST_OPEN:
            yield _too_far_apart(row)
            return
        while open_ and last[(first := next(iter(open_)))] <= place:
            finished = open_.pop(first)
            kept -= len(finished.rows)
            yield Numbered(finished.line, read_invoice(finished))


def _too_far_apart(row: Row) -> Numbered:
    faults = Faults()
    faults.found(
        "rows_too_far_apart",
        f"More than {MOST_OPEN:,} rows belong to invoices whose last row has not come yet.",
        "Sort the file by invoice number, or split it.",
        f"line {row.line}",
    )
    return Numbered(row.line, Read(None, None, None, tuple(faults)))


def _header(lines: Iterator[Text]) -> tuple[Columns | None, Faults]:
    """Read the name of the format and the header; None where they are not LEDES as read here."""
    faults = Faults()
    line, text, _ = next(lines, Text(1, ""))
    name = without_end(text).upper()
    if name.startswith(NAME):
        if " ".join(name.split()) not in _READ_HERE:
            _not_read("not_ledes", f"{shown(name)} is not read here", line, faults)
            return None, faults
        line, text, _ = next(lines, Text(line + 1, ""))
    # Some put a pipe before the end mark, in the header too.
    header = without_end(text).removesuffix("|")
    names = tuple(each.strip().upper() for each in header.split("|"))
    for absent in [each for each in NEEDED if each not in names]:
        _not_read("missing_field", f"The column {absent} is missing in the header", line, faults)
    for n, each in enumerate(names):
        if each not in KNOWN or each in names[:n]:
            _unknown(each, n, line, faults, twice=each in KNOWN)
    return (None if faults else Columns(names)), faults


def _not_read(code: str, what: str, line: int, faults: Faults) -> None:
    faults.found(
        code,
        f"{what}.",
        "Export the bills as LEDES 1998B or LEDES 98BI V2: the name of the format, the header, "
        "then the line items.",
        f"line {line}",
    )


def _unknown(name: str, n: int, line: int, faults: Faults, *, twice: bool) -> None:
    faults.found(
        "unknown_field",
        f"The column {shown(name) or 'without a name'} stands here twice."
        if twice
        else f"{shown(name) or 'An empty name'} is no column of LEDES 1998B or 98BI V2.",
        suggestion(name, KNOWN) or "Export the file again.",
        f"line {line}, column {n + 1}",
    )
