"""A bank's CSV export: columns are known by their names, and shown to whoever brought the file.

Banks agree on nothing: the header may come after some lines about the account, amounts may stand in
one column or in two, the newest movement may come first. What is found is proved where the file has
a running balance; what could mean two things is refused with words.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.amounts import AmountFault, money_text
from counterfoil.core.faults import seen
from counterfoil.sources.statements.amounts import bank_amount, bank_date, order_of
from counterfoil.sources.statements.numbered import Found, Movement, Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DATE, AMOUNT, DEBIT, CREDIT = "date", "amount", "debit", "credit"
BALANCE, TEXT, REFERENCE = "balance", "description", "reference"
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    DATE: ("date", "transaction date", "date of transaction", "posting date", "posted date",
           "post date", "bank date", "entry date", "effective date", "process date", "value date"),
    AMOUNT: ("amount", "transaction amount", "net amount", "value"),
    DEBIT: ("debit", "debits", "debit amount", "withdrawal", "withdrawals", "paid out", "money out",
            "payments", "out"),
    CREDIT: ("credit", "credits", "credit amount", "deposit", "deposits", "paid in", "money in",
             "receipts", "in"),
    BALANCE: ("balance", "running balance", "account balance", "ledger balance"),
    TEXT: ("description", "transaction description", "transaction details", "details", "narrative",
           "narration", "particulars", "memo", "payee", "other party", "name", "transaction"),
    REFERENCE: ("reference", "ref", "bank reference", "cheque number", "cheque no", "check number",
                "serial", "serial number", "transaction id"),
}  # fmt: skip
"""What banks call their columns; of several in one file the name that stands first here wins."""
DELIMITERS = ",;\t"
MOST_LINES_BEFORE = 30
"""Lines about the account that may stand before the header."""
MOST_ROWS = 100_000


class Row(NamedTuple):
    """A row of the file with its line, counted from 1."""

    line: int
    cells: list[str]


def read_csv(text: str, told: Told) -> Found:
    """Read the movements of a bank's CSV file."""
    found = Found()
    rows = _rows(text, found)
    header = _header(rows, told)
    if found.refused or header is None:
        if not found.refused:
            _no_header(rows, found)
        return found
    columns, below = header
    found.columns = {what: name for what, (_, name) in columns.items()}
    _read(below, {what: place for what, (place, _) in columns.items()}, told, found)
    return found


def _rows(text: str, found: Found) -> list[Row]:
    lines = text.splitlines()[: MOST_LINES_BEFORE + 1]
    delimiter = max(DELIMITERS, key=lambda each: sum(line.count(each) for line in lines))
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(reader.line_num, [cell.strip() for cell in cells]))
            if len(rows) > MOST_ROWS:
                found.refuse(reader.line_num, "too_many_entries",
                             f"The file has more than {MOST_ROWS:,} rows.",
                             "Export a shorter time.")  # fmt: skip
                break
    except csv.Error as broken:
        found.refuse(
            reader.line_num,
            "not_csv",
            f"The row cannot be read: {broken}.",
            "Look for a quotation mark that is not closed, or export the file again.",
        )
    return rows


def _header(rows: list[Row], told: Told) -> tuple[dict[str, tuple[int, str]], list[Row]] | None:
    """Find the header; the person's own columns go before everything."""
    if told.columns:
        return _columns(told.columns), rows
    for place, row in enumerate(rows[:MOST_LINES_BEFORE]):
        columns = _columns(row.cells)
        if DATE in columns and (AMOUNT in columns or {DEBIT, CREDIT} <= columns.keys()):
            return columns, rows[place + 1 :]
    return None


