"""``counterfoil reconcile``: the practice against Xero, to the cent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    console,
    fail,
    open_organisation,
    print_json,
)
from counterfoil.core.amounts import money_decimal, money_text

if TYPE_CHECKING:
    from counterfoil.core.effects import Control
    from counterfoil.posting.reconcile import ControlRow, Reconciliation, TrustRow


def reconcile(
    *,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="At the end of this day.")
    ] = None,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Compare receivables, banks and trust of the practice with Xero."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

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


def as_json_value(found: Reconciliation) -> dict[str, object]:
    """Return a reconciliation as programs read it; money as decimal strings."""
    return {
        "as_of": found.as_of.isoformat(),
        "controls": [_control_json(row) for row in found.controls],
        "trust": [_trust_json(row) for row in found.trust],
        "waiting": [{"kind": key.kind, "id": key.id} for key in found.waiting],
    }


def _control_json(row: ControlRow) -> dict[str, object]:
    return {
        "account": _account(row.control),
        "name": row.control.account.name if row.control.account else row.control.name,
        "practice": money_text(row.practice),
        "waiting": money_text(row.waiting),
        "xero_ours": money_text(row.xero_ours),
        "xero_other": _money(row.xero_other),
        "difference": money_text(row.difference),
    }


def _trust_json(row: TrustRow) -> dict[str, object]:
    return {
        "trust_account": row.trust_account,
        "cash_book": money_text(row.book.cash_book),
        "ledgers": [
            {"client": key.client, "matter": key.matter, "balance": money_text(balance)}
            for key, balance in sorted(row.book.ledgers.items())
        ],
        "ledgers_total": money_text(row.book.ledgers_total),
        "costs_not_transferred": money_text(0),
        "statement": None,
        "outstanding": [],
        "adjusted_statement": None,
        "difference": money_text(row.difference),
        "xero": _money(row.xero),
    }


def _account(control: Control) -> str:
    if control.account is None:
        return control.name
    return control.account.code or f"id:{control.account.account_id}"


def _money(amount: int | None) -> str | None:
    return None if amount is None else money_text(amount)


def show(found: Reconciliation) -> None:
    """Print a reconciliation for people."""
    console.print(f"As of {found.as_of:%d %b %Y}", highlight=False)
    table = Table("account", title="Controls, debit positive", title_justify="left")
    for name in ("practice", "not sent", "ours in Xero", "others", "difference"):
        table.add_column(name, justify="right")
    for row in found.controls:
        name = row.control.account.name if row.control.account else row.control.name
        amounts = (row.practice, row.waiting, row.xero_ours, row.xero_other, row.difference)
        table.add_row(f"{_account(row.control)} {name}", *map(_shown, amounts))
    console.print(table)
    if found.waiting:
        console.print(f"{len(found.waiting)} documents are not in Xero yet.")
    trust = Table("trust account", title="Trust", title_justify="left")
    for name in ("cash book", "matter ledgers", "difference", "Xero"):
        trust.add_column(name, justify="right")
    for line in found.trust:
        sums = (line.book.cash_book, line.book.ledgers_total, line.difference, line.xero)
        trust.add_row(line.trust_account, *map(_shown, sums))
    console.print(trust)


def _shown(amount: int | None) -> str:
    return "not connected" if amount is None else f"{money_decimal(amount):,}"
