"""What a reconciliation leaves to explain, in words: what keeps it from agreeing, and nothing else.

That a statement does not reach the day is no difference: it is not due yet, or rule T3 tells of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import Severity
from counterfoil.core.money import amount_text
from counterfoil.core.trust_bank_words import of_a_difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.posting.reconcile import ControlRow, OpeningRow, Reconciliation, TrustRow
    from counterfoil.posting.trust_in_xero import TrustInXero


def differences(found: Reconciliation) -> Iterator[str]:
    """Yield what nothing explains: of accounts, openings, trust accounts and what is wrong."""
    for control in found.controls:
        if control.unexplained:
            yield _of_control(control)
    for opening in found.openings:
        if opening.difference:
            yield _of_opening(opening)
    for trust in found.trust:
        yield from _of_trust(trust)
    if found.in_xero is not None:
        yield from _of_trust_in_xero(found.in_xero)
    for noted in found.noted:
        if noted.finding.severity is Severity.ERROR:
            yield noted.finding.message


def _named(row: ControlRow | OpeningRow) -> str:
    account = row.control.account
    return row.control.name if account is None else f"{account.code or ''} {account.name}".strip()


def _of_control(row: ControlRow) -> str:
    return (
        f"{_named(row)}: {amount_text(row.unexplained)} is not explained; "
        f"{amount_text(row.should_stand)} should stand in Xero, {amount_text(row.stands)} does."
    )


def _of_opening(row: OpeningRow) -> str:
    return f"{_named(row)} at the start: {amount_text(row.difference)} is not explained."


def _of_trust(row: TrustRow) -> Iterator[str]:
    """Say where bank, cash book and ledgers of an account differ."""
    if row.book.difference:
        apart = amount_text(row.book.difference)
        yield f"{row.trust_account}: the cash book and the ledgers are {apart} apart."
    if row.statement is not None and not row.statement.proves:
        what = "; ".join(of_a_difference(row.statement))
        yield f"{row.trust_account}, bank statement up to {row.statement.date}: {what}."
    if row.xero_difference:
        off = amount_text(row.xero_difference)
        yield f"{row.trust_account}: the cash book is {off} more than its bank in Xero."


def _of_trust_in_xero(proved: TrustInXero) -> Iterator[str]:
    for leg in proved.legs:
        if leg.difference:
            accounts = ", ".join(leg.trust_accounts)
            yield f"Trust in Xero, {accounts}: {amount_text(leg.difference)} is not explained."
    if proved.transfers:
        yield f"Trust Transfers in Xero stands at {amount_text(proved.transfers)}, not at nil."
