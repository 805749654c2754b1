"""Rule T4 over all documents: trust money pays unpaid bills only (facts: trust, section 3.2).

One document cannot tell whether a bill is still unpaid: receipts, credits, write-offs and earlier
payments from trust have to be summed. In whole numbers of hundredths, in the bill's currency.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import (
    Bill,
    CreditNote,
    LaterAllocation,
    OpeningBill,
    Receipt,
    Reversal,
    TrustBillPayment,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.trust import Noted
from counterfoil.core.trust_findings import bill_not_unpaid

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.documents import AnyAllocation, Document, Key


class _Settled(NamedTuple):
    """A part of a bill that one document settles, or takes back below nil."""

    date: dt.date
    by: Key
    amount: int
    place: int
    from_trust: bool


class TrustBills:
    """The bills that trust money pays, and whatever else settles them; documents in any order."""

    def __init__(self) -> None:
        """Start with no bill."""
        self._worth: dict[Key, tuple[str, int]] = {}
        self._settled: dict[Key, list[_Settled]] = defaultdict(list)
        self._from_trust: dict[Key, None] = {}
        self._undone: set[Key] = set()

    def enter(self, document: Document) -> None:
        """Take notice of what a document is worth, or settles."""
        match document:
            case OpeningBill():
                self._worth[document.key] = document.number, document.outstanding
            case Bill():
                self._worth[document.key] = document.number, document.total
            case Reversal(reverses=key) | Void(voids=key):
                self._undone.add(key)
            case _:
                for bill, settled in _settlements(document):
                    self._settled[bill].append(settled)
                    if settled.from_trust:
                        self._from_trust[bill] = None

    def noted(self) -> Iterator[Noted]:
        """Find payments from trust that bring what is settled of a bill above its worth.

        Within one day, what came into the office or was credited counts before trust money.
        """
        return chain.from_iterable(map(self._paid_too_much, self._from_trust))

    def _paid_too_much(self, bill: Key) -> Iterator[Noted]:
        if bill not in self._worth or bill in self._undone:
            return
        number, worth = self._worth[bill]
        standing = (one for one in self._settled[bill] if one.by not in self._undone)
        paid = 0
        for one in sorted(standing, key=lambda one: (one.date, one.from_trust)):
            owed, paid = worth - paid, paid + one.amount
            if one.from_trust and paid > worth:
                finding = bill_not_unpaid(number, one.amount, max(owed, 0), one.place)
                yield Noted(one.by, finding)


def _settlements(document: Document) -> Iterator[tuple[Key, _Settled]]:
    match document:
        case WriteOff(bill=bill, amount=amount):
            yield bill, _Settled(document.date, document.key, amount, 0, from_trust=False)
        case Receipt() | CreditNote() | LaterAllocation() | Unallocation() | TrustBillPayment():
            sign = -1 if isinstance(document, Unallocation) else 1
            trust = isinstance(document, TrustBillPayment)
            allocations: tuple[AnyAllocation, ...] = document.allocations
            for place, one in enumerate(allocations):
                amount = sign * one.amount
                yield one.invoice, _Settled(document.date, document.key, amount, place, trust)
        case _:
            return
