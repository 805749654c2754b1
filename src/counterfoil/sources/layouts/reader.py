"""Documents from a report, by a layout: a row is a document, or a part of the one above it.

Rows with the same number that follow each other are one document with several lines, splits or
allocations. What a report does not say and a document needs is taken from beside it
(``completing``).
"""

from __future__ import annotations

import dataclasses
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, cast

from counterfoil.core.faults import Faults, seen
from counterfoil.core.fields import Form
from counterfoil.core.findings import error, warning
from counterfoil.core.mapping_file import placed
from counterfoil.core.reader import Read, read_plain
from counterfoil.sources.files import spoilt
from counterfoil.sources.files.csv_reader import LISTS, whole
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.completing import complete
from counterfoil.sources.layouts.continued import AMOUNTS
from counterfoil.sources.layouts.layout import BY_NUMBER, Decimals, fields_of
from counterfoil.sources.layouts.left_out import Left, Why, is_total, left, not_read
from counterfoil.sources.layouts.sections import Sections
from counterfoil.sources.layouts.signs import Signs
from counterfoil.sources.layouts.tables import NOT_CSV, NotATable, read_report
from counterfoil.sources.layouts.whole import Whole
from counterfoil.sources.sheets.cells import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from counterfoil.core.findings import Finding
    from counterfoil.sources.layouts.completing import Raw
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import End, Line, Report

MOST_ROWS: Final = 12_000
"""Rows of one document."""
_MOVED: Final = ("amount", "split.amount", "allocation.amount")
"""A report may have receipts and payments side by side: a row without the amount is the other's."""
_MAY_DIFFER: Final = frozenset({"memo"})
"""What is said of a document in words: that of its first row is taken."""
_WORDS: Final = frozenset({"memo", "description"})
"""What may have several lines."""
_BESIDE: Final = ("supplier.id", "supplier.name", "trust_account")
"""What tells two papers of one number apart: two suppliers may have an invoice 1001 each."""
_FLAGS: Final = {"true": True, "yes": True, "y": True, "false": False, "no": False, "n": False}

Name = tuple[object, ...]


