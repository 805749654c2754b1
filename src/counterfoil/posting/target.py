"""The ports to the other side: what turns elements into calls, and what carries the bytes.

The engine knows neither HTTP nor Xero's JSON. ``xero.target`` implements ``Target``; a courier
carries bytes and nothing else, so that threads never touch the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from counterfoil.core.chart import Organisation
from counterfoil.core.conversion import Act
from counterfoil.core.correction import Correctable
from counterfoil.core.xero_documents import AccountRef, DocumentType, Element, Payment
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.records import Frozen, Grant, Link, MirrorContact, PostingKey

CORRELATION: Final = "xero-correlation-id"
"""The header by which Xero's support finds a call."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call to an organisation, without who is calling.

    ``path`` is below the API's root, as in ``/Invoices``. ``seconds`` is its total deadline.
    ``key`` is the idempotency key of a write.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    key: str = ""
    modified_since: dt.datetime | None = None
    seconds: int = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back whole; header names in lower case. A body may be a token pair: never shown."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing whole came back. ``left``: bytes of the call may have reached Xero."""

    reason: str
    left: bool


Arrival = Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class Shape:
    """A batch ready to be written down, but for its key and time."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer says about one element.

    ``link`` is set whenever a non-zero id came back. ``messages`` are all validation errors of the
    element and of what lies inside it, untruncated; ``warnings`` likewise.
    """

    link: Link | None = None
    messages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Alike(NamedTuple):
    """Something in Xero that is called as ours is; ``on`` is the id of what a payment pays."""

    link: Link
    on: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look-up found of one member.

    ``same`` are objects that carry its look-up key and what we sent; ``other`` are objects that
    bear its unique number but are not what we sent; ``ended`` are like ``same``, but void or
    deleted; ``alike`` are called as ours is, where Xero keeps no name unique, and say something
    else.
    """

    same: tuple[Link, ...] = ()
    other: tuple[Link, ...] = ()
    ended: tuple[Link, ...] = ()
    alike: tuple[Alike, ...] = ()


Reading = Generator[Call, Answer, Mapping[PostingKey, Looked]]
"""Reads that the poster carries out one by one; the return value is the result."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object as a read by its id shows it.

    ``line_ids`` and ``amounts`` (hundredths, before tax where that is apart) are its lines' in
    Xero's order. ``settled`` says why its money may not be touched any more; empty: it may.
    ``date`` is its own in Xero, which may be a later one than the document's. ``shown`` is all of
    it, as drift compares it.
    """

    link: Link
    line_ids: tuple[str, ...]
    amounts: tuple[int, ...]
    settled: str = ""
    date: dt.date | None = None
    shown: Shown | None = None


class Existing(NamedTuple):
    """An object in Xero by its id. Of an allocation, ``credit`` is the path of what it draws on.

    That path is ``CreditNotes/<id>``, ``Overpayments/<id>`` or ``Prepayments/<id>``.
    """

    resource: str
    xero_id: str
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an object stands in Xero, as far as it decides whether it can be taken back.

    ``ended``: it is voided or deleted there, or not there any more. ``settled`` says what ties it
    down, empty if nothing does; ``reconciled``, that a bank statement does. ``on_it`` are the ids
    of payments on it, and of allocations of it; ``date`` is its own, None where Xero gives none.
    ``credit`` is the path under which an allocation was found, as ``Existing`` names it.
    """

    ended: bool
    number: str = ""
    status: str = ""
    date: dt.date | None = None
    settled: str = ""
    reconciled: bool = False
    on_it: tuple[str, ...] = ()
    credit: str = ""


GONE: Final = Standing(ended=True)
"""What Xero does not show any more."""


@dataclass(frozen=True, slots=True)
class PaymentThere:
    """A payment that stands on a document in Xero, with the account that its money went through.

    ``bank_amount`` is what it came to there, in hundredths of that account's currency.
    """

    link: Link
    date: dt.date | None
    account: AccountRef
    bank_amount: int | None = None


@dataclass(frozen=True, slots=True)
class PaidInXero:
    """What settles a document in Xero, as far as it may be one payment of ours.

    ``payments`` are those of the amount that was asked about. ``ended`` says that the document
    takes no payments any more: ``voided``, ``deleted``, ``gone``, ``a draft``; empty if it does.
    """

    payments: tuple[PaymentThere, ...] = ()
    ended: str = ""


class Settling(NamedTuple):
    """A payment as the document lists it that it was put on, in hundredths of its currency."""

    xero_id: str
    amount: int | None
    date: dt.date | None


class Settled(NamedTuple):
    """What is still owed on an invoice in Xero, of how much, and the live payments on it.

    ``ended``: it is void or deleted.
    """

    due: int
    by: tuple[Settling, ...]
    total: int = 0
    ended: bool = False


class LeftOver(NamedTuple):
    """Money of a contact that Xero holds as an overpayment or a prepayment.

    ``type`` is the bank transaction's (``RECEIVE-OVERPAYMENT``), ``link`` ties to the credit that
    it opened. ``used``: some of it was applied or refunded.
    """

    link: Link
    bank_transaction_id: str
    type: str
    contact_id: str
    account: AccountRef
    date: dt.date | None
    total: int
    used: bool


class FedPayment(NamedTuple):
    """A payment on an invoice, as Xero lists it; ``receives``: a client's.

    ``on`` is the invoice's id. ``amount`` is in hundredths of its currency, ``bank_amount`` of the
    account's. ``matched``: a line of the bank's statement is tied to it.
    """

    xero_id: str
    on: str
    receives: bool
    date: dt.date | None
    amount: int
    bank_amount: int | None
    account: AccountRef
    matched: bool


