"""Opening bills that others wait for, and of which nobody has said which invoice in Xero it is.

Told from what waits now, so that it is gone as soon as the bill is tied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, OuterRef

from counterfoil.core.documents import Key
from counterfoil.posting import opening_bills
from counterfoil.posting.intake import OPENING_BILLS
from counterfoil.posting.states import TIED, State
from counterfoil.web.models import Dependency, Document, Posting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation


class Untied(NamedTuple):
    """An opening bill, how many documents wait for it, and what is said of it."""

    opening: Document
    waiting: int
    finding: Finding


def openings(organisation: Organisation, most: int) -> Iterator[Untied]:
    """Yield the opening bills that documents wait for, those of most documents first."""
    waits = Dependency.objects.filter(
        organisation=organisation,
        needs_kind__in=OPENING_BILLS,
        posting__state=State.WAITING,
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


def waiting_for(opening: Document) -> QuerySet[Document]:
    """Return the documents that wait for an opening bill, in the order in which they came."""
    waits = Posting.objects.filter(
        document_id=OuterRef("pk"),
        state=State.WAITING,
        needs__needs_kind=opening.kind,
        needs__needs_id=opening.source_id,
    )
    found = Document.objects.filter(Exists(waits), organisation_id=opening.organisation_id)
    return found.order_by("pk")


def _untied(organisation: Organisation) -> QuerySet[Document]:
    tied = Posting.objects.filter(document_id=OuterRef("pk"), state__in=list(TIED))
    return Document.objects.filter(~Exists(tied), organisation=organisation)
