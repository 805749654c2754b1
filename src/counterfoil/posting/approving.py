"""Drafts of ours in Xero, looked at again: some may have been approved there.

What was sent as a draft because of a lock date counts from its approval on, which is a person's in
Xero; what waited for it goes on then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.drift.shown import ENDED
from counterfoil.posting.landing import DRAFT_IN_XERO, UNAPPROVED, landed
from counterfoil.posting.states import State

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Outcome, Posting
    from counterfoil.posting.shelf import Shelf

READABLE: Final = frozenset({"Invoices", "CreditNotes"})
"""Resources whose drafts are read one by one; the daily reading of drift sees the others too."""
MOST: Final = 20
"""Drafts that are read at a time, at most."""


def look(caller: Caller, shelf: Shelf, *, actor: str, now: dt.datetime) -> bool:
    """Take drafts that were approved in Xero as what they are now; tell whether there were any.

    What is said of the others goes by today's lock date. Raises what ends a drain.
    """
    outbox = caller.outbox
    keys = outbox.held_by({DRAFT_IN_XERO})
    if not keys:
        return False
    reconvert(keys, outbox, shelf, actor=actor, now=now)
    drafts = [
        one
        for one in outbox.postings(keys)
        if one.state is State.DRAFTED and one.key.act is Act.CREATE and one.resource in READABLE
    ]
    told = [_looked(one, caller) for one in drafts[:MOST]]
    approved = [one for one in told if one is not None]
    return bool(approved and outbox.accept(approved, actor=actor, now=now))


def _looked(posting: Posting, caller: Caller) -> Outcome | None:
    """Judge by the sums that the draft had: an approval may have changed them."""
    before = caller.outbox.links([posting.key])[posting.key]
    found = caller.read(caller.target.read_object(posting.resource, before.xero_id))
    if found is None or found.link.status in UNAPPROVED | ENDED:
        return None
    return replace(landed(posting.key, found.link, before.totals), correct=False)
