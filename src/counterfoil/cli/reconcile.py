"""``counterfoil reconcile``: the practice against Xero, to the cent."""

from __future__ import annotations

import datetime as dt
import getpass
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    console,
    counted,
    fail,
    open_organisation,
    print_json,
    say,
)
from counterfoil.core.amounts import money_decimal
from counterfoil.reports.reconciliation_tables import account_of, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.effects import Control
    from counterfoil.posting.by_account import AccountRow
    from counterfoil.posting.by_client import ClientRow
    from counterfoil.posting.reconcile import (
        ControlRow,
        Reconciliation,
        TrustRow,
    )
    from counterfoil.posting.trust_in_xero import TrustInXero
    from counterfoil.web.models import Organisation


Amounts = tuple[int | None, int | None, int | None, int | None]
"""What stands in the columns of a row."""


class By(StrEnum):
    """What totals may be taken apart by."""

    CLIENT = "client"
    ACCOUNT = "account"


def reconcile(
    *,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="At the end of this day.")
    ] = None,
    by: Annotated[
        By | None, typer.Option(help="Also by client, or income and tax by account.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every table to this CSV file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write it as PDF to this file.")] = None,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Compare receivables, payables, banks and trust of the practice with Xero."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.posting.reconcile import agrees
    from counterfoil.posting.shelf import NotReady
    from counterfoil.web import local_time
    from counterfoil.web.services.reconciling import reconciliation

    now = local_time.here(chosen, timezone.now())
    day = as_of.date() if as_of else now.date()
    try:
        results = bool(by is By.ACCOUNT or csv or pdf)
        found = reconciliation(chosen, day, closely=bool(by or csv or pdf), results=results)
    except NotReady as gap:
        fail(str(gap), status=1)
    _write(found, chosen, csv, pdf, now)
    if as_json:
        from counterfoil.cli.reconcile_json import as_json_value

        print_json(as_json_value(found))
    else:
        show(found, by)
    raise typer.Exit(0 if agrees(found) else 1)


def _write(
    found: Reconciliation,
    organisation: Organisation,
    csv: Path | None,
    pdf: Path | None,
    now: dt.datetime,
) -> None:
    """Write the papers that were asked for."""
    if csv is not None:
        from counterfoil.reports.reconciliation_tables import as_csv

        csv.write_bytes(as_csv(found))
    if pdf is not None:
        from counterfoil.reports.reconciliation_pdf import reconciliation_pdf

        pdf.write_bytes(reconciliation_pdf(found, organisation.firm.name, now, getpass.getuser()))


def show(found: Reconciliation, by: By | None = None) -> None:
    """Print a reconciliation for people."""
    console.print(f"As of {found.as_of:%d %b %Y}", highlight=False)
    _show_controls(found.controls)
    if any(row.xero_other is None for row in found.controls):
        console.print("There is no connection to Xero, or no such account: – stands for its side.")
    if found.openings:
        _show_openings(found)
    if by is By.CLIENT:
        _show_clients(found.clients)
    _show_results(found.results)
    if found.waiting:
        console.print(f"Not in Xero yet: {counted(len(found.waiting), 'document')}.")
    _show_differing(found)
    for row in found.trust:
        _show_figures(f"Trust account {row.trust_account}", _trust_figures(row))
        for words in row.remarks(found.as_of):
            console.print(words, highlight=False, markup=False)
    if found.in_xero is not None:
        _show_in_xero(found.in_xero)
    for noted in found.noted:
        severity = noted.finding.severity
        console.print(f"{severity} {noted.key}: {noted.finding.message}", markup=False)


def _show_clients(rows: Sequence[ClientRow]) -> None:
    """Print what each client owes, account by account."""
    for control, of in groupby(rows, lambda row: row.control):
        console.print(f"{_title(control)}, by client", highlight=False, markup=False)
        _show_columns(
            "client",
            [
                (row.name, (row.share.practice, row.share.ours, row.xero_other, row.difference))
                for row in of
            ],
        )


def _show_results(rows: Sequence[AccountRow]) -> None:
    """Print income, expenses and tax."""
    if rows:
        console.print("Income and expenses since the financial year began, and tax")
    _show_columns(
        "account",
        [
            (
                f"{row.account.code or ''} {row.account.name}".strip(),
                (row.practice, row.ours, row.others, row.difference),
            )
            for row in rows
        ],
    )


def _show_columns(first: str, rows: Sequence[tuple[str, Amounts]]) -> None:
    """Print rows with the columns of a control, side by side where the terminal is wide enough."""
    figures = [tuple(map(_shown, amounts)) for _, amounts in rows]
    widest = max((len(text) for amounts in figures for text in amounts), default=0)
    table = _table(first, *CONTROL_COLUMNS, width=widest)
    for (name, _), amounts in zip(rows, figures, strict=True):
        table.add_row(escape(name), *amounts)
    if not rows:
        return
    if Measurement.get(console, console.options, table).minimum <= console.width:
        console.print(table)
        return
    for (name, _), amounts in zip(rows, figures, strict=True):
        _show_figures(name, list(zip(CONTROL_COLUMNS, amounts, strict=True)))


