"""A reconciliation as rows, the same for paper, spreadsheet and screen: three columns and why.

Per account, per client, and per document where a document makes a difference or is others'.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.guarded import guarded
from counterfoil.core.money import amount_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.effects import Control
    from counterfoil.posting.reconcile import Reconciliation

HEADER: Final = (
    "table",
    "account",
    "account name",
    "client",
    "document",
    "date",
    "practice",
    "at the start",
    "not sent yet",
    "ours in Xero",
    "others in Xero",
    "difference",
)


class Row(NamedTuple):
    """A row of one of the tables; amounts in hundredths, debit positive, None where not known."""

    table: str
    account: str
    account_name: str
    client: str = ""
    document: str = ""
    date: str = ""
    practice: int | None = None
    opening: int | None = None
    waiting: int | None = None
    ours: int | None = None
    others: int | None = None
    difference: int | None = None


def account_of(control: Control) -> str:
    """Return the code of an account in Xero; the practice's own name where there is none."""
    if control.account is None:
        return control.name
    return control.account.code or f"id:{control.account.account_id}"


def name_of(control: Control) -> str:
    """Return what an account is called."""
    return control.account.name if control.account else control.name


def rows(found: Reconciliation) -> Iterator[Row]:
    """Yield every table's rows, in the order in which the paper has them."""
    yield from account_rows(found)
    yield from result_rows(found)
    yield from client_rows(found)
    yield from difference_rows(found)
    yield from other_rows(found)


def account_rows(found: Reconciliation) -> Iterator[Row]:
    """Yield the control accounts in total."""
    for row in found.controls:
        yield Row(
            "account",
            account_of(row.control),
            name_of(row.control),
            practice=row.practice,
            opening=row.opening,
            waiting=row.waiting,
            ours=row.xero_ours,
            others=row.xero_other,
            difference=row.difference,
        )


def client_rows(found: Reconciliation) -> Iterator[Row]:
    """Yield receivables and payables by client and supplier."""
    for row in found.clients:
        share = row.share
        yield Row(
            "client",
            account_of(row.control),
            name_of(row.control),
            row.name,
            practice=share.practice,
            opening=share.opening,
            waiting=share.waiting,
            ours=share.ours,
            others=row.xero_other,
            difference=row.difference,
        )


def result_rows(found: Reconciliation) -> Iterator[Row]:
    """Yield income and expenses since the financial year began, and tax."""
    for row in found.results:
        yield Row(
            "result",
            row.account.code or f"id:{row.account.account_id}",
            row.account.name,
            practice=row.practice,
            waiting=row.waiting,
            ours=row.ours,
            others=row.others,
            difference=row.difference,
        )


def difference_rows(found: Reconciliation) -> Iterator[Row]:
    """Yield the documents that make a difference, those that wait as well."""
    for one in found.traced:
        there = f", in Xero under {one.in_xero_on}" if one.in_xero_on else ""
        yield Row(
            "document",
            account_of(one.control),
            name_of(one.control),
            document=f"{one.key.kind.replace('_', ' ')} {one.number or one.key.id}{there}",
            date=one.date.isoformat(),
            practice=one.practice,
            waiting=one.waiting,
            ours=one.ours,
            difference=one.difference,
        )


def other_rows(found: Reconciliation) -> Iterator[Row]:
    """Yield what others entered in Xero."""
    by_id = {
        row.control.account.account_id: row.control for row in found.controls if row.control.account
    }
    for one in found.others or ():
        control = by_id[one.account_id]
        yield Row(
            "other",
            account_of(control),
            name_of(control),
            document=f"{one.resource} {one.name or one.xero_id}",
            date=one.date.isoformat(),
            others=one.amount,
        )


def as_csv(found: Reconciliation) -> bytes:
    """Return all tables as one CSV file, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for row in rows(found):
        writer.writerow([guarded(_text(cell)) for cell in row])
    return text.getvalue().encode()


def _text(cell: str | int | None) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else amount_text(cell)
