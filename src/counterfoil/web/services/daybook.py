"""Looking through the daybook: lists of documents with their state, a page at a time.

A document's state is the worst of its postings (architecture: words of the outbox).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key, Reversal, Void, undone_key
from counterfoil.posting.bodies import read_back
from counterfoil.posting.records import OURS
from counterfoil.posting.states import IN_XERO, WORST_FIRST, State
from counterfoil.web.models import Dependency, Document, DocumentFinding, Posting, Revision
from counterfoil.web.services import drifted, finding_few

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation

ON_A_PAGE = 50
NEWEST = ("-date", "-pk")
UNDOING = (Reversal.kind, Void.kind)
"""Kinds that take another document back as a whole."""
MAKING = frozenset({Act.CREATE.value, Act.ALLOCATE.value})
"""Acts by which something of a document comes to stand in Xero."""
WINDOWS = (200, 4_000)
"""Rows of an index that are looked through for one page, few first; the next page goes on there."""
MOST_COUNTED = 1_000
"""What is more than this is not counted: pages say "1,000+"."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty fields do not narrow.

    ``text`` is the beginning of a number or a part of a client's or matter's name. ``code`` and
    ``about`` name a finding. ``drifted`` is what was changed in Xero since.
    """

    state: State | None = None
    kind: str = ""
    text: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    code: str = ""
    about: str = ""
    drifted: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list, which runs from new to old: the date and row of a document.

    Without a date it is a place in a list that is ordered by when documents came in.
    """

    date: dt.date | None
    row: int

    def __str__(self) -> str:
        return f"{self.date.isoformat() if self.date else ''}_{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """A document as a list shows it: its record, its state, and what was found.

    ``planned`` is False where nothing is posted for it, as for a bank's statement. ``undone`` is
    the kind of document that has taken it back in Xero; mostly nothing. ``drifted`` is what others
    have done to it there, and ``since`` says how it stands by that.
    """

    document: Document
    state: State
    findings: tuple[DocumentFinding, ...]
    planned: bool = True
    undone: str = ""
    drifted: tuple[Finding, ...] = ()
    since: str = ""

    @property
    def troubles(self) -> tuple[DocumentFinding | Finding, ...]:
        """All that is said of it."""
        return (*self.findings, *self.drifted)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the list; ``next`` is where the following one begins, None at the end.

    ``by_receipt`` tells that it is ordered by when documents came in, not by their own dates: so
    it is where a state or a cause has many. A page with a ``next`` may have few rows or none, where
    what was looked through matched no more.
    """

    rows: tuple[Row, ...]
    next: Mark | None
    by_receipt: bool = False


def exists(organisation: Organisation, kind: str, source_id: str) -> bool:
    """Tell whether the organisation's daybook has a document."""
    found = Document.objects.filter(organisation=organisation, kind=kind, source_id=source_id)
    return found.exists()


