"""Documents that name another one by an id that it has not here: told again by its id here.

A source names documents by its own ids. Where another source had brought one of them first, what
names it names that one: as it comes, or, where it came first, by a next revision of it. That makes
the source's count of revisions run behind ours, so numbers that come are moved past our own; and
what comes again is known by what it says, whichever of the ids it says it with.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from counterfoil.core.documents import Bill, Key, SupplierBill, TrustDocument
from counterfoil.core.documents.common import Party
from counterfoil.core.outline import names
from counterfoil.core.writer import canonical
from counterfoil.posting.daybook import take_in
from counterfoil.web.models import DocumentFinding, Revision
from counterfoil.web.services import numbered, other_names
from counterfoil.web.store import outbox_of
from counterfoil.web.store.base import by_kind, chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.other_names import Other

ACTOR: Final = "naming"
"""Who revisions are recorded under that say nothing new but the ids."""


class Renaming:
    """What is known of ids when documents come in: ``others`` are those of what they name."""

    def __init__(
        self, organisation: Organisation, others: Sequence[Other], documents: Sequence[Document]
    ) -> None:
        self._organisation = organisation
        self._others = {one.name: one for one in others}
        self._ours = revisions_of_ours(organisation, {one.key for one in documents})

    def told(self, document: Document) -> Document:
        """Return a document as it is to be taken in; one that is here already as it is here."""
        anew = self.with_names_here(document)
        ours = self._ours.get(document.key, ())
        if anew is document and not ours:
            return document
        anew = replace(anew, revision=_past(ours, document.revision))
        kept = other_names.told(self._organisation, anew.key, anew.revision)
        if kept is not None and self._alike(kept, anew):
            return kept
        # A file that is said to be corrected has the number after the newest, corrected or not.
        before = other_names.told(self._organisation, anew.key, anew.revision - 1)
        return before if before is not None and self._alike(before, anew) else anew

    def with_names_here(self, document: Document) -> Document:
        """Return a document that names bills, and their clients, as they are named here."""
        found = [self._others[key] for key in names(document) if key in self._others]
        if not found:
            return document
        # Whose ledger clients' money leaves is never told otherwise than the source tells it.
        parties = {} if isinstance(document, TrustDocument) else self._clients(found)
        return cast("Document", _renamed(document, {one.name: one.here for one in found}, parties))

    def _clients(self, others: Sequence[Other]) -> dict[str, Party]:
        """Return the clients of bills by the ids by which other sources call the same ones."""
        bills = {
            one.client: other_names.newest(self._organisation, one.here.id)
            for one in others
            if one.client
        }
        return {name: bill.client for name, bill in bills.items() if bill is not None}

    def _alike(self, kept: Document, anew: Document) -> bool:
        here = replace(self.with_names_here(kept), revision=anew.revision)
        return canonical(here) == canonical(anew)


def revisions_of_ours(
    organisation: Organisation, keys: Collection[Key]
) -> dict[Key, tuple[int, ...]]:
    """Return which revisions of documents no source has told, in their order."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for kind, ids in by_kind(keys):
        rows = Revision.objects.filter(
            organisation=organisation,
            actor=ACTOR,
            document__kind=kind,
            document__source_id__in=ids,
        )
        for name, number in rows.order_by("revision").values_list(
            "document__source_id", "revision"
        ):
            found[Key(kind, name)].append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def name_anew(
    organisation: Organisation, shelf: Shelf, *, of: Collection[Key] | None = None, now: dt.datetime
) -> int:
    """Let what waits for documents under other ids than theirs here name them as they are here.

    ``of`` are those ids; None for whatever is waited for. Returns how many documents that were.
    Trust documents are never changed: one that waits so is reversed and recorded anew by a person.
    """
    outbox = outbox_of(organisation)
    waited_for = _waited_for(organisation, shelf) if of is None else {str(key) for key in of}
    waiting = {key for some in chunks(waited_for) for key in outbox.held_by(set(some))}
    count = 0
    for keys in chunks(sorted(waiting)):
        found = [other_names.newest_of(organisation, key) for key in keys]
        documents = [one for one in found if one is not None and not one.once_only]
        named = {key for one in documents for key in names(one)}
        others = other_names.of(organisation, named)
        others += numbered.others(organisation, named, shelf)
        renaming = Renaming(organisation, others, ())
        changed = [
            replace(anew, revision=one.revision + 1)
            for one in documents
            if (anew := renaming.with_names_here(one)) is not one
        ]
        if changed:
            take_in(changed, outbox, shelf, actor=ACTOR, now=now)
        count += len(changed)
    return count


def _waited_for(organisation: Organisation, shelf: Shelf) -> set[str]:
    """Return the other ids, and the numbers, of bills here that something waits for."""
    rows = DocumentFinding.objects.filter(organisation=organisation, code=numbered.NOT_RECEIVED)
    abouts = rows.order_by().values_list("about", flat=True).distinct()
    kinds = (about.partition(":") for about in abouts)
    keys = {Key(kind, name) for kind, _, name in kinds if kind in {Bill.kind, SupplierBill.kind}}
    known = {one.name for one in other_names.of(organisation, keys)}
    known |= {one.name for one in numbered.others(organisation, keys, shelf)}
    return {str(key) for key in keys & known}


def _past(ours: Sequence[int], revision: int) -> int:
    """Return our number of the revision that a source counts as this one."""
    for number in ours:
        revision += revision >= number
    return revision


def _renamed(value: object, keys: Mapping[Key, Key], parties: Mapping[str, Party]) -> object:
    if isinstance(value, Key):
        return keys.get(value, value)
    if isinstance(value, Party):
        return parties.get(value.id, value)
    if isinstance(value, tuple):
        each = tuple(_renamed(one, keys, parties) for one in value)
        return value if each == value else each
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
        found = {name: (_renamed(held, keys, parties), held) for name, held in fields}
        changed = {name: new for name, (new, held) in found.items() if new is not held}
        return replace(value, **changed) if changed else value
    return value
