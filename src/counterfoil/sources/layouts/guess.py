"""What the columns of a report seem to be: by their headings, and by what stands under them.

A guess is shown and confirmed; nothing is read by it before that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from counterfoil.core.fields import Form
from counterfoil.sources.layouts import formats
from counterfoil.sources.layouts.layout import SYSTEM, Dates, Decimals, Layout, fields_of
from counterfoil.sources.layouts.tables import read_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

LOOKED_AT: Final = 5_000
"""Rows that dates and numbers are told apart by."""
_WORDS = re.compile(r"[a-z]+|#")
_AMOUNTS: Final = frozenset({Form.MONEY, Form.QUANTITY, Form.PRICE, Form.RATE})

_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "allocation.bill.number": (
        "invoice no", "invoice number", "invoice #", "inv no", "bill no", "bill number", "bill #",
        "invoice", "bill", "applied to",
    ),
    "allocation.supplier_bill.number": (
        "invoice no", "invoice number", "invoice #", "inv no", "bill no", "bill number", "bill #",
        "invoice", "bill", "applied to",
    ),
    "number": (
        "number", "no", "#", "receipt no", "receipt number", "receipt #", "invoice no", "inv no",
        "invoice number", "bill no", "bill number", "payment no", "payment number", "tx", "tx id",
        "transaction number", "transaction no", "document no", "ref no", "reference no",
    ),
    "date": (
        "date", "receipt date", "invoice date", "bill date", "payment date", "transaction date",
        "date rct", "posted date", "tx date",
    ),
    "due_date": ("due date", "due", "payment due"),
    "supplier": ("supplier", "supplier name", "vendor", "vendor name", "creditor", "payee"),
    "payer": ("received from", "payer", "payer name", "from", "paid by"),
    "client": (
        "client", "client name", "customer", "customer name", "debtor", "participant",
        "received from", "payer", "payer name",
    ),
    "payee": ("paid to", "payee", "payee name", "to", "beneficiary"),
    "matter.number": (
        "matter", "matter id", "matter no", "matter number", "matter reference", "matter ref",
        "file no", "file number", "file",
    ),
    "matter.name": ("matter name", "matter description"),
    "amount": (
        "amount", "receipt amount", "payment amount", "amount received", "amount paid",
        "amount deposited", "value",
    ),
    "total": ("total", "total amount", "invoice total", "gross", "amount inc gst", "inclusive"),
    "line.tax": ("tax", "gst", "vat", "tax amount", "gst amount", "vat amount"),
    "line.total": ("exclusive", "net", "net amount", "amount ex gst", "subtotal"),
    "line.account": ("account", "account no", "account code", "gl account", "gl code"),
    "line.tax_code": ("tax code", "gst code", "vat code"),
    "line.description": ("description", "details", "particulars", "narration"),
    "allocation.bill": ("bill id", "invoice id"),
    "split.description": ("reason", "purpose", "details", "description"),
    "method": ("method", "payment method", "type of payment"),
    "reference": ("reference", "payment reference", "payment references", "ref"),
    "memo": ("memo", "notes", "note", "comment"),
}  # fmt: skip
"""Words that practice systems put above a field (facts: Actionstep API section 9.1)."""


_LIKELY: Final = (
    *("receipt", "bill", "supplier_bill", "supplier_payment", "credit_note"),
    *("trust_receipt", "trust_payment", "trust_transfer", "withdrawal", "deposit"),
)
"""The kinds that practice systems have reports of; of two that fit alike, the first."""
_SINGULAR: Final = {"invoice": "bill", "invoices": "bill", "purchases": "supplier"}
_NAMED: Final = 4
"""Columns that a word of a kind's name counts for."""
SAMPLES: Final = 3
_SAY_DATES: Final = ": say --dates day-first or --dates month-first."
_SEE_DATES: Final = ": export the report again with every date in the same order."
_SAY_DECIMALS: Final = ": say --decimals point or --decimals comma."
_SEE_DECIMALS: Final = ": export the report again with every amount written in the same way."


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can answer; ``about`` is the field of ``Wish`` that answers it."""

    about: str
    said: str
    answer: str

    def __str__(self) -> str:
        return self.said + self.answer


@dataclass(frozen=True, slots=True)
class Guess:
    """A layout as it seems to be. ``samples`` are the first texts under each heading."""

    layout: Layout
    headings: tuple[str, ...]
    questions: tuple[Question, ...]
    samples: Mapping[str, tuple[str, ...]]

    @property
    def open(self) -> tuple[str, ...]:
        """The questions that only a person can answer, in words."""
        return tuple(map(str, self.questions))

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that no field stands under."""
        used = {*self.layout.columns.values(), *self.layout.only}
        return tuple(each for each in self.headings if each and each not in used)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person has said of a report already; None where nothing was said.

    ``unused`` are headings of which was said that no field stands under them.
    """

    name: str
    kind: str
    columns: Mapping[str, str]
    values: Mapping[str, str]
    only: Mapping[str, str]
    dates: Dates | None = None
    decimals: Decimals | None = None
    unused: frozenset[str] = frozenset()
    system: str = SYSTEM


def likely_kind(stream: BinaryIO, name: str) -> str:
    """Guess what the rows of a report are, by its headings and the file's name.

    Raises ``tables.NotATable``.
    """
    headings = [each for each in read_report(stream).headings if each]
    said = " ".join([name, *headings]).lower()
    words = {_SINGULAR.get(each, each.removesuffix("s")) for each in _WORDS.findall(said)}

    def fits(kind: str) -> int:
        parts = kind.split("_")
        fields = _columns(headings, Wish("", kind, {}, {}, {}), fields_of(kind))
        return len(fields) + (_NAMED * len(parts) if words.issuperset(parts) else 0)

    return max(_LIKELY, key=fits)


def guess(stream: BinaryIO, wish: Wish) -> Guess:
    """Guess a report's layout. What was wished stands. Raises ``tables.NotATable``."""
    start = stream.tell()
    report = read_report(stream, frozenset({*wish.columns.values(), *wish.only}))
    fields = fields_of(wish.kind)
    columns = _columns(report.headings, wish, fields)
    stream.seek(start)
    # Once more by these columns, as it will be read: of a workbook, in every sheet that has them.
    report = read_report(stream, frozenset({*columns.values(), *wish.only}))
    lines = [line.cells for line in islice(report.lines, LOOKED_AT) if not line.repeated]
    days = _under(columns, fields, lines, frozenset({Form.DATE}))
    sums = _under(columns, fields, lines, _AMOUNTS)
    questions: list[Question] = []
    dates = wish.dates or _order(days, questions)
    decimals = wish.decimals or _mark(sums, questions, typed=report.typed)
    layout = Layout(
        wish.name, wish.kind, columns, wish.values, wish.only, dates, decimals, wish.system
    )
    return Guess(layout, report.headings, tuple(questions), _samples(report.headings, lines))


