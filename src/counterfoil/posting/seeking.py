"""Seeking in Xero what a restored store believes never left, before that is believed (rule 12).

A copy of last night knows as held, or refused, what may have been put right and posted since. What
takes such a document back must not conclude from the copy that there is nothing to take back. What
is found is adopted, and then taken back like anything that was posted; what is not found is looked
for a second time, when nothing can land any more, before both are done with.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, assert_never

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import Finding, error, note
from counterfoil.core.identity import contact_number
from counterfoil.core.texts import contact_name
from counterfoil.core.xero_documents import Payment, Symbol, resolve, symbols
from counterfoil.posting import retry
from counterfoil.posting.acting import later
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.proving import wanted
from counterfoil.posting.records import CONTACT, OURS, Frozen, Link, Outcome
from counterfoil.posting.restoring import unsure
from counterfoil.posting.states import TIED, UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.xero_documents import Element, Totals
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.proving import Wanted
    from counterfoil.posting.records import Posting, Restored
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Alike, Looked

LOOKED_FOR: str = "looked_for_after_restore"
"""The code of the finding that Xero showed nothing at a first look; it says when that was."""
UNSURE: str = "unsure_after_restore"
"""The code of the finding that nobody can tell here whether Xero holds a document."""


class Told(Enum):
    """What a look tells where it finds nothing to tie."""

    NOTHING = auto()
    """Xero shows nothing of it; what was sent may still be about to land."""
    ENDED = auto()
    """It was there, and was taken back already."""
    TOO_EARLY = auto()
    """What it rests on is not settled itself."""


if TYPE_CHECKING:
    Sought = Told | Outcome | Finding
    """What a look tells: the tie of what is there, what a person must see to, or nothing there."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search: through whom, by which chart and mapping, and after which restore."""

    caller: Caller
    shelf: Shelf
    mark: Restored


def first_sought(posting: Posting, made: Posting, search: Search) -> tuple[Outcome, ...] | None:
    """Return what comes before taking back what is believed never sent; None if it never was.

    ``posting`` takes back what ``made`` was to make. Raises what ends a drain, and
    ``UnreadableAnswer``.
    """
    match _sought(made, search):
        case Finding() as found:
            return (Outcome(posting.key, State.HELD, findings=(found,)),)
        case Outcome() as tied:
            return (tied,)  # The posting is still due, and now finds something to take back.
        case Told.TOO_EARLY:
            return (later(posting, search.caller),)
        case Told.NOTHING:
            return _not_there(posting, made, search.caller)
        case Told.ENDED:
            return None
        case never:
            assert_never(never)


def anew_there(made: Posting, search: Search) -> Finding | None:
    """Find what was posted anew, after the copy was made, in the place of what has ended in Xero.

    Raises what ends a drain, and ``UnreadableAnswer``.
    """
    outbox = search.caller.outbox
    if outbox.written_since({made.key}, search.mark.fence):
        return None
    match _sought(made, search):
        case Outcome(link=Link() as link):
            return _posted_anew(made, link)
    return None


def _not_there(posting: Posting, made: Posting, caller: Caller) -> tuple[Outcome, ...] | None:
    """Believe an absence at the second look alone, when no key of before the first one lives."""
    now = caller.xero_now()
    first = _first_look(posting, made, caller.outbox)
    if first is not None and now >= retry.second_look(first, first):
        return None
    told = _looked_for(made, now if first is None else first)
    due_at = retry.second_look(caller.clock.now(), caller.clock.now())
    return (Outcome(posting.key, State.READY, findings=(told,), due_at=due_at),)


def _first_look(posting: Posting, made: Posting, outbox: Outbox) -> dt.datetime | None:
    document = posting.key.document
    for finding in outbox.findings([document]).get(document, ()):
        of, _, at = finding.about.rpartition("@")
        if finding.code == LOOKED_FOR and of == str(made.key):
            return dt.datetime.fromisoformat(at)
    return None


def _sought(made: Posting, search: Search) -> Sought:
    """Look in Xero for what a posting would have made, by what it would become today."""
    if made.key.kind in OURS:
        return _unsure(made, "It is a step of a correction of counterfoil's own.")
    outbox = search.caller.outbox
    plan = wanted([made.key], outbox, search.shelf)[made.key]
    if plan.element is None:
        return _unsure(made, " ".join(dict.fromkeys(one.message for one in plan.findings)))
    ids = outbox.ids(symbols(plan.element))
    for symbol in (one for one in symbols(plan.element) if one not in ids):
        if symbol.kind == CONTACT:
            return _with_any_contact(made, plan, symbol, search)
        rests = _rests_on(symbol, made, search)
        if not isinstance(rests, str):
            return rests
        ids[symbol] = rests
    return _looked(made, [resolve(plan.element, ids)], search)


def _rests_on(symbol: Symbol, made: Posting, search: Search) -> str | Sought:
    """Return the id of what a posting rests on; where nothing of that is there, neither is this."""
    outbox = search.caller.outbox
    of = outbox.postings({Key(*symbol)})
    if not of:
        return _unsure(made, f"It names {symbol}, which has not been received.", str(Key(*symbol)))
    stands = [
        one
        for one in of
        if (one.key.part, one.key.act) == ("", Act.CREATE) and one.state is not State.WITHDRAWN
    ]
    if not stands:
        return Told.NOTHING
    newest = max(stands, key=lambda one: one.key.attempt)
    link = outbox.links([newest.key]).get(newest.key)
    if newest.state in TIED and link is not None:
        return link.xero_id
    if newest.state in UNDER_WAY or newest.state is State.READY:
        return Told.TOO_EARLY
    return _sought(newest, search) if unsure(newest, search.mark, outbox) else Told.NOTHING


