"""Documents on their way into the daybook: converted once for state and findings.

The parties that a document needs in Xero go in before it, as documents of the kind ``contact``:
their creation is a posting like any other, and unique.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Act, Books, Conversion
from counterfoil.core.documents import Key, PeriodClose
from counterfoil.core.findings import holds, warning
from counterfoil.core.identity import contact_number, number_space
from counterfoil.core.issued_months import ISSUED_CHANGED
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.outline import headline, names, outline, parties, resource_of
from counterfoil.core.periods import CLOSED_PERIOD, late
from counterfoil.core.pipeline import BEFORE_START, convert
from counterfoil.core.reader import read_json
from counterfoil.core.references import missing
from counterfoil.core.texts import contact_name
from counterfoil.core.writer import canonical
from counterfoil.core.xero_documents import Contact, Symbol, Undone
from counterfoil.posting import rebilling
from counterfoil.posting.corrections import entry_of, read_correction
from counterfoil.posting.intake import (
    CHANGED_AFTER_POSTING,
    DISCARDED,
    GIVEN_UP,
    HELD_BY_PERSON,
)
from counterfoil.posting.plan import stage
from counterfoil.posting.rebilling import as_if_open, as_rebilled, first_open_day, rebills_of
from counterfoil.posting.records import (
    CONTACT,
    CORRECTION,
    OURS,
    REBILL,
    Entry,
    Intent,
    Summary,
    Taken,
)
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.states import TIED, UNDER_WAY, State
from counterfoil.posting.sums import beyond_what_is_left, touched
from counterfoil.posting.taken_back import (
    drawn,
    in_closed_month,
    never_sent,
    taken_back_already,
    undoers_of,
    undoing,
    undone_twice,
)
from counterfoil.posting.transfers import costs_moved_twice
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
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.conversion import Planned
    from counterfoil.core.documents import Document, Party
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Receipt
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.sums import Left


def take_in(
    documents: Sequence[Document], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> list[Receipt]:
    """Take documents into the daybook in one transaction; answers in the same order.

    Documents may name each other, and bills that nobody has sent yet: their postings wait.
    """
    entries = _with_late(convert_all(documents, outbox, shelf), documents, outbox, shelf)
    entries = _with_found(entries, after_an_issue(documents, outbox, shelf), documents)
    entries = _with_found(
        entries, held_by_rules(documents, outbox, shelf, today=now.date()), documents
    )
    wanted = _parties_needed(documents, entries)
    contacts = [_contact_entry(party) for party in wanted.values()]
    replaced = _replaced(documents, outbox)
    receipts = outbox.receive([*contacts, *entries], actor=actor, now=now)
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
    contacts = [_contact_entry(party) for party in _parties_needed(documents, entries).values()]
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
    found = held_by_rules(documents, outbox, shelf, today=None)
    entries = _with_found(entries, found, documents)
    contacts = [_contact_entry(party) for party in _parties_needed(documents, entries).values()]
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
    return replace(entry, findings=conversion.findings, intents=_intents(document, conversion))


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

    That is what was held, or waited, because they had not come yet, or because of what they take or
    took; what takes from a document that was revised; and what broke one of the ``rules`` of trust
    that the firm wants held.
    """
    about = {str(document.key) for document in documents} | set(rules)
    held = outbox.held_by(about | touched((*documents, *replaced), outbox))
    revised = {Symbol(document.key.kind, document.key.id) for document in replaced}
    takers = outbox.needing(revised) if revised else {}
    return tuple(
        dict.fromkeys((*held, *(key.document for keys in takers.values() for key in keys)))
    )


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
    found = held_by_rules(documents, outbox, shelf, today=None)
    entries = _without_holds(_with_found(entries, found, documents), outbox)
    entries = [_put_aside(change(one)) for one in entries]
    contacts = [_contact_entry(p) for p in _parties_needed(documents, entries).values()]
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
            rebilling.entry_of(rebilling.read_rebill(body))
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
    {CHANGED_AFTER_POSTING, CLOSED_PERIOD, ISSUED_CHANGED, HELD_BY_PERSON, DISCARDED, GIVEN_UP}
)
"""What no conversion finds: that Xero holds an earlier revision, that a document came too late,
that somebody keeps it back, or was done with it before it left."""


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


def _changed(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code == CHANGED_AFTER_POSTING)


def _unchanged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code != CHANGED_AFTER_POSTING)


