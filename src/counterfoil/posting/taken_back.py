"""Documents that take others back, beside what the daybook has of those."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Key,
    LaterAllocation,
    PeriodClose,
    Reversal,
    TrustBillPayment,
    Unallocation,
    Void,
    undone_key,
)
from counterfoil.core.findings import error
from counterfoil.core.reader import read_json
from counterfoil.core.takings import taken_off
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.conversion import Conversion
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox

ENDING_KINDS: Final = (Reversal.kind, Void.kind)
"""Kinds that take a whole document back."""
UNDONE_TWICE: Final = "undone_twice"
"""The code of what takes back what another one has taken back before it."""
_PLANS_NOTHING: Final = frozenset({State.HELD, State.WITHDRAWN})


def undoing(documents: Iterable[Document]) -> bool:
    """Tell whether one of these takes another document back."""
    return any(undone_key(document) is not None for document in documents)


def drawn(documents: Iterable[Document], outbox: Outbox) -> dict[Key, tuple[Document, ...]]:
    """Return, by each credit that is to be taken off bills, what applied some of it later.

    Also what is held, or was taken back already: what takes it back must meet the same again. With
    what took, or is to take, such off, save what was discarded; those of ``documents`` that the
    daybook does not have yet come last.
    """
    ours = [one for one in documents if isinstance(one, Unallocation)]
    of = {one.of for one in ours}
    if not of:
        return {}
    applied = _of_credits(LaterAllocation.kind, of, outbox)
    offs = {one.key: one for one in _of_credits(Unallocation.kind, of, outbox)}
    stands = _standing(offs, outbox) | {one.key for one in ours}
    offs |= {one.key: one for one in ours}
    found: dict[Key, tuple[Document, ...]] = {}
    for one in (*applied, *(one for key, one in offs.items() if key in stands)):
        found[one.of] = (*found.get(one.of, ()), one)
    return found


def taking_off(documents: Iterable[Document], outbox: Outbox) -> dict[Key, set[Key]]:
    """Return by each later allocation which of these documents take it off again.

    Told from the documents alone: what takes off what was held may have ceased to wait for it.
    """
    offs = {one.key for one in documents if isinstance(one, Unallocation)}
    found: dict[Key, set[Key]] = defaultdict(set)
    applied = drawn(documents, outbox)
    for of in _read(applied, outbox):
        key = of.key
        later = [one for one in applied[key] if isinstance(one, LaterAllocation)]
        ends = [one for one in applied[key] if isinstance(one, Unallocation)]
        for by, several in taken_off(of, later, ends).items():
            for target in several if by in offs else ():
                if target is not None and target != key:
                    found[target].add(by)
    return found


def _of_credits(
    kind: str, of: Collection[Key], outbox: Outbox
) -> list[LaterAllocation | Unallocation]:
    """Return the documents of a kind that apply, or take off, one of these credits."""
    ids = [json.dumps(key.id, ensure_ascii=False).encode() for key in of]
    # Most name other credits, and need not be read.
    bodies = [body for body in outbox.bodies_of(kind).values() if any(one in body for one in ids)]
    read = [
        one for one in map(_document, bodies) if isinstance(one, LaterAllocation | Unallocation)
    ]
    return [one for one in read if one.of in of]


def _standing(keys: Collection[Key], outbox: Outbox) -> set[Key]:
    """Return which of these have a posting that nobody has withdrawn."""
    found = outbox.postings(keys) if keys else ()
    return {one.key.document for one in found if one.state is not State.WITHDRAWN}


def standing_enders(keys: Collection[Key], outbox: Outbox) -> set[Key]:
    """Return the reversals and voids of these documents that are planned, and not held."""
    return set(planned_enders(keys, outbox).values())


def planned_enders(keys: Collection[Key], outbox: Outbox) -> dict[Key, Key]:
    """Return by which planned reversal or void, that is not held, each of these is taken back.

    Told from the documents alone, as what ends what was held may have ceased to wait for it.
    """
    ids = {json.dumps(key.id, ensure_ascii=False).encode() for key in keys}
    # Most name other documents, and need not be read.
    named = (
        one
        for kind in ENDING_KINDS
        for body in outbox.bodies_of(kind).values()
        if any(each in body for each in ids) and (one := _document(body)) is not None
    )
    found = {one.key: of for one in named if (of := undone_key(one)) in keys and of is not None}
    planned = (one for one in outbox.postings(found) if one.state not in _PLANS_NOTHING)
    return {found[one.key.document]: one.key.document for one in planned}


def undoers_of(keys: Collection[Key], outbox: Outbox) -> dict[Key, list[Key]]:
    """Return which documents take these back, or what rests on them.

    What becomes of the one bears on the other: a reversal of a receipt needs the bills that were
    paid, too.
    """
    needing = outbox.needing({Symbol(*key) for key in keys})
    found = {
        Key(*symbol): sorted({by.document for by in of if _ends(by.document, symbol)})
        for symbol, of in needing.items()
    }
    return {key: of for key, of in found.items() if of}


def _ends(by: Key, of: Symbol) -> bool:
    """Tell by its kind whether a document takes back what it needs.

    An unallocation needs the credit too, and takes back only what applied it.
    """
    if by.kind == Unallocation.kind:
        return of.kind == LaterAllocation.kind
    return by.kind in ENDING_KINDS


def never_sent(conversions: Iterable[Conversion], outbox: Outbox) -> set[Symbol]:
    """Return what these would take back of which nothing is in Xero, nor can be as it stands.

    With what that rests on, as far as the same is true of it.
    """
    keys = {
        Key(*symbol)
        for conversion in conversions
        for planned in conversion.planned
        if isinstance(planned.element, Undone)
        for symbol in (planned.element.document, *planned.needs)
    }
    states: dict[Key, set[State]] = defaultdict(set)
    for posting in outbox.postings(keys) if keys else ():
        states[posting.key.document].add(posting.state)
    return {
        Symbol(*key)
        for key, of in states.items()
        if of <= {State.HELD, State.REFUSED, State.WITHDRAWN}
    }


def taken_back_already(keys: Collection[Key], outbox: Outbox) -> set[Key]:
    """Return which of these documents are taken back for good: nothing of them is planned again."""
    undoers = _strictly(undoers_of(keys, outbox), outbox)
    if not undoers:
        return set()
    unfinished = {
        posting.key.document
        for posting in outbox.postings({by for of in undoers.values() for by in of})
        if posting.state not in {State.POSTED, State.WITHDRAWN}
    }
    return {key for key, of in undoers.items() if not unfinished.issuperset(of)}


def _strictly(undoers: Mapping[Key, list[Key]], outbox: Outbox) -> dict[Key, list[Key]]:
    """Leave out what takes back only what rests on a document."""
    whole = {by for of in undoers.values() for by in of if by.kind in ENDING_KINDS}
    targets = {one.key: undone_key(one) for one in _read(whole, outbox)} if whole else {}
    strict = {key: [by for by in of if targets.get(by, key) == key] for key, of in undoers.items()}
    return {key: of for key, of in strict.items() if of}


def undone_twice(documents: Sequence[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Find documents that take back what another one does; the one that came first has it."""
    ours = [one for one in documents if isinstance(one, Reversal | Void)]
    if not ours:
        return {}
    keys = {one.key for one in ours}
    targets = {Symbol(*key) for one in ours if (key := undone_key(one)) is not None}
    rivals = {key.document for of in outbox.needing(targets).values() for key in of} - keys
    first: dict[Key, Key] = {}
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in (*_read(rivals, outbox), *ours):
        of = undone_key(document)
        if of is None or not isinstance(document, Reversal | Void):
            continue
        before = first.setdefault(of, document.key)
        if before != document.key:
            found[document.key] = (_twice(document, of, before),)
    return found