def _show_differing(found: Reconciliation) -> None:
    """Name the documents that differ and do not only wait, and what others entered.

    Of what Xero holds under another day than the practice that day is told.
    """
    differing = [one for one in found.traced if one.difference != one.waiting]
    for one in differing[:LISTED]:
        say(
            f"{one.key.kind.replace('_', ' ')} {one.number or one.key.id} of {one.date}: "
            f"{_shown(one.practice)} in the practice, {_shown(one.ours)} in Xero"
            f"{_other_day(one.in_xero_on)} ({_title(one.control)})"
        )
    by_id = {row.control.account.account_id: row for row in found.controls if row.control.account}
    others = found.others or ()
    for other in others[:LISTED]:
        on = _title(by_id[other.account_id].control)
        name = other.name or other.xero_id
        say(f"Of others: {other.resource} {name} of {other.date}: {_shown(other.amount)} ({on})")
    if max(len(differing), len(others)) > LISTED:
        say("There are more; --csv lists all of them.")


def _other_day(day: dt.date | None) -> str:
    return "" if day is None else f", which holds it under {day}"


def _show_openings(found: Reconciliation) -> None:
    """Print what stood at the start, on both sides."""
    for row in found.openings:
        _show_figures(
            f"{_title(row.control)} when posting began, at the end of {found.opened_on:%d %b %Y}",
            [
                ("openings recorded", _shown(row.practice)),
                ("ours of before", _shown(row.xero_ours)),
                ("in Xero", _shown(row.xero)),
                ("difference", "–" if row.xero is None else _shown(row.difference)),
            ],
        )


LISTED = 20
"""Documents shown to people one by one; programs and the CSV get all of them."""
CONTROL_COLUMNS = ("practice", "ours in Xero", "others", "difference")


def _show_controls(rows: tuple[ControlRow, ...]) -> None:
    """Print the control accounts."""
    console.print("Controls, debit positive")
    _show_columns(
        "account",
        [
            (
                account_of(row.control),
                (row.practice, row.xero_ours, row.xero_other, row.difference),
            )
            for row in rows
        ],
    )
    for row in rows:
        _explain(row)


def _explain(row: ControlRow) -> None:
    """Say what of an account stood there before, and what is still to be sent."""
    told = [
        f"{_shown(amount)} {what}"
        for amount, what in (
            (row.opening, "at the start"),
            (row.waiting, "not sent"),
            (row.timing, "of another day in Xero"),
        )
        if amount
    ]
    if told or row.control.account is not None:
        parts = f": {', '.join(told)}" if told else ""
        console.print(f"  {_title(row.control)}{parts}", style="dim", highlight=False, markup=False)


def _title(control: Control) -> str:
    return f"{account_of(control)} {name_of(control)}" if control.account else control.name


def _trust_figures(row: TrustRow) -> list[tuple[str, str]]:
    book, statement = row.book, row.statement
    figures = [
        ("cash book", _shown(book.cash_book)),
        ("statutory deposit", _shown(book.deposit)),
        ("paid by firm", _shown(book.paid_by_firm)),
        (f"matter ledgers ({len(book.ledgers)})", _shown(book.ledgers_total)),
        ("costs not transferred", _shown(book.costs)),
        ("difference", _shown(book.difference)),
    ]
    if statement is not None:
        figures += [
            (f"bank statement of {statement.date:%d %b %Y}", _shown(statement.closing_balance)),
            (
                f"outstanding ({len(statement.outstanding)})",
                _shown(statement.adjusted - statement.closing_balance),
            ),
            ("adjusted statement", _shown(statement.adjusted)),
            ("less cash book", _shown(row.statement_difference)),
        ]
    figures.append(("bank in Xero", _shown(row.xero)))
    if row.xero_difference:
        figures.append(("cash book less that, but what waits", _shown(row.xero_difference)))
    return figures


def _show_in_xero(proved: TrustInXero) -> None:
    how = "for each bank" if proved.per_bank else "in total"
    for leg in proved.legs:
        _show_figures(
            f"Trust in Xero, proved {how}: {', '.join(leg.trust_accounts)}",
            [
                ("trust banks", _shown(leg.banks)),
                ("statutory deposit", _shown(leg.deposit)),
                ("paid by firm", _shown(leg.paid_by_firm)),
                ("trust liability", _shown(leg.liability)),
                ("costs not transferred", _shown(leg.costs)),
                ("difference", _shown(leg.difference)),
            ],
        )
    console.print(f"Trust Transfers in Xero: {_shown(proved.transfers)}", highlight=False)


def _show_figures(title: str, figures: list[tuple[str, str]]) -> None:
    console.print(title, highlight=False, markup=False)
    table = _table("", "", width=max(len(amount) for _, amount in figures))
    table.show_header = False
    for name, amount in figures:
        table.add_row(name, amount)
    console.print(table)


def _table(first: str, *money: str, width: int) -> Table:
    """Return a table whose figures, of at most this width, are never cut or wrapped."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in money:
        table.add_column(name, justify="right", no_wrap=True, min_width=max(width, len(name)))
    return table


def _shown(amount: int | None) -> str:
    return "–" if amount is None else f"{money_decimal(amount):,}"
