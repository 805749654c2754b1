"""Looking through the daybook: lists of documents with their state, a page at a time.

A document's state is the worst of its postings (architecture: words of the outbox).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from counterfoil.core.documents import Key
from counterfoil.posting.records import CONTACT
from counterfoil.posting.states import WORST_FIRST, State
from counterfoil.web.models import Document, DocumentFinding, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation

ON_A_PAGE = 50
RARE = frozenset(State) - {State.POSTED, State.WITHDRAWN}
"""States that few postings are in for long: found by their own index, not by walking the book."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty fields do not narrow. ``text`` is searched in number,
    party and matter. ``code`` and ``about`` name a finding.
    """

    state: State | None = None
    kind: str = ""
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    code: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the list: the date and row of a document. Lists run from new to old."""

    date: dt.date
    row: int

    def __str__(self) -> str:
        return f"{self.date.isoformat()}_{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """A document as a list shows it: its record, its state, and what was found."""

    document: Document
    state: State
    findings: tuple[DocumentFinding, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the list; ``next`` is where the following one begins, None at the end."""

    rows: tuple[Row, ...]
    next: Mark | None


def exists(organisation: Organisation, kind: str, source_id: str) -> bool:
    """Tell whether the organisation's daybook has a document."""
    found = Document.objects.filter(organisation=organisation, kind=kind, source_id=source_id)
    return found.exists()


def keys(organisation: Organisation, filters: Filters, most: int) -> list[Key]:
    """Return the names of the documents that filters leave, newest first; at most ``most``."""
    found = _narrowed(organisation, filters).order_by("-date", "-pk")[:most]
    return [Key(*row) for row in found.values_list("kind", "source_id")]


def read_mark(text: str) -> Mark | None:
    """Read a place as it stands in an address; None for anything else."""
    date, _, row = text.partition("_")
    try:
        return Mark(dt.date.fromisoformat(date), int(row))
    except ValueError:
        return None


def leaf(
    organisation: Organisation, filters: Filters, after: Mark | None = None, most: int = ON_A_PAGE
) -> Leaf:
    """Return the documents that follow ``after``, newest date first; at most ``most``."""
    found = _narrowed(organisation, filters)
    if after is not None:
        # The first condition alone is a range of the index; the second trims its first day.
        found = found.filter(date__lte=after.date)
        found = found.filter(Q(date__lt=after.date) | Q(pk__lt=after.row))
    documents = list(found.order_by("-date", "-pk")[: most + 1])
    more = len(documents) > most
    documents = documents[:most]
    last = documents[-1] if documents else None
    mark = Mark(last.date, last.pk) if more and last is not None and last.date else None
    return Leaf(tuple(_rows(documents)), mark)


def _narrowed(organisation: Organisation, filters: Filters) -> QuerySet[Document]:
    # Contacts stand in the daybook because their creation is a posting; nobody recorded them.
    found = Document.objects.filter(organisation=organisation, date__isnull=False)
    found = found.exclude(kind=CONTACT)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.text:
        found = found.filter(
            Q(number__istartswith=filters.text)
            | Q(party__icontains=filters.text)
            | Q(matter__icontains=filters.text)
        )
    if filters.since:
        found = found.filter(date__gte=filters.since)
    if filters.until:
        found = found.filter(date__lte=filters.until)
    if filters.code or filters.about:
        found = found.filter(pk__in=_found(organisation, filters).values("document"))
    if filters.state:
        found = _in_state(found, organisation, filters.state)
    return found


def _found(organisation: Organisation, filters: Filters) -> QuerySet[DocumentFinding]:
    findings = DocumentFinding.objects.filter(organisation=organisation)
    if filters.code:
        findings = findings.filter(code=filters.code)
    return findings.filter(about=filters.about) if filters.about else findings


def _in_state(
    found: QuerySet[Document], organisation: Organisation, state: State
) -> QuerySet[Document]:
    postings = Posting.objects.filter(organisation=organisation)
    worse = WORST_FIRST[: WORST_FIRST.index(state)]
    of_document = postings.filter(document=OuterRef("pk"))
    found = found.exclude(Exists(of_document.filter(state__in=worse))) if worse else found
    if state in RARE:
        return found.filter(pk__in=postings.filter(state=state).values("document"))
    return found.filter(Exists(of_document.filter(state=state)))


def worst(states: Iterable[State]) -> State:
    """Return the state of a document by those of its postings; without any it is withdrawn."""
    present = set(states)
    return next((state for state in WORST_FIRST if state in present), State.WITHDRAWN)


def _rows(documents: Sequence[Document]) -> Iterable[Row]:
    keys = [document.pk for document in documents]
    states: defaultdict[int, list[State]] = defaultdict(list)
    for key, state in Posting.objects.filter(document__in=keys).values_list("document_id", "state"):
        states[key].append(State(state))
    findings: defaultdict[int, list[DocumentFinding]] = defaultdict(list)
    for finding in DocumentFinding.objects.filter(document__in=keys).order_by("position", "pk"):
        findings[finding.document_id].append(finding)
    for document in documents:
        yield Row(document, worst(states[document.pk]), tuple(findings[document.pk]))
