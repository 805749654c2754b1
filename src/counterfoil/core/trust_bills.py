"""Rule T4 over all documents: trust money pays issued and unpaid bills of its own client only.

Facts: trust accounting, section 3.2. One document cannot tell whether a bill is still unpaid:
receipts, credits, write-offs and earlier payments from trust have to be summed. In whole numbers of
hundredths, in the bill's currency.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core import trust_findings
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
from counterfoil.core.trust_deadlines import working_days
from counterfoil.core.trust_findings import bill_not_unpaid

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.documents import Allocation, AnyAllocation, Document, Key
    from counterfoil.core.findings import Finding


class _Settled(NamedTuple):
    """A part of a bill that one document settles, or takes back below nil."""

    date: dt.date
    by: Key
    amount: int
    place: int
    from_trust: bool


class _Bill(NamedTuple):
    """What trust money asks of a bill."""

    number: str
    worth: int
    client: str
    client_name: str
    date: dt.date


class TrustBills:
    """The bills that trust money pays, and whatever else settles them; documents in any order.

    ``notice`` is how many working days the firm waits after a bill before trust money pays it
    without a written authority.
    """

    def __init__(self, notice: int = 0) -> None:
        """Start with no bill."""
        self._notice = notice
        self._bills: dict[Key, _Bill] = {}
        self._settled: dict[Key, list[_Settled]] = defaultdict(list)
        self._payments: dict[Key, TrustBillPayment] = {}
        self._undone: set[Key] = set()

    def enter(self, document: Document) -> None:
        """Take notice of what a document is worth, or settles."""
        match document:
            case Bill() | OpeningBill():
                self._bills[document.key] = _bill(document)
            case Reversal(reverses=key) | Void(voids=key):
                self._undone.add(key)
            case _:
                for bill, settled in _settlements(document):
                    self._settled[bill].append(settled)
                if isinstance(document, TrustBillPayment):
                    self._payments[document.key] = document

    def noted(self) -> Iterator[Noted]:
        """Find payments from trust that no bill of the client's justifies.

        Within one day, what came into the office or was credited counts before trust money.
        """
        standing = [one for key, one in self._payments.items() if key not in self._undone]
        for payment in standing:
            for place, one in enumerate(payment.allocations):
                for finding in self._unjustified(payment, one, place):
                    yield Noted(payment.key, finding)
        from_trust = dict.fromkeys(one.bill for paid in standing for one in paid.allocations)
        yield from chain.from_iterable(map(self._paid_too_much, from_trust))

    def _unjustified(
        self, payment: TrustBillPayment, one: Allocation, place: int
    ) -> Iterator[Finding]:
        bill = self._bills.get(one.bill)
        if bill is None:
            yield trust_findings.bill_not_recorded(one.bill, one.amount, place)
            return
        if one.bill in self._undone:
            yield trust_findings.bill_is_void(bill.number, one.amount, place)
        if bill.client != payment.client.id:
            yield trust_findings.other_clients_bill(
                bill.number, bill.client_name, payment.client.name, one.amount, place
            )
        if payment.date < bill.date:
            yield trust_findings.paid_before_bill(bill.number, bill.date, payment.date, place)
        elif self._notice and not payment.authority:
            days = working_days(bill.date, payment.date)
            if days < self._notice:
                yield trust_findings.paid_within_notice(bill.number, days, self._notice, place)

    def _paid_too_much(self, key: Key) -> Iterator[Noted]:
        bill = self._bills.get(key)
        if bill is None or key in self._undone:
            return
        standing = (one for one in self._settled[key] if one.by not in self._undone)
        paid = 0
        for one in sorted(standing, key=lambda one: (one.date, one.from_trust, one.by)):
            owed, paid = bill.worth - paid, paid + one.amount
            if one.from_trust and paid > bill.worth:
                finding = bill_not_unpaid(bill.number, one.amount, max(owed, 0), one.place)
                yield Noted(one.by, finding)


def _bill(document: Bill | OpeningBill) -> _Bill:
    worth = document.outstanding if isinstance(document, OpeningBill) else document.total
    client = document.client
    return _Bill(document.number, worth, client.id, client.name, document.date)


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
