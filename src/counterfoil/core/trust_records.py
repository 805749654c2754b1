"""Rules of trust accounting that judge a record when it comes: T5, T7, T9 to T11 and T17.

Facts: trust accounting, section 3.2.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    Document,
    Key,
    Reversal,
    TrustDocument,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.findings import Finding, error, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import LedgerKey, moves
from counterfoil.core.trust_deadlines import working_days
from counterfoil.core.trust_outline import between_ledgers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.trust_event import Event


class Transfers:
    """T5: a transfer between matters touches two ledgers and says who authorised it."""

    def enter(self, event: Event) -> Iterator[Finding]:
        """Judge a transfer."""
        document = event.document
        if not isinstance(document, TrustTransfer):
            return
        left, reached = document.from_, document.to
        if left.trust_account == reached.trust_account and not between_ledgers(document):
            yield error(
                "transfer_to_itself",
                f"The transfer leaves and reaches the same ledger ({event.place.cite('T5')}).",
                "Correct the matter that the money reaches, or cancel the transfer.",
                "to",
            )
        elif event.place.authority and not document.authority:
            yield warning(
                "authority_missing",
                f"The transfer does not say who authorised it ({event.place.cite('T5')}).",
                "Record the authority in the practice system.",
                "authority",
            )


class Records:
    """T10: what a record of money received or paid must hold."""

    def enter(self, event: Event) -> Iterator[Finding]:
        """Judge receipts and payments."""
        document = event.document
        if not event.place.rules or not isinstance(document, TrustReceipt | TrustPayment):
            return
        if not document.method:
            yield self._missing(event, "method", "in which form the money came or went")
        if not document.memo and not all(split.description for split in document.splits):
            yield self._missing(event, "splits", "what the money was for")

    def _missing(self, event: Event, path: str, what: str) -> Finding:
        return warning(
            "trust_record_incomplete",
            f"The record does not say {what} ({event.place.cite('T10')}).",
            "Complete the record in the practice system.",
            path,
        )


class Lateness:
    """T9: money is recorded within a few working days of moving."""

    def enter(self, event: Event) -> Iterator[Finding]:
        """Compare the day it happened with the day it was recorded."""
        allowed, recorded = event.place.record_within, event.recorded
        if allowed is None or recorded is None or not isinstance(event.document, TrustDocument):
            return
        took = working_days(event.document.date, recorded)
        if took > allowed:
            yield warning(
                "recorded_late",
                f"It was recorded {took} working days after {event.document.date}, and "
                f"{allowed} are allowed ({event.place.cite('T9')}).",
                "Nothing can mend the date; keep the reason with the record.",
                "date",
            )


class Reversals:
    """T7 and T17: a correction names its original, once; what rests on it is reversed first."""

    def __init__(self) -> None:
        """Start with nothing to reverse."""
        self._seen: dict[Key, Document] = {}
        self._undone: dict[Key, Key] = {}
        self._paid: dict[tuple[str, LedgerKey], int] = defaultdict(int)

    def enter(self, event: Event) -> Iterator[Finding]:
        """Remember movements, and judge what reverses them."""
        document = event.document
        if not isinstance(document, Reversal):
            if isinstance(document, TrustDocument):
                self._seen[document.key] = document
            self._move(document, 1)
            return
        original = self._seen.get(document.reverses)
        if original is None:
            yield self._wrong(event, "which is not recorded before it")
            return
        before = self._undone.setdefault(original.key, document.key)
        if before != document.key:
            yield self._wrong(event, f"which {before.id} has reversed already")
            return
        if document.date < original.date:
            yield self._wrong(event, f"which happened later, on {original.date}")
        self._move(original, -1)
        yield from self._rested_upon(event, original)

    def _move(self, document: Document, sign: int) -> None:
        for move in moves(document):
            for ledger, amount, *_ in move.ledgers:
                self._paid[move.trust_account, ledger] += sign * amount

    def _wrong(self, event: Event, why: str) -> Finding:
        assert isinstance(event.document, Reversal)
        key = event.document.reverses
        return error(
            "reversal_unfounded",
            f"It reverses {key.kind} {key.id}, {why} ({event.place.cite('T7')}).",
            "Name the movement that it takes back; each can be taken back once.",
            "reverses",
            str(key),
        )

    def _rested_upon(self, event: Event, original: Document) -> Iterator[Finding]:
        if not isinstance(original, TrustReceipt):
            return
        for move in moves(original):
            for ledger, _, number, _ in move.ledgers:
                balance = self._paid[move.trust_account, ledger]
                if balance < 0:
                    yield warning(
                        "bounced_after_payment",
                        f"The receipt is taken back after its money was paid out: matter {number} "
                        f"is short of {amount_text(-balance)} ({event.place.cite('T17')}).",
                        "Make the shortage good, or reverse the payments that it allowed.",
                        "reverses",
                        f"ledger:{move.trust_account}/{ledger.client}/{ledger.matter}",
                    )


class Clients:
    """T11: a matter's ledger holds one client's money."""

    def __init__(self) -> None:
        """Start with no ledger."""
        self._clients: dict[tuple[str, str], str] = {}

    def enter(self, event: Event) -> Iterator[Finding]:
        """Judge each ledger that a document touches for the first time."""
        for move in moves(event.document):
            for ledger, _, number, _ in move.ledgers:
                of = move.trust_account, ledger.matter
                client = self._clients.setdefault(of, ledger.client)
                if client != ledger.client:
                    yield warning(
                        "matter_of_two_clients",
                        f"Matter {number} holds money of client {ledger.client}, and held money of "
                        f"client {client} before ({event.place.cite('T11')}).",
                        "Open a matter of its own for each client, and move the money by journal.",
                        "matter",
                        f"matter:{ledger.matter}",
                    )
