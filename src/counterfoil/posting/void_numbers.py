"""Numbers that what is void in Xero keeps, and how a document is called there when it goes anew.

Xero gives the number of a void sales document to no other, and lets nobody change what is void
(facts: Xero API section 8). What is voided from here gives its number up first. What somebody has
voided in Xero has not: posted anew, the document bears its number with ``-ANEW2`` after it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Bill, CreditNote, WriteOff
from counterfoil.core.findings import note
from counterfoil.core.numbering import number_in_xero
from counterfoil.posting.drift.shown import ENDED
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Settings
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Link

AnyDocument = TypeVar("AnyDocument", bound="Document")

NUMBERED: Final = frozenset({"Invoices", "CreditNotes"})
"""Resources whose numbers stay taken when they are void."""
SALES: Final = (Bill, CreditNote, WriteOff)
"""Kinds whose own numbers Xero's sales documents bear, which it keeps unique."""
ANEW: Final = "-ANEW"


def kept(keys: Collection[Key], outbox: Outbox) -> Mapping[Key, frozenset[str]]:
    """Return by document the numbers that void objects of it keep in Xero."""
    gone = [
        one.key
        for one in outbox.postings(keys)
        if one.state is State.WITHDRAWN and one.key.act is Act.CREATE and one.resource in NUMBERED
    ]
    found: dict[Key, set[str]] = defaultdict(set)
    for key, link in outbox.links(gone).items():
        if link.status in ENDED:
            found[key.document].add(link.number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


def as_called(document: AnyDocument, taken: Collection[str], settings: Settings) -> AnyDocument:
    """Return a document under the number that is free for it in Xero; ``taken`` are kept there."""
    if not isinstance(document, SALES):
        return document
    called = document
    for turn in count(2):
        if number_in_xero(called, settings) not in taken:
            break
        called = replace(document, number=f"{document.number}{ANEW}{turn}")
    return called


def still_taken(before: Link, ended: Link) -> bool:
    """Tell whether an object came to its end with the number that it was made with."""
    return bool(before.number) and ended.status in ENDED and ended.number == before.number


def stays_with_the_void(number: str) -> Finding:
    """Say on a document that is posted anew why it has another number in Xero."""
    return note(
        "number_stays_void",
        f"{number} was voided in Xero by somebody, and Xero gives the number of what is void to "
        f"nothing else: posted anew this bears another one there, which begins with {number}.",
        path="number",
    )