def _with_any_contact(made: Posting, plan: Wanted, symbol: Symbol, search: Search) -> Sought:
    """Look for it with whichever contact its party may be in Xero; without one it is not there."""
    assert plan.element is not None
    party = next(one for one in plan.parties if one.id == symbol.id)
    number, folded = contact_number(party.id), fold_name(contact_name(party.name))
    mirror = search.caller.outbox.mirror(numbers={number}, folded={folded})
    named = {one.contact_id for one in mirror} | {one.merged_to for one in mirror} - {""}
    elements = [resolve(plan.element, {symbol: contact}) for contact in sorted(named)]
    return _looked(made, elements, search)


def _looked(made: Posting, elements: list[Element], search: Search) -> Sought:
    same: dict[str, Link] = {}
    other: dict[str, Link] = {}
    alike: dict[str, Alike] = {}
    ended = False
    for element in elements:
        looked = _look(made, element, search)
        named = {one.link.xero_id: one for one in looked.alike}
        links = (one.link for one in named.values())
        found = (*looked.same, *looked.other, *looked.ended, *links)
        ours = _untied(found, made, search.caller.outbox)
        same |= {link.xero_id: link for link in looked.same if link.xero_id in ours}
        other |= {link.xero_id: link for link in looked.other if link.xero_id in ours}
        alike |= {xero_id: one for xero_id, one in named.items() if xero_id in ours}
        ended = ended or any(link.xero_id in ours for link in looked.ended)
    if len(same) == 1:
        (link,) = same.values()
        return Outcome(made.key, State.POSTED, link, (_adopted(link),))
    if same:
        return _unsure(made, f"Xero holds several that could be it: {', '.join(sorted(same))}.")
    if ended:
        return Told.ENDED
    if other:
        (link, *_) = other.values()
        return _unsure(made, f"Xero holds another document with its number, {link.number}.")
    for link in _earlier(made, alike.values(), search):
        return _unsure(made, f"Xero holds something called like it: {link.number or link.xero_id}.")
    return Told.NOTHING


def _earlier(made: Posting, alike: Iterable[Alike], search: Search) -> Iterator[Link]:
    """Yield what is called like a posting, and is of no other part of the same document."""
    several = tuple(alike)
    paid = _paid_by_others(made, search) if any(one.on for one in several) else set()
    yield from (one.link for one in several if one.on not in paid)


def _paid_by_others(made: Posting, search: Search) -> set[str]:
    """Return the ids of what the other parts of a document pay, as far as Xero shows that."""
    outbox = search.caller.outbox
    others = [
        one.key
        for one in outbox.postings({made.key.document})
        if one.state is not State.WITHDRAWN and one.key != made.key
    ]
    plans = wanted(others, outbox, search.shelf).values()
    named = {
        s for plan in plans if isinstance(plan.element, Payment) for s in symbols(plan.element)
    }
    paid: set[str] = set()
    for symbol in sorted(named):
        match _rests_on(symbol, made, search):
            case str(xero_id) | Outcome(link=Link(xero_id=xero_id)):
                paid.add(xero_id)
    return paid


def _untied(links: tuple[Link, ...], made: Posting, outbox: Outbox) -> set[str]:
    ids = {link.xero_id for link in links}
    linked = outbox.linked(ids)
    return {one for one in ids if linked.get(one, made.key) == made.key}


def _look(made: Posting, element: Element, search: Search) -> Looked:
    caller = search.caller
    request = _as_sent(made, element, search)
    return caller.read(caller.target.look_up([request]))[made.key]


def _as_sent(made: Posting, element: Element, search: Search) -> Frozen:
    """Return the request that it would have gone in; it is never written down, nor does it go."""
    caller = search.caller
    shape = caller.target.shape([element], [caller.target.encode(element)])
    expected: Totals | None = getattr(element, "expected", None)
    return Frozen(
        "",
        made.resource,
        shape.method,
        shape.path,
        shape.query,
        shape.body,
        "",
        (made.key,),
        (expected,),
        caller.clock.now(),
        search.mark.since,
    )


def _looked_for(made: Posting, at: dt.datetime) -> Finding:
    return note(
        LOOKED_FOR,
        f"The database was put back from a backup. Xero showed nothing of {made.key.document} at "
        f"{at:%Y-%m-%d %H:%M} UTC; it is looked for once more before this is done with.",
        about=f"{made.key}@{at.isoformat()}",
    )


def _adopted(link: Link) -> Finding:
    return note(
        "found_after_restore",
        f"It had been posted after the backup was made, as {link.number or link.xero_id}, and was "
        "taken up again to be taken back.",
    )


def _posted_anew(made: Posting, link: Link) -> Finding:
    return error(
        "posted_anew_after_backup",
        f"What is known here of {made.key.document} has ended in Xero, and Xero holds it once "
        f"more, as {link.number or link.xero_id}: it was posted anew after the backup was made.",
        f"Cut the old tie with counterfoil unlink, tie it to {link.xero_id} with counterfoil "
        "relink, and retry this.",
        about=str(made.key.document),
    )


def _unsure(made: Posting, why: str, about: str = "") -> Finding:
    return error(
        UNSURE,
        f"The database was put back from a backup, and whether {made.key.document} was posted "
        f"after that was made cannot be told here. {why}".rstrip(),
        "Put right what is said here and retry; or find the document in Xero and tie it, with "
        "counterfoil relink: it is then taken back there.",
        about=about or str(made.key.document),
    )
