"""Receivables and payables by client and supplier, on both sides, in hundredths of the base."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import (
    LaterAllocation,
    Refund,
    Reversal,
    TrustBillPayment,
    TrustPayment,
    Unallocation,
    Void,
)
from counterfoil.core.trade import party_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.documents import Document, Key, Party
    from counterfoil.core.effects import Control, Effect


class Share(NamedTuple):
    """What one part of a document comes to: for the practice, and of that in Xero and waiting.

    ``timing`` is what stands on one side only because Xero holds it under another day.
    """

    practice: int
    opening: int = 0
    waiting: int = 0
    ours: int = 0
    timing: int = 0

    def __add__(self, other: tuple[int, ...]) -> Share:  # type: ignore[override] # sums, not joins
        """Add up, field by field."""
        return Share(*(one + more for one, more in zip(self, other, strict=True)))


NOTHING = Share(0)


class ClientRow(NamedTuple):
    """What one client owes, or is owed as a supplier; debit positive.

    ``xero_other`` is what nothing of ours explains in Xero, None where Xero was not read. A contact
    in Xero that the practice does not know has no ``party``.
    """

    control: Control
    party: str | None
    name: str
    share: Share
    xero_other: int | None

    @property
    def difference(self) -> int:
        """What should stand in Xero as ours less what does, as on the control account."""
        return self.share.practice - self.share.opening - self.share.ours

    @property
    def unexplained(self) -> int:
        """The part of the difference that neither waiting documents nor other days explain."""
        return self.difference - self.share.waiting - self.share.timing


@dataclass
class ClientSums:
    """Sums up by client; a document that stands on another one's client is kept until the end."""

    controls: frozenset[Control]
    parties: dict[Key, Party] = field(default_factory=dict)
    _shares: list[tuple[Control, Key, Share]] = field(default_factory=list)

    def enter(self, document: Document, effect: Effect, share: Share) -> None:
        """Take note of what a part of a document does; other accounts have no clients."""
        if effect.control not in self.controls:
            return
        party = _own_party(document)
        if party is not None:
            self.parties[document.key] = party
        self._shares.append((effect.control, _stands_on(document, effect), share))

    def rows(
        self, contacts: Mapping[str, str], others: Mapping[tuple[Control, str], int] | None
    ) -> Iterator[ClientRow]:
        """Yield a row for each client, then for each contact that only Xero knows.

        ``contacts`` maps parties to ContactIDs. ``others`` are the sums by account and ContactID of
        what nothing of ours is linked to, None where Xero was not read.
        """
        sums: dict[tuple[Control, str], Share] = defaultdict(lambda: NOTHING)
        names: dict[str, str] = {}
        for control, key, share in self._shares:
            party = self.parties.get(key)
            name = party.id if party else ""
            names[name] = party.name if party else "(client not known)"
            sums[control, name] += share
        left = dict(others or {})
        for (control, party_id), share in sums.items():
            known = (control, contacts.get(party_id, ""))
            other = None if others is None else left.pop(known, 0)
            yield ClientRow(control, party_id, names[party_id], share, other)
        for (control, contact), amount in left.items():
            yield ClientRow(control, None, contact, NOTHING, amount)


def _own_party(document: Document) -> Party | None:
    return document.client if isinstance(document, TrustBillPayment) else party_of(document)


def _stands_on(document: Document, effect: Effect) -> Key:
    """Return the document whose client is meant: its own, or the one that it takes from."""
    if _own_party(document) is not None:
        return document.key
    match document:
        case Refund(of=key) | LaterAllocation(of=key) | Unallocation(of=key):
            return key
        case Reversal(reverses=key) | Void(voids=key):
            return key
        case TrustPayment(supplier_bill=key) if key is not None:
            return key
        case _:
            return effect.of or document.key
