"""Rule T4 of transfers of costs: each is the sum of payments from trust, each named once.

Facts: trust accounting, section 3.2. A transfer that was taken back names nothing any more, so that
its payments may be named by another; a payment that was taken back has no costs to move.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from counterfoil.core import trust_findings
from counterfoil.core.documents import Reversal, TrustBillPayment, TrustOfficeTransfer
from counterfoil.core.trust_references import named_payments

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding


class Costs:
    """The payments from trust, and which transfers moved their costs; fed day by day."""

    def __init__(self) -> None:
        """Start with no payment."""
        self._payments: dict[Key, TrustBillPayment] = {}
        self._taken_back: dict[Key, Key] = {}
        self._transfers: dict[Key, TrustOfficeTransfer] = {}
        self._named_by: dict[Key, list[Key]] = defaultdict(list)

    def of_day(self, documents: Sequence[Document]) -> Iterator[tuple[Key, Finding]]:
        """Take notice of the documents of one day, and say at its end what is wrong."""
        transfers: list[TrustOfficeTransfer] = []
        back: list[Reversal] = []
        for document in documents:
            if isinstance(document, TrustBillPayment):
                self._payments[document.key] = document
            elif isinstance(document, TrustOfficeTransfer):
                transfers.append(document)
                self._transfers[document.key] = document
            elif isinstance(document, Reversal):
                back.append(document)
        gone = [one for one in back if self._take_back(one)] if back else []
        for transfer in transfers:
            for finding in self._named(transfer):
                yield transfer.key, finding
        if gone:
            yield from self._left_behind(gone, transfers)

    def _take_back(self, reversal: Reversal) -> bool:
        """Free what a transfer named; tell whether a payment is taken back."""
        key = reversal.reverses
        transfer = self._transfers.pop(key, None)
        for payment in transfer.payments if transfer else ():
            if key in self._named_by[payment]:
                self._named_by[payment].remove(key)
        paid = key in self._payments and key not in self._taken_back
        if paid:
            self._taken_back[key] = reversal.key
        return paid

    def _named(self, transfer: TrustOfficeTransfer) -> Iterator[Finding]:
        """Hold a transfer against the payments it names; one that stands takes them."""
        yield from named_payments(transfer, self._payments)
        stands = transfer.key in self._transfers
        for place, key in enumerate(transfer.payments):
            if key not in self._payments:
                yield trust_findings.payment_not_known(key, place)
            if not stands:
                continue
            if key in self._taken_back:
                yield trust_findings.payment_taken_back(key, place, self._taken_back[key])
            before = self._named_by[key]
            if before:
                yield trust_findings.payment_named_twice(key, place, before[0])
            before.append(transfer.key)

    def _left_behind(
        self, gone: Iterable[Reversal], of_day: Iterable[TrustOfficeTransfer]
    ) -> Iterator[tuple[Key, Finding]]:
        """Say of payments that are taken back while their costs stay with the office.

        What the office puts in on the same day makes them good.
        """
        new = {one.key for one in of_day}
        put_in: dict[str, int] = defaultdict(int)
        for one in of_day:
            if one.direction == "to_trust" and one.key in self._transfers:
                put_in[one.trust_account] += one.amount
        for reversal in gone:
            payment = self._payments[reversal.reverses]
            moved = [key for key in self._named_by.get(payment.key, ()) if key not in new]
            if moved and payment.amount > put_in[payment.trust_account]:
                yield reversal.key, trust_findings.costs_left_behind(payment, moved[0])
            elif moved:
                put_in[payment.trust_account] -= payment.amount
