"""Planning postings: new rows, restarts and withdrawals, collected and then written in sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import PostingKey
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.store import rows
from counterfoil.web.store.base import chunks
from counterfoil.web.store.insert import insert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import Intent
    from counterfoil.web.store.base import Base
    from counterfoil.web.store.journal import Journal
    from counterfoil.web.store.rows import Row

NEED_COLUMNS = (
    "firm_id",
    "organisation_id",
    "posting_id",
    "position",
    "needs_kind",
    "needs_id",
)


@dataclass(slots=True)
class _Fresh:
    """A posting that is new; ``number`` is its row's, once that is written."""

    row: tuple[object, ...]
    state: State
    needs: tuple[Symbol, ...]
    witness: str
    detail: str
    number: int = 0


class _Noted(NamedTuple):
    """Something that moves no posting; ``witness`` is the fingerprint of what it speaks of."""

    what: str
    detail: str
    witness: str


@dataclass(slots=True)
class Plan:
    """The moves that a batch of entries asks for, in the order in which they are told."""

    store: Base
    journal: Journal
    now: dt.datetime
    _fresh: list[_Fresh] = field(default_factory=list)
    _withdrawn: list[int] = field(default_factory=list)
    _untied: list[int] = field(default_factory=list)
    _restarted: dict[State, list[int]] = field(default_factory=dict)
    _needs: list[tuple[int, tuple[Symbol, ...]]] = field(default_factory=list)
    _told: list[_Fresh | _Noted | tuple[Row, str, State, str]] = field(default_factory=list)

    def add(
        self,
        key: Key,
        document: int,
        intent: Intent,
        attempt: int,
        state: State,
        witness: str,
        detail: str = "",
    ) -> None:
        """Plan a new posting."""
        name = PostingKey(key.kind, key.id, intent.part, intent.act, attempt)
        to = intent.resource, intent.stage
        row = rows.posting_row(self.store, document, name, to, state, self.now)
        fresh = _Fresh(row, state, intent.needs, witness, detail)
        self._fresh.append(fresh)
        self._told.append(fresh)

    def note(self, what: str, detail: str, witness: str) -> None:
        """Tell, in its place among the moves, something that moves no posting."""
        self._told.append(_Noted(what, detail, witness))

    def withdraw(self, row: Row) -> None:
        """Withdraw a posting of which nothing was sent."""
        self._withdrawn.append(row.id)
        self._tell(row, "withdrawn", State.WITHDRAWN)

    def untie(self, row: Row) -> None:
        """Free a READY posting from a request that cannot be sent again."""
        self._untied.append(row.id)
        self._tell(row, "untied", row.state)

    @property
    def done(self) -> set[int]:
        """The postings that have been withdrawn or untied in this plan."""
        return {*self._withdrawn, *self._untied}

    def restart(
        self,
        row: Row,
        state: State,
        what: str,
        needs: tuple[Symbol, ...] | None = None,
        detail: str = "",
    ) -> None:
        """Let a posting begin anew in a state; ``needs`` None leaves what it waits for."""
        self._restarted.setdefault(state, []).append(row.id)
        if needs is not None:
            self._needs.append((row.id, needs))
        self._tell(row, what, state, detail)

    def _tell(self, row: Row, what: str, after: State, detail: str = "") -> None:
        self._told.append((row, what, after, detail))

    def write(self) -> None:
        """Write everything that was planned, and tell the journal in the order of planning."""
        self._write_moves()
        numbers = insert(
            self.store.using,
            models.Posting,
            rows.POSTING_COLUMNS,
            (fresh.row for fresh in self._fresh),
        )
        for fresh, number in zip(self._fresh, numbers, strict=True):
            fresh.number = number
        self._write_needs()
        for told in self._told:
            if isinstance(told, _Fresh):
                planned = told.number, "planned", None, told.state, told.witness
                self.journal.moved(*planned, detail=told.detail)
            elif isinstance(told, _Noted):
                self.journal.note(*told)
            else:
                row, what, after, detail = told
                self.journal.moved(row.id, what, row.state, after, detail=detail)

    def _write_needs(self) -> None:
        for ids in chunks(number for number, _ in self._needs):
            models.Dependency.objects.using(self.store.using).filter(posting_id__in=ids).delete()
        fresh = ((one.number, one.needs) for one in self._fresh)
        keep_needs(self.store, [*fresh, *self._needs])

    def _write_moves(self) -> None:
        of_mine = rows.postings_of(self.store)
        for ids in chunks(self._withdrawn):
            of_mine.filter(id__in=ids).update(state=State.WITHDRAWN.value, due_at=None)
        for ids in chunks(self._untied):
            of_mine.filter(id__in=ids).update(request=None)
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


def keep_needs(store: Base, waiting: Iterable[tuple[int, Sequence[Symbol]]]) -> None:
    """Write what each of these postings waits for."""
    insert(
        store.using,
        models.Dependency,
        NEED_COLUMNS,
        (
            (store.firm_id, store.organisation_id, number, position, symbol.kind, symbol.id)
            for number, needs in waiting
            for position, symbol in enumerate(dict.fromkeys(needs))
        ),
    )
