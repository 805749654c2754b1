"""The sums over documents (``core.takings``), computed when documents come in.

What was planned before came first: postings that are not held have reserved what they need. A
document that finds too little left is held, plans nothing, and so takes nothing from those after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import TrustBillPayment, TrustOfficeTransfer
from counterfoil.core.reader import read_json
from counterfoil.core.takings import Sums, taken_by_costs, takings, title
from counterfoil.core.xero_documents import Symbol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.takings import Taking
    from counterfoil.posting.outbox import Outbox


def beyond_what_is_left(
    documents: Sequence[Document], books: Books, outbox: Outbox
) -> dict[Key, tuple[Finding, ...]]:
    """Find documents that take more than others have left; none of these is held otherwise."""
    wanted = {document.key: tuple(_wanted(document, books)) for document in documents}
    sources = {one.source for of in wanted.values() for one in of}
    if not sources:
        return {}
    planned = _planned(sources, outbox)
    sums = Sums(books.referenced)
    for rival in _read(planned - wanted.keys(), outbox):
        sums.take(rival.key, title(rival), _wanted(rival, books))
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in sorted(documents, key=lambda one: one.key not in planned):
        short = sums.short(document.key, wanted[document.key])
        if short:
            found[document.key] = short
        else:
            sums.take(document.key, title(document), wanted[document.key])
    return found


def _wanted(document: Document, books: Books) -> Iterable[Taking]:
    """Where trust is not posted, the transfer of costs pays in Xero what its payments name."""
    posted = books.mapping.settings.post_trust
    match document:
        case TrustOfficeTransfer():
            return () if posted else taken_by_costs(document, books.referenced)
        case TrustBillPayment() if not posted:
            return ()
        case _:
            return takings(document)


def _planned(sources: Collection[Key], outbox: Outbox) -> set[Key]:
    symbols = {Symbol(key.kind, key.id) for key in sources}
    return {key.document for keys in outbox.needing(symbols).values() for key in keys}


def _read(keys: Collection[Key], outbox: Outbox) -> Iterable[Document]:
    bodies = outbox.bodies(keys)
    for key in sorted(bodies):
        document = read_json(bodies[key]).document
        if document is not None:
            yield document


def touched(documents: Iterable[Document]) -> set[str]:
    """Return what these take from, as findings name it: whoever found too little looks again."""
    return {str(one.source) for document in documents for one in takings(document)}
