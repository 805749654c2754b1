"""The outbox port: everything the engine asks of a store, one transaction per method.

Nobody can hold a transaction open across two calls, and no method calls the network: the points at
which a crash may fall are then exactly the calls of this port and the sends. An outbox belongs to
one organisation of one firm. The clock is an argument. ``memory.MemoryOutbox`` is its twin in
memory; one Hypothesis state machine proves that it and the databases answer alike.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import (
        Answered,
        ConnectionState,
        Due,
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
        Receipt,
        Restored,
        Wait,
    )
    from counterfoil.posting.states import State


class FenceLost(Exception):
    """Somebody else has taken the organisation's lease; what was to be written was not."""


class Overtaken(ValueError):
    """A posting is not READY any more: somebody changed its document meanwhile.

    Or an object that it was to be tied to belongs to another posting. Nothing of what was to be
    written is.
    """


class Outbox(Protocol):
    """The durable queue of one organisation."""

    # Intake.

    def receive(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> list[Receipt]:
        """Take documents into the daybook and plan their postings; answers in the same order.

        Same revision and fingerprint: unchanged. An older revision: kept if new to us, counted as
        unchanged. Same revision with other content, or a number that another document has in its
        number space: refused with a finding (``revision_conflict``, ``number_taken``). A newer
        revision while everything of the old one is unsent withdraws the old postings and plans
        anew, each with the highest attempt of the document + 1; otherwise it is kept and counted as
        revised, its postings stay with the revision they were planned from (the *working* one), and
        the document gets the finding ``changed_after_posting``. An entry of kind ``contact`` whose
        id is known is always unchanged. A READY posting that is withdrawn while tied to a request
        unties the request's other READY members: without it the request cannot be sent again.

        Of a document that was unlinked nothing is planned: what Xero still holds of it would be
        there twice. The newer revision waits for ``replan`` with ``anew``.

        A posting starts HELD if its entry has an error finding, otherwise WAITING if a symbol it
        needs is not there yet, otherwise READY and due at once. A symbol is there when the object
        of its document is POSTED or, where a document becomes several objects without a main one
        (part ``""``), when all of its postings are.
        """
        ...

    def replan(
        self, entries: Sequence[Entry], *, actor: str, now: dt.datetime, anew: bool = False
    ) -> None:
        """Store the findings and plans of a new conversion of known documents.

        Touches only postings that are HELD, WAITING, READY without a request, or REFUSED; their
        state is computed as at intake and ``tries`` and ``batch_most`` start afresh. Intents that
        are new are added; such postings that the plan no longer has are withdrawn. A correction,
        which no plan has, becomes READY instead. Entries whose fingerprint is not the working
        revision's are ignored. To a document whose last attempt was unlinked, in whole or in part,
        nothing is added, unless ``anew`` says that a person wants it.
        """
        ...

    def overtaken(self, keys: Collection[Key] | None) -> dict[Key, bytes]:
        """Return the newest bodies of documents whose postings are of an earlier revision.

        Of all such documents of ``intake.REVISABLE`` kinds where ``keys`` is None.
        """
        ...

    def revise(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one, and plan its update of what Xero holds.

        For entries of newest revisions that ``intake.may_revise``; others are left alone. The
        update is a posting of its own: act ``update``, part ``revision:<number>``, READY. Updates
        of revisions before that did not leave are withdrawn. Returns what was taken.
        """
        ...

    def renew(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one where nothing of the earlier one stands.

        For entries of newest revisions that are not worked with, of documents which
        ``intake.may_renew``; others are left alone. The postings that stand are withdrawn, and the
        newest revision is planned as at intake, under the next attempt. Returns what was taken.
        """
        ...

    def overwrite(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Let HELD revisions overwrite the edits in Xero that they are held for: READY.

        A person's choice, about these edits alone (``overwriting``); the event has them in its
        detail. Others are left alone; returns how many were let go.
        """
        ...

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        """Return the canonical bodies of the working revisions that are known."""
        ...

    def bodies_of(self, kind: str) -> dict[Key, bytes]:
        """Return the canonical bodies of all documents of a kind, in the order they came.

        For kinds of which there are few: a firm closes its period once a month.
        """
        ...

    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        """Return what is found about these documents.

        First the findings of the last conversion, then those of the last outcome of each posting,
        in the order of ``postings``.
        """
        ...

    def needing(self, symbols: Collection[Symbol]) -> dict[Symbol, tuple[PostingKey, ...]]:
        """Return which postings need these, in the order of their keys.

        Withdrawn postings do not count; symbols that nobody needs are left out.
        """
        ...

    def standing_in(self, states: Collection[State], kind: str | None = None) -> tuple[Key, ...]:
        """Return the documents with a posting in one of these states, in the order they came.

        Of this kind only, where one is named.
        """
        ...

    def held_by(self, about: Collection[str] | None) -> tuple[Key, ...]:
        """Return the documents with a HELD posting, in the order in which they came.

        With ``about``: those with a HELD, WAITING or DRAFTED one and a finding (of either sort) on
        one of these codes.
        """
        ...

    # The lease.

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

    # Sending. Every method that writes raises FenceLost when the lease is not the newest.

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

    def resume(self, lease: Lease, request_id: str, *, now: dt.datetime) -> None:
        """Move the members of a resumable request from READY to SENDING."""
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

    # Looking up.

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

    # What people do.

    def choose(
        self, postings: Sequence[PostingKey], choice: str, *, actor: str, now: dt.datetime
    ) -> int:
        """Record an answer about contacts of the same name; HELD ones become READY."""
        ...

    def retry(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Move REFUSED postings to READY (or WAITING), and look UNKNOWN ones up again.

        A look-up that is due later keeps its time: what is looked up too early proves nothing.
        """
        ...

    def accept(self, outcomes: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Take MISMATCHED and DRAFTED objects as Xero holds them, with the link of now.

        Frees whoever waited; a correction that has not left is withdrawn, and one that has left
        keeps its object from being accepted. Others are left alone; returns how many were taken.
        """
        ...

    def unlink(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Cut the ties of POSTED and MISMATCHED postings; Xero is not touched.

        They become WITHDRAWN with the choice ``unlinked`` and a finding that says so; the link is
        kept as what it was. A correction beside goes along, and one that is under way keeps its
        object tied. Others are left alone; returns how many were cut.
        """
        ...

    def relink(self, outcomes: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Tie postings to objects that Xero holds already: POSTED, with the link of now.

        For postings that are HELD, WAITING, READY without a request, REFUSED, or unlinked and not
        planned anew. An id that is tied already, and any other posting, is left alone; several of
        one call may share an id whose links say so (``records.TOGETHER``). Frees whoever waited;
        returns how many were tied.
        """
        ...

    # After a restore.

    def mark_restored(self, *, actor: str, now: dt.datetime) -> Restored:
        """Mark the store as one that came back from an older copy of itself; return the mark.

        The fence grows, so that a drain which began before learns of it. Requests that were to be
        sent again as they are lose their members, and the mirror's mark is taken back. An earlier
        mark's ``since`` stands if it lies further back.
        """
        ...

    def restored(self) -> Restored | None:
        """Return the mark, however old; None if there was never a restore."""
        ...

    def written_since(self, postings: Collection[PostingKey], fence: int) -> set[PostingKey]:
        """Return which of these are members of a request last under way with a later fence."""
        ...

    # Contacts.

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

    # Limits, shared by everybody who calls this organisation.

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

    # The grant.

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

    # Looking on.

    def counts(self) -> dict[State, int]:
        """Count the postings in each state; states with none are left out."""
        ...

    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        """Return the postings of these documents, in the order (kind, id, part, act, attempt)."""
        ...

    def events(self) -> tuple[Event, ...]:
        """Return every event, oldest first; for tests and small outboxes."""
        ...


class OtherOrganisation(Exception):
    """The store is bound to another Xero organisation, which it has links to."""
