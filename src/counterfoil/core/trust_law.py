"""The invariants of trust accounting that one document, or one balance, cannot tell.

Facts: trust accounting, section 3.2; ``trust_rules`` is the whole list, with what judges each.
``trust`` keeps the sums (T1, T2, T8, T14) and ``trust_bills`` the bills (T4). Here are the rest:
transfers (T5), numbers (T6), reversals (T7, T17), lateness (T9) and what was short when it was
recorded (T1), what a record must hold (T10), one ledger one client (T11), the firm's own money
(T13), months without a reconciliation (T3) and money that nobody moves (T15).

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
from counterfoil.core.mapping import DORMANT_DAYS, FirmMoney
from counterfoil.core.trust import TRUST_KINDS, moves
from counterfoil.core.trust_event import Event, Judge, Series
from counterfoil.core.trust_firm import FirmsMoney
from counterfoil.core.trust_outline import trust_account_of
from counterfoil.core.trust_records import Clients, Records, Reversals, Transfers, changed
from counterfoil.core.trust_series import Dormant, Months, Numbers
from counterfoil.core.trust_times import Lateness, ShortWhenRecorded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from counterfoil.core.findings import Finding
    from counterfoil.core.trust import Noted


class TrustLaw:
    """The rules of a firm's trust accounts, fed document by document as they were recorded.

    ``places`` are the jurisdictions by trust account; an account without one lives ``ANYWHERE``.
    ``firm`` says what of the firm's own money may lie in which account. What is dated before
    ``began`` was brought over from elsewhere, so that the day it was recorded here says nothing.
    """

    def __init__(
        self,
        places: Mapping[str, Jurisdiction],
        firm: Mapping[str, FirmMoney],
        *,
        began: dt.date | None = None,
        dormant_days: int = DORMANT_DAYS,
    ) -> None:
        """Start with nothing recorded."""
        self._places = places
        self._known: dict[Key, Document] = {}
        self._undone: set[Key] = set()
        self._judges: tuple[Judge, ...] = (
            Transfers(),
            Records(),
            Lateness(began),
            Reversals(),
            Clients(),
            FirmsMoney(firm),
        )
        self._series: tuple[Series, ...] = (
            Numbers(),
            Months(),
            Dormant(dormant_days),
            ShortWhenRecorded(),
        )

    def enter(self, document: Document, recorded: dt.date | None = None) -> tuple[Finding, ...]:
        """Enter a document and return what is wrong with it; others leave no trace."""
        account = self._account(document)
        if account is None:
            return ()
        place = self._places.get(account, ANYWHERE)
        if self._known.setdefault(document.key, document) is not document:
            return tuple(changed(document, self._known[document.key], place))
        event = self._event(document, account, recorded, place)
        for series in self._series:
            series.enter(event)
        return tuple(finding for judge in self._judges for finding in judge.enter(event))

    def is_first(self, document: Document) -> bool:
        """Tell whether nothing else came under a document's id before; the first one counts."""
        return self._known.get(document.key, document) is document

    def close(self, as_of: dt.date) -> tuple[Noted, ...]:
        """Return what is wrong with the whole, up to a date."""
        return tuple(noted for series in self._series for noted in series.close(as_of))

    def _event(
        self, document: Document, account: str, recorded: dt.date | None, place: Jurisdiction
    ) -> Event:
        if not isinstance(document, Reversal):
            return Event(document, account, recorded, place, moves(document))
        original = self._known.get(document.reverses)
        if original is None or original.key in self._undone:
            return Event(document, account, recorded, place, (), original)
        self._undone.add(original.key)
        opposite = tuple(move.opposite for move in moves(original))
        return Event(document, account, recorded, place, opposite, original)

    def _account(self, document: Document) -> str | None:
        """Return in whose books a document belongs; None for one that is no trust's."""
        match document:
            case TrustDocument():
                return trust_account_of(document)
            case Reversal(reverses=key):
                # A reversal of what nobody recorded is judged too: its account is then unknown.
                return self._account_of(key) if key.kind in TRUST_KINDS else None
            case OpeningTrust(trust_account=account) | TrustNumberCancelled(trust_account=account):
                return account
            case BankStatement(trust_account=code):
                return code
            case _:
                return None

    def _account_of(self, key: Key) -> str:
        original = self._known.get(key)
        return trust_account_of(original) if isinstance(original, TrustDocument) else ""