@dataclasses.dataclass
class Reading:
    """The documents of a report, to be read once; ``left_out`` are the rows that are none.

    The report is read through before its first document: ``stream`` must be one that can be read
    twice.
    """

    stream: BinaryIO
    layout: Layout
    left_out: list[Left] = dataclasses.field(default_factory=list)
    remarks: list[Finding] = dataclasses.field(default_factory=list)
    """What its first look at the whole report found that its first documents may not show."""
    sheets: tuple[str, ...] = ()
    """The sheets of a workbook that are read, where it has several."""
    books: str = ""
    """The currency of the books that the documents are for, as far as it is known."""
    _before: Name = ()

    def __iter__(self) -> Iterator[Numbered]:
        wanted = frozenset({*self.layout.columns.values(), *self.layout.only})
        start = self.stream.tell()
        try:
            if self.layout.decimals is None and read_report(self.stream, wanted).typed:
                self.layout = dataclasses.replace(self.layout, decimals=Decimals.POINT)
            self.stream.seek(start)
            seen_whole = self._looked_through(wanted)
            self.remarks = [*seen_whole.continued.parted.values()]
            self.remarks += [*seen_whole.apart, *seen_whole.sections]
            if seen_whole.against:
                yield Numbered(1, Read(None, None, None, tuple(seen_whole.against)))
                return
            self.stream.seek(start)
            report = read_report(self.stream, wanted)
            self.sheets = report.sheets
            self.left_out = [*map(not_read, report.unread)]
            self.remarks += [found for one in self.left_out if (found := one.remark)]
            lines = self._below_its_headings(report)
            yield from _doubted(self._documents(lines, seen_whole), report.end, report.headings)
        except NotATable as fault:
            yield Numbered(1, Read(None, None, None, (fault.finding,)))

    def _looked_through(self, wanted: frozenset[str]) -> Whole:
        """Read the report through; damage in it is told when its documents are read."""
        whole = Whole(self.layout)
        try:
            report = read_report(self.stream, wanted)
            whole.headings = report.headings
            sections = Sections(self.layout, report.headings)
            for line in report.lines:
                if apart := self._apart(line, sections):
                    whole.sections += filter(None, [apart.remark])
                    continue
                if line.repeated or not line.cells:
                    continue
                whole.look_at(line)
                counts = self._why_not(line) is None
                name = self._name(line) if counts else ()
                if counts:
                    whole.note(name, line)
                named = self._is_named(line.cells)
                whole.continued.look_at(line, name, named=named, counts=counts)
        except NotATable as fault:
            # Of CSV nobody can tell where it is whole again; a workbook is told of as it is read.
            whole.against += [fault.finding] if fault.finding.code == NOT_CSV else []
        self._before = ()
        return whole

    def _below_its_headings(self, report: Report) -> Iterator[Line]:
        """Yield the rows of the table that the layout reads; the others are left out."""
        sections = Sections(self.layout, report.headings)
        for line in report.lines:
            if apart := self._apart(line, sections):
                self.left_out.append(apart)
            elif not line.repeated:
                yield line

    @staticmethod
    def _apart(line: Line, sections: Sections) -> Left | None:
        why = sections.why_not(line)
        return left(line.number, line.place, why, line.cells.values()) if why else None

    def _documents(self, lines: Iterator[Line], whole: Whole) -> Iterator[tuple[Numbered, int]]:
        """Yield each document with the number of its last row."""
        counting = (line for line in lines if self._counts(line, whole))
        for (name, _), group in groupby(counting, lambda line: (self._name(line), line.sheet)):
            rows = list(islice(group, MOST_ROWS + 1))
            first = whole.again.get(name)
            parted = whole.continued.parted.get(name)
            if first is not None:
                found = _again(rows, self.layout, first)
            else:
                found = _document(rows, self.layout, whole, self.books)
            yield _parted(found, parted) if parted else found, rows[-1].number

    def _counts(self, line: Line, whole: Whole) -> bool:
        """Tell whether a row is one of this layout's; headings between and totals are not."""
        why = self._why_not(line)
        if why is not None and line.number in whole.continued.rows:
            why = Why.PART
        elif why is Why.UNNAMED and line.number in whole.continued.sums:
            why = Why.TOTAL
        if why is not None:
            said = (*line.cells.values(), *line.astray.values())
            self.left_out.append(left(line.number, line.place, why, said))
        return why is None

    def _why_not(self, line: Line) -> Why | None:
        """Say why a row is no document; None for one that is, or that is half of one or broken.

        Where cells have moved, or a quotation mark has made one of several, what a row lacks may
        stand in it elsewhere.
        """
        why = self._by_its_cells(line.cells)
        if why is None or why is Why.TOTAL:
            return why
        if self._is_named(line.cells):
            return None if line.astray or self._broken(line) else why
        money = any("." in each and formats.amount(each, None) for each in line.astray.values())
        return Why.UNNAMED if money and why is Why.EMPTY else why

    def _broken(self, line: Line) -> bool:
        """Tell whether a cell has a line break where none belongs, as a stray quotation has it."""
        ours = self.layout.columns.items()
        names = (each for name, each in ours if name.rpartition(".")[2] not in _WORDS)
        return line.torn is not None or any("\n" in line.cells.get(each, "") for each in names)

    def _by_its_cells(self, cells: Mapping[str, str]) -> Why | None:
        columns = self.layout.columns
        if not self.layout.counts(cells):
            return Why.OTHER
        named = self._is_named(cells)
        if not named and is_total(cells.values()):
            return Why.TOTAL
        moved = [columns[name] for name in _MOVED if name in columns]
        if moved and not any(map(cells.get, moved)):
            return Why.EMPTY
        if named:
            return None
        fields = fields_of(self.layout.kind)
        sums = (columns[name] for name in columns if fields[name] in AMOUNTS)
        return Why.UNNAMED if any(map(cells.get, sums)) else Why.EMPTY

    def _is_named(self, cells: Mapping[str, str]) -> bool:
        """Tell whether a row has a number or a day, as every document has and no total does.

        In a total the word for it may stand where the numbers do; numbers have digits. A day that
        cannot be read has digits, too, and is a document's, which is refused for it.
        """
        columns = self.layout.columns
        named = [cells.get(columns[name], "") for name in ("number", "id") if name in columns]
        day = cells.get(columns.get("date", ""), "")
        if any(_has_digit(name) for name in named) or formats.date(day, self.layout.dates):
            return True
        return _has_digit(day) and not is_total(cells.values())

    def _name(self, line: Line) -> Name:
        """Name the document that a row is of; a row below may leave out whose paper it is."""
        columns = self.layout.columns
        heading = columns.get("number") or columns.get("id") or ""
        number = line.cells.get(heading)
        beside = tuple(line.cells.get(columns.get(name, ""), "") for name in _BESIDE)
        name: Name = (number, *beside) if number else (line.number,)
        if number and self._before[:1] == (number,) and not any(beside):
            name = self._before
        self._before = name
        return name


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _document(lines: Sequence[Line], layout: Layout, whole: Whole, books: str) -> Numbered:
    faults = Faults()
    places: dict[str, str] = {}
    raw: Raw = {"kind": layout.kind}
    first, number = lines[0].place, lines[0].number
    place = "" if first == f"row {number}" else first
    if apart := [found for line in lines if (found := whole.moved(line))]:
        # What its cells seem to say is another's, and so would be what is said against it.
        return Numbered(number, Read(layout.kind, None, None, tuple(apart)), place)
    signs = Signs(books, whole.signed)
    for line in lines:
        _take(line, layout, whole.fields, raw, places, faults)
        signs.look_at(line)
    signs.take(raw, faults)
    complete(raw, layout)
    read = read_plain(raw)
    if faults:
        return Numbered(number, Read(layout.kind, read.id, None, tuple(faults)), place)
    moved = (
        dataclasses.replace(one, path=_place(one.path, places, first)) for one in read.findings
    )
    return Numbered(number, read._replace(findings=tuple(moved)), place)


