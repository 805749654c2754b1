"""What others wait for, and of which nobody has said what in Xero it is.

Opening bills, which others entered there, and documents from before the start. Told from what waits
now, so that it is gone as soon as the document is tied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, OuterRef

from counterfoil.core.documents import Key
from counterfoil.posting import opening_bills
from counterfoil.posting.intake import OPENING_BILLS
from counterfoil.posting.prior import not_tied
from counterfoil.posting.states import TIED, State
from counterfoil.web.models import Dependency, Document, Posting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation


class Untied(NamedTuple):
    """A document of which Xero's is not known, how many wait for it, and what is said of it."""

    document: Document
    waiting: int
    finding: Finding


def waited_for(organisation: Organisation, most: int) -> Iterator[Untied]:
    """Yield what documents wait for: opening bills first, those of most documents before others."""
    found = 0
    for one in _openings(organisation, most):
        found += 1
        yield one
    yield from _prior(organisation, most - found)


def _openings(organisation: Organisation, most: int) -> Iterator[Untied]:
    waits = Dependency.objects.filter(
        organisation=organisation, needs_kind__in=OPENING_BILLS, posting__state=State.WAITING
    )
    counted = waits.values("needs_kind", "needs_id").annotate(
        many=Count("posting__document_id", distinct=True)
    )
    for kind, name, many in counted.order_by("-many", "needs_kind", "needs_id").values_list(
        "needs_kind", "needs_id", "many"
    )[:most]:
        opening = _untied(organisation).filter(kind=kind, source_id=name).first()
        if opening is not None:
            yield Untied(opening, many, opening_bills.not_tied(Key(kind, name), opening.number))


def _prior(organisation: Organisation, most: int) -> Iterator[Untied]:
    """Yield documents from before the start that were not tied when the firm cut over."""
    waits = Dependency.objects.filter(
        organisation=organisation,
        needs_kind=OuterRef("kind"),
        needs_id=OuterRef("source_id"),
        posting__state=State.WAITING,
    )
    prior = Posting.objects.filter(Exists(waits), organisation=organisation, state=State.PRIOR)
    documents = Document.objects.filter(pk__in=prior.values("document_id")).order_by("pk")
    for document in documents[: max(most, 0)]:
        finding = not_tied(Key(document.kind, document.source_id), document.number)
        yield Untied(document, waiting_for(document).count(), finding)


def waiting_for(untied: Document) -> QuerySet[Document]:
    """Return the documents that wait for one that is not tied, in the order in which they came."""
    waits = Posting.objects.filter(
        document_id=OuterRef("pk"),
        state=State.WAITING,
        needs__needs_kind=untied.kind,
        needs__needs_id=untied.source_id,
    )
    found = Document.objects.filter(Exists(waits), organisation_id=untied.organisation_id)
    return found.order_by("pk")


def _untied(organisation: Organisation) -> QuerySet[Document]:
    tied = Posting.objects.filter(document_id=OuterRef("pk"), state__in=list(TIED))
    return Document.objects.filter(~Exists(tied), organisation=organisation)
