"""Where documents stand, for programs: state, findings, postings and links, a set at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.posting.states import State
from counterfoil.web.models import Document, DocumentFinding, Posting
from counterfoil.web.services import daybook, other_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.web.models import Organisation


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A document, with its postings (each with its link, if it has one) and what was found.

    ``other_ids`` are those under which other sources brought it.
    """

    organisation: Organisation
    document: Document
    state: State
    postings: tuple[Posting, ...]
    findings: tuple[DocumentFinding, ...]
    other_ids: tuple[str, ...] = ()


def find(organisation: Organisation, kind: str, source_id: str) -> Whereabouts | None:
    """Return where a document stands, by its id here or by another that it came under."""
    found = other_names.document_here(organisation, kind, source_id)
    return None if found is None else of(organisation, [found])[0]


def of(organisation: Organisation, documents: Sequence[Document]) -> list[Whereabouts]:
    """Return where documents of one organisation stand, in the same order, by few queries."""
    numbers = [document.pk for document in documents]
    postings: defaultdict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.filter(document__in=numbers).select_related("link")
    for posting in rows.order_by("part", "act", "attempt"):
        postings[posting.document_id].append(posting)
    findings: defaultdict[int, list[DocumentFinding]] = defaultdict(list)
    for finding in DocumentFinding.objects.filter(document__in=numbers).order_by("position", "pk"):
        findings[finding.document_id].append(finding)
    named = other_names.ids_of(numbers)
    return [
        Whereabouts(
            organisation,
            document,
            daybook.worst(State(one.state) for one in postings[document.pk]),
            tuple(postings[document.pk]),
            tuple(findings[document.pk]),
            named.get(document.pk, ()),
        )
        for document in documents
    ]