def _again(lines: Sequence[Line], layout: Layout, first: str) -> Numbered:
    """Refuse rows under a number that stands elsewhere in the report, too: half would be taken."""
    columns = layout.columns
    number = lines[0].cells.get(columns.get("number") or columns.get("id") or "", "")
    found = error(
        "number_again",
        f"{seen(number)} stands in several places of the report, the first of them {first}, on "
        "another sheet or with rows of other numbers between. None of them is taken.",
        "If they are one paper, sort the report by number, so that its rows follow each other on "
        "one sheet. If "
        "they are several, give each a number of its own; if it is there twice, leave one out.",
        lines[0].place,
    )
    return Numbered(lines[0].number, Read(layout.kind, None, None, (found,)))


def _parted(numbered: Numbered, found: Finding) -> Numbered:
    """Refuse a paper that a row without a number follows; it may be half of one."""
    read = numbered.read
    return dataclasses.replace(
        numbered, read=read._replace(document=None, findings=(*read.findings, found))
    )


def _doubted(
    documents: Iterator[tuple[Numbered, int]], end: End, headings: Sequence[str]
) -> Iterator[Numbered]:
    """Give out documents; doubt the last one where the file ends in it without a line end."""
    before: tuple[Numbered, int] | None = None
    for each in documents:
        if before is not None:
            yield before[0]
        before = each
    if before is None:
        return
    numbered, last = before
    numbered = dataclasses.replace(numbered, read=whole(numbered.read, f"row {numbered.line}"))
    if end.open and last == end.row and numbered.read.document is not None:
        numbered = dataclasses.replace(numbered, read=_cut(numbered.read, end, len(headings)))
    yield numbered


def _cut(read: Read, end: End, width: int) -> Read:
    place = f"row {end.row}"
    if end.width < width:
        found = error(
            "broke_off",
            "The file ends in the middle of this row.",
            "Export the report again: it seems to have broken off. If the row is whole, put an "
            "empty line at the end of the file.",
            place,
        )
        return read._replace(document=None, findings=(*read.findings, found))
    doubt = warning(
        "no_line_end",
        f"The file ends in its last cell, {seen(end.cell)}, without a line end; if it broke off "
        "there, the cell is cut.",
        "See whether the cell is whole. An empty line at the end of the file says that it is.",
        place,
    )
    return read._replace(findings=(*read.findings, doubt))


def _place(path: str, places: dict[str, str], first: str) -> str:
    """Name the cell of a field, or the row and the field that no column stands for."""
    found = placed(path, places)
    return f"{first}, {path}" if found == path and path else found or first


