"""The organisation's lease: taken and kept by conditional update, fenced by a number that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.records import Lease
from counterfoil.web import sql
from counterfoil.web.store.base import NO_LEASE, Base, writes
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.posting.records import LeaseRow


TAKE = "UPDATE web_lease SET holder = %s, fence = %s, beat = 0 WHERE organisation_id = %s"
BEAT = """
    UPDATE web_lease SET beat = beat + 1
    WHERE organisation_id = %s AND holder = %s AND fence = %s"""
RELEASE = """
    UPDATE web_lease SET holder = ''
    WHERE organisation_id = %s AND holder = %s AND fence = %s"""


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
        sql.change(self.using, TAKE, (holder, fence, self.organisation_id))
        journal = Journal(self, holder, now, self._audit_key)
        journal.note("lease taken")
        journal.close()
        return Lease(holder, fence)

    @writes
    def beat(self, lease: Lease) -> bool:
        """Give a sign of life."""
        return bool(self._change(BEAT, lease))

    @writes
    def release(self, lease: Lease) -> None:
        """Give the lease back, if it is still ours."""
        self._change(RELEASE, lease)

    def _change(self, statement: str, lease: Lease) -> int:
        values = (self.organisation_id, lease.holder, lease.fence)
        return sql.change(self.using, statement, values)
