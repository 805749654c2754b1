"""What one transaction writes beside its own rows: events, counters, the link of the chain."""

from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING

from django.db import connections

from counterfoil.web import audit
from counterfoil.web.models import Counter, DayCount, Event
from counterfoil.web.store.insert import insert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from counterfoil.posting.states import State
    from counterfoil.web.store.base import Base

COLUMNS = ("firm_id", "sequence", "position", *audit.COLUMNS)


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
        self,
        posting: int,
        what: str,
        before: State | None,
        after: State,
        witness: str = "",
        detail: str = "",
    ) -> None:
        """Note a posting's move; ``before`` is None for a new one."""
        self._add(what, posting, before or "", after, detail, witness)
        if before is not None:
            self._counts[before.value] -= 1
        self._counts[after.value] += 1

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
        counts = {state: n for state, n in self._counts.items() if n}
        if counts:
            self._count(counts)
            self._count_day(counts)
        store = self._store
        sequence = audit.append(
            self._audit_key,
            store.firm_id,
            store.organisation_id,
            self._now,
            self._rows,
            store.using,
        )
        insert(
            store.using,
            Event,
            COLUMNS,
            ((store.firm_id, sequence, position, *row) for position, row in enumerate(self._rows)),
        )

    def _count(self, counts: Mapping[str, int]) -> None:
        """Keep the counters, all in one statement; a state that is new gets its row."""
        store = self._store
        table = connections[store.using].ops.quote_name(Counter._meta.db_table)  # noqa: SLF001 -- Django's documented way
        cases = " ".join(["WHEN %s THEN count + %s"] * len(counts))
        places = ", ".join(["%s"] * len(counts))
        pairs = [value for pair in counts.items() for value in pair]
        with connections[store.using].cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET count = CASE state {cases} ELSE count END "  # noqa: S608 -- names of ours
                f"WHERE organisation_id = %s AND state IN ({places})",
                [*pairs, store.organisation_id, *counts],
            )
            complete = cursor.rowcount == len(counts)
        if not complete:
            self._add_counters(counts)

    def _count_day(self, counts: Mapping[str, int]) -> None:
        """Keep what each state has gained or lost today, all in one statement."""
        store, day = self._store, self._now.astimezone(self._store.zone).date()
        table = connections[store.using].ops.quote_name(DayCount._meta.db_table)  # noqa: SLF001 -- Django's documented way
        one = (store.firm_id, store.organisation_id, day.isoformat())
        with connections[store.using].cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (firm_id, organisation_id, day, state, count) VALUES "  # noqa: S608 -- names of ours
                + ", ".join(["(%s, %s, %s, %s, %s)"] * len(counts))
                + " ON CONFLICT (organisation_id, day, state) "
                f"DO UPDATE SET count = {table}.count + EXCLUDED.count",
                [value for pair in counts.items() for value in (*one, *pair)],
            )

    def _add_counters(self, counts: Mapping[str, int]) -> None:
        store = self._store
        rows = Counter.objects.using(store.using)
        mine = rows.filter(organisation_id=store.organisation_id, state__in=list(counts))
        known = set(mine.values_list("state", flat=True))
        rows.bulk_create(
            Counter(
                firm_id=store.firm_id,
                organisation_id=store.organisation_id,
                state=state,
                count=count,
            )
            for state, count in counts.items()
            if state not in known
        )
