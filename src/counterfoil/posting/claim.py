"""From postings that are due to elements ready to send.

At claim every document is converted again with today's chart and mapping, the ids it needs are
resolved from links in one query, and the elements are encoded (architecture.md, rule 1). What
cannot be sent after all becomes an outcome that needs no call.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core.findings import error, holds
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import Allocation, Undone, resolve, symbols
from counterfoil.posting.bodies import books_for, read_back
from counterfoil.posting.contacts import Adopt, Ask, Match, Matcher, folded_names
from counterfoil.posting.intake import is_revision
from counterfoil.posting.parties import contact_key, read_party
from counterfoil.posting.plan import Prepared
from counterfoil.posting.rebilling import as_if_open, as_rebilled, conversion_of, first_open_day
from counterfoil.posting.rebills import read_rebill, rebills_of
from counterfoil.posting.records import CONTACT, REBILL, Outcome
from counterfoil.posting.states import State
from counterfoil.posting.void_numbers import as_called, kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.core.conversion import Conversion
    from counterfoil.core.documents import Key
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Due, MirrorContact, Posting, PostingKey
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Target


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim made of its postings: some to send, for the others what became of them."""

    prepared: tuple[Prepared, ...]
    outcomes: tuple[Outcome, ...]


def claim(
    dues: Sequence[Due],
    outbox: Outbox,
    shelf: Shelf,
    target: Target,
    sums: Mapping[PostingKey, int] = MappingProxyType({}),
) -> Claimed:
    """Turn postings of one stage and resource into elements, or into outcomes without a call.

    ``sums`` are what some allocations apply, as it was read in Xero just now.
    """
    if dues and dues[0].posting.key.kind == CONTACT:
        elements, outcomes = _contacts(dues, outbox)
    else:
        elements, outcomes = _documents(dues, outbox, shelf)
    elements = [(posting, _summed(element, sums.get(posting.key))) for posting, element in elements]
    prepared = tuple(
        Prepared(posting, element, target.encode(element), target.lane(element))
        for posting, element in elements
    )
    return Claimed(prepared, tuple(outcomes))


Elements = list[tuple["Posting", "Element"]]


def _summed(element: Element, amount: int | None) -> Element:
    if amount is None or not isinstance(element, Allocation):
        return element
    return replace(element, amount=amount)


def _contacts(dues: Sequence[Due], outbox: Outbox) -> tuple[Elements, list[Outcome]]:
    wanted = [(due.posting, read_party(due.body)) for due in dues]
    contacts = [contact for _, contact in wanted]
    mirror = outbox.mirror(
        numbers={contact.number for contact in contacts}, folded=folded_names(contacts)
    )
    matcher = Matcher(mirror, _ours(mirror, outbox))
    elements: Elements = []
    outcomes: list[Outcome] = []
    for posting, contact in wanted:
        match = matcher.match(contact, posting.key.id, posting.choice)
        if isinstance(match, Adopt | Ask):
            outcomes.append(_without_call(posting, match))
        else:
            elements.append((posting, match.contact))
    return elements, outcomes


def _ours(mirror: Sequence[MirrorContact], outbox: Outbox) -> set[str]:
    """Return the contacts that are parties of ours: linked, or created and not yet answered for."""
    linked = outbox.linked({contact.contact_id for contact in mirror})
    parties = outbox.bodies({contact_key(c.number) for c in mirror if c.number})
    return {*linked, *(c.contact_id for c in mirror if contact_key(c.number) in parties)}


def _without_call(posting: Posting, match: Match) -> Outcome:
    if isinstance(match, Adopt):
        return Outcome(posting.key, State.POSTED, match.link)
    findings = (match.finding,) if isinstance(match, Ask) else ()
    return Outcome(posting.key, State.HELD, findings=findings)


def _documents(dues: Sequence[Due], outbox: Outbox, shelf: Shelf) -> tuple[Elements, list[Outcome]]:
    conversions = convert_all(dues, outbox, shelf)
    planned: Elements = []
    outcomes: list[Outcome] = []
    for due in dues:
        found = planned_for(due.posting, conversions[due.posting.key.document])
        if isinstance(found, Outcome):
            outcomes.append(found)
        else:
            assert not isinstance(found, Undone), "what is taken back is never created"
            planned.append((due.posting, found))
    return _resolve_all(planned, outcomes, outbox)


def convert_all(dues: Sequence[Due], outbox: Outbox, shelf: Shelf) -> dict[Key, Conversion]:
    """Convert the documents of these postings again, with today's chart and mapping.

    A bill that was credited and is billed anew has another number and day in Xero; what was voided
    there by others, and is posted anew, another number.
    """
    theirs = [due for due in dues if due.posting.key.kind != REBILL]
    documents = {due.posting.key.document: read_back(due.body) for due in theirs}
    attempts = {due.posting.key.document: due.posting.key.attempt for due in theirs}
    books = books_for(tuple(documents.values()), outbox, shelf)
    opened = first_open_day(books.chart, books.mapping)
    for due in theirs:
        if is_revision(due.posting.key):
            key = due.posting.key.document
            documents[key] = as_if_open(documents[key], books.chart, books.mapping)
    for key, one in rebills_of(documents.values(), outbox).items():
        if attempts[key] > one.attempt:
            documents[key] = as_rebilled(documents[key], one, opened)
    later = [key for key, attempt in attempts.items() if attempt > 1]
    for key, numbers in kept(later, outbox).items() if later else ():
        documents[key] = as_called(documents[key], numbers, books.mapping.settings)
    converted = {key: convert(document, books) for key, document in documents.items()}
    for due in dues:
        if due.posting.key.kind == REBILL:
            key = due.posting.key.document
            converted[key] = conversion_of(read_rebill(due.body), opened, outbox)
    return converted


def planned_for(posting: Posting, conversion: Conversion) -> Element | Undone | Outcome:
    """Return what a posting is planned to do, or that its document is held."""
    errors = tuple(f for f in conversion.findings if holds((f,)))
    if errors:
        return Outcome(posting.key, State.HELD, findings=errors)
    for planned in conversion.planned:
        if (planned.part, planned.act) == (posting.key.part, posting.key.act):
            return planned.element
    gone = error(
        "plan_changed",
        "With today's mapping the document no longer has this part.",
        "Retry the document: it will be planned anew.",
    )
    return Outcome(posting.key, State.HELD, findings=(gone,))


def _resolve_all(
    planned: Elements, outcomes: list[Outcome], outbox: Outbox
) -> tuple[Elements, list[Outcome]]:
    ids = outbox.ids({symbol for _, element in planned for symbol in symbols(element)})
    elements: Elements = []
    for posting, element in planned:
        if all(symbol in ids for symbol in symbols(element)):
            elements.append((posting, resolve(element, ids)))
        else:
            outcomes.append(Outcome(posting.key, State.WAITING))
    return elements, outcomes
