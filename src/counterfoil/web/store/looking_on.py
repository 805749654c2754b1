"""What pages, commands and tests look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.records import Event, PostingKey
from counterfoil.posting.states import State
from counterfoil.web import models, sql
from counterfoil.web.store import rows
from counterfoil.web.store.base import Base, by_kind, reads

if TYPE_CHECKING:
    from collections.abc import Collection

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Posting


COUNTS = "SELECT state, count FROM web_counter WHERE organisation_id = %s AND count > 0"


class LookingOn(Base):
    """The part of the port that only looks."""

    def counts(self) -> dict[State, int]:
        """Count the postings in each state, as the moves themselves counted."""
        found = sql.select(self.using, COUNTS, (self.organisation_id,))
        return {State(state): count for state, count in found}

    @reads
    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents."""
        found = [
            row for kind, ids in by_kind(keys) for row in rows.select(self, rows.NAMED, (kind, ids))
        ]
        return tuple(rows.posting(row) for row in sorted(found, key=lambda row: row.key))

    @reads
    def needing(self, symbols: Collection[Symbol]) -> dict[Symbol, tuple[PostingKey, ...]]:
        """Return which postings need these."""
        found: dict[Symbol, set[PostingKey]] = {}
        for kind, ids in by_kind(symbols):
            needs = models.Dependency.objects.using(self.using).filter(
                organisation_id=self.organisation_id, needs_kind=kind, needs_id__in=ids
            )
            rows_ = needs.exclude(posting__state=State.WITHDRAWN.value).values_list(
                "needs_id",
                "posting__kind",
                "posting__source_id",
                "posting__part",
                "posting__act",
                "posting__attempt",
            )
            for needed, of_kind, name, part, act, attempt in rows_:
                key = PostingKey(of_kind, name, part, Act(act), attempt)
                found.setdefault(Symbol(kind, needed), set()).add(key)
        return {symbol: tuple(sorted(keys)) for symbol, keys in found.items()}

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first."""
        events = models.Event.objects.using(self.using).filter(organisation_id=self.organisation_id)
        return tuple(
            _event(event)
            for event in events.select_related("posting").order_by("sequence", "position")
        )


def _event(row: models.Event) -> Event:
    on = row.posting
    return Event(
        row.at,
        row.actor,
        row.what,
        None if on is None else PostingKey(on.kind, on.source_id, on.part, Act(on.act), on.attempt),
        State(row.before) if row.before else None,
        State(row.after) if row.after else None,
        row.detail,
    )
