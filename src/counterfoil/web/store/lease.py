"""The organisation's lease: taken and kept by conditional update, fenced by a number that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.posting.records import Lease
from counterfoil.web import models
from counterfoil.web.store.base import NO_LEASE, Base, writes
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from counterfoil.posting.records import LeaseRow


class Leasing(Base):
    """The part of the port that says who drains."""

    def lease(self) -> LeaseRow:
        """Read the lease, as an observer."""
        return self._lease_row() or NO_LEASE

    @writes
    def take_lease(self, holder: str, seen: LeaseRow, *, now: dt.datetime) -> Lease | None:
        """Take the lease if it still stands as it was seen."""
        if self._gate() != seen:
            return None
        fence = seen.fence + 1
        self._lease_rows().update(holder=holder, fence=fence, beat=0)
        journal = Journal(self, holder, now, self._audit_key)
        journal.note("lease taken")
        journal.close()
        return Lease(holder, fence)

    @writes
    def beat(self, lease: Lease) -> bool:
        """Give a sign of life."""
        return bool(self._ours(lease).update(beat=F("beat") + 1))

    @writes
    def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        self._ours(lease).update(holder="")

    def _lease_rows(self) -> QuerySet[models.Lease]:
        rows = models.Lease.objects.using(self.using)
        return rows.filter(organisation_id=self.organisation_id)

    def _ours(self, lease: Lease) -> QuerySet[models.Lease]:
        return self._lease_rows().filter(holder=lease.holder, fence=lease.fence)
