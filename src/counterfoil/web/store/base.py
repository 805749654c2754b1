"""What every part of the store stands on: one transaction per method, the gate, the journal.

The lease row of an organisation is its gate: every method that moves postings locks it first, and
the head of the firm's audit chain last. Two commits of one organisation therefore never meet half
way, on either database, and cannot deadlock.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.db import OperationalError, transaction
from django.db.models.expressions import RawSQL

from counterfoil.posting.outbox import FenceLost
from counterfoil.posting.records import LeaseRow
from counterfoil.web import local_time, sql
from counterfoil.web.models import Lease as LeaseModel
from counterfoil.web.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.posting.records import Lease
    from counterfoil.web.crypto import Cipher

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Base")

TRIES = 5
"""How often a transaction is begun that another one made impossible."""
TRY_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a serialisation failure and a deadlock: nothing was written."""
MOST_IN_LIST = 500
"""Values in one IN list."""

LEASE = "SELECT holder, fence, beat FROM web_lease WHERE organisation_id = %s"
NO_LEASE = LeaseRow("", 0, 0)

READY = RawSQL("'ready'", ())
"""READY as a literal: SQLite uses a partial index only for a condition that it can read."""


class Base:
    """One organisation in one database. ``using`` is Django's alias of the database."""

    def __init__(
        self, organisation_id: int, audit_key: bytes, cipher: Cipher, using: str = "default"
    ) -> None:
        self.organisation_id = organisation_id
        self.using = using
        self._audit_key = audit_key
        self._cipher = cipher

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.organisation_id}, using={self.using!r})"

    @cached_property
    def firm_id(self) -> int:
        """The firm that the organisation belongs to; it never changes."""
        organisations = Organisation.objects.using(self.using)
        return organisations.values_list("firm_id", flat=True).get(pk=self.organisation_id)

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The time zone by which the organisation's days are counted."""
        return local_time.zone_in(self.using, self.organisation_id) or dt.UTC

    @property
    def _owner(self) -> dict[str, int]:
        return {"firm_id": self.firm_id, "organisation_id": self.organisation_id}

    def _gate(self) -> LeaseRow:
        """Lock the organisation's gate until the end of the transaction."""
        lock = sql.locking(self.using)
        found = self._lease_row(lock)
        if found is not None:
            return found
        fresh = LeaseModel(**self._owner)
        LeaseModel.objects.using(self.using).bulk_create([fresh], ignore_conflicts=True)
        return self._lease_row(lock) or NO_LEASE

    def _lease_row(self, lock: str = "") -> LeaseRow | None:
        found = sql.select(self.using, LEASE + lock, (self.organisation_id,))
        return LeaseRow(*found[0]) if found else None

    def _guarded(self, lease: Lease) -> None:
        """Lock the gate; raise FenceLost when the lease is not the newest."""
        if not holds(self._gate(), lease):
            raise FenceLost

    def _still_ours(self, lease: Lease) -> None:
        """Raise FenceLost when the lease is not the newest; for methods that only read."""
        if not holds(self._lease_row() or NO_LEASE, lease):
            raise FenceLost


def holds(row: LeaseRow, lease: Lease) -> bool:
    """Tell whether the lease is the one that the row says."""
    return row.fence == lease.fence and row.holder == lease.holder


def writes(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a method exactly one transaction, which nobody can wrap in another.

    A transaction that PostgreSQL gave up in favour of another is begun again, a few times.
    """

    @wraps(method)
    def act(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic(using=self.using, durable=True):
                    return method(self, *args, **kwargs)
            except OperationalError as error:
                if not left or not _worth_repeating(error):
                    raise
        raise AssertionError("the last try returns or raises")

    return act


def _worth_repeating(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in TRY_AGAIN


def reads(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Make a method read one moment of the database, without keeping a writer waiting."""

    @wraps(method)
    def look(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with sql.snapshot(self.using):
            return method(self, *args, **kwargs)

    return look


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit an IN list."""
    chunk: list[T] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == MOST_IN_LIST:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def by_kind(names: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Group (kind, id) pairs by kind, cut to fit an IN list."""
    ids: dict[str, dict[str, None]] = {}
    for kind, name in names:
        ids.setdefault(kind, {})[name] = None
    for kind, of_kind in ids.items():
        for chunk in chunks(of_kind):
            yield kind, chunk