class Whose(NamedTuple):
    """Whose an invoice in Xero is, how it is called, and the payments that stand on it."""

    contact_id: str
    number: str
    payments: frozenset[str]


class UnreadableAnswer(Exception):
    """A read was answered with something that cannot be believed."""


class Target(Protocol):
    """What the engine asks of the accounting system it posts to."""

    def resource(self, element: Element) -> str:
        """Return the resource that an element belongs to, as in ``Invoices``."""
        ...

    def lane(self, element: Element) -> str:
        """Return what may share a call: the path, so that allocations go one call per credit."""
        ...

    def encode(self, element: Element) -> bytes:
        """Return the bare element as the bytes that will be sent."""
        ...

    def shape(self, elements: Sequence[Element], encoded: Sequence[bytes]) -> Shape:
        """Wrap encoded elements of one lane into a call."""
        ...

    def unique(self, request: Frozen) -> bool:
        """Tell whether Xero itself keeps the members of this request unique.

        True for sales invoices, sales credit notes and contacts: a second execution is refused.
        """
        ...

    def judge(self, request: Frozen, answer: Answer) -> tuple[Verdict, ...] | None:
        """Read an answer element by element, matched by position and cross-checked by number.

        None when the answer does not speak of the elements one by one, or cannot be believed.
        """
        ...

    def whole_messages(self, answer: Answer) -> tuple[str, ...]:
        """Return what an answer says about the call as a whole, in Xero's words."""
        ...

    def look_up(self, requests: Sequence[Frozen]) -> Reading:
        """Look for what was sent: one sweep per resource, at most two calls per batch.

        What was sent is read from the requests' own bytes. Objects are swept from two minutes
        before the earliest ``xero_time`` (architecture.md, rule 6).
        """
        ...

    def read_object(self, resource: str, xero_id: str) -> Generator[Call, Answer, Found | None]:
        """Read one invoice, credit note or bank transaction; None if Xero does not show it."""
        ...

    def read_paid(self, payment: Payment) -> Generator[Call, Answer, PaidInXero]:
        """Read what was paid already on the invoice that a payment is for."""
        ...

    def read_settled(self, invoices: Sequence[str]) -> Generator[Call, Answer, dict[str, Settled]]:
        """Read what stands on these invoices, by their ids; many with one call."""
        ...

    def read_left_over(
        self, first: dt.date, last: dt.date, strange: Callable[[Collection[str]], Collection[str]]
    ) -> Generator[Call, Answer, tuple[LeftOver, ...]]:
        """Read the overpayments and prepayments of these days, those with them.

        Only those that are nobody's: ``strange`` tells of ids which are.
        """
        ...

    def read_fed(
        self, first: dt.date, last: dt.date
    ) -> Generator[Call, Answer, tuple[FedPayment, ...]]:
        """Read the live payments of these days on invoices, ours with the others."""
        ...

    def read_whose(self, invoices: Sequence[str]) -> Generator[Call, Answer, dict[str, Whose]]:
        """Read whose these invoices are, by their ids; many with one call."""
        ...

    def amend(self, element: Correctable, xero_id: str, line_ids: Sequence[str]) -> Shape:
        """Return the call that states an object anew, lines by their ids; those beyond are new."""
        ...

    def stated(self, resource: str, body: bytes) -> tuple[Shown, ...]:
        """Return what a call of ours states of each of its members, as drift compares it."""
        ...

    def read_standing(self, existing: Existing) -> Generator[Call, Answer, Standing]:
        """Read how an object stands, an allocation from its credit."""
        ...

    def credit(self, source: DocumentType, xero_id: str) -> str:
        """Return the path of a credit, as ``Existing`` names it."""
        ...

    def end(self, act: Act, existing: Existing) -> Shape:
        """Return the call that voids, deletes or deallocates an object."""
        ...

    def renumber(self, existing: Existing, number: str) -> Shape:
        """Return the call that gives an invoice or credit note another number."""
        ...

    def read_contact(self, contact_id: str) -> Generator[Call, Answer, MirrorContact | None]:
        """Read one contact, also one that was archived or merged; None if Xero has none."""
        ...

    def read_contacts(
        self, since: dt.datetime | None
    ) -> Generator[Call, Answer, tuple[MirrorContact, ...]]:
        """Read the contacts changed since, archived ones too, for the mirror."""
        ...

    def read_organisation(self) -> Generator[Call, Answer, Organisation]:
        """Read the organisation: the cheap probe that also tells the lock dates."""
        ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """An arrival with the ticket of the call that it answers."""

    ticket: str
    arrival: Arrival


class Courier(Protocol):
    """Carries calls and touches no store."""

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        """Send a call; its arrival comes out of ``wait`` under this ticket."""
        ...

    def wait(self, seconds: float) -> Arrived | None:
        """Return the next arrival, or None when none came within ``seconds``."""
        ...


@dataclass(frozen=True, slots=True)
class Fresh:
    """A token pair as the authorisation server gave it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """No new pair. ``dead``: the grant is gone and only a person can bring it back."""

    reason: str
    dead: bool


class Authority(Protocol):
    """Refreshes tokens: one call, no retry, its own deadline of 30 seconds."""

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        """Ask for a new pair."""
        ...
