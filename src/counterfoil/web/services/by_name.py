"""What a report tells by name alone, found in the daybook: a party that is known under an id.

A report has names where other sources have ids. The same name is the same party: where the daybook
knows one party of that name, the report's documents are of that one. Where it knows several,
nobody can tell, and a person is asked.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import Key
from counterfoil.core.documents.common import Party
from counterfoil.core.findings import Finding, error
from counterfoil.core.outline import parties
from counterfoil.core.reader import read_json
from counterfoil.posting.records import CONTACT
from counterfoil.web.models import Document as Record
from counterfoil.web.models import Revision
from counterfoil.web.store.base import by_kind, chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.reader import Read
    from counterfoil.web.models import Organisation

Ids = dict[str, set[str]]


def parties_found(
    reads: Sequence[Read], organisations: Mapping[str, Organisation], default: str
) -> list[Read]:
    """Give the parties of a report the ids by which the daybook knows them; in the same order.

    What is here already keeps the ids that it has here, so that it may come again.
    """
    answers = list(reads)
    places: dict[str, list[int]] = defaultdict(list)
    for place, read in enumerate(reads):
        if read.document is not None:
            places[read.document.organisation or default].append(place)
    for key, some in places.items():
        if key in organisations:
            found = _found([reads[place] for place in some], organisations[key])
            for place, read in zip(some, found, strict=True):
                answers[place] = read
    return answers


def _found(reads: Sequence[Read], organisation: Organisation) -> list[Read]:
    documents = [read.document for read in reads if read.document is not None]
    before = _first_told({one.key for one in documents}, organisation)
    names = {party.name for one in documents for party in _by_name(one)}
    known = _known(names, organisation)
    return [_named(read, before, known) for read in reads]


def _named(read: Read, before: Mapping[Key, Document], known: Ids) -> Read:
    document = read.document
    if document is None:
        return read
    told = before.get(document.key)
    here = {party.name: party.id for party in parties(told)} if told else {}
    ids: dict[str, str] = {}
    for party in _by_name(document):
        found = {here[party.name]} if party.name in here else known.get(party.name, set())
        if len(found) > 1:
            refused = _several(party.name, sorted(found))
            return read._replace(document=None, findings=(*read.findings, refused))
        ids.update((party.name, each) for each in found if each != party.name)
    return read._replace(document=_with(document, ids)) if ids else read


def _by_name(document: Document) -> list[Party]:
    return [party for party in parties(document) if party.id == party.name]


def _several(name: str, ids: Iterable[str]) -> Finding:
    return error(
        "party_not_clear",
        f"The daybook knows several parties called {name}: {', '.join(ids)}.",
        "Give the report a column with the party's id, as in client.id, or merge them in the "
        "practice system.",
        "",
    )


def _first_told(keys: Collection[Key], organisation: Organisation) -> dict[Key, Document]:
    """Return the first revision of what is here already."""
    found: dict[Key, Document] = {}
    for kind, ids in by_kind(keys):
        rows = Revision.objects.filter(
            organisation=organisation,
            document__kind=kind,
            document__source_id__in=ids,
            revision=1,
        ).exclude(body=None)
        for body in rows.values_list("body", flat=True):
            document = read_json(bytes(body or b"")).document
            if document is not None:
                found[document.key] = document
    return found


def _known(names: Collection[str], organisation: Organisation) -> Ids:
    """Return the ids of the parties of these names, but for those that go by their names alone."""
    found: Ids = defaultdict(set)
    for some in chunks(names):
        rows = Record.objects.filter(organisation=organisation, kind=CONTACT, party__in=some)
        for name, party in rows.values_list("party", "source_id"):
            found[name].add(party)
    for name, party in _in_documents(names - found.keys(), organisation):
        found[name].add(party)
    return {name: ids - {name} or ids for name, ids in found.items()}


def _in_documents(names: Collection[str], organisation: Organisation) -> Iterable[tuple[str, str]]:
    """Yield the parties of documents that have no contact yet, because they are held."""
    for some in chunks(names):
        rows = Record.objects.filter(organisation=organisation, party__in=some)
        bodies = Revision.objects.filter(document__in=rows, revision=1).exclude(body=None)
        for body in bodies.values_list("body", flat=True).iterator():
            document = read_json(bytes(body or b"")).document
            for party in parties(document) if document else ():
                if party.name in names:
                    yield party.name, party.id


def _with(document: Document, ids: Mapping[str, str]) -> Document:
    return cast("Document", _changed(document, ids))


def _changed(value: object, ids: Mapping[str, str]) -> object:
    if isinstance(value, Party):
        known = ids.get(value.name) if value.id == value.name else None
        return value if known is None else replace(value, id=known)
    if isinstance(value, Key):
        return value
    if isinstance(value, tuple):
        each = tuple(_changed(one, ids) for one in value)
        return value if each == value else each
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
        changed = {name: new for name, held in fields if (new := _changed(held, ids)) is not held}
        return replace(value, **changed) if changed else value
    return value
