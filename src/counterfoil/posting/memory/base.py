"""What the parts of the outbox in memory share: its rows, its moves, its events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import FenceLost
from counterfoil.posting.records import (
    Answered,
    ConnectionState,
    Entry,
    Event,
    Frozen,
    Grant,
    Lease,
    LeaseRow,
    LimitsRow,
    Link,
    LookUp,
    MirrorContact,
    Outcome,
    Posting,
    PostingKey,
    Restored,
)
from counterfoil.posting.states import DECIDABLE, FINDABLE, UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from counterfoil.core.findings import Finding


@dataclass
class StoredDocument:
    """A document with its revisions; ``working`` is the one whose postings stand."""

    newest: int
    working: Entry
    revisions: dict[int, str]
    findings: tuple[Finding, ...]
    latest: Entry | None = None


@dataclass
class StoredRequest:
    """A request with the fence it was last sent under, its next look-up and its answers."""

    frozen: Frozen
    fence: int
    look_up: LookUp | None = None
    answers: list[Answered] = field(default_factory=list)


class Rows:
    """The rows of one organisation. Every change of state goes through ``_move``."""

    def __init__(self) -> None:
        """Start empty and never connected."""
        self._documents: dict[Key, StoredDocument] = {}
        self._numbers: dict[tuple[str, str], Key] = {}
        self._postings: dict[PostingKey, Posting] = {}
        self._of: dict[Key, list[PostingKey]] = {}
        self._needs: dict[PostingKey, tuple[Symbol, ...]] = {}
        self._found: dict[PostingKey, tuple[Finding, ...]] = {}
        self._links: dict[PostingKey, Link] = {}
        self._requests: dict[str, StoredRequest] = {}
        self._events: list[Event] = []
        self._lease = LeaseRow("", 0, 0)
        self._limits = LimitsRow()
        self._grant = Grant(ConnectionState.NEVER, 0, "")
        self._refresh: tuple[int, dt.datetime] | None = None
        self._mirror: dict[str, MirrorContact] = {}
        self._mark: dt.datetime | None = None
        self._restored: Restored | None = None

    def _missing(self, needs: Collection[Symbol], key: Key, stage: int) -> tuple[Symbol, ...]:
        """Return what a posting of this document and stage waits for."""
        own = Symbol(*key)
        others = tuple(one for one in needs if one != own and not self._is_there(one))
        return others if own not in needs or self._is_begun(key, stage) else (own, *others)

    def _is_begun(self, key: Key, stage: int) -> bool:
        """Tell whether everything of a document that goes in an earlier stage is done."""
        return all(
            self._postings[posting].state is State.POSTED
            for posting in self._current(key)
            if self._postings[posting].stage < stage
        )

    def _is_there(self, symbol: Symbol) -> bool:
        """Tell whether a document is in Xero: its object, or all of several without a main one."""
        current = self._current(Key(symbol.kind, symbol.id))
        if any(key.part == "" and key.act is Act.CREATE for key in current):
            return self._posted(symbol) is not None
        states = [self._postings[key].state for key in current]
        return bool(states) and all(state is State.POSTED for state in states)

    def _posted(self, symbol: Symbol) -> PostingKey | None:
        for key in self._of.get(Key(symbol.kind, symbol.id), ()):
            makes_it = key.part == "" and key.act is Act.CREATE
            if makes_it and self._postings[key].state is State.POSTED:
                return key
        return None

    def _current(self, key: Key) -> list[PostingKey]:
        return [
            posting
            for posting in self._of.get(key, ())
            if self._postings[posting].state is not State.WITHDRAWN
        ]

    def _withdraw(self, keys: Iterable[PostingKey], actor: str, now: dt.datetime) -> None:
        for key in keys:
            before = self._postings[key]
            self._move(key, State.WITHDRAWN, actor, "withdrawn", now, due_at=None)
            self._found.pop(key, None)
            if before.state is State.READY and before.request_id is not None:
                self._untie(before.request_id, actor, now)

    def _untie(self, request_id: str, actor: str, now: dt.datetime) -> None:
        """Free the rest of a request that cannot be sent again, because a member is gone."""
        for key, posting in list(self._postings.items()):
            if posting.state is State.READY and posting.request_id == request_id:
                self._move(key, State.READY, actor, "untied", now, request_id=None)

    def _move(
        self,
        key: PostingKey,
        after: State,
        actor: str,
        what: str,
        now: dt.datetime,
        **changes: object,
    ) -> None:
        posting = self._postings[key]
        self._postings[key] = replace(posting, state=after, **changes)  # type: ignore[arg-type]
        self._event(now, actor, what, key, posting.state, after)

    def _event(
        self,
        now: dt.datetime,
        actor: str,
        what: str,
        posting: PostingKey | None = None,
        before: State | None = None,
        after: State | None = None,
        detail: str = "",
    ) -> None:
        self._events.append(Event(now, actor, what, posting, before, after, detail))

    def _findings(self, key: Key) -> tuple[Finding, ...]:
        postings = sorted(self._of.get(key, ()))
        outcomes = tuple(f for posting in postings for f in self._found.get(posting, ()))
        return self._documents[key].findings + outcomes

    def _ours(self, lease: Lease) -> bool:
        return self._lease.fence == lease.fence and self._lease.holder == lease.holder

    def _guard(self, lease: Lease) -> None:
        if not self._ours(lease):
            raise FenceLost

    def _free(self, key: PostingKey) -> bool:
        posting = self._postings[key]
        return posting.state is State.READY and posting.request_id is None

    def _decidable(self, outcome: Outcome) -> bool:
        """Tell whether it may be decided on without a call: free, found to differ, or refused.

        What is taken back, or found in Xero after all, may be in any state but under way, or tied
        to a request.
        """
        posting = self._postings[outcome.posting]
        if outcome.state is State.WITHDRAWN:
            tied = posting.state is State.READY and posting.request_id is not None
            return not tied and posting.state not in UNDER_WAY
        found = outcome.state is State.POSTED and outcome.link is not None
        if found and posting.state in FINDABLE:
            return True
        return self._free(outcome.posting) or posting.state in DECIDABLE


def is_due(due_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Tell whether a time is set and has come."""
    return due_at is not None and due_at <= now
