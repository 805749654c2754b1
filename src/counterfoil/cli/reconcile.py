"""``counterfoil reconcile``: the practice against Xero, to the cent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
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
)
from counterfoil.core.amounts import money_decimal, money_text

if TYPE_CHECKING:
    from counterfoil.core.effects import Control
    from counterfoil.core.trust import Noted, Overdraft
    from counterfoil.posting.reconcile import ControlRow, OpeningRow, Reconciliation, TrustRow
    from counterfoil.posting.trust_in_xero import Leg, TrustInXero


def reconcile(
    *,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="At the end of this day.")
    ] = None,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Compare receivables, payables, banks and trust of the practice with Xero."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.posting.reconcile import agrees
    from counterfoil.posting.shelf import NotReady
    from counterfoil.web.services.reconciling import reconciliation

    day = as_of.date() if as_of else timezone.now().date()
    try:
        found = reconciliation(chosen, day)
    except NotReady as gap:
        fail(str(gap), status=1)
    if as_json:
        print_json(as_json_value(found))
    else:
        show(found)
    raise typer.Exit(0 if agrees(found) else 1)


def as_json_value(found: Reconciliation) -> dict[str, object]:
    """Return a reconciliation as programs read it; money as decimal strings."""
    return {
        "as_of": found.as_of.isoformat(),
        "controls": [_control_json(row) for row in found.controls],
        "opened_on": None if found.opened_on is None else found.opened_on.isoformat(),
        "openings": [_opening_json(row) for row in found.openings],
        "trust": [_trust_json(row) for row in found.trust],
        "trust_books": [_book_json(row) for row in found.trust],
        "trust_in_xero": None if found.in_xero is None else _in_xero_json(found.in_xero),
        "trust_findings": [_noted_json(noted) for noted in found.noted],
        "trust_exceptions": [_overdraft_json(one) for one in found.overdrafts],
        "waiting": [{"kind": key.kind, "id": key.id} for key in found.waiting],
    }


def _control_json(row: ControlRow) -> dict[str, object]:
    return {
        "account": _account(row.control),
        "name": _name(row.control),
        "practice": money_text(row.practice),
        "opening": money_text(row.opening),
        "waiting": money_text(row.waiting),
        "xero_ours": money_text(row.xero_ours),
        "xero_other": _money(row.xero_other),
        "difference": money_text(row.difference),
        "unexplained": money_text(row.unexplained),
    }


def _opening_json(row: OpeningRow) -> dict[str, object]:
    return {
        "account": _account(row.control),
        "name": _name(row.control),
        "practice": money_text(row.practice),
        "xero_ours": money_text(row.xero_ours),
        "xero": _money(row.xero),
        "difference": None if row.xero is None else money_text(row.difference),
    }


def _trust_json(row: TrustRow) -> dict[str, object]:
    book, statement = row.book, row.statement
    return {
        "trust_account": row.trust_account,
        "cash_book": money_text(book.cash_book),
        "ledgers": [
            {
                "client": key.client,
                "matter": key.matter,
                "matter_number": book.numbers[key],
                "balance": money_text(balance),
            }
            for key, balance in sorted(book.ledgers.items())
        ],
        "ledgers_total": money_text(book.ledgers_total),
        "costs_not_transferred": money_text(book.costs),
        "statement": _money(None if statement is None else statement.closing_balance),
        "outstanding": [
            {"date": e.date.isoformat(), "number": e.number, "amount": money_text(e.amount)}
            for e in (() if statement is None else statement.outstanding)
        ],
        "adjusted_statement": _money(None if statement is None else statement.adjusted),
        "difference": money_text(row.difference),
        "xero": _money(row.xero),
    }


def _book_json(row: TrustRow) -> dict[str, object]:
    """Return what the three ways rest on, beside the fields that programs were promised."""
    book, statement = row.book, row.statement
    return {
        "trust_account": row.trust_account,
        "statutory_deposit": money_text(book.deposit),
        "paid_by_firm": money_text(book.paid_by_firm),
        "ledger_difference": money_text(book.difference),
        "statement_date": None if statement is None else statement.date.isoformat(),
        "statement_difference": _money(None if statement is None else row.statement_difference),
        "unrecorded": [
            {"date": e.date.isoformat(), "text": e.text, "amount": money_text(e.amount)}
            for e in (() if statement is None else statement.unrecorded)
        ],
    }


def _in_xero_json(proved: TrustInXero) -> dict[str, object]:
    return {
        "proved": "per_bank" if proved.per_bank else "in_total",
        "legs": [_leg_json(leg) for leg in proved.legs],
        "trust_transfers": money_text(proved.transfers),
    }


def _leg_json(leg: Leg) -> dict[str, object]:
    return {
        "trust_accounts": list(leg.trust_accounts),
        "banks": money_text(leg.banks),
        "statutory_deposit": money_text(leg.deposit),
        "paid_by_firm": money_text(leg.paid_by_firm),
        "trust_liability": money_text(leg.liability),
        "costs_not_transferred": money_text(leg.costs),
        "difference": money_text(leg.difference),
    }


def _noted_json(noted: Noted) -> dict[str, object]:
    finding = noted.finding
    return {
        "kind": noted.key.kind,
        "id": noted.key.id,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "fix": finding.fix,
    }


def _overdraft_json(one: Overdraft) -> dict[str, object]:
    return {
        "trust_account": one.trust_account,
        "client": one.ledger.client,
        "matter": one.ledger.matter,
        "kind": one.key.kind,
        "id": one.key.id,
        "since": one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "deepest": money_text(one.deepest),
    }


def _account(control: Control) -> str:
    if control.account is None:
        return control.name
    return control.account.code or f"id:{control.account.account_id}"


def _name(control: Control) -> str:
    return control.account.name if control.account else control.name


def _money(amount: int | None) -> str | None:
    return None if amount is None else money_text(amount)


def show(found: Reconciliation) -> None:
    """Print a reconciliation for people."""
    console.print(f"As of {found.as_of:%d %b %Y}", highlight=False)
    _show_controls(found.controls)
    if any(row.xero_other is None for row in found.controls):
        console.print("There is no connection to Xero, or no such account: – stands for its side.")
    if found.openings:
        _show_openings(found)
    if found.waiting:
        console.print(f"Not in Xero yet: {counted(len(found.waiting), 'document')}.")
    for row in found.trust:
        _show_figures(f"Trust account {row.trust_account}", _trust_figures(row))
    if found.in_xero is not None:
        _show_in_xero(found.in_xero)
    for noted in found.noted:
        severity = noted.finding.severity
        console.print(f"{severity} {noted.key}: {noted.finding.message}", markup=False)


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


CONTROL_COLUMNS = ("practice", "ours in Xero", "others", "difference")


def _show_controls(rows: tuple[ControlRow, ...]) -> None:
    """Print the control accounts, side by side where the terminal is wide enough."""
    figures = [
        tuple(map(_shown, (row.practice, row.xero_ours, row.xero_other, row.difference)))
        for row in rows
    ]
    widest = max((len(text) for amounts in figures for text in amounts), default=0)
    table = _table("account", *CONTROL_COLUMNS, width=widest)
    for row, amounts in zip(rows, figures, strict=True):
        table.add_row(_account(row.control), *amounts)
    console.print("Controls, debit positive")
    if Measurement.get(console, console.options, table).minimum <= console.width:
        console.print(table)
    else:
        for row, amounts in zip(rows, figures, strict=True):
            pairs = list(zip(CONTROL_COLUMNS, amounts, strict=True))
            _show_figures(_title(row.control), pairs)
    for row in rows:
        _explain(row)


def _explain(row: ControlRow) -> None:
    """Say what of an account stood there before, and what is still to be sent."""
    told = [
        f"{_shown(amount)} {what}"
        for amount, what in ((row.opening, "at the start"), (row.waiting, "not sent"))
        if amount
    ]
    if told or row.control.account is not None:
        parts = f": {', '.join(told)}" if told else ""
        console.print(f"  {_title(row.control)}{parts}", style="dim", highlight=False, markup=False)


def _title(control: Control) -> str:
    return f"{_account(control)} {_name(control)}" if control.account else control.name


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
    return [*figures, ("bank in Xero", _shown(row.xero))]


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
