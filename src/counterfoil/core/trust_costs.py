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
    """The payments from trust, and which transfers moved their costs; fed day by day.

    What is wrong with a transfer is told as long as that stands: reversed, it has moved nothing.
    """

    def __init__(self) -> None:
        """Start with no payment."""
        self._payments: dict[Key, TrustBillPayment] = {}
        self._taken_back: dict[Key, Key] = {}
        self._transfers: dict[Key, TrustOfficeTransfer] = {}
        self._named_by: dict[Key, list[Key]] = defaultdict(list)
        self._found: dict[Key, tuple[Finding, ...]] = {}
        self._behind: list[tuple[Reversal, Key]] = []

    def enter(self, documents: Sequence[Document]) -> None:
        """Take notice of the documents of one day; of those, what takes others back comes last."""
        transfers: list[TrustOfficeTransfer] = []
        gone: list[Reversal] = []
        for document in documents:
            if isinstance(document, TrustBillPayment):
                self._payments[document.key] = document
            elif isinstance(document, TrustOfficeTransfer):
                transfers.append(document)
                self._transfers[document.key] = document
            elif isinstance(document, Reversal):
                self._transfers.pop(document.reverses, None)
                if document.reverses in self._payments.keys() - self._taken_back.keys():
                    self._taken_back[document.reverses] = document.key
                    gone.append(document)
        if gone:
            self._leave_behind(gone, transfers)
        for transfer in transfers:
            self._found[transfer.key] = tuple(self._named(transfer))
            for key in transfer.payments:
                self._named_by[key].append(transfer.key)

    def noted(self) -> Iterator[tuple[Key, Finding]]:
        """Say what is wrong with the transfers that stand, and with what was taken back of them."""
        first: dict[Key, Key] = {}
        for transfer in self._transfers.values():
            for finding in self._found[transfer.key]:
                yield transfer.key, finding
            for place, payment in enumerate(transfer.payments):
                before = first.setdefault(payment, transfer.key)
                if before != transfer.key:
                    twice = trust_findings.payment_named_twice(payment, place, before)
                    yield transfer.key, twice
        for reversal, key in self._behind:
            if key in self._transfers:
                paid = self._payments[reversal.reverses]
                yield reversal.key, trust_findings.costs_left_behind(paid, key)

    def _named(self, transfer: TrustOfficeTransfer) -> Iterator[Finding]:
        """Hold a transfer against the payments it names, as they stand on its day."""
        yield from named_payments(transfer, self._payments)
        for place, key in enumerate(transfer.payments):
            if key not in self._payments:
                yield trust_findings.payment_not_known(key, place)
            elif key in self._taken_back:
                yield trust_findings.payment_taken_back(key, place, self._taken_back[key])

    def _leave_behind(
        self, gone: Iterable[Reversal], of_day: Iterable[TrustOfficeTransfer]
    ) -> None:
        """Remember payments that are taken back while their costs stay with the office.

        What the office puts in on the same day makes them good.
        """
        put_in: dict[str, int] = defaultdict(int)
        for one in of_day:
            if one.direction == "to_trust":
                put_in[one.trust_account] += one.amount
        for reversal in gone:
            payment = self._payments[reversal.reverses]
            standing = [key for key in self._named_by[payment.key] if key in self._transfers]
            if standing and payment.amount > put_in[payment.trust_account]:
                self._behind.append((reversal, standing[0]))
            elif standing:
                put_in[payment.trust_account] -= payment.amount
