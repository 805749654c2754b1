"""The outbox's side of people: what they decide, and what follows a restore."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.posting.records import Outcome, PostingKey, Restored


class Deciding(Protocol):
    """What a person decides about postings, and the mark of a restore."""

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
