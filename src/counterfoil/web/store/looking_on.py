"""What pages, commands and tests look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.posting.records import Event, PostingKey
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.store import rows
from counterfoil.web.store.base import Base, by_kind, reads

if TYPE_CHECKING:
    from collections.abc import Collection

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Posting


class LookingOn(Base):
    """The part of the port that only looks."""

    def counts(self) -> dict[State, int]:
        """Count the postings in each state, as the moves themselves counted."""
        counters = models.Counter.objects.using(self.using).filter(
            organisation_id=self.organisation_id, count__gt=0
        )
        return {State(state): count for state, count in counters.values_list("state", "count")}

    @reads
    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents."""
        found = [
            row
            for kind, ids in by_kind(keys)
            for row in rows.fetch(rows.postings_of(self).filter(kind=kind, source_id__in=ids))
        ]
        return tuple(rows.posting(row) for row in sorted(found, key=lambda row: row.key))

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first."""
        events = models.Event.objects.using(self.using).filter(organisation_id=self.organisation_id)
        return tuple(
            Event(
                v[0],
                v[1],
                v[2],
                PostingKey(v[3], v[4], v[5], Act(v[6]), v[7]) if v[3] is not None else None,
                State(v[8]) if v[8] else None,
                State(v[9]) if v[9] else None,
                v[10],
            )
            for v in events.order_by("sequence", "position").values_list(
                "at",
                "actor",
                "what",
                "posting__kind",
                "posting__source_id",
                "posting__part",
                "posting__act",
                "posting__attempt",
                "before",
                "after",
                "detail",
            )
        )