def convert_all(
    documents: Sequence[Document], outbox: Outbox, shelf: Shelf, *, revising: bool = False
) -> list[Entry]:
    """Return the entries of documents, converted against the daybook and each other.

    Before there is a chart and a mapping everything is held, and nothing is lost. ``revising``:
    these state anew what Xero holds, and whether its lock bars that is told when it is read.
    """
    known = {**named(documents, outbox), **{document.key: document for document in documents}}
    applied = drawn(documents, outbox)
    if undoing(documents):
        others = [*known.values(), *(one for several in applied.values() for one in several)]
        known = {**named(others, outbox), **known}
    besides = _besides(documents, outbox)
    try:
        books = Books(shelf.chart(), shelf.mapping(), known, applied)
    except NotReady as gap:
        held = Conversion((), (gap.finding,))
        return [_entry(document, held, None) for document in documents]
    goes = _as_they_go(documents, books, outbox, revising=revising)
    converted = [
        (one, _converted(goes.get(one.key, one), books, besides.get(one.key, ())))
        for one in documents
    ]
    free = {one.key: one for one, conversion in converted if not holds(conversion.findings)}
    needs = {one.key: _all_needs(conversion) for one, conversion in converted}
    left = beyond_what_is_left(tuple(free.values()), books, outbox, needs)
    stuck = never_sent((conversion for _, conversion in converted), outbox)
    return [
        _entry(one, _without(_left_with(one, conversion, left), stuck), books)
        for one, conversion in converted
    ]


def _as_they_go(
    documents: Sequence[Document], books: Books, outbox: Outbox, *, revising: bool
) -> dict[Key, Document]:
    """Return bills that go to Xero under another number or day than their own."""
    chart, mapping = books.chart, books.mapping
    goes = {one.key: as_if_open(one, chart, mapping) for one in documents} if revising else {}
    opened = first_open_day(chart, mapping)
    for key, one in rebills_of(documents, outbox).items():
        document = next(each for each in documents if each.key == key)
        goes[key] = as_rebilled(document, one, opened)
    return goes


def _without(conversion: Conversion, stuck: Collection[Symbol]) -> Conversion:
    """Let what ends an object that never came to be wait for nothing that never did."""
    ended = {one.element.document for one in conversion.planned if isinstance(one.element, Undone)}
    planned = tuple(
        replace(one, needs=tuple(_still_needed(one, stuck, ended & set(stuck))))
        if one.act in ENDING
        else one
        for one in conversion.planned
    )
    return replace(conversion, planned=planned)


def _still_needed(
    planned: Planned, stuck: Collection[Symbol], ended: Collection[Symbol]
) -> Iterator[Symbol]:
    never_was = isinstance(planned.element, Undone) and planned.element.document in ended
    return (need for need in planned.needs if need not in (stuck if never_was else ended))


def _all_needs(conversion: Conversion) -> set[Symbol]:
    return {symbol for planned in conversion.planned for symbol in planned.needs}


def _left_with(document: Document, conversion: Conversion, left: Left) -> Conversion:
    """Say where a document finds too little left; it waits for whatever sets free what it takes."""
    conversion = _with(conversion, left.short.get(document.key, ()))
    after = left.after.get(document.key, ())
    planned = tuple(replace(one, needs=(*one.needs, *after)) for one in conversion.planned)
    return replace(conversion, planned=planned) if after else conversion


def _with(conversion: Conversion, findings: tuple[Finding, ...]) -> Conversion:
    return replace(conversion, findings=(*conversion.findings, *findings))


