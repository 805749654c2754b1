"""A spreadsheet's sheets, a row at a time: memory holds its texts once, and one row.

ECMA-376 part 1, section 18. A formula counts by the value that was saved with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.sources.files.spoilt import UNSAVED, marked
from counterfoil.sources.sheets.archive import Archive, NotAWorkbook, local, parsed
from counterfoil.sources.sheets.cells import (
    Figure,
    date_text,
    is_date_format,
    number_text,
    sign_of,
    unescaped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from counterfoil.sources.sheets.archive import Attributes

MOST_TEXT: Final = 64 * 1024 * 1024
"""Characters of all shared texts together."""
MOST_TEXTS: Final = 2_000_000
LONGEST_CELL: Final = 32_767
"""Characters in one cell: the limit of spreadsheets themselves."""
MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 1_048_576
MOST_SHEETS: Final = 200

_TRUTH: Final = {"1": "true", "0": "false"}
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


class Row(NamedTuple):
    """A row with its number, and its cells as texts from the first column on."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """A sheet's name, and its part in the archive."""

    name: str
    part: str


class Workbook:
    """A spreadsheet that was opened. Raises ``NotAWorkbook`` in words.

    ``hidden`` are the names of sheets that are not shown, and so not read.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._archive = Archive(stream)
        parts = self._archive.related("").values()
        main = next((part for kind, part in parts if kind == "officeDocument"), None)
        if main is None:
            raise NotAWorkbook("it holds no workbook; save it as an Excel workbook (.xlsx)")
        self._related = self._archive.related(main)
        self._from_1904 = False
        self.hidden: list[str] = []
        self.sheets = self._sheets(main)
        self._signs: list[str] = []
        self._dates = self._date_styles()
        self._texts = self._shared_texts()

    def _part(self, kind: str) -> str | None:
        return next((part for each, part in self._related.values() if each == kind), None)

    def _sheets(self, main: str) -> list[Sheet]:
        found: list[Sheet] = []

        def begin(tag: str, attributes: Attributes) -> None:
            if tag == "workbookPr":
                self._from_1904 = attributes.get("date1904") in {"1", "true"}
            elif tag == "sheet" and attributes.get("state", "visible") != "visible":
                self.hidden.append(attributes.get("name", ""))
            elif tag == "sheet":
                (tie,) = (value for name, value in attributes.items() if local(name) == "id")
                kind, part = self._related[tie]
                if kind == "worksheet":
                    found.append(Sheet(attributes["name"], part))
            if len(found) + len(self.hidden) > MOST_SHEETS:
                raise NotAWorkbook(f"it has more than {MOST_SHEETS} sheets")

        _drain(parsed(self._archive.chunks(main), begin))
        return found

    def _date_styles(self) -> list[bool]:
        """Tell of each cell style whether it shows dates; note the currency that it shows."""
        codes: dict[str, str] = {}
        dates: list[bool] = []
        inside = ""

        def begin(tag: str, attributes: Attributes) -> None:
            nonlocal inside
            if tag in {"cellXfs", "cellStyleXfs"}:
                inside = tag
            elif tag == "numFmt":
                codes[attributes["numFmtId"]] = attributes.get("formatCode", "")
            elif tag == "xf" and inside == "cellXfs":
                number = attributes.get("numFmtId", "0")
                dates.append(is_date_format(int(number), codes.get(number, "")))
                self._signs.append(sign_of(codes.get(number, "")))

        part = self._part("styles")
        if part is not None:
            _drain(parsed(self._archive.chunks(part), begin))
        return dates

    def _shared_texts(self) -> list[str]:
        part = self._part("sharedStrings")
        found: list[str] = []
        if part is None:
            return found
        pieces = _Pieces()
        total = 0

        def begin(tag: str, _: Attributes) -> None:
            pieces.begin(tag)

        def end(tag: str) -> None:
            nonlocal total
            pieces.end(tag)
            if tag == "si":
                found.append(pieces.taken())
                total += len(found[-1])
                if total > MOST_TEXT or len(found) > MOST_TEXTS:
                    raise NotAWorkbook(f"its texts have more than {MOST_TEXT:,} characters")

        _drain(parsed(self._archive.chunks(part), begin, end, pieces.add))
        return found

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of a sheet that hold anything, in their order."""
        reading = _Reading(self._texts, self._value)
        for _ in parsed(
            self._archive.chunks(sheet.part), reading.begin, reading.end, reading.pieces.add
        ):
            done, reading.done = reading.done, []
            yield from done

    def _value(self, style: str, stored: str) -> str:
        known = style.isdecimal() and int(style) < len(self._dates)
        if known and self._dates[int(style)]:
            return date_text(stored, from_1904=self._from_1904)
        return Figure(number_text(stored), self._signs[int(style)] if known else "")


class _Pieces:
    """Gathers the pieces of a text; how it is pronounced is left out."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._on = False
        self._spoken = 0

    def begin(self, tag: str) -> None:
        if tag == "rPh":
            self._spoken += 1
        self._on = tag in {"t", "v"} and not self._spoken

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self._spoken -= 1
        self._on = False

    def add(self, text: str) -> None:
        if self._on:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise NotAWorkbook(f"a cell has more than {LONGEST_CELL:,} characters")
            self._texts.append(text)

    def taken(self) -> str:
        text = "".join(self._texts)
        self._texts, self._length = [], 0
        return unescaped(text)


class _Reading:
    """A sheet that is being read: ``done`` are the rows that are complete."""

    def __init__(self, texts: list[str], value: Callable[[str, str], str]) -> None:
        self.done: list[Row] = []
        self.pieces = _Pieces()
        self._texts = texts
        self._value = value
        self._number = 0
        self._cells: list[str] = []
        self._cell: Attributes = {}
        self._column = 0
        self._computed = False

    def begin(self, tag: str, attributes: Attributes) -> None:
        self.pieces.begin(tag)
        if tag == "row":
            number = int(attributes.get("r", self._number + 1))
            if not self._number < number <= MOST_ROWS:
                raise NotAWorkbook("its rows are not in their order")
            self._number, self._cells, self._column = number, [], 0
        elif tag == "c":
            self._cell, self._computed = attributes, False
            self._column = _column(attributes.get("r", ""), self._column + 1)

        elif tag in {"f", "v"}:
            # A value of no length is one; none at all is a formula that nobody has computed.
            self._computed = tag == "f"

    def end(self, tag: str) -> None:
        self.pieces.end(tag)
        if tag == "c":
            text = self._read(self.pieces.taken())
            self._put(UNSAVED if self._computed and not text else text)
        elif tag == "row" and any(self._cells):
            self.done.append(Row(self._number, self._cells))

    def _read(self, stored: str) -> str:
        kind = self._cell.get("t", "n")
        if not stored:
            return ""
        if kind == "s":
            return self._texts[int(stored)] if stored.isdecimal() else ""
        if kind == "e":
            return marked(stored)
        if kind == "b":
            return _TRUTH.get(stored, stored)
        return self._value(self._cell.get("s", "0"), stored) if kind == "n" else stored

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._column > MOST_COLUMNS:
            raise NotAWorkbook(f"row {self._number} has more than {MOST_COLUMNS} columns")
        self._cells += [""] * (self._column - len(self._cells))
        self._cells[self._column - 1] = text


def _column(reference: str, otherwise: int) -> int:
    """Return the number of a cell's column, ``B7`` being 2; cells may leave their place out."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return otherwise
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _drain(parsing: Iterator[None]) -> None:
    for _ in parsing:
        pass
