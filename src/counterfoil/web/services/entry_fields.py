"""The form of a kind of document, made from the field table that the strict reader follows.

A field of the form has the path that a finding names (``lines[0].total``), so that what the reader
says stands beside the field that it is about.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core.fields import Form
from counterfoil.core.forms import LONG_TEXT
from counterfoil.core.table import kind_shape
from counterfoil.web.services.entry_names import plain_name
from counterfoil.web.services.entry_parts import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.core.mapping import Mapping as PracticeMapping
    from counterfoil.core.table import Column, Shape

GROUPS = MappingProxyType(
    {
        "Office": (
            "bill",
            "credit_note",
            "receipt",
            "supplier_bill",
            "supplier_payment",
            "withdrawal",
            "deposit",
            "bank_transfer",
        ),
        "Trust": (
            "trust_receipt",
            "trust_payment",
            "trust_transfer",
            "trust_bill_payment",
            "trust_office_transfer",
        ),
        "Take back": ("reversal", "void"),
    }
)
"""The kinds that are entered by hand."""
KINDS = tuple(kind for kinds in GROUPS.values() for kind in kinds)
UNASKED = frozenset({"id", "revision", "organisation"})
"""What the form knows without asking."""
ASIDE = frozenset({"currency", "exchange_rate", "memo", "email", "bank_amount"})
"""What few documents need; it stands under a heading of its own."""
FIGURES = frozenset({Form.MONEY, Form.QUANTITY, Form.PRICE, Form.RATE})
LATER = MappingProxyType({"total": 1, "tax": 2, "tracking": 3, "matter": 4})
"""What stands at the end of a line, in this order: quantity times price comes to the total."""
TABLES = ("lines", "allocations", "splits")
MOST_ROWS = 200
MOST_OFFERED = 10_000
"""Characters of one list of what may be typed."""
FEW_OPTIONS = 12
"""Options that a field lists by itself; more are in a list that all fields share."""
LABELS = MappingProxyType(
    {
        "tax_inclusive": "Amounts include tax",
        "of": "Taken from",
        "tax_code": "Tax code",
        "from_bank_account": "From bank account",
        "to_bank_account": "To bank account",
        "payments": "Payments of bills that it moves",
        "client.name": "Client",
        "supplier.name": "Supplier",
        "payer.name": "Received from",
        "payee.name": "Paid to",
        "party.name": "Whose",
        "allocation.bill.number": "Bill that it pays, by its number",
        "allocation.supplier_bill.number": "Supplier bill that it pays, by its number",
        "matter.number": "Matter",
        "matter.name": "Name of the matter",
        "reverses": "What is reversed",
        "voids": "What is voided",
        "from.trust_account": "From trust account",
        "to.trust_account": "To trust account",
        "from.client.name": "From client",
        "to.client.name": "To client",
        "from.matter.number": "From matter",
        "to.matter.number": "To matter",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form, with what was typed and what is wrong with it."""

    path: str
    label: str
    form: Form
    help: str
    required: bool
    value: str = ""
    faults: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    longest: int = 255
    asked: tuple[tuple[str, str], ...] = ()

    @property
    def html_id(self) -> str:
        """The id of the element: a path without what selectors read as their own."""
        return "f-" + re.sub(r"\W+", "-", self.path).strip("-")

    @property
    def list_id(self) -> str:
        """The id of the list of its options, which all fields with the same options share."""
        return f"l-{zlib.crc32(chr(10).join(self.options).encode()):x}"

    @property
    def row(self) -> int:
        """The number of the row that it stands in, from 1; 0 outside tables."""
        found = re.match(r"\w+\[(\d+)\]", self.path)
        return int(found[1]) + 1 if found else 0

    @property
    def figure(self) -> bool:
        """Whether it holds a figure."""
        return self.form in FIGURES

    @property
    def is_select(self) -> bool:
        """Whether one chooses from a list of the field's own: it is short, or nothing else fits."""
        of_the_firm = self.form is Form.OPTIONS and len(self.options) <= FEW_OPTIONS
        return bool(self.choices) or of_the_firm

    @property
    def prose(self) -> bool:
        """Whether it may hold more than a line."""
        return self.form is Form.TEXT and self.longest > LONG_TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a list, a row for each that is shown, and rows that are still empty."""

    name: str
    label: str
    rows: tuple[tuple[Entry, ...], ...]
    heads: tuple[str, ...]
    faults: tuple[str, ...] = ()
    window: Window | None = None


@dataclass
class Sheet:
    """A whole form: what is always asked, tables, and what few need."""

    kind: str
    fields: list[Entry] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    aside: list[Entry] = field(default_factory=list)
    sums: list[Entry] = field(default_factory=list)

    def every(self) -> list[Entry]:
        """Return all fields, in the order in which they are asked."""
        rows = [entry for table in self.tables for row in table.rows for entry in row]
        return [*self.fields, *rows, *self.sums, *self.aside]

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return what fields offer while one types, each list once, by its id."""
        lists = {entry.list_id: entry.options for entry in self.every() if entry.options}
        return {name: tuple(_offered_first(options)) for name, options in lists.items()}


