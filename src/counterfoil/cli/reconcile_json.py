"""A reconciliation as programs read it; money as decimal strings, debit positive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.reports.reconciliation_tables import account_of, name_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from counterfoil.core.trust import Noted, Overdraft
    from counterfoil.posting.by_account import AccountRow
    from counterfoil.posting.by_client import ClientRow
    from counterfoil.posting.others import Other
    from counterfoil.posting.reconcile import (
        ControlRow,
        OpeningRow,
        Reconciliation,
        Traced,
        TrustRow,
    )
    from counterfoil.posting.trust_in_xero import Leg, TrustInXero


def as_json_value(found: Reconciliation) -> dict[str, object]:
    """Return a reconciliation as programs read it; money as decimal strings."""
    looked = found.others is not None
    names = {
        row.control.account.account_id: account_of(row.control)
        for row in found.controls
        if row.control.account
    }
    return {
        "as_of": found.as_of.isoformat(),
        "controls": [_control_json(row) for row in found.controls],
        "opened_on": None if found.opened_on is None else found.opened_on.isoformat(),
        "openings": [_opening_json(row) for row in found.openings],
        "trust": [_trust_json(row) for row in found.trust],
        "trust_books": [_book_json(row, found.as_of) for row in found.trust],
        "trust_in_xero": None if found.in_xero is None else _in_xero_json(found.in_xero),
        "trust_findings": [_noted_json(noted) for noted in found.noted],
        "trust_exceptions": [_overdraft_json(one) for one in found.overdrafts],
        "waiting": [{"kind": key.kind, "id": key.id} for key in found.waiting],
        "differences": [_traced_json(one) for one in found.traced],
        "clients": [_client_json(row) for row in found.clients],
        "results": [_result_json(row) for row in found.results],
        "others": [_other_json(one, names) for one in found.others or ()] if looked else None,
    }


def _traced_json(one: Traced) -> dict[str, object]:
    return {
        "account": account_of(one.control),
        "kind": one.key.kind,
        "id": one.key.id,
        "number": one.number,
        "date": one.date.isoformat(),
        "practice": money_text(one.practice),
        "waiting": money_text(one.waiting),
        "timing": money_text(one.timing),
        "in_xero_on": None if one.in_xero_on is None else one.in_xero_on.isoformat(),
        "xero_ours": money_text(one.ours),
        "difference": money_text(one.difference),
    }


def _client_json(row: ClientRow) -> dict[str, object]:
    return {
        "account": account_of(row.control),
        "client": row.party,
        "name": row.name,
        "practice": money_text(row.share.practice),
        "opening": money_text(row.share.opening),
        "waiting": money_text(row.share.waiting),
        "timing": money_text(row.share.timing),
        "xero_ours": money_text(row.share.ours),
        "xero_other": money(row.xero_other),
        "difference": money_text(row.difference),
        "unexplained": money_text(row.unexplained),
    }


def _result_json(row: AccountRow) -> dict[str, object]:
    return {
        "account": row.account.code or f"id:{row.account.account_id}",
        "name": row.account.name,
        "practice": money_text(row.practice),
        "waiting": money_text(row.waiting),
        "xero_ours": money_text(row.ours),
        "xero_other": money(row.others),
        "difference": money_text(row.difference),
    }


def _other_json(one: Other, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "account": names[one.account_id],
        "resource": one.resource,
        "xero_id": one.xero_id,
        "name": one.name,
        "date": one.date.isoformat(),
        "amount": money_text(one.amount),
    }


def _control_json(row: ControlRow) -> dict[str, object]:
    return {
        "account": account_of(row.control),
        "name": name_of(row.control),
        "practice": money_text(row.practice),
        "opening": money_text(row.opening),
        "waiting": money_text(row.waiting),
        "timing": money_text(row.timing),
        "xero_ours": money_text(row.xero_ours),
        "xero_other": money(row.xero_other),
        "difference": money_text(row.difference),
        "unexplained": money_text(row.unexplained),
    }


def _opening_json(row: OpeningRow) -> dict[str, object]:
    return {
        "account": account_of(row.control),
        "name": name_of(row.control),
        "practice": money_text(row.practice),
        "xero_ours": money_text(row.xero_ours),
        "xero": money(row.xero),
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
        "statement": money(None if statement is None else statement.closing_balance),
        "outstanding": [
            {"date": e.date.isoformat(), "number": e.number, "amount": money_text(e.amount)}
            for e in (() if statement is None else statement.outstanding)
        ],
        "adjusted_statement": money(None if statement is None else statement.adjusted),
        "difference": money_text(row.difference),
        "xero": money(row.xero),
    }


def _book_json(row: TrustRow, as_of: dt.date) -> dict[str, object]:
    """Return what the three ways rest on, beside the fields that programs were promised."""
    book, statement = row.book, row.statement
    return {
        "trust_account": row.trust_account,
        "statutory_deposit": money_text(book.deposit),
        "paid_by_firm": money_text(book.paid_by_firm),
        "ledger_difference": money_text(book.difference),
        "statement_date": None if statement is None else statement.date.isoformat(),
        "statement_difference": money(None if statement is None else row.statement_difference),
        "xero_difference": money(None if row.xero is None else row.xero_difference),
        "unrecorded": [
            {"date": e.date.isoformat(), "text": e.text, "amount": money_text(e.amount)}
            for e in (() if statement is None else statement.unrecorded)
        ],
        "remarks": list(row.remarks(as_of)),
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


def money(amount: int | None) -> str | None:
    """Return an amount as text, null where there is none."""
    return None if amount is None else money_text(amount)
