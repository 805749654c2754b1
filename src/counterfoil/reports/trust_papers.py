"""Each paper of a trust account by itself: what it is called there, and its rows."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.money import amount_text
from counterfoil.core.trust_names import names_of
from counterfoil.reports.trust_tables import BALANCES, ENTRIES, balances, entries, three_ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.trust_month import TrustMonth

BOOK_WIDTHS = (20, 27, 73, 23, 23, 24)
BALANCE_WIDTHS = (60, 30, 70, 30)
SUM_WIDTHS = (150, 40)


class PaperKind(StrEnum):
    """The papers that an examiner asks for one by one."""

    RECONCILIATION = "reconciliation"
    CASH_BOOK = "cash-book"
    LEDGERS = "ledgers"
    BALANCES = "balances"


class Sheet(NamedTuple):
    """One table of a paper; the last ``figures`` columns are amounts."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    widths: tuple[int, ...]
    figures: int


def sheets(month: TrustMonth, kind: PaperKind) -> Iterator[Sheet]:
    """Yield the tables of a paper: one, but for ledgers, which are one for each matter."""
    names = names_of(month.place)
    match kind:
        case PaperKind.RECONCILIATION:
            sums = [
                (one.words, "" if one.amount is None else amount_text(one.amount))
                for one in three_ways(month)
            ]
            yield Sheet(month.place.statement, ("", "amount"), list(sums), SUM_WIDTHS, 1)
        case PaperKind.CASH_BOOK:
            rows = entries(month.opening, month.cash_book)
            yield Sheet(names.cash_book, ENTRIES, rows, BOOK_WIDTHS, 3)
        case PaperKind.BALANCES:
            yield Sheet(names.balances, BALANCES, list(balances(month)), BALANCE_WIDTHS, 1)
        case PaperKind.LEDGERS:
            for page in month.ledgers:
                title = f"{names.ledger}: {page.client}, {page.title}"
                yield Sheet(title, ENTRIES, entries(page.opening, page.lines), BOOK_WIDTHS, 3)
