"""The invariants of trust accounting that one document, or one balance, cannot tell.

Facts: trust accounting, section 3.2; ``trust_rules`` is the whole list, with what judges each.
``trust`` keeps the sums (T1, T2, T8, T14) and ``trust_bills`` the bills (T4). Here are the rest:
transfers (T5), numbers (T6), reversals (T7, T17), lateness (T9) and what was short when it was
recorded (T1), what a record must hold (T10), one ledger one client (T11), the firm's own money
(T13), months without a reconciliation (T3) and money that nobody moves (T15).

Documents are entered in the order of the days on which the practice recorded them; those of one
day have no order among themselves, and are judged when it ends. Trust is mirrored and never
repaired: what is found is told with its citation.
"""

from __future__ import annotations

import datetime as dt
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
from counterfoil.core.trust import TRUST_KINDS, Noted, moves
from counterfoil.core.trust_days import turn
from counterfoil.core.trust_event import Daily, Event, Judge, Series
from counterfoil.core.trust_firm import FirmsMoney
from counterfoil.core.trust_outline import trust_account_of
from counterfoil.core.trust_records import Clients, Records, Reversals, Transfers, changed
from counterfoil.core.trust_series import Dormant, Months, Numbers
from counterfoil.core.trust_times import Lateness, ShortWhenRecorded

if TYPE_CHECKING:
    from collections.abc import Mapping

Recorded = tuple[Document, dt.date | None]
"""A document, and the day on which it was recorded, where that is known."""


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
        self._noted: list[Noted] = []
        self._day: dt.date | None = None
        self._today: list[Recorded] = []
        self._early: dict[Key, list[Reversal]] = {}
        self._daily: tuple[Daily, ...] = (Reversals(), FirmsMoney(firm))
        self._judges: tuple[Judge, ...] = (
            Transfers(),
            Records(),
            Lateness(began),
            Clients(),
            *self._daily,
        )
        self._series: tuple[Series, ...] = (
            Numbers(),
            Months(),
            Dormant(dormant_days),
            ShortWhenRecorded(),
        )

    def enter(self, document: Document, recorded: dt.date | None = None) -> bool:
        """Enter a document; tell whether it counts: what came under a known id before does.

        Where nobody knows when it was recorded, that is taken to be on its own day.
        """
        account = self._account(document)
        if account is None:
            return True
        day = recorded or document.date
        if day != self._day:
            self._end_day()
            self._day = day
        known = self._known.setdefault(document.key, document)
        if known is not document:
            place = self._places.get(account, ANYWHERE)
            self._noted += (Noted(document.key, one) for one in changed(document, known, place))
            return False
        self._today.append((document, recorded))
        return True

    def close(self, as_of: dt.date) -> tuple[Noted, ...]:
        """Return what is wrong with each document and with the whole, up to a date."""
        self._end_day()
        for several in self._early.values():
            for reversal in several:
                self._judge(reversal, None)
        later = (noted for series in self._series for noted in series.close(as_of))
        return (*self._noted, *later)

    def _end_day(self) -> None:
        """Judge what was recorded on the day that ends."""
        for document, recorded in sorted(self._today, key=_turn):
            if isinstance(document, Reversal) and document.reverses not in self._known:
                self._early.setdefault(document.reverses, []).append(document)
                continue
            self._judge(document, recorded)
            for reversal in self._early.pop(document.key, ()) if self._early else ():
                self._judge(reversal, recorded)
        self._today.clear()
        for judge in self._daily:
            self._noted += judge.end_day()

    def _judge(self, document: Document, recorded: dt.date | None) -> None:
        account = self._account(document) or ""
        place = self._places.get(account, ANYWHERE)
        event = self._event(document, account, recorded, place)
        for series in self._series:
            series.enter(event)
        for judge in self._judges:
            for finding in judge.enter(event):
                self._noted.append(Noted(document.key, finding))

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


def _turn(recorded: Recorded) -> tuple[bool, dt.date, Key]:
    return turn(recorded[0])
