"""What is unlinked together: a document's ties, and first those of what Xero ties to it.

Xero holds a payment, a refund or an allocation by the document that it settles; a tie to one of
those is worth nothing without the tie to the other (facts: Actionstep to Xero section 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ON_EXISTING, Act
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.records import CONTACT
from counterfoil.posting.states import TIED, UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Key
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Link, Posting, PostingKey

SETTLING = frozenset({"Payments", "Allocations"})
"""Resources that Xero holds by the document they settle."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A posting with what it is tied to."""

    posting: Posting
    link: Link


@dataclass(frozen=True, slots=True)
class Unlinking:
    """What is unlinked, in the order in which it is; ``under_way`` keeps all of it tied.

    Those are postings whose answer is not known yet.
    """

    ties: tuple[Tie, ...]
    under_way: tuple[PostingKey, ...]


def plan_unlinking(keys: Iterable[Key], outbox: Outbox) -> Unlinking:
    """Return the ties of these documents, with those that depend on them before them.

    Contacts are left out: their ties are a person's answer, given by ``choose``.
    """
    asked = [key for key in dict.fromkeys(keys) if key.kind != CONTACT]
    found = {one.key: one for one in outbox.postings(asked) if one.key.act not in ON_EXISTING}
    needed = {Symbol(*key) for key in asked}
    while needed:
        taking = {name for names in outbox.needing(needed).values() for name in names}
        documents = {name.document for name in taking - found.keys()}
        fresh = {
            one.key: one
            for one in outbox.postings(documents)
            if one.key in taking and one.resource in SETTLING and one.key.act not in ON_EXISTING
        }
        found |= fresh
        needed = _credits(fresh)
    order = sorted(found.values(), key=lambda one: (-one.stage, one.key))
    links = outbox.links([one.key for one in order if one.state in TIED])
    return Unlinking(
        tuple(Tie(one, links[one.key]) for one in order if one.key in links),
        tuple(one.key for one in order if one.state in UNDER_WAY),
    )


def _credits(found: Iterable[PostingKey]) -> set[Symbol]:
    """Return what further payments and allocations may rest on: nothing rests on a payment."""
    return {Symbol(*key.document) for key in found if key.part == "" and key.act is Act.CREATE}
