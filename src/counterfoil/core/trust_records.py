"""Rules of trust accounting that judge a record when it comes: T5, T7, T10, T11 and T17.

Facts: trust accounting, section 3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    Document,
    Key,
    Reversal,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.findings import Finding, error, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import Noted
from counterfoil.core.trust_findings import to_itself
from counterfoil.core.trust_outline import between_ledgers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust import LedgerKey
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
            yield to_itself(event.place)
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
        if not isinstance(document, TrustReceipt | TrustPayment) or not event.place.asks("T10"):
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


class Reversals:
    """T7 and T17: a correction names its original, once; what rests on it is reversed first."""

    def __init__(self) -> None:
        """Start with nothing reversed, and no money."""
        self._undone: dict[Key, Key] = {}
        self._balances: dict[tuple[str, LedgerKey], int] = {}
        self._bounced: list[Event] = []

    def enter(self, event: Event) -> Iterator[Finding]:
        """Follow the balances, and judge what reverses a movement."""
        balances = self._balances
        for move in event.moves:
            for ledger, amount, *_ in move.ledgers:
                of = move.trust_account, ledger
                balances[of] = balances.get(of, 0) + amount
        if isinstance(event.document, Reversal):
            yield from self._judge(event, event.document)

    def end_day(self) -> Iterator[Noted]:
        """Say of which receipts that bounced the money was out when the day ended."""
        for event in self._bounced:
            for finding in self._rested_upon(event):
                yield Noted(event.document.key, finding)
        self._bounced.clear()

    def _judge(self, event: Event, reversal: Reversal) -> Iterator[Finding]:
        original = event.original
        if original is None:
            yield _unfounded(event, reversal, "which nobody has recorded")
            return
        before = self._undone.setdefault(original.key, reversal.key)
        if before != reversal.key:
            yield _unfounded(event, reversal, f"which {before.id} has reversed already")
            return
        if reversal.date < original.date:
            yield _unfounded(event, reversal, f"which happened later, on {original.date}")
        if isinstance(original, TrustReceipt):
            self._bounced.append(event)

    def _rested_upon(self, event: Event) -> Iterator[Finding]:
        for move in event.moves:
            for ledger, _, number, _ in move.ledgers:
                balance = self._balances[move.trust_account, ledger]
                if balance < 0:
                    yield warning(
                        "bounced_after_payment",
                        f"The receipt is taken back after its money was paid out: matter {number} "
                        f"is short of {amount_text(-balance)} ({event.place.cite('T17')}).",
                        "Make the shortage good, or reverse the payments that it allowed.",
                        "reverses",
                        f"ledger:{move.trust_account}/{ledger.client}/{ledger.matter}",
                    )


def _unfounded(event: Event, reversal: Reversal, why: str) -> Finding:
    key = reversal.reverses
    return error(
        "reversal_unfounded",
        f"It reverses {key.kind} {key.id}, {why} ({event.place.cite('T7')}).",
        "Name the movement that it takes back; each can be taken back once.",
        "reverses",
        str(key),
    )


def changed(document: Document, before: Document, place: Jurisdiction) -> Iterator[Finding]:
    """Say of a document that came under a known id with another content that it was changed (T7).

    The first one counts: nothing that was recorded is ever replaced.
    """
    if document != before:
        yield error(
            "trust_document_changed",
            f"{document.key} was recorded before with another content ({place.cite('T7')}).",
            "Reverse the first one, and record the right one under an id of its own.",
            "id",
            str(document.key),
        )


class Clients:
    """T11: a matter's ledger holds one client's money."""

    def __init__(self) -> None:
        """Start with no ledger."""
        self._clients: dict[tuple[str, str], str] = {}

    def enter(self, event: Event) -> Iterator[Finding]:
        """Judge each ledger that a document touches for the first time."""
        for move in event.moves:
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
