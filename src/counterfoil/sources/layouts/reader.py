"""Documents from a report, by a layout: a row is a document, or a part of the one above it.

Rows with the same number that follow each other are one document with several lines, splits or
allocations. What a report does not say and a document needs is taken from beside it: an id from the
number, a party's id from its name, a total from its lines. docs/sources.md lists each.
"""

from __future__ import annotations

import dataclasses
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final, cast

from counterfoil.core.amounts import AmountFault, hundredths, money_text
from counterfoil.core.documents import KINDS, Lined
from counterfoil.core.documents.trust import TrustDocument
from counterfoil.core.faults import Faults, seen
from counterfoil.core.fields import Form
from counterfoil.core.mapping_file import placed
from counterfoil.core.reader import Read, read_plain
from counterfoil.core.table import kind_shape
from counterfoil.sources.files import spoilt
from counterfoil.sources.files.csv_reader import LISTS
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.layout import fields_of
from counterfoil.sources.layouts.tables import NotATable, read_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.tables import Line

MOST_ROWS: Final = 12_000
"""Rows of one document."""
_MOVED: Final = ("amount", "split.amount")
"""A report may have receipts and payments side by side: a row without the amount is the other's."""
_MAY_DIFFER: Final = frozenset({"memo"})
"""What is said of a document in words: that of its first row is taken."""
_PARTIES: Final = ("client", "supplier", "payer", "payee", "party")
_AMOUNTS: Final = frozenset({Form.MONEY, Form.QUANTITY, Form.PRICE, Form.RATE})

Raw = dict[str, object]


@dataclasses.dataclass
class Reading:
    """The documents of a report, to be read once; ``skipped`` counts rows that are none."""

    stream: BinaryIO
    layout: Layout
    skipped: int = 0

    def __iter__(self) -> Iterator[Numbered]:
        wanted = frozenset({*self.layout.columns.values(), *self.layout.only})
        try:
            report = read_report(self.stream, wanted)
            counting = (line for line in report.lines if self._counts(line))
            for _, lines in groupby(counting, self._name):
                yield _document(list(islice(lines, MOST_ROWS + 1)), self.layout)
        except NotATable as fault:
            yield Numbered(1, Read(None, None, None, (fault.finding,)))

    def _counts(self, line: Line) -> bool:
        """Tell whether a row is one of this layout's; headings between and totals are not."""
        cells, columns = line.cells, self.layout.columns
        moved = [columns[name] for name in _MOVED if name in columns]
        meant = all(cells.get(heading) == text for heading, text in self.layout.only.items())
        if meant and (not moved or any(map(cells.get, moved))) and self._is_named(cells):
            return True
        self.skipped += 1
        return False

    def _is_named(self, cells: dict[str, str]) -> bool:
        """Tell whether a row has a number or a day, as every document has and no total does.

        In a total the word for it may stand where the numbers do; numbers have digits.
        """
        columns = self.layout.columns
        named = [cells.get(columns[name], "") for name in ("number", "id") if name in columns]
        day = cells.get(columns.get("date", ""), "")
        numbered = any(letter.isdigit() for name in named for letter in name)
        return numbered or formats.date(day, self.layout.dates) is not None

    def _name(self, line: Line) -> object:
        columns = self.layout.columns
        heading = columns.get("number") or columns.get("id") or ""
        return line.cells.get(heading) or line.number


def _document(lines: Sequence[Line], layout: Layout) -> Numbered:
    faults = Faults()
    places: dict[str, str] = {}
    raw: Raw = {"kind": layout.kind}
    fields = fields_of(layout.kind)
    for line in lines:
        _take(line, layout, fields, raw, places, faults)
    _complete(raw, layout)
    read = read_plain(raw)
    if faults:
        return Numbered(lines[0].number, Read(layout.kind, read.id, None, tuple(faults)))
    first = lines[0].place
    moved = (
        dataclasses.replace(one, path=_place(one.path, places, first)) for one in read.findings
    )
    return Numbered(lines[0].number, read._replace(findings=tuple(moved)))


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
    under = ((name, line.cells.get(each, ""), each) for name, each in layout.columns.items())
    always = ((name, text, "") for name, text in layout.values.items())
    for name, cell, heading in (*under, *always):
        if not cell:
            continue
        place = f"{line.place}, column {heading}" if heading else f"the layout's {name}"
        if spoilt.is_spoilt(cell, place, faults):
            continue
        value = _value(cell, fields[name], layout, place, faults) if heading else cell
        row, dot, rest = name.partition(".")
        if dot and row in LISTS:
            entries = cast("list[Raw]", raw.setdefault(LISTS[row], []))
            _put(parts.setdefault(row, {}), rest, value)
            places[f"{LISTS[row]}[{len(entries)}].{rest}"] = place
        else:
            said = _put(raw, name, value)
            if said != value and name not in _MAY_DIFFER:
                _differs(cell, place, places.get(name, ""), faults)
            places.setdefault(name, place)
    for row, record in parts.items():
        cast("list[Raw]", raw[LISTS[row]]).append(record)


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


