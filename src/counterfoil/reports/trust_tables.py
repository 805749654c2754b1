"""A trust month as tables: the same rows for the paper, the spreadsheet and the screen."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.guarded import guarded
from counterfoil.core.money import amount_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.trust_month import BookLine, TrustMonth

ENTRIES = ("date", "number", "entry", "in", "out", "balance")
BALANCES = ("client", "matter", "description", "balance")


class Sum(NamedTuple):
    """A line of the reconciliation; ``strong`` for the figures that are compared."""

    words: str
    amount: int | None
    strong: bool = False


def three_ways(month: TrustMonth) -> Iterator[Sum]:
    """Yield the reconciliation, from the bank down to the differences, nil where it agrees."""
    book, statement = month.book, month.statement
    if statement is None:
        yield Sum("Balance of the bank statement: none was recorded", None)
    else:
        yield Sum(f"Balance of the bank statement on {statement.date}", statement.closing_balance)
        for entry in statement.outstanding:
            yield Sum(f"Not on the statement yet: {entry.number} of {entry.date}", entry.amount)
        yield Sum("Adjusted bank balance", statement.adjusted, strong=True)
    yield Sum("Cash book", book.cash_book, strong=True)
    if book.deposit:
        yield Sum("Held in statutory deposit", book.deposit)
    if book.paid_by_firm:
        yield Sum("Paid by the firm for clients", book.paid_by_firm)
    if book.costs:
        yield Sum("Less costs paid and not yet transferred, the firm's own", -book.costs)
    yield Sum("List of ledger balances", book.ledgers_total, strong=True)
    yield Sum("Difference between cash book and ledgers", book.difference, strong=True)
    yield Sum("Difference between bank and cash book", month.bank_difference, strong=True)


def balances(month: TrustMonth) -> list[tuple[str, str, str, str]]:
    """Return the list of balances and their total: client, matter, what it is about, balance."""
    each = [
        (page.client, page.matter, page.about, amount_text(page.closing)) for page in month.ledgers
    ]
    return [*each, ("Total", "", "", amount_text(month.book.ledgers_total))]


def entries(opening: int, lines: Sequence[BookLine]) -> list[tuple[str, ...]]:
    """Return a book's rows, the balance carried forward first."""
    rows: list[tuple[str, ...]] = [("", "", "Brought forward", "", "", amount_text(opening))]
    for line in lines:
        sums = (
            (amount_text(line.amount), "") if line.amount > 0 else ("", amount_text(-line.amount))
        )
        rows.append((str(line.date), line.number, line.what, *sums, amount_text(line.balance)))
    return rows


def tables(month: TrustMonth) -> dict[str, bytes]:
    """Return the month as CSV files by name, safe to open in a spreadsheet."""
    ledgers = [
        (page.client, page.matter, *row)
        for page in month.ledgers
        for row in entries(page.opening, page.lines)
    ]
    ways = [
        (one.words, "" if one.amount is None else amount_text(one.amount))
        for one in three_ways(month)
    ]
    return {
        "reconciliation.csv": _csv(("", "amount"), ways),
        "cash-book.csv": _csv(ENTRIES, entries(month.opening, month.cash_book)),
        "ledgers.csv": _csv(("client", "matter", *ENTRIES), ledgers),
        "balances.csv": _csv(BALANCES, balances(month)),
    }


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
