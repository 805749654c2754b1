"""The outbox port: everything the engine asks of a store, one transaction per method.

Nobody can hold a transaction open across two calls, and no method calls the network: the points at
which a crash may fall are then exactly the calls of this port and the sends. An outbox belongs to
one organisation of one firm. The clock is an argument. ``memory.MemoryOutbox`` is its twin in
memory; one Hypothesis state machine proves that it and the databases answer alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from counterfoil.posting.outbox.daybook import Daybook
from counterfoil.posting.outbox.deciding import Deciding
from counterfoil.posting.outbox.draining import Draining
from counterfoil.posting.outbox.sharing import Sharing

if TYPE_CHECKING:
    from collections.abc import Collection

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Event, Posting
    from counterfoil.posting.states import State


class FenceLost(Exception):
    """Somebody else has taken the organisation's lease; what was to be written was not."""


class Overtaken(ValueError):
    """A posting is not READY any more: somebody changed its document meanwhile.

    Or an object that it was to be tied to belongs to another posting. Nothing of what was to be
    written is.
    """


class OtherOrganisation(Exception):
    """The store is bound to another Xero organisation, which it has links to."""


class Outbox(Daybook, Draining, Deciding, Sharing, Protocol):
    """The durable queue of one organisation."""

    def counts(self) -> dict[State, int]:
        """Count the postings in each state; states with none are left out."""
        ...

    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents, in the order (kind, id, part, act, attempt)."""
        ...

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first; for tests and small outboxes."""
        ...
