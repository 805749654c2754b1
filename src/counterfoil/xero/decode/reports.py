"""Xero's trial balance, and what the connected user may do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.xero.decode.loose import (
    Fields,
    Unreadable,
    envelope,
    exact,
    listed,
    records,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COLUMNS = ("Debit", "Credit", "YTD Debit", "YTD Credit")
_CODE = re.compile(r"(.*)\(([^()]{1,10})\)\s*")


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account's line. Amounts are in hundredths; the YTD pair is the cumulative balance.

    ``code`` is read from the text ``Name (Code)`` and may therefore be a part of the name of an
    account without a code: ``account_id`` is what to look accounts up by.
    """

    account_id: str
    code: str
    name: str
    section: str
    debit: int
    credit: int
    ytd_debit: int
    ytd_credit: int

    @property
    def balance(self) -> int:
        """The balance at the report's date, debit positive."""
        return self.ytd_debit - self.ytd_credit


def read_trial_balance(body: bytes) -> tuple[TrialBalanceRow, ...]:
    """Return the accounts of a TrialBalance; ``Unreadable`` if the body is no such report.

    Rows that only sum up others are left out (facts: Xero API section 19).
    """
    reports = listed(envelope(body), "Reports")
    if not reports:
        raise Unreadable("the list Reports is empty")
    rows = listed(reports[0], "Rows")
    columns = _columns(rows)
    return tuple(
        _row(row, text(section, "Title"), columns)
        for section in rows
        for row in records(section, "Rows")
        if text(row, "RowType") == "Row" and _account_id(row)
    )


def read_actions(body: bytes) -> dict[str, bool]:
    """Return what the connected user may do, by Xero's name of the action."""
    entries = listed(envelope(body), "Actions")
    return {text(entry, "Name"): text(entry, "Status") == "ALLOWED" for entry in entries}


def _columns(rows: list[Fields]) -> Mapping[str, int]:
    header = next((row for row in rows if text(row, "RowType") == "Header"), {})
    titles = {text(cell, "Value"): i for i, cell in enumerate(records(header, "Cells"))}
    missing = [name for name in COLUMNS if name not in titles]
    if missing:
        raise Unreadable(f"the report has no column {missing[0]}")
    return titles


def _row(row: Fields, section: str, columns: Mapping[str, int]) -> TrialBalanceRow:
    cells = [text(cell, "Value") for cell in records(row, "Cells")]
    match = _CODE.fullmatch(cells[0])
    name, code = (match[1].strip(), match[2]) if match else (cells[0], "")
    amounts = [_amount(cells, columns[title]) for title in COLUMNS]
    return TrialBalanceRow(_account_id(row), code, name, section, *amounts)


def _amount(cells: list[str], column: int) -> int:
    """Return a cell in hundredths; an empty one is nil."""
    written = cells[column] if column < len(cells) else ""
    if not written.strip():
        return 0
    amount = exact(written)
    result = None if amount is None else whole(amount * 100)
    if result is None:
        raise Unreadable("the report has a figure that is no amount")
    return result


def _account_id(row: Fields) -> str:
    attributes = (a for cell in _cells(row) for a in records(cell, "Attributes"))
    return next((text(a, "Value") for a in attributes if text(a, "Id") == "account"), "")


def _cells(row: Fields) -> Iterator[Fields]:
    yield from records(row, "Cells")
