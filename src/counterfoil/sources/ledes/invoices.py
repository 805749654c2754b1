"""From the rows of one LEDES invoice to a bill, or to everything that is wrong with it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import Bill
from counterfoil.core.documents.common import MOST_LINES
from counterfoil.core.faults import Faults, shown
from counterfoil.core.findings import Finding, holds, warning
from counterfoil.core.mapping_file import placed
from counterfoil.core.reader import Read, read_texts
from counterfoil.core.texts import one_line, shortened
from counterfoil.sources.ledes.figures import CENT, NIL, cents, date, money, plain
from counterfoil.sources.ledes.items import agrees, plain_line, read_item, total_off

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.sources.ledes.columns import Columns
    from counterfoil.sources.ledes.items import Item
    from counterfoil.sources.ledes.rows import Row

ID_PREFIX: Final = "ledes:"
_LONGEST_MEMO: Final = 4000
_COLUMNS: Final = {
    "number": "INVOICE_NUMBER",
    "id": "INVOICE_NUMBER",
    "date": "INVOICE_DATE",
    "client": "CLIENT_ID",
    "matter": "LAW_FIRM_MATTER_ID",
    "currency": "INVOICE_CURRENCY",
    "total": "INVOICE_TOTAL",
    "memo": "INVOICE_DESCRIPTION",
    "lines": "LINE_ITEM_NUMBER",
}
_LINE_COLUMNS: Final = {
    "description": "LINE_ITEM_DESCRIPTION",
    "total": "LINE_ITEM_TOTAL",
    "quantity": "LINE_ITEM_NUMBER_OF_UNITS",
    "unit_price": "LINE_ITEM_UNIT_COST",
    "tax": "LINE_ITEM_TAX_TOTAL",
    "matter": "LAW_FIRM_MATTER_ID",
}
"""Where a fault in a bill's field lies in the file."""

Raw = dict[str, object]


@dataclass(slots=True)
class Draft:
    """The rows of one invoice as they are gathered, in the order of the file."""

    columns: Columns
    rows: list[Row] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)

    @property
    def line(self) -> int:
        """Where the invoice begins."""
        return self.rows[0].line

    def add(self, row: Row) -> None:
        """Take a row, up to the most lines that a bill may have."""
        self.faults.extend(row.faults)
        if len(self.rows) < MOST_LINES:
            self.rows.append(row)
        elif not any(each.code == "too_many_entries" for each in self.faults):
            self.faults.found(
                "too_many_entries",
                f"The invoice has more than {MOST_LINES:,} line items.",
                "Split the invoice in two.",
                f"line {row.line}",
            )


def read_invoice(draft: Draft) -> Read:
    """Make a bill of an invoice's rows."""
    first = draft.rows[0]
    number = one_line(first.values.get("INVOICE_NUMBER", ""))
    name = f"{ID_PREFIX}{number}" if number else None
    if draft.faults:
        return Read(Bill.kind, name, None, tuple(draft.faults))
    faults = Faults()
    items = [read_item(row, draft.columns, faults) for row in draft.rows]
    total = money(
        first.values["INVOICE_TOTAL"], draft.columns.place(first.line, "INVOICE_TOTAL"), faults
    )
    _one_client(draft, faults)
    _one_currency(draft, faults)
    day = date(
        first.values["INVOICE_DATE"], draft.columns.place(first.line, "INVOICE_DATE"), faults
    )
    if faults:
        return Read(Bill.kind, name, None, tuple(faults))
    gross = _is_gross(items, total)
    _hold_sums(items, total, draft, faults, gross=gross)
    raw: Raw = {
        **_head(draft, number, str(day)),
        "lines": _lines(items, draft, gross=gross),
        "tax": cents(sum((item.tax for item in items), NIL)),
        "total": cents(total),
    }
    read = read_texts(raw)
    places = _places(draft) if read.findings else {}
    moved = (dataclasses.replace(one, path=placed(one.path, places)) for one in read.findings)
    found = (*faults, *moved, *_doubts(items, draft, gross=gross))
    return Read(Bill.kind, name, None if holds(found) else read.document, found)


def _is_gross(items: Sequence[Item], total: Decimal) -> bool:
    """Tell whether the lines' totals hold their tax, as 98BI says they do; some files differ."""
    net = sum((item.total for item in items), NIL)
    tax = sum((item.tax for item in items), NIL)
    beside = net + tax == total and net != total
    return not (beside and all(agrees(item, gross=False) for item in items))


def _hold_sums(
    items: Sequence[Item], total: Decimal, draft: Draft, faults: Faults, *, gross: bool
) -> None:
    for item in items:
        if not agrees(item, gross=gross):
            total_off(item, draft.columns, faults)
    lines = sum((item.total + (NIL if gross else item.tax) for item in items), NIL)
    if lines != total:
        faults.found(
            "invoice_total_off",
            f"The invoice's total is {cents(total)}; its {len(items):,} line items come to "
            f"{cents(lines)}: a difference of {cents(total - lines)}.",
            "Correct the invoice in the practice system, or export it whole: lines may be missing.",
            draft.columns.place(draft.line, "INVOICE_TOTAL"),
        )


def _one_client(draft: Draft, faults: Faults) -> None:
    first = draft.rows[0].values["CLIENT_ID"]
    for row in draft.rows:
        if row.values["CLIENT_ID"] != first:
            faults.found(
                "several_clients",
                f"The invoice is for {shown(first)}, and this line for "
                f"{shown(row.values['CLIENT_ID'])}.",
                "A bill has one client: bill each one under a number of its own.",
                draft.columns.place(row.line, "CLIENT_ID"),
            )
            return


