"""The invariants of trust accounting that one document, or one balance, cannot tell.

Facts: trust accounting, section 3.2. ``trust`` keeps the sums (T1, T2, T8, T14), ``trust_bills``
the bills (T4); here are the rest: transfers (T5), numbers (T6), reversals (T7, T17), lateness (T9),
what a record must hold (T10), one ledger one client (T11), months without a reconciliation (T3)
and money that nobody moves (T15). ``periods`` holds what comes after a close (T12). Retention (T16)
is kept by never erasing.

Documents are entered in the order in which the practice recorded them. Trust is mirrored and never
repaired: what is found is told with its citation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    BankStatement,
    Document,
    Key,
    OpeningTrust,
    Reversal,
    TrustDocument,
    TrustNumberCancelled,
)
from counterfoil.core.jurisdictions import ANYWHERE, Jurisdiction
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.core.trust_event import Event, Judge, Series
from counterfoil.core.trust_outline import trust_account_of
from counterfoil.core.trust_records import (
    Clients,
    Lateness,
    Records,
    Reversals,
    Transfers,
)
from counterfoil.core.trust_series import Dormant, Months, Numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from counterfoil.core.findings import Finding
    from counterfoil.core.trust import Noted


class TrustLaw:
    """The rules of a firm's trust accounts, fed document by document as they were recorded.

    ``places`` are the jurisdictions by trust account; an account without one lives ``ANYWHERE``.
    """

    def __init__(self, places: Mapping[str, Jurisdiction]) -> None:
        """Start with nothing recorded."""
        self._places = places
        self._accounts: dict[Key, str] = {}
        self._judges: tuple[Judge, ...] = (
            Transfers(),
            Records(),
            Lateness(),
            Reversals(),
            Clients(),
        )
        self._series: tuple[Series, ...] = (Numbers(), Months(), Dormant())

    def enter(self, document: Document, recorded: dt.date | None = None) -> tuple[Finding, ...]:
        """Enter a document and return what is wrong with it; others leave no trace."""
        account = self._account(document)
        if account is None:
            return ()
        place = self._places.get(account, ANYWHERE)
        event = Event(document, account, recorded, place)
        for series in self._series:
            series.enter(event)
        return tuple(finding for judge in self._judges for finding in judge.enter(event))

    def close(self, as_of: dt.date) -> tuple[Noted, ...]:
        """Return what is wrong with the whole, up to a date."""
        return tuple(noted for series in self._series for noted in series.close(as_of))

    def _account(self, document: Document) -> str | None:
        """Return in whose books a document belongs; None for one that is no trust's."""
        match document:
            case TrustDocument():
                account = trust_account_of(document)
                self._accounts[document.key] = account
                return account
            case Reversal(reverses=key):
                # A reversal of what nobody recorded is judged too: its account is then unknown.
                return self._accounts.get(key, "") if key.kind in TRUST_KINDS else None
            case OpeningTrust(trust_account=account) | TrustNumberCancelled(trust_account=account):
                return account
            case BankStatement(trust_account=code):
                return code
            case _:
                return None