def _columns(names: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return for each thing that was found its place, and the name it goes by in the file."""
    folded = [" ".join(name.casefold().replace("_", " ").split()) for name in names]
    bare = [name.partition("(")[0].strip() for name in folded]
    places = {
        what: next((bare.index(name) for name in known if name in bare), None)
        for what, known in NAMES.items()
    }
    columns = {what: (at, names[at]) for what, at in places.items() if at is not None}
    if AMOUNT in columns:
        columns = {what: at for what, at in columns.items() if what not in {DEBIT, CREDIT}}
    return columns


def _no_header(rows: list[Row], found: Found) -> None:
    first = ", ".join(rows[0].cells[:8]) if rows else ""
    found.refuse(
        rows[0].line if rows else 1,
        "no_header",
        f"No row names a date and an amount, or a debit and a credit; the first is {seen(first)}.",
        "If the file has no header, say what its columns are, in their order, as in "
        "--columns date,amount,description,balance; an empty name leaves a column out.",
    )


def _read(rows: list[Row], places: Mapping[str, int], told: Told, found: Found) -> None:
    rows = [row for row in rows if _cell(row, places, DATE) or _cell(row, places, AMOUNT)]
    order = told.dates or order_of(_cell(row, places, DATE) for row in rows)
    if order is None:
        _two_ways(rows, places, found)
        return
    minus = _debits_bear_minus(rows, places)
    for row in rows:
        movement = _movement(row, places, order, found, minus=minus)
        if movement is not None:
            found.movements.append(movement)
    if not found.refused:
        _oldest_first(found)


def _two_ways(rows: list[Row], places: Mapping[str, int], found: Found) -> None:
    first = rows[0]
    found.refuse(
        first.line,
        "date_ambiguous",
        f"{seen(_cell(first, places, DATE))} may have its day or its month first, and no date of "
        "the file decides it.",
        "Say which: --dates dmy for the day first, --dates mdy for the month first.",
        DATE,
    )


def _debits_bear_minus(rows: list[Row], places: Mapping[str, int]) -> bool:
    """Whether the bank writes what it paid out below zero in its own column for that."""
    debits = [cell for row in rows if (cell := _cell(row, places, DEBIT))]
    return bool(debits) and all(cell.startswith(("-", "(")) for cell in debits)


def _movement(
    row: Row, places: Mapping[str, int], order: str, found: Found, *, minus: bool
) -> Movement | None:
    before = len(found.refused)
    date = bank_date(_cell(row, places, DATE), order)
    if date is None:
        found.refuse(
            row.line,
            "not_a_date",
            f"{seen(_cell(row, places, DATE))} is no date.",
            "Export the file again, or say how its dates are written: --dates dmy or mdy.",
            DATE,
        )
    amount = _signed(row, places, found, minus=minus)
    balance = _amount(row, places, BALANCE, found)
    if date is None or amount is None or len(found.refused) > before:
        return None
    text = _cell(row, places, TEXT) or _cell(row, places, REFERENCE) or "(no text)"
    return Movement(row.line, date, amount, text, _cell(row, places, REFERENCE), balance)


def _signed(row: Row, places: Mapping[str, int], found: Found, *, minus: bool) -> int | None:
    if AMOUNT in places:
        return _amount(row, places, AMOUNT, found, needed=True)
    out, into = _amount(row, places, DEBIT, found), _amount(row, places, CREDIT, found)
    if out and into:
        found.refuse(
            row.line,
            "debit_and_credit",
            "The row has a debit and a credit.",
            "Correct the row: a movement is one of them.",
            f"{DEBIT}, {CREDIT}",
        )
        return None
    return (into or 0) - (-(out or 0) if minus else (out or 0))


def _amount(
    row: Row, places: Mapping[str, int], what: str, found: Found, *, needed: bool = False
) -> int | None:
    cell = _cell(row, places, what)
    if not cell and not needed:
        return None
    try:
        return bank_amount(cell)
    except AmountFault:
        found.refuse(
            row.line,
            "not_an_amount",
            f"{seen(cell)} is no amount with at most two decimals.",
            "Write it as 1234.50, below zero as -1234.50.",
            what,
        )
        return None


def _cell(row: Row, places: Mapping[str, int], what: str) -> str:
    place = places.get(what)
    return row.cells[place] if place is not None and place < len(row.cells) else ""


def _oldest_first(found: Found) -> None:
    """Turn the movements round if the bank lists the newest first; prove them by the balance."""
    moved = found.movements
    if moved and _newest_first(moved):
        moved.reverse()
    broken = _broken(moved)
    if broken is not None:
        before, after = broken
        should = money_text((before.balance or 0) + after.amount)
        found.refuse(
            after.line,
            "balance_does_not_run",
            f"The balance should be {should} here and is {money_text(after.balance or 0)}.",
            "A row is missing, or stands in another order: export the file again.",
            BALANCE,
        )
    first, last = (moved[0], moved[-1]) if moved else (None, None)
    if first and last and first.balance is not None and last.balance is not None:
        found.opening, found.closing = first.balance - first.amount, last.balance


def _newest_first(moved: Sequence[Movement]) -> bool:
    """Tell by the dates, or on a single day by the way in which the balance runs."""
    first, last = moved[0].date, moved[-1].date
    return first > last or (first == last and _broken(moved) is not None)


def _broken(moved: Sequence[Movement]) -> tuple[Movement, Movement] | None:
    """Return the first two rows between which the running balance does not run."""
    for before, after in pairwise(moved):
        if before.balance is None or after.balance is None:
            continue
        if before.balance + after.amount != after.balance:
            return before, after
    return None
