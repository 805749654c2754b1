"""How long requests and answers are kept, and letting go of those whose time is over.

Their hashes stay for ever, in their rows and in the audit chain, which therefore still verifies:
what was sent can be proved against a copy, and no more be read. A call that somebody still waits
for is kept whatever its age.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from counterfoil.posting.states import State
from counterfoil.web import audit, sql
from counterfoil.web.papers import ERASED
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    from counterfoil.web.models import Firm

_UNDER_WAY = """
    SELECT 1 FROM web_requestmember m JOIN web_posting p ON p.id = m.posting_id
    WHERE m.request_id = {} AND (p.request_id = m.request_id AND p.state IN (%s, %s, %s))"""
_OLD = {
    "web_request": "firm_id = %s AND body IS NOT NULL AND frozen_at < %s "
    f"AND NOT EXISTS ({_UNDER_WAY.format('web_request.id')})",
    "web_answer": "firm_id = %s AND body IS NOT NULL AND at < %s "
    f"AND NOT EXISTS ({_UNDER_WAY.format('web_answer.request_id')})",
}
"""By table, which of its rows still have a body and are older than a moment."""
_WAITS = (State.READY.value, State.SENDING.value, State.UNKNOWN.value)


class Papers(NamedTuple):
    """How many requests and answers."""

    requests: int
    answers: int


def ends_before(now: dt.datetime, years: int) -> dt.datetime:
    """Return the moment before which the keeping time is over: so many years and the current one.

    Years are a firm's own and end in any month, so another one is added: what was written in a
    year that ended within the last ``years`` is kept (facts: reliability and trust, T16).
    """
    return dt.datetime(now.astimezone(dt.UTC).year - years - 1, 1, 1, tzinfo=dt.UTC)


def over(firm: Firm, before: dt.datetime) -> Papers:
    """Count what was written before a moment and still has its body."""
    values = (firm.pk, before, *_WAITS)
    return Papers(
        *(
            sql.select("default", f"SELECT count(*) FROM {table} WHERE {old}", values)[0][0]  # noqa: S608 -- names of ours
            for table, old in _OLD.items()
        )
    )


@transaction.atomic(durable=True)
def let_go(firm: Firm, before: dt.datetime, *, actor: str, now: dt.datetime) -> Papers:
    """Take the bodies of what was written before a moment away; the chain says who did it."""
    values = (firm.pk, before, *_WAITS)
    gone = Papers(
        *(
            sql.change("default", f"UPDATE {table} SET body = NULL WHERE {old}", values)  # noqa: S608 -- names of ours
            for table, old in _OLD.items()
        )
    )
    if any(gone):
        note(firm, ERASED, audit.moment(before), actor=actor, now=now)
    return gone
