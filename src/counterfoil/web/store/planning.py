"""Planning postings: new rows, restarts and withdrawals, collected and then written in sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.store import rows
from counterfoil.web.store.base import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from counterfoil.core.documents import Key
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import Intent
    from counterfoil.web.store.base import Base
    from counterfoil.web.store.journal import Journal
    from counterfoil.web.store.rows import Row

AT_A_TIME = 1_000
"""Rows in one INSERT."""


@dataclass(slots=True)
class Plan:
    """The moves that a batch of entries asks for, in the order in which they are told."""

    store: Base
    journal: Journal
    now: dt.datetime
    _fresh: list[tuple[models.Posting, tuple[Symbol, ...]]] = field(default_factory=list)
    _withdrawn: list[int] = field(default_factory=list)
    _restarted: dict[State, list[int]] = field(default_factory=dict)
    _needs: list[tuple[int, tuple[Symbol, ...]]] = field(default_factory=list)
    _told: list[Callable[[], None]] = field(default_factory=list)

    def add(
        self,
        key: Key,
        document: int,
        intent: Intent,
        attempt: int,
        state: State,
        witness: str,
    ) -> None:
        """Plan a new posting."""
        row = models.Posting(
            firm_id=self.store.firm_id,
            organisation_id=self.store.organisation_id,
            document_id=document,
            kind=key.kind,
            source_id=key.id,
            part=intent.part,
            act=intent.act.value,
            attempt=attempt,
            resource=intent.resource,
            stage=intent.stage,
            state=state.value,
            due_at=self.now if state is State.READY else None,
            batch_most=BATCH_MOST,
        )
        self._fresh.append((row, intent.needs))
        self._told.append(lambda: self.journal.moved(row.pk, "planned", None, state, witness))

    def withdraw(self, row: Row) -> None:
        """Withdraw a posting of which nothing was sent."""
        self._withdrawn.append(row.id)
        self._tell(row, "withdrawn", State.WITHDRAWN)

    def restart(
        self, row: Row, state: State, what: str, needs: tuple[Symbol, ...] | None = None
    ) -> None:
        """Let a posting begin anew in a state; ``needs`` None leaves what it waits for."""
        self._restarted.setdefault(state, []).append(row.id)
        if needs is not None:
            self._needs.append((row.id, needs))
        self._tell(row, what, state)

    def _tell(self, row: Row, what: str, after: State) -> None:
        self._told.append(lambda: self.journal.moved(row.id, what, row.state, after))

    def write(self) -> None:
        """Write everything that was planned, and tell the journal in the order of planning."""
        self._write_moves()
        models.Posting.objects.using(self.store.using).bulk_create(
            [row for row, _ in self._fresh], batch_size=AT_A_TIME
        )
        for ids in chunks(number for number, _ in self._needs):
            models.Dependency.objects.using(self.store.using).filter(posting_id__in=ids).delete()
        waiting = [*((row.pk, needs) for row, needs in self._fresh), *self._needs]
        models.Dependency.objects.using(self.store.using).bulk_create(
            [row for number, needs in waiting for row in self._dependencies(number, needs)],
            batch_size=AT_A_TIME,
        )
        for tell in self._told:
            tell()

    def _write_moves(self) -> None:
        of_mine = rows.postings_of(self.store)
        for ids in chunks(self._withdrawn):
            of_mine.filter(id__in=ids).update(state=State.WITHDRAWN.value, due_at=None)
        for state, numbers in self._restarted.items():
            for ids in chunks(numbers):
                of_mine.filter(id__in=ids).update(
                    state=state.value,
                    due_at=self.now if state is State.READY else None,
                    tries=0,
                    batch_most=BATCH_MOST,
                    request=None,
                )
        said = [*self._withdrawn, *(n for numbers in self._restarted.values() for n in numbers)]
        rows.drop_findings(self.store, said)

    def _dependencies(self, posting: int, needs: Iterable[Symbol]) -> list[models.Dependency]:
        return [
            models.Dependency(
                firm_id=self.store.firm_id,
                organisation_id=self.store.organisation_id,
                posting_id=posting,
                position=position,
                needs_kind=symbol.kind,
                needs_id=symbol.id,
            )
            for position, symbol in enumerate(dict.fromkeys(needs))
        ]
