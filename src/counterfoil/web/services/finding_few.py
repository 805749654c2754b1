"""Which documents a search can mean, where they are so few that they can be named one by one.

A list that is narrowed to few documents sorts them; one that is not walks an index and stops at the
end of the page. Which of the two it is, a bounded look tells: nothing here reads more than a few
thousand rows, however many documents there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from counterfoil.posting.records import OURS
from counterfoil.web.models import Counter, Document, DocumentFinding, KnownName, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from counterfoil.posting.states import State
    from counterfoil.web.models import Organisation

FEW = 1_000
"""Documents that can be named one by one."""
COMMON = 50_000
"""Postings in one state that are too many to walk through for the documents of one kind."""
MOST_NAMES = 200
"""Clients and matters that a part of a name may mean."""


def meant(organisation: Organisation, text: str) -> set[int] | None:
    """Return the documents whose number begins with this text, or whose client or matter holds it.

    None if they are more than a few.
    """
    documents = Document.objects.filter(organisation=organisation, date__isnull=False)
    names = KnownName.objects.filter(organisation=organisation, folded__contains=text.casefold())
    found = list(names.values_list("name", "matter")[: MOST_NAMES + 1])
    if len(found) > MOST_NAMES:
        return None
    parties = [name for name, matter in found if not matter]
    matters = [name for name, matter in found if matter]
    return _all_of(
        [
            *(_numbered(documents, prefix) for prefix in {text, text.upper(), text.lower()}),
            documents.filter(party__in=parties),
            documents.filter(matter__in=matters),
        ]
    )


def _numbered(documents: QuerySet[Document], prefix: str) -> QuerySet[Document]:
    # SQLite's LIKE cannot use the index, and PostgreSQL's order is not that of code points.
    if connection.vendor != "sqlite":
        return documents.filter(number__startswith=prefix)
    return documents.filter(number__gte=prefix, number__lt=f"{prefix}\U0010ffff")


def _all_of(several: Iterable[QuerySet[Document]]) -> set[int] | None:
    ids: set[int] = set()
    for documents in several:
        ids.update(documents.values_list("pk", flat=True)[: FEW + 1])
        if len(ids) > FEW:
            return None
    return ids


def with_finding(organisation: Organisation, code: str, about: str) -> QuerySet[DocumentFinding]:
    """Return the findings of a code, of a thing that they are about, or of both."""
    findings = DocumentFinding.objects.filter(organisation=organisation)
    if code:
        findings = findings.filter(code=code)
    return findings.filter(about=about) if about else findings


def of_kind(organisation: Organisation, kind: str) -> set[int] | None:
    """Return the documents of a kind; None if they are more than a few."""
    documents = Document.objects.filter(organisation=organisation, kind=kind, date__isnull=False)
    return _all_of([documents.order_by("kind", "-date", "-pk")])


def is_common(organisation: Organisation, state: State) -> bool:
    """Tell whether so much is in a state that it hardly narrows anything."""
    rows = Counter.objects.filter(organisation=organisation).values_list("state", "count")
    counts = dict(rows)
    return counts.get(str(state), 0) > max(COMMON, sum(counts.values()) // 10)


def in_state(organisation: Organisation, state: State, kind: str = "") -> QuerySet[Posting]:
    """Return the postings of documents in a state; contacts are nobody's documents."""
    postings = Posting.objects.filter(organisation=organisation, state=state)
    return postings.filter(kind=kind) if kind else postings.exclude(kind__in=OURS)


def documents_of(rows: QuerySet[DocumentFinding] | QuerySet[Posting]) -> set[int] | None:
    """Return the documents of findings or postings; None if they are more than a few."""
    # A document may have several of either, so that the bound is on rows.
    ids = rows.order_by("document_id").values_list("document_id", flat=True)[: 2 * FEW + 1]
    found = list(ids)
    return None if len(found) > 2 * FEW else set(found)
