"""Lease, contacts, limits and grant of the outbox in memory, and looking on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.posting import limits, retry
from counterfoil.posting.outbox import OtherOrganisation
from counterfoil.posting.records import (
    ConnectionState,
    Event,
    Grant,
    Lease,
    LeaseRow,
    LimitsRow,
    MirrorContact,
    Posting,
    PostingKey,
    Wait,
)
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.xero_documents import Symbol


from counterfoil.posting.memory.base import Rows


class Standing(Rows):
    """What stands beside the queue."""

    def lease(self) -> LeaseRow:
        """Read the lease, as an observer."""
        return self._lease

    def take_lease(self, holder: str, seen: LeaseRow, *, now: dt.datetime) -> Lease | None:
        """Take the lease if it still stands as it was seen."""
        if self._lease != seen:
            return None
        self._lease = LeaseRow(holder, seen.fence + 1, 0)
        self._event(now, holder, "lease taken")
        return Lease(holder, seen.fence + 1)

    def beat(self, lease: Lease) -> bool:
        """Give a sign of life."""
        if not self._ours(lease):
            return False
        self._lease = replace(self._lease, beat=self._lease.beat + 1)
        return True

    def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        if self._ours(lease):
            self._lease = replace(self._lease, holder="")

    def mirror(
        self, *, numbers: Collection[str], folded: Collection[str], ids: Collection[str] = ()
    ) -> tuple[MirrorContact, ...]:
        """Return mirrored contacts with one of these numbers, folded names or ContactIDs."""
        return tuple(
            contact
            for _, contact in sorted(self._mirror.items())
            if (contact.number and contact.number in numbers)
            or contact.folded in folded
            or contact.contact_id in ids
        )

    def mirror_mark(self) -> dt.datetime | None:
        """Return the Xero time up to which the mirror is read."""
        return self._mark

    def mirror_store(self, contacts: Sequence[MirrorContact], mark: dt.datetime) -> None:
        """Add or replace contacts and move the mark."""
        self._mirror.update({contact.contact_id: contact for contact in contacts})
        self._mark = mark

    def take_slot(
        self, slot: str, *, clicking: bool, seconds: int, now: dt.datetime
    ) -> Wait | None:
        """Take a slot for one call, or say how long to wait."""
        decided = limits.admit(self._limits, slot, clicking=clicking, seconds=seconds, now=now)
        if isinstance(decided, Wait):
            return decided
        self._limits = decided
        return None

    def give_slot(
        self, slot: str, headers: Mapping[str, str] | None, *, status: int, now: dt.datetime
    ) -> None:
        """Give the slot back and correct the counts by Xero's headers."""
        self._limits = limits.learn(self._limits, slot, headers, status=status, now=now)

    def limits(self) -> LimitsRow:
        """Read the counts."""
        return self._limits

    def grant(self) -> Grant:
        """Read the token pair in force."""
        return self._grant

    def connect(self, grant: Grant, *, actor: str, now: dt.datetime) -> None:
        """Store the grant of a fresh consent; the generation grows."""
        bound = self._grant.tenant_id
        if self._links and bound and bound != grant.tenant_id:
            raise OtherOrganisation
        self._grant = replace(grant, generation=self._grant.generation + 1, since=now)
        self._refresh = None
        self._event(now, actor, "connected", detail=grant.tenant_name)

    def take_refresh(self, generation: int, *, seconds: int, now: dt.datetime) -> bool:
        """Take the refresh lease if the generation still stands and nobody holds it."""
        until = self._refresh[1] if self._refresh is not None else now
        held = now < until <= now + retry.FARTHEST
        if self._grant.generation != generation or held:
            return False
        self._refresh = (generation, now + dt.timedelta(seconds=seconds))
        return True

    def store_refresh(self, generation: int, grant: Grant, *, now: dt.datetime) -> bool:
        """Store a refreshed pair as generation + 1, if ``generation`` still stands."""
        if self._grant.generation != generation:
            return False
        self._grant = replace(grant, generation=generation + 1)
        self._refresh = None
        self._event(now, "counterfoil", "token refreshed")
        return True

    def drop_refresh(self, generation: int) -> None:
        """Give the refresh lease back after a refresh that failed."""
        if self._refresh is not None and self._refresh[0] == generation:
            self._refresh = None

    def disconnect(
        self, state: ConnectionState, reason: str, *, generation: int, actor: str, now: dt.datetime
    ) -> None:
        """Mark the connection lost or disconnected, if the generation still stands."""
        if self._grant.generation != generation:
            return
        self._grant = replace(
            self._grant,
            state=state,
            reason=reason,
            since=now,
            generation=generation + 1,
            expires_at=None,
            access_token="",
            refresh_token="",
        )
        self._refresh = None
        self._event(now, actor, f"connection {state}", detail=reason)

    def counts(self) -> dict[State, int]:
        """Count the postings in each state."""
        counted: dict[State, int] = {}
        for posting in self._postings.values():
            counted[posting.state] = counted.get(posting.state, 0) + 1
        return counted

    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents."""
        found = [posting for key in set(keys) for posting in self._of.get(key, ())]
        return tuple(self._postings[key] for key in sorted(found))

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first."""
        return tuple(self._events)

    def needing(self, symbols: Collection[Symbol]) -> dict[Symbol, tuple[PostingKey, ...]]:
        """Return which postings need these."""
        found: dict[Symbol, dict[PostingKey, None]] = {}
        for key, needs in self._needs.items():
            if self._postings[key].state is not State.WITHDRAWN:
                for symbol in needs:
                    if symbol in symbols:
                        found.setdefault(symbol, {})[key] = None
        return {symbol: tuple(sorted(keys)) for symbol, keys in found.items()}