def _value(cell: str, form: Form, layout: Layout, place: str, faults: Faults) -> object:
    if form is Form.DATE:
        day = formats.date(cell, layout.dates)
        if day is None:
            faults.found(
                "not_a_date",
                f"{seen(cell)} is no date with the {layout.dates.value.replace('-', ' ')}.",
                "Correct the cell, or save the layout with the other order of dates.",
                place,
            )
        return day or ""
    if form in _AMOUNTS:
        amount = formats.amount(cell, layout.decimals)
        if amount is None:
            faults.found(
                "not_an_amount",
                f"{seen(cell)} is no amount with a decimal {layout.decimals.value}.",
                "Correct the cell, or save the layout with the other decimal mark.",
                place,
            )
        return amount or "0"
    if form is Form.FLAG:
        return {"true": True, "yes": True, "false": False, "no": False}.get(cell.lower(), cell)
    if form is Form.REFERENCES:
        return [each.strip() for each in cell.split(";") if each.strip()]
    return cell


def _complete(raw: Raw, layout: Layout) -> None:
    """Add what follows from the rest."""
    cls = KINDS[layout.kind]
    number = raw.get("number")
    if "id" not in raw and isinstance(number, str):
        account = raw.get("trust_account") if issubclass(cls, TrustDocument) else None
        raw["id"] = ":".join(str(each) for each in (layout.name, account, number) if each)
    for record in _records(raw):
        _name_each_other(record)
    if issubclass(cls, Lined):
        _add_up(raw)
    elif kind_shape(layout.kind).column("splits") is not None:
        _split(raw)


def _records(raw: Raw) -> Iterator[Raw]:
    yield raw
    for name in LISTS.values():
        entries = raw.get(name)
        if isinstance(entries, list):
            yield from (each for each in entries if isinstance(each, dict))


def _name_each_other(record: Raw) -> None:
    """A party without an id goes by its name, and the reverse; a matter by its number."""
    for names, other in ((_PARTIES, "name"), (("matter",), "number")):
        for name in names:
            party = record.get(name)
            if isinstance(party, dict):
                party.setdefault("id", party.get(other))
                party.setdefault(other, party.get("id"))


def _cents(value: object) -> int:
    """Read an amount for a sum; one that is at fault is told by the strict reader."""
    try:
        return hundredths(value) if isinstance(value, str) else 0
    except AmountFault:
        return 0


def _add_up(raw: Raw) -> None:
    """Add what the lines, the tax and the total tell of each other."""
    lines = cast("list[Raw]", raw.setdefault("lines", []))
    taxes = sum(_cents(line.get("tax")) for line in lines)
    raw.setdefault("tax", money_text(taxes))
    inclusive = raw.get("tax_inclusive") is True
    tax = 0 if inclusive else _cents(raw["tax"])
    if len(lines) == 1 and "total" not in lines[0] and "total" in raw:
        lines[0]["total"] = money_text(_cents(raw["total"]) - tax)
    total = sum(_cents(line.get("total")) for line in lines)
    raw.setdefault("total", money_text(total + tax))
    for line in lines:
        line.setdefault("description", raw.get("memo") or raw.get("number"))


def _split(raw: Raw) -> None:
    """Add whose money it is: the payer's or payee's, unless the splits say so; and the reverse."""
    splits = cast("list[Raw]", raw.setdefault("splits", []))
    who = next((raw[name] for name in _PARTIES if isinstance(raw.get(name), dict)), None)
    for split in splits:
        if len(splits) == 1 and "amount" in raw:
            split.setdefault("amount", raw["amount"])
        if who is not None:
            split.setdefault("client", dict(cast("Raw", who)))
    raw.setdefault("amount", money_text(sum(_cents(split.get("amount")) for split in splits)))
    party = next((each for each in ("payer", "payee") if _has(raw, each)), None)
    if party is not None and party not in raw and splits and "client" in splits[0]:
        raw[party] = dict(cast("Raw", splits[0]["client"]))


def _has(raw: Raw, name: str) -> bool:
    return kind_shape(str(raw["kind"])).column(name) is not None