def known(organisation: Organisation, names: Sequence[Key]) -> list[Key]:
    """Return which of these documents the organisation's daybook has, in the same order."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_kind[name.kind].append(name.id)
    found: set[Key] = set()
    for kind, ids in by_kind.items():
        rows = Document.objects.filter(organisation=organisation, kind=kind, source_id__in=ids)
        found.update(Key(kind, source_id) for source_id in rows.values_list("source_id", flat=True))
    return [name for name in dict.fromkeys(names) if name in found]


def keys(organisation: Organisation, filters: Filters, most: int) -> list[Key]:
    """Return the names of the documents that filters leave, newest first; at most ``most``."""
    documents, _, _ = _found(organisation, filters, None, most)
    return [Key(document.kind, document.source_id) for document in documents]


def read_mark(text: str) -> Mark | None:
    """Read a place as it stands in an address; None for anything else."""
    date, _, row = text.partition("_")
    try:
        return Mark(dt.date.fromisoformat(date) if date else None, int(row))
    except ValueError:
        return None


def leaf(
    organisation: Organisation, filters: Filters, after: Mark | None = None, most: int = ON_A_PAGE
) -> Leaf:
    """Return the documents that follow ``after``, newest first; at most ``most``.

    However many documents there are, no more than some thousand rows are read for it.
    """
    documents, mark, by_receipt = _found(organisation, filters, after, most)
    return Leaf(tuple(_rows(documents)), mark, by_receipt)


def _found(
    organisation: Organisation, filters: Filters, after: Mark | None, most: int
) -> tuple[list[Document], Mark | None, bool]:
    few = _few(organisation, filters)
    if few is not None:
        named = _narrowed(organisation, replace(filters, text="", code="", about=""))
        return *_by_date(named.filter(pk__in=few), after, most), False
    by_state = filters.state is not None and not _dated(organisation, filters)
    if by_state or filters.code or filters.about:
        return *_by_receipt(organisation, filters, after, most), True
    if not filters.text and filters.state is None:
        return *_by_date(_narrowed(organisation, filters), after, most), False
    besides = _of_kind(Document.objects.filter(_text(filters.text)), filters.kind)
    if filters.state is not None:
        besides = _in_state(besides, filters.state)
    return *_by_date(ranged(organisation, filters), after, most, besides), False


def _dated(organisation: Organisation, filters: Filters) -> bool:
    """Tell whether days narrow the list more than the state in which most documents are."""
    if filters.state is None or (filters.since is None and filters.until is None):
        return False
    return finding_few.is_common(organisation, filters.state)


def _few(organisation: Organisation, filters: Filters) -> set[int] | None:
    """Return the documents that can be meant at all; None where they are more than a few."""
    sets = []
    if filters.text:
        sets.append(finding_few.meant(organisation, filters.text))
    if filters.code or filters.about:
        found = finding_few.with_finding(organisation, filters.code, filters.about)
        sets.append(finding_few.documents_of(found))
    if filters.drifted:
        sets.append(set(drifted.documents(organisation)))
    if filters.kind:
        sets.append(finding_few.of_kind(organisation, filters.kind))
    if filters.state and not finding_few.is_common(organisation, filters.state):
        postings = finding_few.in_state(organisation, filters.state, filters.kind)
        sets.append(finding_few.documents_of(postings))
    known = [ids for ids in sets if ids is not None]
    return set.intersection(*known) if known else None


def _text(text: str) -> Q:
    if not text:
        return Q()
    return Q(number__istartswith=text) | Q(party__icontains=text) | Q(matter__icontains=text)


def _by_date(
    found: QuerySet[Document],
    after: Mark | None,
    most: int,
    besides: QuerySet[Document] | None = None,
) -> tuple[list[Document], Mark | None]:
    """Return the next documents by date, and where to go on; ``besides`` has no index to help."""
    if after is not None and after.date is not None:
        # The first condition alone is a range of the index; the second trims its first day.
        found = found.filter(date__lte=after.date)
        found = found.filter(Q(date__lt=after.date) | Q(pk__lt=after.row))
    ordered = found.order_by(*NEWEST)
    if besides is None:
        return _cut(list(ordered[: most + 1]), None, most)
    return _matching(ordered, besides.order_by(*NEWEST), most, ("date", "pk"))


def _matching(
    rows: QuerySet[Document] | QuerySet[DocumentFinding] | QuerySet[Posting],
    documents: QuerySet[Document],
    most: int,
    place: tuple[str, ...],
) -> tuple[list[Document], Mark | None]:
    """Return those of the rows' documents that are among these, and where to go on.

    ``place`` names the columns that say where a row stands; the last is its document.
    """
    found: list[Document] = []
    ends: list[tuple[Any, ...]] = []
    for size in WINDOWS:
        ends = list(rows.values_list(*place)[size - 1 : size])
        found = list(documents.filter(pk__in=rows.values(place[-1])[:size])[: most + 1])
        if len(found) > most or not ends:
            break
    end = Mark(None, *ends[0]) if len(place) == 1 and ends else Mark(*ends[0]) if ends else None
    return _cut(found, end, most)


def _cut(found: list[Document], end: Mark | None, most: int) -> tuple[list[Document], Mark | None]:
    """Cut what was found to a page; ``end`` is where to go on if it is not more than that."""
    if len(found) > most:
        last = found[most - 1]
        return found[:most], Mark(last.date, last.pk)
    return found, end


def _by_receipt(
    organisation: Organisation, filters: Filters, after: Mark | None, most: int
) -> tuple[list[Document], Mark | None]:
    """Return the next documents by when they came in, and where to go on."""
    source = _rows_of_receipt(organisation, filters)
    if after is not None:
        source = source.filter(document_id__lt=after.row)
    inside = _narrowed(organisation, replace(filters, text="")).filter(_text(filters.text))
    ordered = source.order_by("-document_id")
    found, on = _matching(ordered, inside.order_by("-pk"), most, ("document_id",))
    return found, None if on is None else Mark(None, on.row)


def _rows_of_receipt(
    organisation: Organisation, filters: Filters
) -> QuerySet[DocumentFinding] | QuerySet[Posting]:
    if filters.state is None or filters.code or filters.about:
        return finding_few.with_finding(organisation, filters.code, filters.about)
    # Among very many one would walk for long to the few of a kind: those of all kinds are bounded.
    kind = "" if finding_few.is_common(organisation, filters.state) else filters.kind
    return finding_few.in_state(organisation, filters.state, kind)


def _narrowed(organisation: Organisation, filters: Filters) -> QuerySet[Document]:
    found = _of_kind(ranged(organisation, filters), filters.kind)
    if filters.code or filters.about:
        findings = finding_few.with_finding(organisation, filters.code, filters.about)
        found = found.filter(Exists(findings.filter(document=OuterRef("pk"))))
    return _in_state(found, filters.state) if filters.state else found


def ranged(organisation: Organisation, filters: Filters) -> QuerySet[Document]:
    """Return the documents of the days and the kind: a range of one index, and nothing besides."""
    found = Document.objects.filter(organisation=organisation, date__isnull=False)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.since:
        found = found.filter(date__gte=filters.since)
    return found.filter(date__lte=filters.until) if filters.until else found


def _of_kind(found: QuerySet[Document], kind: str) -> QuerySet[Document]:
    # Contacts stand in the daybook because their creation is a posting; nobody recorded them.
    return found.filter(kind=kind) if kind else found.exclude(kind__in=OURS)


def _in_state(found: QuerySet[Document], state: State) -> QuerySet[Document]:
    of_document = Posting.objects.filter(document=OuterRef("pk"))
    worse = WORST_FIRST[: WORST_FIRST.index(state)]
    found = found.filter(Exists(of_document.filter(state=state)))
    return found.exclude(Exists(of_document.filter(state__in=worse))) if worse else found


def counted(organisation: Organisation, state: State, most: int = MOST_COUNTED) -> int:
    """Count the documents in a state, and stop at one more than ``most``."""
    worse = WORST_FIRST[: WORST_FIRST.index(state)]
    postings = finding_few.in_state(organisation, state)
    if worse:
        others = Posting.objects.filter(document=OuterRef("document"), state__in=worse)
        postings = postings.exclude(Exists(others))
    return postings.order_by("document").values("document").distinct()[: most + 1].count()


def worst(states: Iterable[State]) -> State:
    """Return the state of a document by those of its postings; without any it is withdrawn."""
    present = set(states)
    return next((state for state in WORST_FIRST if state in present), State.WITHDRAWN)


def rows_of(documents: Sequence[Document]) -> tuple[Row, ...]:
    """Return documents as lists show them, in the same order."""
    return tuple(_rows(documents))


def _rows(documents: Sequence[Document]) -> Iterable[Row]:
    keys = [document.pk for document in documents]
    states: defaultdict[int, list[State]] = defaultdict(list)
    made: Counter[int] = Counter()
    postings = Posting.objects.filter(document__in=keys)
    of: dict[int, int] = {}
    for posting, key, state, act in postings.values_list("pk", "document_id", "state", "act"):
        of[posting] = key
        states[key].append(State(state))
        made[key] += act in MAKING and state in IN_XERO
    drift = drifted.of_postings(of)
    findings: defaultdict[int, list[DocumentFinding]] = defaultdict(list)
    for finding in DocumentFinding.objects.filter(document__in=keys).order_by("position", "pk"):
        findings[finding.document_id].append(finding)
    undone = undone_by(documents)
    for document in documents:
        found = states[document.pk]
        by = undone.get(Key(document.kind, document.source_id), "")
        said = tuple(drift.get(document.pk, ()))
        yield Row(
            document,
            worst(found),
            tuple(findings[document.pk]),
            bool(found),
            by,
            said,
            drifted.since(said, made[document.pk]) if made[document.pk] else "",
        )


def undone_by(documents: Sequence[Document]) -> dict[Key, str]:
    """Return which of these, of one organisation, were taken back in Xero, and by what kind.

    A reversal needs more in Xero than what it reverses: so it is asked what it names.
    """
    if not documents:
        return {}
    needing = Dependency.objects.filter(
        organisation=documents[0].organisation_id,
        needs_kind__in={document.kind for document in documents},
        needs_id__in={document.source_id for document in documents},
        posting__kind__in=UNDOING,
    )
    keys = set(needing.values_list("posting__document_id", flat=True))
    unfinished = Posting.objects.filter(document__in=keys).exclude(state=State.POSTED)
    keys -= set(unfinished.values_list("document_id", flat=True))
    newest = Revision.objects.filter(document__in=keys, revision=F("document__revision"))
    found: dict[Key, str] = {}
    for body in newest.values_list("body", flat=True):
        document = read_back(bytes(body)) if body else None
        if document is not None and (undone := undone_key(document)) is not None:
            found[undone] = document.kind
    return found
