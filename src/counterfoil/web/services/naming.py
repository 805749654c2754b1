"""Documents by the names that people use for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.posting.records import CORRECTION, OURS
from counterfoil.posting.states import State
from counterfoil.web.models import Document
from counterfoil.web.services import other_names, untied

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation
    from counterfoil.web.services.problems import Problem

DONE = frozenset({State.POSTED, State.WITHDRAWN})


def documents_named(organisation: Organisation, name: str) -> list[Document]:
    """Return the documents with this id, given alone or as ``kind:id``; several kinds may share.

    What is no id is looked for among the ids that it came under from other sources, and then among
    the numbers that people know documents by.
    """
    kind, _, source_id = name.partition(":")
    found = Document.objects.filter(organisation=organisation).order_by("kind")
    return (
        list(found.filter(source_id=name))
        or list(found.filter(kind=kind, source_id=source_id))
        or other_names.documents_called(organisation, name, Key(kind, source_id))
        or list(found.filter(number=name, date__isnull=False).exclude(kind__in=OURS))
    )


def corrections_of(document: Document) -> list[Document]:
    """Return the corrections of a document that are not finished, the oldest first."""
    return list(
        Document.objects.filter(
            organisation=document.organisation,
            kind=CORRECTION,
            source_id__startswith=f"{document.kind}:{document.source_id}#",
        )
        .exclude(pk__in=_finished(document))
        .order_by("pk")
    )


def _finished(document: Document) -> QuerySet[Document]:
    """Return the corrections of an organisation that have nothing left to do."""
    corrections = Document.objects.filter(organisation=document.organisation, kind=CORRECTION)
    return corrections.exclude(postings__state__in=[one.value for one in State if one not in DONE])


def documents_with(organisation: Organisation, problem: Problem) -> list[Document]:
    """Return the documents that have a problem, in the order in which they came.

    What drifted is no finding of its document; what Xero refused is, though both are about Xero.
    """
    if problem.untied and problem.document is not None:
        return list(untied.waiting_for(problem.document))
    if problem.drifted:
        return [] if problem.document is None else [problem.document]
    return list(
        Document.objects.filter(
            organisation=organisation,
            findings__severity=problem.severity,
            findings__code=problem.code,
            findings__about=problem.about,
        )
        .order_by("pk")
        .distinct()
    )
