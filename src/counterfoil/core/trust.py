"""Trust ledgers: whose money lies in which trust account, by client and matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import TrustReceipt

if TYPE_CHECKING:
    from counterfoil.core.documents import Document


class LedgerKey(NamedTuple):
    """A matter ledger: one client's money for one matter, by the source's ids."""

    client: str
    matter: str


@dataclass
class TrustBook:
    """One trust account: its cash book and its matter ledgers, in hundredths.

    The two are kept apart on purpose: that they agree is what a reconciliation shows.
    """

    cash_book: int = 0
    ledgers: dict[LedgerKey, int] = field(default_factory=dict)

    @property
    def ledgers_total(self) -> int:
        """The sum of the matter ledgers."""
        return sum(self.ledgers.values())


class TrustBooks:
    """The trust accounts of a firm, fed document by document."""

    def __init__(self) -> None:
        """Start with no money held."""
        self.books: dict[str, TrustBook] = {}

    def enter(self, document: Document) -> None:
        """Enter a document; those that move no trust money leave no trace."""
        if isinstance(document, TrustReceipt):
            self._receive(document)

    def _receive(self, document: TrustReceipt) -> None:
        book = self.books.setdefault(document.trust_account, TrustBook())
        book.cash_book += document.amount
        for split in document.splits:
            key = LedgerKey(split.client.id, split.matter.number)
            book.ledgers[key] = book.ledgers.get(key, 0) + split.amount