def _one_currency(draft: Draft, faults: Faults) -> None:
    """Refuse an invoice in two currencies: a row that names none is in that of the others."""
    first = _currency(draft)
    for row in draft.rows:
        own = row.values.get("INVOICE_CURRENCY", "").upper()
        if own and own != first:
            faults.found(
                "several_currencies",
                f"The invoice is in {first}, and this line in {shown(own)}.",
                "Bill each currency under a number of its own.",
                draft.columns.place(row.line, "INVOICE_CURRENCY"),
            )
            return


def _currency(draft: Draft) -> str:
    told = (row.values.get("INVOICE_CURRENCY", "").upper() for row in draft.rows)
    return next(filter(None, told), "")


def _head(draft: Draft, number: str, day: str) -> Raw:
    values = draft.rows[0].values
    client = values["CLIENT_ID"]
    head: Raw = {
        "kind": Bill.kind,
        "id": f"{ID_PREFIX}{number}",
        "number": number,
        "date": day,
        "client": {"id": client, "name": one_line(values.get("CLIENT_NAME", "")) or client},
        "memo": _memo(values),
        "currency": _currency(draft) or None,
    }
    matters = {row.values["LAW_FIRM_MATTER_ID"] for row in draft.rows}
    if len(matters) == 1:
        head["matter"] = _matter(values)
    return {name: value for name, value in head.items() if value is not None}


def _lines(items: Sequence[Item], draft: Draft, *, gross: bool) -> list[Raw]:
    several = len({item.row.values["LAW_FIRM_MATTER_ID"] for item in items}) > 1
    return [
        plain_line(
            item,
            gross=gross,
            taxed=draft.columns.taxed,
            matter=_matter(item.row.values) if several else None,
        )
        for item in items
    ]


def _matter(values: dict[str, str]) -> Raw | None:
    number = values["LAW_FIRM_MATTER_ID"]
    if not number:
        return None
    name = one_line(values.get("MATTER_NAME", ""))
    return {"id": number, "number": number, **({"name": name} if name else {})}


def _memo(values: dict[str, str]) -> str | None:
    period = [values.get(f"BILLING_{end}_DATE", "") for end in ("START", "END")]
    parts = (
        one_line(values.get("INVOICE_DESCRIPTION", "")),
        f"{period[0]} to {period[1]}" if all(period) else "",
        f"client's matter {values['CLIENT_MATTER_ID']}" if values.get("CLIENT_MATTER_ID") else "",
    )
    return shortened("; ".join(filter(None, parts)), _LONGEST_MEMO) or None


def _places(draft: Draft) -> dict[str, str]:
    names = draft.columns.names
    places = {
        name: draft.columns.place(draft.line, column)
        for name, column in _COLUMNS.items()
        if column in names
    }
    for n, row in enumerate(draft.rows):
        places[f"lines[{n}]"] = f"line {row.line}"
        places |= {
            f"lines[{n}].{name}": draft.columns.place(row.line, column)
            for name, column in _LINE_COLUMNS.items()
            if column in names
        }
    return places


def _doubts(items: Sequence[Item], draft: Draft, *, gross: bool) -> Iterator[Finding]:
    """Warn of figures that contradict the lines, which alone are posted.

    The Oversight Committee's own sample of 98BI has such figures, so they cannot stop a bill; what
    tax a line bears is held against Xero's rates when it is converted.
    """
    first = draft.rows[0]
    tax = sum((item.tax for item in items), NIL)
    yield from _other(first, "INVOICE_TAX_TOTAL", tax, "the lines' tax comes to", draft)
    total = Decimal(first.values["INVOICE_TOTAL"])
    yield from _other(first, "INVOICE_NET_TOTAL", total - tax, "total less tax is", draft)
    for row in draft.rows:
        for name in ("INVOICE_TOTAL", "INVOICE_DATE"):
            if row.values[name] != first.values[name] and not _same(row, first, name):
                yield warning(
                    "invoice_differs",
                    f"The invoice's first line says {shown(first.values[name])}, this one "
                    f"{shown(row.values[name])}; the first counts.",
                    "Look at the invoice in the practice system.",
                    draft.columns.place(row.line, name),
                )
                return
    for row in draft.rows:
        if row.doubted:
            yield warning(
                "no_end_mark",
                f"The file ends in this line without [] or a line end; its {row.doubted} may be "
                "half of one, and is left out.",
                "See whether the file broke off; if it is whole, put [] at its end.",
                draft.columns.place(row.line, row.doubted),
            )
    for item in items:
        net = item.net(gross=gross)
        if item.rate and abs(net * item.rate - item.tax) >= 2 * CENT:
            yield warning(
                "tax_rate_off",
                f"The line's tax is {cents(item.tax)}; {plain(item.rate * 100)} % of {cents(net)} "
                f"is {plain(net * item.rate)}.",
                "Look at the invoice in the practice system; the tax is taken as it stands.",
                draft.columns.place(item.row.line, "LINE_ITEM_TAX_RATE"),
            )


def _other(row: Row, name: str, expected: Decimal, words: str, draft: Draft) -> Iterator[Finding]:
    text = row.values.get(name, "")
    if not text:
        return
    faults = Faults()
    said = money(text, draft.columns.place(row.line, name), faults)
    yield from faults
    if not faults and said != expected:
        yield warning(
            name.lower() + "_off",
            f"{name} is {cents(said)}, and {words} {cents(expected)}; the lines count.",
            "Look at the invoice in the practice system.",
            draft.columns.place(row.line, name),
        )


def _same(row: Row, first: Row, name: str) -> bool:
    """Whether two texts are the same number: 1053 and 1053.00."""
    faults = Faults()
    one, other = (money(each.values[name], "", faults) for each in (row, first))
    return not faults and one == other
