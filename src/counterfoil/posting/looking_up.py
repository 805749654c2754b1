"""Looking for what was sent without an answer, and settling what is found or is not there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ON_EXISTING, Act
from counterfoil.posting import retry
from counterfoil.posting.looked_up import Seen, decide_look_up
from counterfoil.posting.never_made import enders, with_enders
from counterfoil.posting.records import LookUp
from counterfoil.posting.restoring import looked_first, not_of_other_parts
from counterfoil.posting.states import State
from counterfoil.posting.target import Looked, UnreadableAnswer
from counterfoil.posting.undoing import with_taken_back

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Frozen, Lease, Posting, PostingKey
    from counterfoil.posting.target import Alike


def look_up(lease: Lease, requests: Sequence[Frozen], caller: Caller) -> None:
    """Look these requests up in Xero, those of one path together, and settle each.

    An answer that cannot be believed puts the look-ups of its path off, so that it never blocks
    what else is due. Raises what ends a drain; requests that were not settled stay due.
    """
    by_path: dict[str, list[Frozen]] = defaultdict(list)
    for request in requests:
        by_path[request.path].append(request)
    for _, group in sorted(by_path.items()):
        _look_up(lease, group, caller)


def _look_up(lease: Lease, requests: Sequence[Frozen], caller: Caller) -> None:
    outbox = caller.outbox
    try:
        looked = caller.read(caller.target.look_up(_since_the_first(requests, outbox)))
    except UnreadableAnswer:
        _put_off(lease, requests, caller)
        return
    looked = _with_alike(looked, requests, outbox)
    found = (
        (*one.same, *one.other, *one.ended, *(each.link for each in one.alike))
        for one in looked.values()
    )
    linked = outbox.linked({link.xero_id for links in found for link in links})
    documents = {key.document for request in requests for key in request.members}
    postings = {posting.key: posting for posting in outbox.postings(documents)}
    looked = _with_ended(looked, outbox)
    taken: set[str] = set()
    for request in requests:
        seen = _seen(request, postings, looked, linked, taken)
        _settle(lease, request, seen, caller)


def _since_the_first(requests: Sequence[Frozen], outbox: Outbox) -> list[Frozen]:
    """Return requests as of the first send of each member whose fate was never heard.

    What was believed absent may have landed late, long before the send that is looked for now; the
    sweep has to begin before it. What acts on an object is not swept for.
    """
    made = {key for one in requests for key in one.members if key.act is Act.CREATE}
    first: dict[PostingKey, dt.datetime] = {}
    for one in outbox.stated(made) if made else ():
        for key in one.members if one.ambiguous else ():
            first[key] = min(one.xero_time, first.get(key, one.xero_time))
    return [
        replace(
            one, xero_time=min([one.xero_time, *(first.get(k, one.xero_time) for k in one.members)])
        )
        for one in requests
    ]


def _with_alike(
    looked: Mapping[PostingKey, Looked], requests: Sequence[Frozen], outbox: Outbox
) -> dict[PostingKey, Looked]:
    """Keep what is called like ours only of what is looked for because of a restore.

    There it may be an earlier revision, sent after the copy was made. What is another member's own
    is not it, nor what pays a bill that another part of the document pays.
    """
    mark = outbox.restored()
    first = {
        key
        for request in requests
        if mark is not None and looked_first(request, mark)
        for key in request.members
    }
    own = {link.xero_id for one in looked.values() for link in one.same}
    return {
        key: replace(one, alike=_not_anothers(key, one.alike, own, outbox) if key in first else ())
        for key, one in looked.items()
    }


def _not_anothers(
    key: PostingKey, alike: Sequence[Alike], own: Collection[str], outbox: Outbox
) -> tuple[Alike, ...]:
    free = tuple(one for one in alike if one.link.xero_id not in own)
    return tuple(not_of_other_parts(key, free, outbox)) if free else ()


def _with_ended(looked: Mapping[PostingKey, Looked], outbox: Outbox) -> dict[PostingKey, Looked]:
    """Keep what has ended in Xero only of what the practice itself takes back.

    A store that came back from a copy may not know that both went to Xero before.
    """
    ended = [key for key, one in looked.items() if one.ended]
    undone = enders(ended, outbox) if ended else {}
    return {key: one if key in undone else replace(one, ended=()) for key, one in looked.items()}


def _put_off(lease: Lease, requests: Sequence[Frozen], caller: Caller) -> None:
    now = caller.clock.now()
    for request in requests:
        later = LookUp(now + retry.SECOND_LOOK_AFTER, request.lookups, request.rechecking)
        caller.outbox.settle(lease, request.request_id, None, (), look_up=later, now=now)


def _settle(lease: Lease, request: Frozen, seen: Mapping[PostingKey, Seen], caller: Caller) -> None:
    now = caller.clock.now()
    unique = caller.target.unique(request)
    decision = decide_look_up(request, seen, unique=unique, now=now, xero_now=caller.xero_now())
    outcomes = with_enders(with_taken_back(decision.outcomes, caller.outbox), caller.outbox)
    caller.outbox.settle(
        lease, request.request_id, None, outcomes, look_up=decision.look_up, now=now
    )


def _seen(
    request: Frozen,
    postings: Mapping[PostingKey, Posting],
    looked: Mapping[PostingKey, Looked],
    linked: Mapping[str, PostingKey],
    taken: set[str],
) -> dict[PostingKey, Seen]:
    """Return what is known of each member; an object found is offered to one member only.

    A member that has since been sent in another request is that one's to look up.
    """
    seen: dict[PostingKey, Seen] = {}
    for key, expected in zip(request.members, request.expected, strict=True):
        posting = postings[key]
        if posting.state is State.UNKNOWN and posting.request_id != request.request_id:
            continue
        found = looked.get(key, Looked())
        ids = {link.xero_id for link in (*found.same, *found.ended)}
        others = (ids | {one.link.xero_id for one in found.alike}) & (linked.keys() | taken)
        if key.act in ON_EXISTING:
            others = set()  # What is acted on is linked: to the posting that made it.
        seen[key] = Seen(posting.state, expected, found, frozenset(others))
        if posting.state is State.UNKNOWN:
            taken |= ids
    return seen
