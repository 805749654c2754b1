"""What a look-up proves of each member of a request: pure decisions.

What is there and is ours is adopted; an absence is believed once nothing can be on its way any more
(architecture.md, rule 6); what may be several is a person's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, error
from counterfoil.core.xero_documents import Totals
from counterfoil.posting import retry
from counterfoil.posting.decide import Decision, Then
from counterfoil.posting.landing import landed, with_object
from counterfoil.posting.records import Frozen, Link, LookUp, Outcome, PostingKey
from counterfoil.posting.restoring import ALIKE
from counterfoil.posting.states import State
from counterfoil.posting.target import Looked


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a member when its look-up comes back.

    ``expected`` are its predicted totals, ``foreign`` the ids among those found that belong to
    other postings.
    """

    state: State
    expected: Totals | None
    looked: Looked
    foreign: frozenset[str]


def decide_look_up(
    request: Frozen,
    seen: Mapping[PostingKey, Seen],
    *,
    unique: bool,
    now: dt.datetime,
    xero_now: dt.datetime,
) -> Decision:
    """Decide on what a look-up found of each member that is still in doubt.

    ``xero_now`` is Xero's time of day: an absence is believed by Xero's clock alone. A look-up may
    come early, because a person presses retry or because a machine's clock has jumped.
    """
    lookups = request.lookups + 1
    if request.rechecking:
        found = (_rechecked(key, one) for key, one in seen.items())
        return Decision(Then.SETTLE, tuple(outcome for outcome in found if outcome is not None))
    certain = _is_over(request, xero_now) and (
        unique or (lookups > 1 and _key_is_dead(request, xero_now))
    )
    looked = (
        _looked(key, one, certain=certain, unique=unique)
        for key, one in seen.items()
        if one.state is State.UNKNOWN
    )
    outcomes = tuple(each for outcome in looked for each in with_object(outcome))
    return Decision(Then.SETTLE, outcomes, _next_look(request, outcomes, lookups, unique, now))


def _is_over(request: Frozen, xero_now: dt.datetime) -> bool:
    """Tell whether nothing of a request can be on its way any more."""
    return not request.ambiguous or xero_now >= retry.first_look(request.xero_time)


def _key_is_dead(request: Frozen, xero_now: dt.datetime) -> bool:
    return xero_now >= retry.key_dies(request.xero_time)


def _looked(key: PostingKey, seen: Seen, *, certain: bool, unique: bool) -> Outcome:
    same = tuple(link for link in seen.looked.same if link.xero_id not in seen.foreign)
    return _resolved(key, seen, same, certain=certain, unique=unique)


def _rechecked(key: PostingKey, seen: Seen) -> Outcome | None:
    """Decide on a member that was sent anew, or is about to be, after two absences."""
    same = tuple(link for link in seen.looked.same if link.xero_id not in seen.foreign)
    if seen.state is State.POSTED and same:
        return Outcome(key, State.POSTED, findings=(_landed_twice(same),))
    if seen.state is State.READY and len(same) == 1:
        return landed(key, same[0], seen.expected)
    return None


def _resolved(
    key: PostingKey, seen: Seen, same: tuple[Link, ...], *, certain: bool, unique: bool
) -> Outcome:
    if len(same) == 1:
        return landed(key, same[0], seen.expected)
    if same:
        return Outcome(key, State.UNKNOWN, findings=(_several(same),))
    ended = [link for link in seen.looked.ended if link.xero_id not in seen.foreign]
    if len(ended) == 1:  # What takes it back has done so already.
        return Outcome(key, State.POSTED, ended[0])
    if unique and seen.looked.other:
        return Outcome(key, State.REFUSED, findings=(_taken_by_another(seen.looked.other[0]),))
    alike = [one.link for one in seen.looked.alike if one.link.xero_id not in seen.foreign]
    if alike:
        return Outcome(key, State.REFUSED, findings=(_earlier_there(alike[0]),))
    return Outcome(key, State.READY if certain else State.UNKNOWN)


def _next_look(
    request: Frozen,
    outcomes: tuple[Outcome, ...],
    lookups: int,
    unique: bool,  # noqa: FBT001 -- private, and named at its one call
    now: dt.datetime,
) -> LookUp | None:
    open_still = [o for o in outcomes if o.state is State.UNKNOWN and not o.findings]
    if open_still:
        return LookUp(retry.second_look(now, request.frozen_at), lookups)
    # A correction that lands late states once more what its successor has stated.
    sent_anew = any(o.state is State.READY and o.posting.act is Act.CREATE for o in outcomes)
    if sent_anew and not unique:
        return LookUp(now + retry.RECHECK_AFTER, lookups, rechecking=True)
    return None


def _several(links: tuple[Link, ...]) -> Finding:
    ids = ", ".join(link.xero_id for link in links)
    return error(
        "several_candidates",
        f"Xero holds {len(links)} objects that could be this one: {ids}.",
        "Delete the surplus in Xero, then retry: the one that is left is taken.",
    )


def _taken_by_another(link: Link) -> Finding:
    return error(
        "number_taken_in_xero",
        f"Xero already has a different document with the number {link.number}.",
        "Give one of the two another number: change it in Xero, or in the practice.",
        "number",
        f"number:{link.number}",
    )


def _earlier_there(link: Link) -> Finding:
    return error(
        ALIKE,
        "The database was put back from a backup, and Xero holds something called like this which "
        f"says something else: {link.number or link.xero_id}. An earlier revision may have gone "
        "there after the backup was made.",
        "If it is this document, delete it in Xero and retry: the newest revision goes instead. Or "
        "leave it there, as clients' money must be, and tie it as the earlier revision that it is: "
        "counterfoil relink, with its id; it is then reversed or posted anew like any other. If it "
        "is something else, retry.",
        about=f"xero:{link.xero_id}",
    )


def _landed_twice(links: tuple[Link, ...]) -> Finding:
    return error(
        "landed_twice",
        f"A send that had gone unanswered arrived late: Xero also holds {links[0].xero_id}.",
        "Delete that one in Xero; the document's own link shows which to keep.",
    )
