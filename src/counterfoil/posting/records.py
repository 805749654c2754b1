"""What the outbox keeps and hands out, as frozen values.

Times are aware datetimes in UTC. Bodies are the exact bytes. ``ref`` fields are the store's own
row numbers: they spare it a look-up and mean nothing to anybody else, so they are not compared.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import Finding
from counterfoil.core.xero_documents import Symbol, Totals
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTACT = "contact"
"""The kind under which a party stands in the daybook: its creation is a posting like any other."""
CORRECTION = "correction"
"""The kind under which a person's correction stands in the daybook: its steps are its postings."""
REBILL = "rebill"
"""The kind of a re-billing: a bill credited in Xero and billed anew (``rebilling``)."""
OURS = (CONTACT, CORRECTION, REBILL)
"""Kinds that no practice sends."""

MADE = frozenset({"answer", "look-up"})
"""Sources of links to what we have made ourselves; others were found, or named by a person."""
TOGETHER = "together"
"""The source of links of several receipts to the one payment that Xero holds for all of them."""
UNLINKED = "unlinked"
"""The choice of a posting whose tie to Xero a person has cut."""


class PostingKey(NamedTuple):
    """The name of a posting within its organisation; unique in the schema."""

    kind: str
    id: str
    part: str
    act: Act
    attempt: int

    @property
    def document(self) -> Key:
        """The document that it belongs to."""
        return Key(self.kind, self.id)

    def of(self, act: Act) -> PostingKey:
        """Return the name of another act on the same object."""
        return self._replace(act=act)

    def __str__(self) -> str:
        part = f"/{self.part}" if self.part else ""
        return f"{self.kind}:{self.id}{part} {self.act} #{self.attempt}"