def _besides(documents: Sequence[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return what is found about documents beside each other and the daybook, not in themselves."""
    found: dict[Key, tuple[Finding, ...]] = {}
    for several in (
        costs_moved_twice(documents, outbox),
        undone_twice(documents, outbox),
        in_closed_month(documents, outbox),
        _named_in_old(documents, outbox),
        _renamed(documents, outbox),
    ):
        for key, findings in several.items():
            found[key] = (*found.get(key, ()), *findings)
    return found


def _converted(document: Document, books: Books, besides: tuple[Finding, ...]) -> Conversion:
    conversion = convert(document, books)
    said = {finding.about for finding in conversion.findings}
    absent = tuple(
        _not_received(path, key)
        for path, key in missing(document, books)
        if key not in books.referenced and str(key) not in said
    )
    return _with(conversion, (*absent, *besides))


def _named_in_old(documents: Iterable[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return a warning for each document that names one which Xero holds in an old revision."""
    naming = {document.key: names(document) for document in documents}
    said = outbox.findings({key for keys in naming.values() for key in keys})
    old = {key for key, findings in said.items() if _changed(findings)}
    return {
        key: tuple(_held_against_old(name) for name in keys if name in old)
        for key, keys in naming.items()
    }


def _held_against_old(key: Key) -> Finding:
    kind = key.kind.replace("_", " ")
    return warning(
        "named_document_changed",
        f"The {kind} {key.id} was changed after it had been posted, and Xero still holds the "
        "earlier one; this document is held against that.",
        f"Correct the {kind} in Xero first, then retry this one.",
        about=str(key),
    )


def _not_received(path: str, key: Key) -> Finding:
    """Say what a posting waits for that may never come: a mistyped id looks just the same."""
    kind = key.kind.replace("_", " ")
    return warning(
        "not_received",
        f"The {kind} {key.id} has not been received; this waits for it.",
        f"Send the {kind}, or correct the id that names it.",
        path,
        str(key),
    )


def read_back(body: bytes) -> Document:
    """Return a document that was checked when it came in; anything else is our own defect."""
    document = read_json(body).document
    if document is None:
        msg = "a document in the daybook cannot be read back"
        raise AssertionError(msg)
    return document


def named(documents: Iterable[Document], outbox: Outbox) -> dict[Key, Document]:
    """Return the documents that these name, as far as the daybook has them."""
    keys = {key for document in documents for key in names(document)}
    return {key: read_back(body) for key, body in outbox.bodies(keys).items()}


def books_for(documents: Sequence[Document], outbox: Outbox, shelf: Shelf) -> Books:
    """Return what documents of the daybook are converted with.

    Where one takes another back, what that one names is among it.
    """
    known = named(documents, outbox)
    if undoing(documents):
        applied = drawn(documents, outbox)
        others = [*known.values(), *(one for several in applied.values() for one in several)]
        return Books(shelf.chart(), shelf.mapping(), {**named(others, outbox), **known}, applied)
    return Books(shelf.chart(), shelf.mapping(), known, {})


def _entry(document: Document, conversion: Conversion, books: Books | None) -> Entry:
    body = canonical(document)
    party, matter, amount = headline(document)
    base = books.chart.organisation.base_currency if books else ""
    return Entry(
        document.key,
        document.revision,
        hashlib.sha256(body).hexdigest(),
        body,
        Summary(
            number_in_xero(document, books.mapping.settings if books else None) or "",
            document.date,
            party,
            matter,
            amount,
            document.currency or base,
        ),
        "/".join(number_space(document)),
        conversion.findings,
        _intents(document, conversion),
        books.chart.version if books else 0,
        books.mapping.version if books else 0,
    )


def _intents(document: Document, conversion: Conversion) -> tuple[Intent, ...]:
    """Return the postings with their needs.

    A held document, or one from before the start, has all that it may come to have, without needs;
    one that is only recorded has none.
    """
    kind = document.kind
    if holds(conversion.findings) or is_prior(conversion):
        return tuple(
            Intent(part, act, resource, stage(kind, resource, act))
            for part, act, resource in outline(document)
        )
    resources = [resource_of(planned.element) for planned in conversion.planned]
    return tuple(
        Intent(one.part, one.act, resource, stage(kind, resource, one.act), _needs(document, one))
        for one, resource in zip(conversion.planned, resources, strict=True)
    )


def _needs(document: Document, planned: Planned) -> tuple[Symbol, ...]:
    """Return what a posting waits for; what ends an object, for what lies on that one too."""
    own = (Symbol(*document.key),) if planned.act in ENDING else ()
    return (*planned.needs, *own)


def is_prior(conversion: Conversion) -> bool:
    """Tell whether a document is taken to be in Xero from before the firm began to post."""
    return any(finding.code == BEFORE_START for finding in conversion.findings)


def _parties_needed(documents: Sequence[Document], entries: Sequence[Entry]) -> dict[str, Party]:
    """Return the parties whose contacts the planned postings need, each once."""
    wanted: dict[str, Party] = {}
    for document, entry in zip(documents, entries, strict=True):
        ids = {s.id for intent in entry.intents for s in intent.needs if s.kind == CONTACT}
        for party in parties(document):
            if party.id in ids:
                wanted.setdefault(party.id, party)
    return wanted


def _contact_entry(party: Party) -> Entry:
    body = json.dumps(
        {"email": party.email, "id": party.id, "name": party.name}, sort_keys=True
    ).encode()
    return Entry(
        contact_key(party.id),
        1,
        hashlib.sha256(body).hexdigest(),
        body,
        Summary("", None, party.name),
        "",
        (),
        (Intent("", Act.CREATE, "Contacts", stage(CONTACT, "Contacts")),),
        0,
        0,
    )


def contact_key(party_id: str) -> Key:
    """Return the name under which a party stands in the daybook."""
    return Key(CONTACT, party_id)


def read_party(body: bytes) -> Contact:
    """Return the contact that a party of the daybook is to become."""
    party = json.loads(body)
    return Contact(contact_number(party["id"]), contact_name(party["name"]), party["email"])


def _renamed(documents: Sequence[Document], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return a warning for each document that calls a known party by another name.

    The first name counts: that of the daybook, otherwise that of the first of these documents. Some
    sources, such as LEDES 1998B, know ids alone: an id that stands as the name is no other name.
    """
    named_here = [(document.key, party) for document in documents for party in parties(document)]
    bodies = outbox.bodies({contact_key(party.id) for _, party in named_here})
    known = {key.id: json.loads(body)["name"] for key, body in bodies.items()}
    found: dict[Key, dict[str, Finding]] = {}
    for key, party in named_here:
        before = known.setdefault(party.id, party.name)
        if before != party.name != party.id:
            found.setdefault(key, {})[party.id] = _renamed_finding(party, before)
    return {key: tuple(findings.values()) for key, findings in found.items()}


def _renamed_finding(party: Party, before: str) -> Finding:
    return warning(
        "party_renamed",
        f"Party {party.id} is {party.name} here and was {before} before.",
        "Xero's contact keeps its name; rename it there if it should change.",
        about=f"contact:{party.id}",
    )
