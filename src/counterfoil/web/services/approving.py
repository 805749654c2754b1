"""Drafts of ours that somebody has approved in Xero: they count from then on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from counterfoil.posting.landing import UNAPPROVED, landed
from counterfoil.posting.states import State
from counterfoil.xero import lookup, read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Link, Outcome, PostingKey
    from counterfoil.web.office import Office


def look_again(keys: Iterable[Key], office: Office, *, actor: str, now: dt.datetime) -> int:
    """Read the drafts of these documents in Xero; returns how many were approved.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer``.
    """
    outbox = office.outbox
    drafts = [one for one in outbox.postings(set(keys)) if one.state is State.DRAFTED]
    links = outbox.links([one.key for one in drafts])
    found: dict[PostingKey, Link] = {}
    for one in drafts:
        reading = partial(read.one, one.resource, links[one.key].xero_id)
        there = office.patiently(reading)
        if there is not None and there.status not in lookup.GONE | UNAPPROVED:
            found[one.key] = lookup.link(there, source="look-up")
    return settle(found, office, actor=actor, now=now)


def settle(
    approved: dict[PostingKey, Link], office: Office, *, actor: str, now: dt.datetime
) -> int:
    """Take drafts that were approved as what they are now; whoever waited for them goes on."""
    if not approved:
        return 0
    before = office.outbox.links(list(approved))
    told = [_outcome(key, link, before[key]) for key, link in approved.items()]
    return office.outbox.accept(told, actor=actor, now=now)


def _outcome(key: PostingKey, link: Link, before: Link) -> Outcome:
    """Judge by the sums that the draft had: an approval may have changed them."""
    return replace(landed(key, link, before.totals), correct=False)
