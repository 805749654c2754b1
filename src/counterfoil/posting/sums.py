"""The sums over documents (``core.takings``), computed when documents come in.

What was planned before came first: postings that are not held have reserved what they need. A
document that finds too little left is held, plans nothing, and so takes nothing from those after.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import (
    Key,
    LaterAllocation,
    Reversal,
    TrustBillPayment,
    TrustOfficeTransfer,
    Unallocation,
    Void,
    undone_key,
)
from counterfoil.core.reader import read_json
from counterfoil.core.takings import Sums, given_back, taken_by_costs, takings, title
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.states import UNSENT, State
from counterfoil.posting.taken_back import standing_enders, taking_off

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.takings import Taking
    from counterfoil.posting.outbox import Outbox


UNDOING: Final = (Reversal, Void, Unallocation)
"""Kinds that set free what an earlier document took."""


class Left(NamedTuple):
    """What adding up found of documents: who takes too much, and who has to wait for whom.

    ``after`` are documents that set free what others take: in Xero they have to come first.
    """

    short: Mapping[Key, tuple[Finding, ...]]
    after: Mapping[Key, tuple[Symbol, ...]]


def beyond_what_is_left(
    documents: Sequence[Document],
    books: Books,
    outbox: Outbox,
    planned_needs: Mapping[Key, Collection[Symbol]],
) -> Left:
    """Find documents that take more than others have left; none of these is held otherwise.

    ``planned_needs`` are what their postings need.
    """
    posted = books.mapping.settings.post_trust
    wanted = {one.key: tuple(_wanted(one, books.referenced, posted=posted)) for one in documents}
    sources = {one.source for of in wanted.values() for one in of}
    if not sources:
        return Left({}, {})
    planned = _planned(sources, outbox)
    left = _left(documents, wanted, planned, books, outbox, planned_needs)
    if not left.short:
        return left
    # What takes back a rival that never came to be may have ceased to need what that one took.
    ending = standing_enders(planned | wanted.keys(), outbox) - planned
    if not ending:
        return left
    return _left(documents, wanted, planned | ending, books, outbox, planned_needs)


def _left(
    documents: Sequence[Document],
    wanted: Mapping[Key, tuple[Taking, ...]],
    planned: Collection[Key],
    books: Books,
    outbox: Outbox,
    planned_needs: Mapping[Key, Collection[Symbol]],
) -> Left:
    rivals = {one.key: one for one in _read({*planned} - wanted.keys(), outbox)}
    counted = rivals.keys() | {document.key for document in documents}
    freed: dict[Key, set[Key]] = defaultdict(set)
    posted = books.mapping.settings.post_trust
    known = _with_what_is_beneath(rivals.values(), books.referenced, outbox)
    sources = {one.source for of in wanted.values() for one in of}
    sums = Sums(_with(sources, known, outbox))
    absent = _not_in_xero(documents, rivals, outbox)
    for rival in rivals.values():
        takes = _counting(rival, _wanted(rival, known, posted=posted), counted)
        sums.take(rival.key, title(rival) + absent.get(rival.key, ""), takes)
        _note_freed(rival, takes, freed)
    undoers = _undoers(documents, rivals, planned_needs, outbox)
    found: dict[Key, tuple[Finding, ...]] = {}
    after: dict[Key, tuple[Symbol, ...]] = {}
    for document in sorted(documents, key=lambda one: _turn(one, planned, undoers)):
        takes = _counting(document, wanted[document.key], counted)
        own = _after_own_end(undoers.get(document.key, set()), outbox)
        short = sums.short(document.key, takes, besides=own)
        if short:
            found[document.key] = short
            continue
        freeing = {key for one in takes for key in freed.get(one.source, ())}
        if sums.short(document.key, takes, besides=freeing | own):
            after[document.key] = tuple(Symbol(*key) for key in sorted(freeing - own))
        sums.take(document.key, title(document), takes)
        _note_freed(document, takes, freed)
    return Left(found, after)


def _not_in_xero(
    documents: Sequence[Document], rivals: Mapping[Key, Document], outbox: Outbox
) -> dict[Key, str]:
    """Say of those that stand in the way of taking something back that Xero holds none of them."""
    if not any(isinstance(one, UNDOING) for one in documents):
        return {}
    there = {
        one.key.document
        for one in outbox.postings(rivals.keys())
        if one.state is not State.WITHDRAWN and one.state not in UNSENT
    }
    return {key: " (which is not in Xero yet)" for key in rivals if key not in there}


def _undoers(
    documents: Sequence[Document],
    rivals: Mapping[Key, Document],
    planned_needs: Mapping[Key, Collection[Symbol]],
    outbox: Outbox,
) -> dict[Key, set[Key]]:
    """Return who takes back whom of these documents: nothing can wait for its own end."""
    theirs = {key for key, rival in rivals.items() if isinstance(rival, UNDOING)}
    ours = [one.key for one in documents if isinstance(one, UNDOING)]
    found: dict[Key, set[Key]] = defaultdict(set)
    for one in (*documents, *rivals.values()):
        match one:
            case Reversal(reverses=of) | Void(voids=of):
                # What was held is waited for no longer by what ends it.
                found[of].add(one.key)
    for key in ours:
        for symbol in planned_needs.get(key, ()):
            found[Key(*symbol)].add(key)
    if theirs:
        for symbol, keys in outbox.needing({Symbol(*one.key) for one in documents}).items():
            found[Key(*symbol)].update(theirs.intersection(key.document for key in keys))
    if any(isinstance(one, LaterAllocation) for one in documents):
        for of, offs in taking_off((*documents, *rivals.values()), outbox).items():
            found[of] |= offs
    return found


def _after_own_end(undoers: set[Key], outbox: Outbox) -> set[Key]:
    """Return these and all that waits for them: nothing of it is in Xero before their target is.

    A receipt that uses again what a reversal sets free would otherwise keep out the very receipt
    that is reversed, and each would wait for the other.
    """
    reached = fresh = undoers
    while fresh:
        needing = outbox.needing({Symbol(*key) for key in fresh}).values()
        keys = {key.document for of in needing for key in of} - reached
        states = [one for one in outbox.postings(keys) if one.state is State.WAITING]
        fresh = {one.key.document for one in states}
        reached = reached | fresh
    return reached


def _turn(
    document: Document, planned: Collection[Key], undoers: Mapping[Key, Collection[Key]]
) -> tuple[bool, bool, bool]:
    """Sort what was planned before first; then what sets free; then what is given back again.

    Those whose end came with them leave room for all others, in whatever order they came together.
    """
    key = document.key
    return key not in planned, not isinstance(document, UNDOING), not undoers.get(key)


def _counting(
    document: Document, wanted: Iterable[Taking], counted: Collection[Key]
) -> tuple[Taking, ...]:
    """Leave out what a document gives back of one that takes nothing any more."""
    of = undone_key(document)
    gone = isinstance(document, Reversal | Void) and of not in counted
    return tuple(one for one in wanted if not (gone and one.amount < 0))


def _note_freed(document: Document, takes: Iterable[Taking], freed: dict[Key, set[Key]]) -> None:
    for one in takes:
        if one.amount < 0:
            freed[one.source].add(document.key)


def _with_what_is_beneath(
    documents: Collection[Document], known: Mapping[Key, Document], outbox: Outbox
) -> dict[Key, Document]:
    """Return what is known with what these take back, and the payments whose costs they move."""
    undone = {key for key in map(undone_key, documents) if key is not None}
    found = _with(undone, known, outbox)
    moving = [one for one in (*documents, *found.values()) if isinstance(one, TrustOfficeTransfer)]
    return _with({key for one in moving for key in one.payments}, found, outbox)


def _with(keys: set[Key], known: Mapping[Key, Document], outbox: Outbox) -> dict[Key, Document]:
    """Return what is known with these, as far as the daybook has them."""
    return {**known, **{one.key: one for one in _read(keys - known.keys(), outbox)}}


def _wanted(document: Document, known: Mapping[Key, Document], *, posted: bool) -> Iterable[Taking]:
    """Yield what a document takes, and gives back.

    Where trust is not ``posted``, the transfer of costs pays in Xero what its payments name.
    """
    match document:
        case Reversal(reverses=of) | Void(voids=of) | Unallocation(of=of):
            target = known.get(of)
            if isinstance(target, TrustOfficeTransfer | TrustBillPayment):
                taken = _wanted(target, known, posted=posted)
                yield from (one._replace(amount=-one.amount) for one in taken)
            elif target is not None:
                yield from given_back(document, target)
        case TrustOfficeTransfer():
            yield from () if posted else taken_by_costs(document, known)
        case TrustBillPayment() if not posted:
            return
        case _:
            yield from takings(document)


def _planned(sources: Collection[Key], outbox: Outbox) -> set[Key]:
    symbols = {Symbol(key.kind, key.id) for key in sources}
    return {key.document for keys in outbox.needing(symbols).values() for key in keys}


def _read(keys: Collection[Key], outbox: Outbox) -> Iterable[Document]:
    bodies = outbox.bodies(keys) if keys else {}
    for key in sorted(bodies):
        document = read_json(bodies[key]).document
        if document is not None:
            yield document


def touched(documents: Iterable[Document], outbox: Outbox) -> set[str]:
    """Return what these take from, as findings name it: whoever found too little looks again."""
    there = tuple(documents)
    known = _with_what_is_beneath(there, {}, outbox)
    # Whether trust is posted is not known here, and looking again in vain does no harm.
    return {
        str(one.source)
        for document in there
        for posted in (True, False)
        for one in _wanted(document, known, posted=posted)
    }
