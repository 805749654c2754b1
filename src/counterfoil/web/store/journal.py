"""What one transaction writes beside its own rows: events, counters, the link of the chain."""

from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.web import audit
from counterfoil.web.models import Counter, Event

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.posting.states import State
    from counterfoil.web.store.base import Base


class Journal:
    """Collects the moves of one transaction; ``close`` writes them as its last act."""

    def __init__(self, store: Base, actor: str, now: dt.datetime, audit_key: bytes) -> None:
        self._store = store
        self._actor = actor
        self._now = now
        self._audit_key = audit_key
        self._rows: list[audit.Row] = []
        self._counts: Tally[str] = Tally()

    def moved(
        self, posting: int, what: str, before: State | None, after: State, witness: str = ""
    ) -> None:
        """Note a posting's move; ``before`` is None for a new one."""
        self._add(what, posting, before or "", after, "", witness)
        if before is not None:
            self._counts[before] -= 1
        self._counts[after] += 1

    def note(self, what: str, detail: str = "", witness: str = "") -> None:
        """Note something that moved no posting."""
        self._add(what, None, "", "", detail, witness)

    def _add(
        self, what: str, posting: int | None, before: str, after: str, detail: str, witness: str
    ) -> None:
        self._rows.append(
            audit.Row(
                self._store.organisation_id,
                self._now,
                self._actor,
                what,
                posting,
                str(before),
                str(after),
                detail,
                witness,
            )
        )

    def close(self) -> None:
        """Write counters, events and the chain's entry; nothing if nothing happened."""
        if not self._rows:
            return
        self._count()
        store = self._store
        sequence = audit.append(
            self._audit_key,
            store.firm_id,
            store.organisation_id,
            self._now,
            self._rows,
            store.using,
        )
        Event.objects.using(store.using).bulk_create(
            [
                Event(
                    firm_id=store.firm_id,
                    organisation_id=row.organisation,
                    sequence=sequence,
                    position=position,
                    at=row.at,
                    actor=row.actor,
                    what=row.what,
                    posting_id=row.posting,
                    before=row.before,
                    after=row.after,
                    detail=row.detail,
                    witness=row.witness,
                )
                for position, row in enumerate(self._rows)
            ],
            batch_size=1_000,
        )

    def _count(self) -> None:
        store = self._store
        for state, difference in sorted(self._counts.items()):
            if not difference:
                continue
            rows = Counter.objects.using(store.using)
            mine = rows.filter(organisation_id=store.organisation_id, state=state)
            if not mine.update(count=F("count") + difference):
                rows.create(
                    firm_id=store.firm_id,
                    organisation_id=store.organisation_id,
                    state=state,
                    count=difference,
                )