@dataclass(frozen=True, slots=True)
class Intent:
    """A posting as intake plans it: no body, only what it is and what it waits for.

    ``resource`` is Xero's name of what it becomes (``Invoices``); ``stage`` orders the drain
    (``plan.STAGES``).
    """

    part: str
    act: Act
    resource: str
    stage: int
    needs: tuple[Symbol, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of a document, in the practice's own words; ``amount`` in hundredths."""

    number: str
    date: dt.date | None
    party: str = ""
    matter: str = ""
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on its way into the daybook, already converted once.

    ``number_space`` names the space in which the number must be unique (empty: none).
    ``fingerprint`` is the SHA-256 of ``body``, the document's canonical JSON. ``note`` is what the
    audit trail tells of it when it is planned.
    """

    key: Key
    revision: int
    fingerprint: str
    body: bytes
    summary: Summary
    number_space: str
    findings: tuple[Finding, ...]
    intents: tuple[Intent, ...]
    chart_version: int
    mapping_version: int
    note: str = ""


class Taken(StrEnum):
    """What became of an entry."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one entry; ``finding`` says why it was refused."""

    key: Key
    taken: Taken
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One intended act on one Xero object, as it stands.

    ``batch_most`` is the largest batch that it may still be sent in, halved after a refusal of a
    whole batch. ``tries`` counts outcomes that decided nothing: each READY or UNKNOWN that
    ``settle`` is told. ``choice`` is a person's
    answer about a contact of the same name (``adopt``, ``separate`` or nothing yet); of a WITHDRAWN
    one that its tie was cut (``unlinked``); of a revision which edits it may overwrite in Xero.
    """

    key: PostingKey
    state: State
    resource: str
    stage: int
    due_at: dt.datetime | None
    batch_most: int
    tries: int = 0
    choice: str = ""
    request_id: str | None = None
    ref: int = field(default=0, compare=False)

    @property
    def unlinked(self) -> bool:
        """Whether a person has cut its tie, and nobody has tied it anew."""
        return self.state is State.WITHDRAWN and self.choice == UNLINKED


@dataclass(frozen=True, slots=True)
class Link:
    """The tie between a posting and its Xero object.

    ``totals`` are Xero's own; None where the resource has none. ``source`` tells whether the id
    came back from our request, was found by looking up, or was named by a person.
    """

    xero_id: str
    number: str = ""
    status: str = ""
    totals: Totals | None = None
    source: str = "answer"


@dataclass(frozen=True, slots=True)
class Due:
    """A posting that may be sent now, with the canonical body of its document's working revision.

    ``overtaken``: a later revision has come.
    """

    posting: Posting
    body: bytes
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """One HTTP call as it was written down before it left.

    ``request_id`` is the idempotency key (at most 128 characters, the tenant in it). ``expected``
    are the predicted totals of the members, None where a resource has none. ``xero_time`` is Xero's
    clock at the first send that may have done anything, as far as known. ``ambiguous``: at least
    one send ended without an answer, so that later refusals prove nothing about the first.
    ``lookups`` counts completed look-ups. ``rechecking``: it is settled, and only watched for a
    late arrival.
    """

    request_id: str
    resource: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    sha256: str
    members: tuple[PostingKey, ...]
    expected: tuple[Totals | None, ...]
    frozen_at: dt.datetime
    xero_time: dt.datetime
    ambiguous: bool = False
    lookups: int = 0
    rechecking: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, kept whole beside the request."""

    status: int
    body: bytes
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a send or a look-up tells of one member of a request.

    ``due_at`` is when a READY posting may be sent again. ``same_request`` keeps a READY posting
    with its frozen request, because Xero has proved that nothing of it was applied and it can be
    sent again as it is. ``correct`` plans the one correction of a MISMATCHED object beside it.
    ``again`` plans the posting's act anew, under the next attempt, once these are there too.
    ``raced`` plans a look beside a REFUSED payment, for who has paid in Xero already.
    """

    posting: PostingKey
    state: State
    link: Link | None = None
    findings: tuple[Finding, ...] = ()
    due_at: dt.datetime | None = None
    batch_most: int | None = None
    same_request: bool = False
    correct: bool = False
    again: tuple[Symbol, ...] = ()
    raced: bool = False


def made(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, PostingKey]]:
    """Yield the objects that outcomes tie to whoever made them, in Xero or by adoption.

    What acts on an object names the same one again, and contacts may be shared.
    """
    for outcome in outcomes:
        key = outcome.posting
        if outcome.link is not None and key.act is Act.CREATE and key.kind != CONTACT:
            yield outcome.link.xero_id, key


@dataclass(frozen=True, slots=True)
class LookUp:
    """When a request is looked up next (None: not by itself), and how often it has been."""

    due_at: dt.datetime | None
    lookups: int
    rechecking: bool = False


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """The organisation's lease as anybody may read it.

    ``fence`` grows with each taking, ``beat`` with each sign of life. ``holder`` is empty when
    free.
    """

    holder: str
    fence: int
    beat: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to claim and settle for an organisation, while its fence is the newest."""

    holder: str
    fence: int


@dataclass(frozen=True, slots=True)
class Restored:
    """The mark of a store that came back from an older copy of itself: Xero may be ahead of it.

    Requests written down under a later ``fence`` are of after the restore. ``since`` is Xero's time
    from which on it may hold what the store does not know.
    """

    at: dt.datetime
    fence: int
    since: dt.datetime


class ConnectionState(StrEnum):
    """Whether the firm is connected to Xero."""

    NEVER = "never"
    CONNECTED = "connected"
    LOST = "lost"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class Grant:
    """The token pair in force, with its generation. Secrets never show in ``repr``.

    ``tenant_id`` and ``connection_id`` are Xero's.
    """

    state: ConnectionState
    generation: int
    tenant_id: str
    tenant_name: str = ""
    connection_id: str = ""
    since: dt.datetime | None = None
    reason: str = ""
    expires_at: dt.datetime | None = None
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MirrorContact:
    """A contact as Xero had it when last read. ``folded`` is its name, folded for comparing."""

    contact_id: str
    name: str
    folded: str
    number: str = ""
    status: str = "ACTIVE"
    merged_to: str = ""


class Slot(NamedTuple):
    """A call in flight: its name, when it lapses, and how many calls the minute had before it."""

    name: str
    expires_at: dt.datetime
    used_before: int = 0


@dataclass(frozen=True, slots=True)
class LimitsRow:
    """The shared count of calls to one organisation.

    A window that has passed counts as empty. ``day_used`` and ``day_limit`` are corrected by what
    Xero says is left; ``blocked_until`` is what a Retry-After asked for.
    """

    minute_from: dt.datetime | None = None
    minute_used: int = 0
    day_from: dt.datetime | None = None
    day_used: int = 0
    day_limit: int = 5000
    in_flight: tuple[Slot, ...] = ()
    blocked_until: dt.datetime | None = None
    blocked_by: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A refused slot: until when, and which limit said so (``minute``, ``day``, ``concurrent``)."""

    until: dt.datetime
    limit: str


@dataclass(frozen=True, slots=True)
class Event:
    """One move of one posting, or one act on the connection, with time and actor."""

    at: dt.datetime
    actor: str
    what: str
    posting: PostingKey | None = None
    before: State | None = None
    after: State | None = None
    detail: str = ""
