"""What the trust books find over the whole daybook, with the documents that it was found on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.findings import holds
from counterfoil.core.trust import TrustBooks, in_order
from counterfoil.web.models import Document
from counterfoil.web.services.reconciling import trust_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation


class TrustProblem(NamedTuple):
    """A finding of the trust books, and the documents that brought it about."""

    finding: Finding
    documents: tuple[Document, ...]


def trust_problems(organisation: Organisation) -> tuple[TrustProblem, ...]:
    """Keep the trust books and return what they find, gravest first.

    It is told from sums over all documents, and therefore kept with none.
    """
    books = TrustBooks()
    for document in in_order(trust_documents(organisation)):
        books.enter(document)
    by_finding: dict[Finding, dict[Key, None]] = {}
    for noted in books.noted:
        by_finding.setdefault(noted.finding, {})[noted.key] = None
    found = [TrustProblem(one, _rows(organisation, tuple(of))) for one, of in by_finding.items()]
    return tuple(sorted(found, key=lambda one: not holds((one.finding,))))


def _rows(organisation: Organisation, keys: Sequence[Key]) -> tuple[Document, ...]:
    rows = Document.objects.filter(organisation=organisation)
    return tuple(rows.get(kind=key.kind, source_id=key.id) for key in keys)