def _take(
    line: Line,
    layout: Layout,
    fields: dict[str, Form],
    raw: Raw,
    places: dict[str, str],
    faults: Faults,
) -> None:
    """Put a row's cells where they belong; what stands in every row is taken from the first."""
    parts: dict[str, Raw] = {}
    first, differs = not places, False
    under = ((name, line.cells.get(each, ""), each) for name, each in layout.columns.items())
    always = ((name, text, "") for name, text in layout.values.items())
    for name, cell, heading in (*under, *always):
        if not cell:
            continue
        place = f"{line.place}, column {heading}" if heading else f"the layout's {name}"
        if spoilt.is_spoilt(cell, place, faults):
            continue
        value = _value(cell, fields[name], layout, place, faults, always=not heading)
        row, dot, rest = name.partition(".")
        if dot and row in LISTS:
            entries = cast("list[Raw]", raw.setdefault(LISTS[row], []))
            _put(parts.setdefault(row, {}), rest, value)
            path = f"{LISTS[row]}[{len(entries)}].{rest}"
            places[path] = places[path.removesuffix(f".{BY_NUMBER}")] = place
        else:
            said = _put(raw, name, value)
            if said != value and name not in _MAY_DIFFER:
                differs = True
                _differs(cell, place, places.get(name, ""), faults)
            places.setdefault(name, place)
            places.setdefault(name.removesuffix(f".{BY_NUMBER}"), place)
    for row, record in parts.items():
        cast("list[Raw]", raw[LISTS[row]]).append(record)
    if not first and not parts and not differs:
        _repeated(line, faults)


def _put(record: Raw, name: str, value: object) -> object:
    """Put a value where nothing is yet; return what stands there."""
    *above, last = name.split(".")
    for step in above:
        record = cast("Raw", record.setdefault(step, {}))
    return record.setdefault(last, value)


def _differs(cell: str, place: str, before: str, faults: Faults) -> None:
    """Refuse rows under one number that contradict each other: one of them would be lost."""
    faults.found(
        "rows_differ",
        f"{seen(cell)} stands here, and something else in {before or 'the layout'}, under the same "
        "number.",
        "Where a number has several rows, what differs between them belongs to a line, split or "
        "allocation: say so with --column, as in split.amount=… Otherwise give each row a number "
        "of its own.",
        place,
    )


def _repeated(line: Line, faults: Faults) -> None:
    """Refuse a row that adds nothing to the one above it: two papers may stand there for one."""
    faults.found(
        "row_repeated",
        "The row says nothing that the row above it with the same number does not say; taken "
        "together they would count once.",
        "If they are two papers, give each a number of its own; if the report repeats the row, "
        "leave one out; if they are parts of one paper, say with --column what each part is, as in "
        "line.total=… or allocation.amount=….",
        line.place,
    )


def _value(
    cell: str, form: Form, layout: Layout, place: str, faults: Faults, *, always: bool
) -> object:
    if form is Form.FLAG:
        return _flag(cell, place, faults)
    if always:
        return cell
    if form is Form.DATE:
        day = formats.date(cell, layout.dates)
        if day is None:
            faults.found(
                "not_a_date",
                f"{seen(cell)} is no date{_with(layout)}.",
                "Correct the cell, or save the layout with the other order of dates.",
                place,
            )
        return day or ""
    if form in AMOUNTS:
        amount = formats.amount(cell, layout.decimals)
        if amount is None:
            faults.found(
                "not_an_amount",
                f"{seen(_with_sign(cell))} is no amount{_mark(layout)}.",
                "Correct the cell, or save the layout with the other decimal mark.",
                place,
            )
        return amount or "0"
    if form is Form.REFERENCES:
        return [each.strip() for each in cell.split(";") if each.strip()]
    return cell


def _with_sign(cell: str) -> str:
    return f"{cell.sign} {cell}".strip() if isinstance(cell, Figure) else cell


def _with(layout: Layout) -> str:
    return f" with the {layout.dates.value.replace('-', ' ')}" if layout.dates else ""


def _mark(layout: Layout) -> str:
    return f" with a decimal {layout.decimals.value}" if layout.decimals else ""


def _flag(cell: str, place: str, faults: Faults) -> bool:
    said = _FLAGS.get(cell.strip().lower())
    if said is None:
        faults.found(
            "not_a_flag",
            f"{seen(cell)} is neither yes nor no.",
            "Write yes or no.",
            place,
        )
    return bool(said)
