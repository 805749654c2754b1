"""The other ids of a document: what a second source calls what a first one has brought already.

A name is noted before the daybook takes what came under it, and holds from the moment at which the
daybook has that: a process that ends in between leaves neither half. So whatever is asked here is
asked of the daybook's revisions as well.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from counterfoil.core.documents import Bill, Key
from counterfoil.core.reader import read_json
from counterfoil.core.writer import canonical
from counterfoil.sources.actionstep.bills import ID_PREFIX
from counterfoil.web.models import Document, OtherName, Revision
from counterfoil.web.store.base import by_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from counterfoil.core.documents import Document as Anything
    from counterfoil.web.models import Organisation


@dataclass(frozen=True, slots=True)
class Other:
    """A name that a document came under, and what the document is here.

    ``revision`` is the number that the other source gave, ``became`` ours of the same content;
    ``client`` is the other source's id of the same client, empty where that is not known.
    """

    name: Key
    here: Key
    revision: int
    became: int
    client: str = ""


def holding(organisation: Organisation) -> QuerySet[OtherName]:
    """Return the names whose documents the daybook has, the oldest first."""
    return _taken().filter(organisation=organisation).order_by("became", "pk")


def lined(firm: int) -> int:
    """Count the bills of Actionstep's that a file brought lines for."""
    found = _taken().filter(firm=firm, document__source_id__startswith=ID_PREFIX)
    return found.values("document").distinct().count()


def _taken() -> QuerySet[OtherName]:
    revisions = Revision.objects.filter(
        document=OuterRef("document"),
        revision=OuterRef("became"),
        fingerprint=OuterRef("fingerprint"),
    )
    return OtherName.objects.filter(Exists(revisions))


def of(organisation: Organisation, keys: Collection[Key]) -> list[Other]:
    """Return the names that these keys are, or that the documents of these keys have."""
    found: dict[int, Other] = {}
    for kind, ids in by_kind(keys):
        documents = Document.objects.filter(
            organisation=organisation, kind=kind, source_id__in=ids
        ).values_list("pk", flat=True)
        # Two queries and not one with OR, which would read every name of the organisation.
        for which in (Q(kind=kind, source_id__in=ids), Q(document__in=list(documents))):
            rows = holding(organisation).filter(which).select_related("document")
            found |= {row.pk: _other(row) for row in rows}
    return sorted(found.values(), key=lambda one: one.became)


def _other(row: OtherName) -> Other:
    here = Key(row.document.kind, row.document.source_id)
    return Other(Key(row.kind, row.source_id), here, row.revision, row.became, row.client)


def here(organisation: Organisation, key: Key) -> Key:
    """Return what a document that came under this name is called here; most are called that."""
    found = [one.here for one in of(organisation, [key]) if one.name == key]
    return found[-1] if found else key


def document_here(organisation: Organisation, kind: str, source_id: str) -> Document | None:
    """Return the row of a document, by its id here or by another that it came under."""
    rows = Document.objects.filter(organisation=organisation)
    found = rows.filter(kind=kind, source_id=source_id).first()
    if found is not None:
        return found
    key = here(organisation, Key(kind, source_id))
    return rows.filter(kind=key.kind, source_id=key.id).first()


def documents_called(organisation: Organisation, name: str, key: Key) -> list[Document]:
    """Return the documents that came under this id of another source, given alone or as a key."""
    either = Q(source_id=name) | Q(kind=key.kind, source_id=key.id)
    rows = holding(organisation).filter(either).values("document")
    return list(Document.objects.filter(pk__in=rows).order_by("kind"))


def ids_of(documents: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the other ids of documents by their row numbers, as far as they have any."""
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    rows = _taken().filter(document__in=documents).order_by("pk")
    for number, name in rows.values_list("document_id", "source_id"):
        found[number][name] = None
    return {number: tuple(ids) for number, ids in found.items()}


def note(organisation: Organisation, some: Iterable[tuple[Other, Anything]]) -> None:
    """Write names down, each with what the daybook is about to take under it, or has.

    Nothing of it holds until that is taken. What is noted already stays as it is.
    """
    pairs = list(some)
    ids = {one.here for one, _ in pairs}
    numbers = {
        Key(kind, name): number
        for of_kind, names in by_kind(ids)
        for number, kind, name in Document.objects.filter(
            organisation=organisation, kind=of_kind, source_id__in=names
        ).values_list("pk", "kind", "source_id")
    }
    OtherName.objects.bulk_create(
        (
            OtherName(
                firm_id=organisation.firm_id,
                organisation=organisation,
                kind=one.name.kind,
                source_id=one.name.id,
                revision=one.revision,
                document_id=numbers[one.here],
                became=one.became,
                fingerprint=hashlib.sha256(canonical(document)).hexdigest(),
                client=one.client,
            )
            for one, document in pairs
        ),
        ignore_conflicts=True,
    )


def note_there(organisation: Organisation, name: Key, document: Document) -> None:
    """Write down what another source calls a document that is here."""
    OtherName.objects.get_or_create(
        firm_id=organisation.firm_id,
        organisation=organisation,
        kind=name.kind,
        source_id=name.id,
        revision=1,
        document=document,
        became=document.revision,
        fingerprint=document.fingerprint,
    )


def newest(organisation: Organisation, source_id: str) -> Bill | None:
    """Return the newest revision of a bill in the daybook; None where there is none to read."""
    found = newest_of(organisation, Key(Bill.kind, source_id))
    return found if isinstance(found, Bill) else None


def newest_of(organisation: Organisation, key: Key) -> Anything | None:
    """Return the newest revision of a document; None where there is none to read."""
    return _read(_revisions(organisation, key).order_by("-revision").first())


def told(organisation: Organisation, key: Key, revision: int) -> Anything | None:
    """Return one revision of a document; None where there is none to read."""
    return _read(_revisions(organisation, key).filter(revision=revision).first())


def _revisions(organisation: Organisation, key: Key) -> QuerySet[Revision]:
    return Revision.objects.filter(
        organisation=organisation, document__kind=key.kind, document__source_id=key.id
    )


def _read(row: Revision | None) -> Anything | None:
    return None if row is None or row.body is None else read_json(bytes(row.body)).document