def _samples(
    headings: Iterable[str], lines: Iterable[Mapping[str, str]]
) -> dict[str, tuple[str, ...]]:
    lines = list(lines)
    return {
        heading: tuple(islice((line[heading] for line in lines if heading in line), SAMPLES))
        for heading in headings
        if heading
    }


def _columns(headings: Iterable[str], wish: Wish, fields: Mapping[str, Form]) -> dict[str, str]:
    columns = dict(wish.columns)
    taken = {*columns.values(), *wish.only, *wish.unused}
    words = {each: " ".join(_WORDS.findall(each.lower())) for each in headings if each}
    for name, known in _fitting(fields):
        if name in columns or name in wish.values:
            continue
        free = (each for each in words if each not in taken and words[each] in known)
        found = min(free, key=lambda each: known.index(words[each]), default=None)
        if found is not None:
            columns[name] = found
            taken.add(found)
    return columns


def _fitting(fields: Mapping[str, Form]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the fields of the kind with the words that stand above them."""
    for name, words in _HEADINGS.items():
        for each in (name, f"{name}.name", f"split.{name}"):
            if each in fields:
                yield each, words
                break


def _under(
    columns: Mapping[str, str],
    fields: Mapping[str, Form],
    lines: Iterable[Mapping[str, str]],
    forms: frozenset[Form],
) -> list[str]:
    meant = [heading for name, heading in columns.items() if fields.get(name) in forms]
    return [line[heading] for line in lines for heading in meant if line.get(heading)]


def _order(days: list[str], questions: list[Question]) -> Dates | None:
    """Return the order that the dates prove; None where none needs one, or it is asked for."""
    if not formats.asks_for_order(days):
        return None
    possible = formats.dates_of(days)
    if len(possible) == 1:
        return min(possible)
    example = next((day for day in days if formats.asks_for_order([day])), "")
    if possible:
        said = f"{example} can be read in two ways"
        questions.append(Question("dates", said, _SAY_DATES))
    else:
        said = "Some dates can only be read with the day first and some only with the month first"
        questions.append(Question("dates", said, _SEE_DATES))
    return Dates.DAY_FIRST


def _mark(sums: list[str], questions: list[Question], *, typed: bool) -> Decimals | None:
    """Return the mark that the amounts prove; None where none has one, or it is asked for.

    The numbers of a spreadsheet are numbers: they show nothing of how a text would be written.
    """
    amounts = [each for each in sums if any(formats.amount(each, one) for one in Decimals)]
    possible = formats.decimals_of(amounts)
    marked = [each for each in amounts if "," in each or "." in each]
    if typed:
        return Decimals.COMMA if possible == {Decimals.COMMA} else None
    if len(possible) == 1 or not marked:
        return min(possible) if len(possible) == 1 else None
    said, answer = (
        (f"{marked[0]} can be read in two ways", _SAY_DECIMALS)
        if possible
        else ("Some amounts have a decimal point and some a comma", _SEE_DECIMALS)
    )
    questions.append(Question("decimals", said, answer))
    return Decimals.POINT
