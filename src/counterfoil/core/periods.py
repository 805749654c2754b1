"""Closed periods: what comes in with a date inside one, after it was closed.

Trust is held: the practice has told its figures for that period, and only a movement in the open
period, naming the late one, keeps them true (rule T12). The office's books may be late; there a
person is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import PeriodClose, TrustDocument, TrustTransfer
from counterfoil.core.findings import error, warning
from counterfoil.core.outline import RECORDED
from counterfoil.core.trust_outline import trust_account_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding

CLOSED_PERIOD: Final = "closed_period"
"""The code of the finding; it stays with a document, because it depends on when that came."""


def late(
    documents: Iterable[Document], closings: Iterable[PeriodClose]
) -> dict[Key, tuple[Finding, ...]]:
    """Find documents dated inside a period that was closed before they came.

    ``closings`` came before all of ``documents``. Those come together, in an order that proves
    nothing: a closing among them closes nothing to the others.
    """
    closed = list(closings)
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in documents if closed else ():
        if not isinstance(document, RECORDED):
            over = [one for one in closed if _covers(one, document)]
            if over:
                last = max(over, key=lambda one: one.date)
                found[document.key] = (_finding(document, last),)
    return found


def _covers(close: PeriodClose, document: Document) -> bool:
    return document.date <= close.date and close.trust_account in _books_of(document)


def _books_of(document: Document) -> frozenset[str | None]:
    """Return the books that a document stands in: its trust accounts, or the office's (None)."""
    match document:
        case TrustTransfer():
            return frozenset({document.from_.trust_account, document.to.trust_account})
        case TrustDocument():
            return frozenset({trust_account_of(document)})
        case _:
            return frozenset({None})


def _finding(document: Document, close: PeriodClose) -> Finding:
    books = close.trust_account or "the office"
    message = (
        f"It is dated {document.date}, and the period of {books} was closed up to {close.date} "
        "before it came."
    )
    if isinstance(document, TrustDocument):
        fix = "Record it in the open period, under an id of its own, naming this one (rule T12)."
        return error(CLOSED_PERIOD, message, fix, "date", str(close.key))
    fix = "Check that the figures of that period may still change, or date it in the open one."
    return warning(CLOSED_PERIOD, message, fix, "date", str(close.key))
