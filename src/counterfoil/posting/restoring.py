"""After a restore: nothing leaves for the first time before Xero has been asked for it (rule 12).

A copy of last night does not know what was sent today. Each request is therefore written down as
ever, and looked up as if its answer had been lost: what is found is adopted, what differs is a
person's, and only what is proved not to be there is sent, under a key of its own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.parts import bill_part
from counterfoil.posting.records import LookUp, Outcome, Restored
from counterfoil.posting.states import UNSENT, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.documents import Key
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.plan import Prepared
    from counterfoil.posting.records import Frozen, Lease, Posting, PostingKey
    from counterfoil.posting.target import Alike

EVENT = "restored"
ALIKE = "alike_after_restore"
"""The code of the finding that Xero holds something called like a document, and says otherwise."""
LASTS = dt.timedelta(days=7)
"""How long a restore is minded: by then, what came in after the copy has been taken in again."""
SLACK = dt.timedelta(minutes=2)
"""Taken off the newest time that is known: calls of one moment need not be applied in order."""
BEGINNING = dt.datetime(2006, 7, 6, tzinfo=dt.UTC)
"""Older than anything in Xero, for a store that knows of no request at all."""


def since(newest: dt.datetime | None, before: Restored | None) -> dt.datetime:
    """Return the Xero time from which on a store that came back knows nothing.

    ``newest`` is that of its newest request. A mark made before goes first: requests written down
    after that restore say nothing about what is missing from before it.
    """
    known = BEGINNING if newest is None else newest - SLACK
    return known if before is None else min(known, before.since)


def in_force(mark: Restored | None, xero_now: dt.datetime) -> Restored | None:
    """Return the mark of a restore if it is still to be minded, by Xero's time.

    Our own clock may jump by a year at any moment, and what it then said not to mind would be sent
    a second time.
    """
    return mark if mark is not None and xero_now - mark.at < LASTS else None


def marked_at(now: dt.datetime, newest: dt.datetime | None) -> dt.datetime:
    """Return when a restore is said to have been: not before the newest time of Xero's known."""
    return now if newest is None else max(now, newest)


def unseen(prepared: Iterable[Prepared], mark: Restored, outbox: Outbox) -> set[PostingKey]:
    """Return which of these have not been looked for since the restore.

    Whoever was written down since then has been looked for: that is what it was written down for.
    """
    keys = {one.posting.key for one in prepared}
    return keys - outbox.written_since(keys, mark.fence)


def not_of_other_parts(key: PostingKey, alike: Iterable[Alike], outbox: Outbox) -> Iterator[Alike]:
    """Leave out payments of bills that another part of the same document pays.

    A receipt over several bills is as many payments of one reference.
    """
    several = tuple(alike)
    paid = outbox.linked({one.on for one in several})
    parts = {
        one.key.part
        for one in outbox.postings({key.document})
        if one.state is not State.WITHDRAWN and one.key != key
    }
    for one in several:
        if one.on not in paid or bill_part(paid[one.on].document) not in parts:
            yield one


def unsure(posting: Posting, mark: Restored, outbox: Outbox) -> bool:
    """Tell whether a posting that looks never sent may have been, after the copy was made.

    It was looked for if it was written down since; unless that found something that may be it.
    """
    if posting.state not in UNSENT:
        return False
    if posting.state is State.REFUSED and _alike(posting.key.document, outbox):
        return True
    return not outbox.written_since({posting.key}, mark.fence)


def _alike(document: Key, outbox: Outbox) -> bool:
    told = outbox.findings([document]).get(document, ())
    return any(one.code == ALIKE for one in told)


def look_first(lease: Lease, request: Frozen, mark: Restored, outbox: Outbox) -> None:
    """Write a request down that does not leave, and let it be looked up at once.

    It is not ambiguous, and its key was never used: what may be in Xero was sent by the time that
    is lost. That was before the mark, so the rules for absence hold as they are: once where Xero
    keeps numbers unique; elsewhere twice, five minutes apart, the second time not before a key of
    the moment of writing down would have died.
    """
    now = request.frozen_at
    outbox.freeze(lease, [replace(request, xero_time=mark.since)], now=now)
    unknown = [Outcome(key, State.UNKNOWN) for key in request.members]
    outbox.settle(lease, request.request_id, None, unknown, look_up=LookUp(now, 0), now=now)


def looked_first(request: Frozen, mark: Restored) -> bool:
    """Tell whether a request was written down only to be looked for after this restore."""
    return request.xero_time == mark.since and not request.ambiguous
