"""What the daybook holds of the documents at hand, and what an intake writes into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.posting.intake import Known, is_unlinked
from counterfoil.posting.records import CONTACT
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.store import rows
from counterfoil.web.store.base import by_kind, chunks
from counterfoil.web.store.insert import insert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.posting.records import Entry
    from counterfoil.web.store.base import Base
    from counterfoil.web.store.rows import Row


@dataclass(slots=True)
class Kept:
    """A known document: its row number, newest and working revision, revisions and postings."""

    id: int
    key: Key
    newest: int
    working: int
    revisions: dict[int, str] = field(default_factory=dict)
    postings: list[Row] = field(default_factory=list)

    @property
    def known(self) -> Known:
        """What the decision on an entry asks for."""
        return Known(self.newest, self.revisions, [row.state for row in self.postings])

    @property
    def working_fingerprint(self) -> str:
        """The fingerprint of the revision that the postings were planned from."""
        return self.revisions[self.working]

    @property
    def current(self) -> list[Row]:
        """The postings that stand."""
        return [row for row in self.postings if row.state is not State.WITHDRAWN]

    @property
    def unlinked(self) -> bool:
        """Whether a person has cut a tie of the last attempt."""
        return is_unlinked(rows.posting(row) for row in self.postings)

    @property
    def next_attempt(self) -> int:
        """The attempt of postings that are planned now."""
        return 1 + max((row.key.attempt for row in self.postings), default=0)


def kept(store: Base, keys: Iterable[Key]) -> dict[Key, Kept]:
    """Read what is known of these documents; of contacts only that they are known."""
    found: dict[Key, Kept] = {}
    for kind, ids in by_kind(keys):
        query = models.Document.objects.using(store.using).filter(
            organisation_id=store.organisation_id, kind=kind, source_id__in=ids
        )
        for v in query.values_list("id", "kind", "source_id", "revision", "working"):
            key = Key(v[1], v[2])
            found[key] = Kept(v[0], key, v[3], v[4])
    by_id = {one.id: one for one in found.values()}
    for some in chunks(by_id):
        revisions = models.Revision.objects.using(store.using).filter(document_id__in=some)
        for document, number, fingerprint in revisions.values_list(
            "document_id", "revision", "fingerprint"
        ):
            by_id[document].revisions[number] = fingerprint
        for row in rows.fetch(rows.postings_of(store).filter(document_id__in=some)):
            by_id[row.document].postings.append(row)
    return found


def number_holders(store: Base, entries: Iterable[Entry]) -> dict[tuple[str, str], Key]:
    """Return which document has each of the entries' numbers in its number space."""
    wanted = ((e.number_space, e.summary.number) for e in entries if e.number_space)
    holders: dict[tuple[str, str], Key] = {}
    for space, numbers in by_kind(wanted):
        query = models.Document.objects.using(store.using).filter(
            organisation_id=store.organisation_id, number_space=space, number__in=numbers
        )
        for number, kind, name in query.exclude(number_space="").values_list(
            "number", "kind", "source_id"
        ):
            holders[space, number] = Key(kind, name)
    return holders


def document_columns(entry: Entry) -> dict[str, object]:
    """Return what a document's row says of its newest revision."""
    summary = entry.summary
    return {
        "revision": entry.revision,
        "fingerprint": entry.fingerprint,
        "number_space": entry.number_space,
        "number": summary.number,
        "date": summary.date,
        "party": summary.party,
        "matter": summary.matter,
        "amount": summary.amount,
        "currency": summary.currency,
    }


DOCUMENT_COLUMNS = (
    "firm_id",
    "organisation_id",
    "kind",
    "source_id",
    "revision",
    "working",
    "fingerprint",
    "number_space",
    "number",
    "date",
    "party",
    "matter",
    "amount",
    "currency",
    "chart_version",
    "mapping_version",
    "received_at",
)
REVISION_COLUMNS = (
    "firm_id",
    "organisation_id",
    "document_id",
    "revision",
    "fingerprint",
    "body",
    "received_at",
    "actor",
)


def add_documents(store: Base, entries: Iterable[Entry], now: dt.datetime) -> list[int]:
    """Write documents that are new; return their row numbers."""
    return insert(
        store.using,
        models.Document,
        DOCUMENT_COLUMNS,
        (
            (
                store.firm_id,
                store.organisation_id,
                entry.key.kind,
                entry.key.id,
                entry.revision,
                entry.revision,
                entry.fingerprint,
                entry.number_space,
                entry.summary.number,
                entry.summary.date,
                entry.summary.party,
                entry.summary.matter,
                entry.summary.amount,
                entry.summary.currency,
                entry.chart_version,
                entry.mapping_version,
                now,
            )
            for entry in entries
        ),
    )


def add_revisions(
    store: Base, entries: Iterable[tuple[Entry, int]], *, actor: str, now: dt.datetime
) -> None:
    """Write revisions, each with its document's row number."""
    insert(
        store.using,
        models.Revision,
        REVISION_COLUMNS,
        (
            (
                store.firm_id,
                store.organisation_id,
                document,
                entry.revision,
                entry.fingerprint,
                entry.body,
                now,
                actor,
            )
            for entry, document in entries
        ),
    )


def note_names(store: Base, entries: Iterable[Entry]) -> None:
    """Keep the names of clients and matters, each once, for whoever searches for a part of one."""
    said = [entry.summary for entry in entries if entry.key.kind != CONTACT]
    parties = {summary.party for summary in said} - {""}
    matters = {summary.matter for summary in said} - {""}
    owner = {"firm_id": store.firm_id, "organisation_id": store.organisation_id}
    models.KnownName.objects.using(store.using).bulk_create(
        (
            models.KnownName(**owner, name=name, folded=name.casefold(), matter=matter)
            for names, matter in ((parties, False), (matters, True))
            for name in sorted(names)
        ),
        ignore_conflicts=True,
    )
