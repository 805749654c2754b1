"""Ties of the outbox in memory that people cut and make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import intake
from counterfoil.posting.memory.sending import Sending
from counterfoil.posting.records import TOGETHER, UNLINKED
from counterfoil.posting.states import TIED, UNDER_WAY, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.posting.records import Outcome, PostingKey


class Tying(Sending):
    """Unlinking and relinking."""

    def unlink(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Cut the ties of POSTED and MISMATCHED postings."""
        cut = [key for key in dict.fromkeys(postings) if self._may_be_cut(key)]
        for key in cut:
            self._withdraw(self._updates(key), actor, now)
            posting, link = self._postings[key], self._links.get(key)
            self._postings[key] = replace(posting, state=State.WITHDRAWN, choice=UNLINKED)
            detail = link.xero_id if link else ""
            self._event(now, actor, "unlinked", key, posting.state, State.WITHDRAWN, detail)
            self._found[key] = (intake.unlinked(link),)
        return len(cut)

    def _may_be_cut(self, key: PostingKey) -> bool:
        posting = self._postings.get(key)
        under_way = any(self._postings[one].state in UNDER_WAY for one in self._updates(key))
        return posting is not None and posting.state in TIED and not under_way

    def _updates(self, key: PostingKey) -> list[PostingKey]:
        """Return what states the object of a posting anew: its correction, and later revisions."""
        return [
            one
            for one in self._current(key.document)
            if one.act is Act.UPDATE and one != key and intake.revised_by(one) == key.of(Act.CREATE)
        ]

    def relink(self, outcomes: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Tie postings to objects that Xero holds already."""
        tied: list[Outcome] = []
        taken = set(self.linked([one.link.xero_id for one in outcomes if one.link]))
        for outcome in outcomes:
            assert outcome.link is not None
            if outcome.link.xero_id not in taken and self._may_be_tied(outcome.posting):
                if outcome.link.source != TOGETHER:
                    taken.add(outcome.link.xero_id)
                self._apply_one(outcome, actor, now, what="relinked", named=outcome.link.xero_id)
                key = outcome.posting
                self._postings[key] = replace(self._postings[key], choice="", request_id=None)
                tied.append(outcome)
        self._free_waiting({Symbol(*one.posting.document) for one in tied}, actor, now)
        return len(tied)

    def _may_be_tied(self, key: PostingKey) -> bool:
        posting = self._postings.get(key)
        if posting is None:
            return False
        if posting.state is State.WITHDRAWN:
            same = [
                k for k in self._current(key.document) if (k.part, k.act) == (key.part, key.act)
            ]
            return posting.unlinked and not same
        return posting.state in intake.TIEABLE and (
            posting.state is not State.READY or posting.request_id is None
        )
