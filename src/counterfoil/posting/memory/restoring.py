"""The mark of a restore, of the outbox in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.posting import restoring
from counterfoil.posting.memory.base import Rows
from counterfoil.posting.records import LeaseRow, PostingKey, Restored
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Collection


class Restoring(Rows):
    """What is kept of a restore."""

    def mark_restored(self, *, actor: str, now: dt.datetime) -> Restored:
        """Mark the store as one that came back from an older copy of itself."""
        self._lease = LeaseRow("", self._lease.fence + 1, 0)
        newest = max((r.frozen.xero_time for r in self._requests.values()), default=None)
        since = restoring.since(newest, self._restored)
        at = restoring.marked_at(now, newest)
        self._restored = Restored(at, self._lease.fence, since)
        self._mark = None
        self._event(now, actor, restoring.EVENT, detail=f"{since:%Y-%m-%d %H:%M:%S} UTC")
        for key, posting in self._postings.items():
            if posting.state is State.READY and posting.request_id is not None:
                self._postings[key] = replace(posting, request_id=None)
                self._event(now, actor, "untied", key, State.READY, State.READY)
        return self._restored

    def restored(self) -> Restored | None:
        """Return the mark."""
        return self._restored

    def written_since(self, postings: Collection[PostingKey], fence: int) -> set[PostingKey]:
        """Return which of these are members of a request last under way with a later fence."""
        later = [r.frozen for r in self._requests.values() if r.fence > fence]
        return {key for request in later for key in request.members} & set(postings)
