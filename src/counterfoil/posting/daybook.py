"""Documents on their way into the daybook: converted once for state and findings.

The parties that a document needs in Xero go in before it, as documents of the kind ``contact``:
their creation is a posting like any other, and unique.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Conversion
from counterfoil.core.documents import Key, PeriodClose, undone_key
from counterfoil.core.findings import holds
from counterfoil.core.issued_months import ISSUED_CHANGED
from counterfoil.core.periods import CLOSED_PERIOD, late
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import rebilling, rebills
from counterfoil.posting.bodies import read_back
from counterfoil.posting.corrections import entry_of, read_correction
from counterfoil.posting.entries import convert_all, intents_of
from counterfoil.posting.intake import (
    CHANGED_AFTER_POSTING,
    DISCARDED,
    GIVEN_UP,
    HELD_BY_PERSON,
    OTHER_MONEY,
    none_barred,
)
from counterfoil.posting.parties import contacts_needed
from counterfoil.posting.records import CORRECTION, OURS, REBILL, Entry, Taken
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.states import TIED, UNDER_WAY, State
from counterfoil.posting.sums import touched
from counterfoil.posting.taken_back import taken_back_already, undoers_of
from counterfoil.posting.transfers import moving
from counterfoil.posting.trust_holds import (
    LATE,
    abouts,
    after_an_issue,
    as_set,
    held_by_rules,
    held_rules,
    issued_as_set,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.intake import Barred
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Receipt
    from counterfoil.posting.shelf import Shelf


def take_in(
    documents: Sequence[Document],
    outbox: Outbox,
    shelf: Shelf,
    *,
    actor: str,
    now: dt.datetime,
    barred: Barred = none_barred,
) -> list[Receipt]:
    """Take documents into the daybook in one transaction; answers in the same order.

    Documents may name each other, and bills that nobody has sent yet: their postings wait.
    ``barred`` is asked in that transaction, behind the organisation's gate, which of them must not
    come in.
    """
    entries = _with_late(convert_all(documents, outbox, shelf), documents, outbox, shelf)
    entries = _with_found(entries, after_an_issue(documents, outbox, shelf), documents)
    found = held_by_rules(documents, outbox, shelf, came_at=now)
    entries = _with_found(entries, found, documents)
    contacts = contacts_needed(documents, entries, outbox)
    replaced = _replaced(documents, outbox)
    receipts = outbox.receive([*contacts, *entries], actor=actor, now=now, barred=barred)
    revised = {one.key for one in receipts if one.taken is Taken.REVISED}
    if revised:
        revise(revised, outbox, shelf, actor=actor, now=now)
    waiting = _concerned(documents, replaced, outbox, abouts(held_rules(shelf)))
    if waiting:
        reconvert(waiting, outbox, shelf, actor=actor, now=now)
    return receipts[len(contacts) :]


def revise(
    keys: Collection[Key] | None,
    outbox: Outbox,
    shelf: Shelf,
    *,
    actor: str,
    now: dt.datetime,
    wanted: bool = False,
) -> tuple[Key, ...]:
    """Have later revisions stated where Xero holds earlier ones, if the firm wants it so.

    Of all documents where ``keys`` is None: a revision that came while an answer was missing waits
    for that (architecture.md, rule 11). ``wanted``: a person has ordered it, whatever the firm has
    set. Returns what will be updated.
    """
    try:
        if not wanted and shelf.mapping().settings.revisions != UPDATE:
            return ()
    except NotReady:
        return ()
    documents = [read_back(body) for body in outbox.overtaken(keys).values()]
    if not documents:
        return ()
    entries = convert_all(documents, outbox, shelf, revising=True)
    contacts = contacts_needed(documents, entries, outbox)
    outbox.receive(contacts, actor=actor, now=now)
    return outbox.revise(entries, actor=actor, now=now)


def renew(
    keys: Collection[Key], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> tuple[Key, ...]:
    """Plan documents anew from their newest revisions where Xero holds nothing of them any more.

    What was taken back to be posted anew is planned as it was sent; when it is about to leave, the
    newest that the practice said of it takes its place. Returns what was planned anew.
    """
    documents = [read_back(body) for body in outbox.overtaken(keys).values()]
    if not documents:
        return ()
    entries = _with_lasting(convert_all(documents, outbox, shelf), outbox, shelf)
    entries = [replace(one, findings=_unchanged(one.findings)) for one in entries]
    found = held_by_rules(documents, outbox, shelf, came_at=None)
    entries = _with_found(entries, found, documents)
    contacts = contacts_needed(documents, entries, outbox)
    replaced = [read_back(body) for body in outbox.bodies([one.key for one in documents]).values()]
    outbox.receive(contacts, actor=actor, now=now)
    renewed = outbox.renew(entries, actor=actor, now=now)
    fresh = [one for one in documents if one.key in renewed]
    waiting = _concerned(fresh, replaced, outbox, abouts(held_rules(shelf))) if fresh else ()
    if waiting:
        reconvert(waiting, outbox, shelf, actor=actor, now=now)
    return renewed


def barred_anew(keys: Collection[Key], outbox: Outbox, shelf: Shelf) -> dict[Key, Finding]:
    """Return what could not be posted anew, each with the first reason.

    Each in its newest revision, held against the newest of the others: a receipt may be above a
    bill that was lowered since.
    """
    bodies = outbox.bodies(keys) | outbox.overtaken(keys)
    there = [key for key in keys if key in bodies and key.kind not in OURS]
    documents = [read_back(bodies[key]) for key in there]
    return {
        entry.key: finding
        for entry in convert_all(documents, outbox, shelf)
        for finding in reversed(entry.findings)
        if holds((finding,))
    }


def _with_late(
    entries: Sequence[Entry], documents: Sequence[Document], outbox: Outbox, shelf: Shelf
) -> list[Entry]:
    """Add what is found of documents that come after their period was closed."""
    closings = map(read_back, outbox.bodies_of(PeriodClose.kind).values())
    found = late(documents, [one for one in closings if isinstance(one, PeriodClose)])
    return _with_found(entries, as_set(found, shelf), documents)


def _with_found(
    entries: Sequence[Entry],
    found: Mapping[Key, tuple[Finding, ...]],
    documents: Sequence[Document],
) -> list[Entry]:
    """Add findings; a document that they hold plans nothing but what it would come to have."""
    return [
        _held_too(entry, found[entry.key], document) if entry.key in found else entry
        for entry, document in zip(entries, documents, strict=True)
    ]


def _held_too(entry: Entry, found: tuple[Finding, ...], document: Document) -> Entry:
    conversion = Conversion((), (*entry.findings, *found))
    if not holds(found) or holds(entry.findings):
        return replace(entry, findings=conversion.findings)
    return replace(entry, findings=conversion.findings, intents=intents_of(document, conversion))


def _replaced(documents: Iterable[Document], outbox: Outbox) -> list[Document]:
    """Return what stood in the daybook under the names of documents that come as revised."""
    revised = [document.key for document in documents if document.revision > 1]
    return [read_back(body) for body in outbox.bodies(revised).values()] if revised else []


def _concerned(
    documents: Sequence[Document],
    replaced: Sequence[Document],
    outbox: Outbox,
    rules: Collection[str],
) -> tuple[Key, ...]:
    """Return what these documents let look again.

    That is what was held, or waited, because they had not come yet, because of what they take or
    took, or because of what they take back; what takes from a document that was revised; transfers
    of costs whose payment is taken back; and what broke one of the ``rules`` of trust that the firm
    wants held.
    """
    undone = {key for key in map(undone_key, documents) if key is not None}
    about = {str(key) for key in (*(document.key for document in documents), *undone)} | set(rules)
    held = outbox.held_by(about | touched((*documents, *replaced), outbox))
    revised = {Symbol(document.key.kind, document.key.id) for document in replaced}
    takers = outbox.needing(revised) if revised else {}
    taking = (key.document for keys in takers.values() for key in keys)
    return tuple(dict.fromkeys((*held, *taking, *sorted(moving(undone, outbox)))))


def reconvert(
    keys: Collection[Key],
    outbox: Outbox,
    shelf: Shelf,
    *,
    actor: str,
    now: dt.datetime,
    change: Callable[[Entry], Entry] = lambda entry: entry,
    anew: bool = False,
) -> None:
    """Convert documents again with today's chart and mapping, and plan what is unsent anew.

    ``change`` may add to what the conversion found, or take away from it. ``anew`` plans again what
    was unlinked or taken back, too. What takes these back is looked at again after them.
    """
    ended = () if anew else taken_back_already(keys, outbox)
    _resume_corrections([key for key in keys if key.kind in STEPS], outbox, actor, now)
    bodies = outbox.bodies([key for key in keys if key.kind not in OURS and key not in ended])
    documents = [read_back(bodies[key]) for key in keys if key in bodies]
    entries = _with_lasting(convert_all(documents, outbox, shelf), outbox, shelf)
    found = held_by_rules(documents, outbox, shelf, came_at=None)
    entries = _without_holds(_with_found(entries, found, documents), outbox)
    entries = [_put_aside(change(one)) for one in entries]
    contacts = contacts_needed(documents, entries, outbox)
    outbox.receive(contacts, actor=actor, now=now)
    outbox.replan(entries, actor=actor, now=now, anew=anew)
    undoers = {by for of in undoers_of(bodies, outbox).values() for by in of} - bodies.keys()
    if undoers:
        reconvert(sorted(undoers), outbox, shelf, actor=actor, now=now)


def _without_holds(entries: Sequence[Entry], outbox: Outbox) -> list[Entry]:
    """Leave out what would hold a document of which everything has left: nothing is held there."""
    states: dict[Key, set[State]] = {entry.key: set() for entry in entries if holds(entry.findings)}
    for posting in outbox.postings(states) if states else ():
        states[posting.key.document].add(posting.state)
    sent = {key for key, of in states.items() if of and of <= SENT and of & TIED}
    return [
        replace(one, findings=tuple(f for f in one.findings if not holds((f,))))
        if one.key in sent
        else one
        for one in entries
    ]


def _resume_corrections(
    keys: Collection[Key], outbox: Outbox, actor: str, now: dt.datetime
) -> None:
    """Let the steps of corrections that were held go on: each reads its object again."""
    if keys:
        bodies = outbox.bodies(keys)
        entries = [
            rebilling.entry_of(rebills.read_rebill(body))
            if key.kind == REBILL
            else entry_of(read_correction(body), "", None)
            for key, body in bodies.items()
        ]
        outbox.replan(entries, actor=actor, now=now)


STEPS = (CORRECTION, REBILL)
"""Kinds of ours that are lists of steps."""
SENT = TIED | UNDER_WAY | {State.WITHDRAWN}
UPDATE = "update"
"""The setting ``revisions`` by which later revisions are stated in place."""
LASTING = frozenset(
    {
        CHANGED_AFTER_POSTING,
        CLOSED_PERIOD,
        ISSUED_CHANGED,
        HELD_BY_PERSON,
        OTHER_MONEY,
        DISCARDED,
        GIVEN_UP,
    }
)
"""What no conversion finds: that Xero holds an earlier revision, that a document came too late,
that somebody keeps it back, has said what it is not, or was done with it before it left."""


def _with_lasting(entries: Sequence[Entry], outbox: Outbox, shelf: Shelf) -> list[Entry]:
    said = outbox.findings([entry.key for entry in entries])
    lasting = LASTING | (LATE if "T9" in held_rules(shelf) else frozenset())
    kept = as_set(
        {
            key: tuple(issued_as_set(one, shelf) for one in of if one.code in lasting)
            for key, of in said.items()
        },
        shelf,
    )
    return [
        replace(entry, findings=(*entry.findings, *kept.get(entry.key, ()))) for entry in entries
    ]


def _put_aside(entry: Entry) -> Entry:
    """Plan nothing of what was done with before it left, and say nothing else of it."""
    said = tuple(one for one in entry.findings if one.code in {DISCARDED, GIVEN_UP})
    return replace(entry, findings=said, intents=()) if said else entry


def _unchanged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code != CHANGED_AFTER_POSTING)
