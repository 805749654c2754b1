"""Office bank accounts, as documents name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.findings import Finding, error
from counterfoil.core.targets import Found, account_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.chart import Account
    from counterfoil.core.documents import Document
    from counterfoil.core.lookup import Lookup


def office_bank(code: str, lookup: Lookup) -> Found:
    """Find the bank account of an office document; a trust account is refused by name."""
    about = f"bank_account:{code}"
    if code in lookup.mapping.bank_accounts:
        return lookup.office_bank(code)
    if code in lookup.mapping.trust_accounts:
        refused = error(
            "office_on_trust_account",
            f"{code} is a trust account; office money cannot move on it.",
            "Record a trust document, or name an office bank account.",
            about=about,
        )
        return Found(None, (refused,))
    return Found(None, (readiness.unmapped("bank_account", code, about, "bank_account"),))


def bank_currency(
    document: Document, account: Account | None, code: str, lookup: Lookup
) -> Iterator[Finding]:
    """Say where a document's currency is not that of its bank account.

    Xero books what moves on a bank account in that account's currency (documents.md, Foreign
    currency).
    """
    base = lookup.chart.organisation.base_currency
    moved = document.currency or base
    if account is None or (account.currency or base) == moved:
        return
    yield error(
        "bank_in_other_currency",
        f"The {document.kind.replace('_', ' ')} is in {moved}; {account_title(account)} is kept "
        f"in {account.currency or base}.",
        "Name the bank account that the money moved on, or correct the currency.",
        "currency",
        f"bank_account:{code}",
    )
