"""The mark of a restore: set once, and read by every drain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from counterfoil.posting import restoring
from counterfoil.posting.records import Restored
from counterfoil.web import models, sql
from counterfoil.web.store import rows
from counterfoil.web.store.base import READY, Base, chunks, reads, writes
from counterfoil.web.store.journal import Journal
from counterfoil.web.store.planning import Plan
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from counterfoil.posting.records import PostingKey


RESTORED = """
    SELECT restored_at, restored_fence, restored_since FROM web_organisation WHERE id = %s"""


class Restoring(Base):
    """The part of the port that knows of a restore."""

    @writes
    def mark_restored(self, *, actor: str, now: dt.datetime) -> Restored:
        """Mark the store as one that came back from an older copy of itself."""
        fence = self._gate().fence + 1
        wake_after_commit(self.organisation_id, self.using)
        leases = models.Lease.objects.using(self.using)
        leases.filter(pk=self.organisation_id).update(holder="", fence=fence, beat=0)
        newest = self._newest()
        since = restoring.since(newest, self.restored())
        mark = Restored(restoring.marked_at(now, newest), fence, since)
        organisations = models.Organisation.objects.using(self.using)
        organisations.filter(pk=self.organisation_id).update(
            restored_at=mark.at,
            restored_fence=mark.fence,
            restored_since=mark.since,
            contacts_mark=None,
        )
        journal = Journal(self, actor, now, self._audit_key)
        journal.note(restoring.EVENT, f"{mark.since:%Y-%m-%d %H:%M:%S} UTC")
        tied = rows.postings_of(self).filter(state=READY, request__isnull=False)
        plan = Plan(self, journal, now)
        for row in rows.fetch(tied):
            plan.untie(row)
        plan.write()
        journal.close()
        return mark

    def _newest(self) -> dt.datetime | None:
        requests = models.Request.objects.using(self.using)
        mine = requests.filter(organisation_id=self.organisation_id)
        newest: dt.datetime | None = mine.aggregate(newest=Max("xero_time"))["newest"]
        return newest

    def restored(self) -> Restored | None:
        """Return the mark."""
        found = sql.select(self.using, RESTORED, (self.organisation_id,))
        at, fence, since = found[0]
        at, since = sql.moment(at), sql.moment(since)
        if at is None or fence is None or since is None:
            return None
        return Restored(at, fence, since)

    @reads
    def written_since(self, postings: Collection[PostingKey], fence: int) -> set[PostingKey]:
        """Return which of these are members of a request last under way with a later fence."""
        keys = {row.id: key for key, row in rows.find(self, postings).items()}
        written: set[PostingKey] = set()
        for ids in chunks(keys):
            members = models.RequestMember.objects.using(self.using)
            later = members.filter(posting_id__in=ids, request__fence__gt=fence)
            written.update(keys[number] for number in later.values_list("posting_id", flat=True))
        return written