def in_closed_month(
    documents: Sequence[Document], outbox: Outbox
) -> dict[Key, tuple[Finding, ...]]:
    """Find reversals that would delete a payment from trust in a month that is closed."""
    ours = [
        one
        for one in documents
        if isinstance(one, Reversal) and one.reverses.kind == TrustBillPayment.kind
    ]
    if not ours:
        return {}
    closings = [
        one
        for one in map(_document, outbox.bodies_of(PeriodClose.kind).values())
        if isinstance(one, PeriodClose)
    ]
    paid = {one.key: one for one in _read({one.reverses for one in ours}, outbox)}
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in ours:
        payment = paid.get(document.reverses)
        if isinstance(payment, TrustBillPayment):
            closed = [one for one in closings if _closes(one, payment)]
            if closed:
                found[document.key] = (_closed(payment, closed[0]),)
    return found


def _closes(closing: PeriodClose, payment: TrustBillPayment) -> bool:
    whose = closing.trust_account in (None, payment.trust_account)
    return whose and payment.date <= closing.date


def _read(keys: Collection[Key], outbox: Outbox) -> list[Document]:
    bodies = outbox.bodies(keys)
    return [one for key in sorted(bodies) if (one := _document(bodies[key])) is not None]


def _document(body: bytes) -> Document | None:
    return read_json(body).document


def _twice(document: Reversal | Void, of: Key, before: Key) -> Finding:
    return error(
        UNDONE_TWICE,
        f"The {of.kind.replace('_', ' ')} {of.id} is taken back by {before} already.",
        "Correct the document that this one names, or leave it out.",
        "reverses" if isinstance(document, Reversal) else "voids",
        str(of),
    )


def _closed(payment: TrustBillPayment, closing: PeriodClose) -> Finding:
    return error(
        "trust_month_closed",
        f"The payment from trust {payment.number} of {payment.date} lies in a trust month that was "
        f"closed on {closing.date}: what was reconciled then must stay as it is.",
        "Record a trust receipt from the office into the matter instead, and pay the bill from the "
        "office; or reopen the month with whoever supervises the trust account.",
        "reverses",
        str(payment.key),
    )