def _offered_first(options: Iterable[str]) -> Iterator[str]:
    """Yield as many options as a page can bear; what is none of them can be typed all the same."""
    room = MOST_OFFERED
    for option in options:
        room -= len(option) + len('<option value="">')
        if room < 0:
            return
        yield option


@dataclass(frozen=True, slots=True)
class Offered:
    """What fields offer to choose from, by the last name of their path."""

    by_name: Mapping[str, tuple[str, ...]]
    tracking: Mapping[str, tuple[str, ...]]


def offered(mapping: PracticeMapping | None, parties: tuple[str, ...]) -> Offered:
    """Return the practice's codes that the mapping knows, and the names that documents bear."""
    names = {"client.name": parties, "supplier.name": parties}
    names |= {"payer.name": parties, "payee.name": parties}
    if mapping is None:
        return Offered(names, {})
    banks, trusts = tuple(mapping.bank_accounts), tuple(mapping.trust_accounts)
    codes = {
        "account": tuple(mapping.accounts),
        "tax_code": tuple(mapping.tax_codes),
        "bank_account": banks,
        "from_bank_account": banks,
        "to_bank_account": banks,
        "trust_account": trusts,
    }
    tracking = {name: tuple(target.options) for name, target in mapping.tracking.items()}
    return Offered(names | codes, tracking)


def sheet(
    kind: str,
    values: Mapping[str, str],
    faults: Mapping[str, tuple[str, ...]],
    rows: Mapping[str, Window],
    offers: Offered,
    asked: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({}),
) -> Sheet:
    """Return the form of a kind, filled with what was typed.

    ``rows`` are those shown of each table. ``asked`` are what a name may mean, by path, each with
    its words: one of them is to be chosen.
    """
    made = Sheet(kind)
    maker = _Maker(values, faults, offers, asked)
    for column in kind_shape(kind).columns:
        if column.name in UNASKED:
            continue
        if column.inner is not None and column.field.form is Form.RECORDS:
            one_row = Window(column.name, 1, 1)
            made.tables.append(maker.table(column, rows.get(column.name, one_row)))
            continue
        place = made.aside if column.name in ASIDE else made.fields
        if column.name in {"tax", "total"} and "lines" in kind_shape(kind).names:
            place = made.sums
        for entry in maker.entries(column, column.name):
            (made.aside if entry.path.endswith(".email") else place).append(entry)
    return made


@dataclass(frozen=True, slots=True)
class _Maker:
    values: Mapping[str, str]
    faults: Mapping[str, tuple[str, ...]]
    offers: Offered
    asked: Mapping[str, tuple[tuple[str, str], ...]]

    def table(self, column: Column, window: Window) -> Table:
        assert column.inner is not None, "a list holds records"
        made = tuple(
            tuple(self.row(column.inner, f"{column.name}[{index}]")) for index in window.rows
        )
        heads = tuple(entry.label for entry in made[0]) if made else ()
        label = column.name.replace("_", " ").capitalize()
        return Table(column.name, label, made, heads, self.faults.get(column.name, ()), window)

    def row(self, shape: Shape, path: str) -> Iterator[Entry]:
        for column in sorted(shape.columns, key=lambda one: LATER.get(one.name, 0)):
            if column.name not in ASIDE | UNASKED:
                yield from self.entries(column, f"{path}.{column.name}")

    def entries(self, column: Column, path: str, *, required: bool = True) -> Iterator[Entry]:
        """Yield the fields of a column; a record has one for each of its own that people know."""
        needed = required and column.required
        if column.field.form is Form.OPTIONS:
            for name, options in self.offers.tracking.items():
                yield self.entry(
                    column, f"{path}.{name}", needed=False, options=options, label=name
                )
        elif column.inner is not None:
            for inner in column.inner.columns:
                if inner.name == "id" or (inner.name == "name" and column.name == "matter"):
                    continue
                if inner.name == "email" and "[" in path:
                    continue
                yield from self.entries(inner, f"{path}.{inner.name}", required=needed)
        else:
            yield self.entry(column, path, needed=needed)

    def entry(
        self,
        column: Column,
        path: str,
        *,
        needed: bool,
        options: tuple[str, ...] | None = None,
        label: str = "",
    ) -> Entry:
        bare = re.sub(r"^\w+\[\d+\]\.", "", path)
        last = ".".join(bare.split(".")[-2:])
        found = options if options is not None else self._options(bare)
        said = label or LABELS.get(bare) or LABELS.get(last)
        return Entry(
            path,
            said or bare.split(".")[-1].replace("_", " ").capitalize(),
            column.field.form,
            column.field.meaning,
            needed,
            self.values.get(path, ""),
            self.faults.get(path, ()),
            found,
            column.field.choices,
            column.field.longest,
            self._asked(column, path),
        )

    def _asked(self, column: Column, path: str) -> tuple[tuple[str, str], ...]:
        """Return what is asked of a field; a field that names several keeps its text."""
        value = self.values.get(path, "")
        settled = ((value, plain_name(value)),) if plain_name(value) != value else ()
        return () if column.field.form is Form.REFERENCES else self.asked.get(path, settled)

    def _options(self, bare: str) -> tuple[str, ...]:
        for name in (".".join(bare.split(".")[-2:]), bare.rsplit(".", maxsplit=1)[-1]):
            if name in self.offers.by_name:
                return self.offers.by_name[name]
        return ()
