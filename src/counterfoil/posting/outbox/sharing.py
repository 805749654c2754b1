"""What all who call an organisation share: Xero's contacts, the limits, the grant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.posting.records import ConnectionState, Grant, LimitsRow, MirrorContact, Wait


class Sharing(Protocol):
    """Contacts as Xero has them, the count of calls, and the connection."""

    def mirror(
        self, *, numbers: Collection[str], folded: Collection[str], ids: Collection[str] = ()
    ) -> tuple[MirrorContact, ...]:
        """Return mirrored contacts with one of these numbers, folded names or ContactIDs."""
        ...

    def mirror_mark(self) -> dt.datetime | None:
        """Return the Xero time up to which the mirror is read; None before the first reading."""
        ...

    def mirror_store(self, contacts: Sequence[MirrorContact], mark: dt.datetime) -> None:
        """Add or replace contacts and move the mark."""
        ...

    def take_slot(
        self, slot: str, *, clicking: bool, seconds: int, now: dt.datetime
    ) -> Wait | None:
        """Take a slot for one call, or say how long to wait (``limits.admit`` decides)."""
        ...

    def give_slot(
        self, slot: str, headers: Mapping[str, str] | None, *, status: int, now: dt.datetime
    ) -> None:
        """Give the slot back and correct the counts by Xero's headers (``limits.learn``)."""
        ...

    def limits(self) -> LimitsRow:
        """Read the counts."""
        ...

    def grant(self) -> Grant:
        """Read the token pair in force."""
        ...

    def connect(self, grant: Grant, *, actor: str, now: dt.datetime) -> None:
        """Store the grant of a fresh consent; the generation grows.

        Raises ``OtherOrganisation`` when links exist and the tenant is another one.
        """
        ...

    def take_refresh(self, generation: int, *, seconds: int, now: dt.datetime) -> bool:
        """Take the refresh lease if the generation still stands and nobody holds it.

        One that lasts longer than ``retry.FARTHEST`` from now counts as free, as in ``recover``.
        """
        ...

    def store_refresh(self, generation: int, grant: Grant, *, now: dt.datetime) -> bool:
        """Store a refreshed pair as generation + 1, if ``generation`` still stands."""
        ...

    def drop_refresh(self, generation: int) -> None:
        """Give the refresh lease back after a refresh that failed."""
        ...

    def disconnect(
        self, state: ConnectionState, reason: str, *, generation: int, actor: str, now: dt.datetime
    ) -> None:
        """Mark the connection lost or disconnected, if the generation still stands.

        The tokens are deleted; the queue stays.
        """
        ...
