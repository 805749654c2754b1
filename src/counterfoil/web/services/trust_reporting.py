"""A trust account's month from the daybook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.jurisdictions import jurisdiction
from counterfoil.core.trust_month import TrustMonth, trust_month
from counterfoil.posting.shelf import NotReady
from counterfoil.web.services.reconciling import trust_documents
from counterfoil.web.shelf import DatabaseShelf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.core.documents import Document
    from counterfoil.web.models import Organisation


def month_of(organisation: Organisation, trust_account: str, end: dt.date) -> TrustMonth:
    """Return the month that ends on ``end``, under the rules that the mapping names."""
    return month_among(organisation, trust_documents(organisation), trust_account, end)


def month_among(
    organisation: Organisation, documents: Iterable[Document], trust_account: str, end: dt.date
) -> TrustMonth:
    """Return the same of documents that were read already."""
    place = jurisdiction(_place(organisation, trust_account))
    return trust_month(documents, trust_account, end, place)


def accounts_of(organisation: Organisation) -> tuple[str, ...]:
    """Return the trust accounts of the mapping; none before there is one."""
    try:
        return tuple(DatabaseShelf(organisation).mapping().trust_accounts)
    except NotReady:
        return ()


def _place(organisation: Organisation, trust_account: str) -> str | None:
    try:
        account = DatabaseShelf(organisation).mapping().trust_accounts.get(trust_account)
    except NotReady:
        return None
    return account.jurisdiction if account else None
