"""The outbox's side of the drain: the lease, requests, answers and look-ups."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import (
        Answered,
        Due,
        Frozen,
        Lease,
        LeaseRow,
        Link,
        LookUp,
        Outcome,
        PostingKey,
    )


class Draining(Protocol):
    """What the one process that holds the lease asks of the store.

    Every method of sending that writes raises FenceLost when the lease is not the newest.
    """

    def lease(self) -> LeaseRow:
        """Read the lease, as an observer."""
        ...

    def take_lease(self, holder: str, seen: LeaseRow, *, now: dt.datetime) -> Lease | None:
        """Take the lease if it still stands as it was seen; the fence grows by one."""
        ...

    def beat(self, lease: Lease) -> bool:
        """Give a sign of life; False when the lease is lost."""
        ...

    def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        ...

    def recover(self, lease: Lease, *, due_at: dt.datetime, now: dt.datetime) -> int:
        """Turn what an earlier holder left SENDING into UNKNOWN; return how many postings.

        Their requests become ambiguous and are looked up from ``due_at``. Slots of the drain (whose
        names begin with ``drain:``) are given back, for whoever took them is gone. What is due
        later than ``retry.FARTHEST`` from now becomes due: a clock was wrong when that was set.
        """
        ...

    def due(self, lease: Lease, *, now: dt.datetime, most: int) -> tuple[Due, ...]:
        """Return READY postings without a request that are due, of the lowest stage among them.

        At most ``most``, of the first resource by name among them, in the order in which they
        came. Reads only.
        """
        ...

    def resumable(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests all of whose members are READY, due, and still tied to them."""
        ...

    def ids(self, symbols: Collection[Symbol]) -> dict[Symbol, str]:
        """Return the Xero ids of the objects that are posted, of those asked for."""
        ...

    def freeze(self, lease: Lease, requests: Sequence[Frozen], *, now: dt.datetime) -> None:
        """Write requests down and move their members from READY to SENDING.

        All or nothing: a member that is not READY any more (``Overtaken``) leaves nothing written.
        """
        ...

    def resume(
        self, lease: Lease, request_id: str, *, xero_time: dt.datetime, now: dt.datetime
    ) -> None:
        """Move the members of a resumable request from READY to SENDING.

        What was sent of it before is proved to have done nothing, so that ``xero_time``, which is
        Xero's time now, is the time of its first send from now on.
        """
        ...

    def settle(
        self,
        lease: Lease,
        request_id: str,
        answered: Answered | None,
        outcomes: Sequence[Outcome],
        *,
        look_up: LookUp | None = None,
        ambiguous: bool = False,
        now: dt.datetime,
    ) -> None:
        """Store an answer and what follows from it for each member.

        Links are written whenever an outcome has one, whatever its state. A POSTED outcome frees
        whoever waited for it. READY without ``same_request`` unties the posting from the request.
        The findings of an outcome replace those of the posting's last one. One with ``correct``
        plans its correction: act ``update``, same part and attempt, READY; one that is ``raced``
        plans a look in the same way, act ``relink``, or begins it anew. ``look_up`` replaces
        when the request is looked up; None ends it. With a stale fence nothing moves: the answer is
        kept as an observation (an event) and FenceLost is raised after it is stored. An outcome
        whose move is not in ``states.MOVES`` raises ValueError and nothing is stored; so does one
        that would tie to a posting what another one made, or made its own (``Overtaken``): one
        object of Xero's, one posting. Contacts may be shared.
        """
        ...

    def settle_unsent(self, lease: Lease, outcomes: Sequence[Outcome], *, now: dt.datetime) -> None:
        """Store decisions that needed no call, on READY postings without a request.

        HELD with findings (conversion at claim found something), POSTED with a link (a contact
        that was found in the mirror), WAITING (a need went missing), READY with a later due time.
        A MISMATCHED or REFUSED posting may be among them, and one that was planned in any state and
        is found in Xero after all: what they concern was read there. An object is tied once, as in
        ``settle``.
        """
        ...

    def lookups_due(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests with UNKNOWN members, or under re-check, whose look-up is due."""
        ...

    def links(self, postings: Collection[PostingKey]) -> dict[PostingKey, Link]:
        """Return the links of these postings."""
        ...

    def stated(self, postings: Collection[PostingKey]) -> tuple[Frozen, ...]:
        """Return the requests that had one of these as a member, in the order of their writing.

        Bodies that were erased are empty.
        """
        ...

    def linked(self, xero_ids: Collection[str]) -> dict[str, PostingKey]:
        """Return which of these Xero ids are tied to a posting, and to which.

        A tie that was cut is none.
        """
        ...

    def next_due(self) -> dt.datetime | None:
        """Return when the next posting or look-up is due, however far off; None if nothing is."""
        ...
