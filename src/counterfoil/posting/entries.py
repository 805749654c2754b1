"""Documents as entries of the daybook: converted against it and each other, with their postings.

Nothing is written here: what the daybook has is read, and what a document would become is told.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Books, Conversion
from counterfoil.core.documents import Key
from counterfoil.core.findings import holds
from counterfoil.core.identity import number_space
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.outline import headline, outline, resource_of
from counterfoil.core.parts import RETURNED
from counterfoil.core.pipeline import BEFORE_START, convert
from counterfoil.core.references import missing
from counterfoil.core.writer import canonical
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.beside import found_beside, not_received
from counterfoil.posting.bodies import named
from counterfoil.posting.plan import stage
from counterfoil.posting.rebilling import as_if_open, as_rebilled, first_open_day
from counterfoil.posting.rebills import rebills_of
from counterfoil.posting.records import Entry, Intent, Summary
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.sums import beyond_what_is_left
from counterfoil.posting.taken_back import drawn, never_sent, undoing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.conversion import Planned
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.sums import Left


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
    besides = found_beside(documents, outbox)
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


def _without(conversion: Conversion, stuck: set[Symbol]) -> Conversion:
    """Let what ends an object that never came to be wait for nothing that never did."""
    undone = [one.element for one in conversion.planned if isinstance(one.element, Undone)]
    ended = stuck & {one.document for one in undone}
    planned = tuple(
        _waiting_for_less(one, stuck if one.element.document in ended else ended)
        if isinstance(one.element, Undone)
        else one
        for one in conversion.planned
    )
    return replace(conversion, planned=planned)


def _waiting_for_less(planned: Planned, no_more: set[Symbol]) -> Planned:
    return replace(planned, needs=tuple(need for need in planned.needs if need not in no_more))


def _all_needs(conversion: Conversion) -> set[Symbol]:
    return {symbol for planned in conversion.planned for symbol in planned.needs}


def _left_with(document: Document, conversion: Conversion, left: Left) -> Conversion:
    """Say where a document finds too little left; it waits for whatever sets free what it takes."""
    conversion = _with(conversion, left.short.get(document.key, ()))
    after = left.after.get(document.key, ())
    planned = tuple(replace(one, needs=(*one.needs, *after)) for one in conversion.planned)
    return replace(conversion, planned=planned)


def _with(conversion: Conversion, findings: tuple[Finding, ...]) -> Conversion:
    return replace(conversion, findings=(*conversion.findings, *findings))


def _converted(document: Document, books: Books, besides: tuple[Finding, ...]) -> Conversion:
    conversion = convert(document, books)
    said = {finding.about for finding in conversion.findings}
    absent = tuple(
        not_received(path, key)
        for path, key in missing(document, books)
        if key not in books.referenced and str(key) not in said
    )
    return _with(conversion, (*absent, *besides))


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
        intents_of(document, conversion),
        books.chart.version if books else 0,
        books.mapping.version if books else 0,
    )


def intents_of(document: Document, conversion: Conversion) -> tuple[Intent, ...]:
    """Return the postings with their needs.

    A held document, or one from before the start, has all that it may come to have, without needs;
    one that is only recorded has none.
    """
    kind = document.kind
    if holds(conversion.findings) or is_prior(conversion):
        return tuple(
            Intent(part, act, resource, stage(kind, resource, act, part))
            for part, act, resource in outline(document)
        )
    resources = [resource_of(planned.element) for planned in conversion.planned]
    stages = [
        stage(kind, resource, one.act, one.part)
        for one, resource in zip(conversion.planned, resources, strict=True)
    ]
    return tuple(
        Intent(one.part, one.act, resource, at, _needs(document, one))
        for one, resource, at in zip(conversion.planned, resources, stages, strict=True)
    )


def _needs(document: Document, planned: Planned) -> tuple[Symbol, ...]:
    """Return what a posting waits for: some also for what goes before it of its own document.

    What ends an object waits for what lies on that one too, and what takes the place of payments
    until they are gone: else the money would count twice for as long as Xero keeps them.
    """
    waits = planned.act in ENDING or planned.part in RETURNED
    own = (Symbol(*document.key),) if waits else ()
    return (*planned.needs, *own)


def is_prior(conversion: Conversion) -> bool:
    """Tell whether a document is taken to be in Xero from before the firm began to post."""
    return any(finding.code == BEFORE_START for finding in conversion.findings)
