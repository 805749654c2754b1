"""Finding in Xero what documents from before the start became there, by number and amount.

A firm that comes from another bridge has its documents in Xero already. Each is matched with what
Xero holds and tied only when exactly one object is equal to it (``proving``); everything else is
told with the reason. Nothing is guessed between two that are equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.posting.drift.shown import ENDED
from counterfoil.posting.proving import differences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from counterfoil.posting.drift.shown import Shown
    from counterfoil.posting.proving import Ground
    from counterfoil.posting.records import PostingKey

NUMBERED: Final = frozenset({"Invoices", "CreditNotes"})
CANDIDATES_MOST: Final = 5
"""Objects of Xero that are named beside a document that was not matched."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A posting and what in Xero it was held against.

    ``shown`` is the one object that is equal, None where there is none or more than one; then
    ``why`` says so in words and ``candidates`` are the ids in question.
    """

    posting: PostingKey
    shown: Shown | None
    why: str = ""
    candidates: tuple[str, ...] = ()


class Shelves:
    """What Xero holds, laid out by what a document is looked for by."""

    def __init__(self, shown: Iterable[Shown]) -> None:
        """Leave out what counts for nothing any more."""
        self._by: defaultdict[tuple[str, ...], list[Shown]] = defaultdict(list)
        for one in shown:
            if one.status not in ENDED:
                self._by[key_of(one)].append(one)

    def like(self, ours: Shown) -> list[Shown]:
        """Return what may be this document."""
        return self._by.get(key_of(ours), [])


def key_of(one: Shown) -> tuple[str, ...]:
    """Return what an object is looked for by: its number, or what it settles, or day and amount.

    Journals show no total; theirs is the sum of the debits.
    """
    if one.resource in NUMBERED:
        return (one.resource, one.number.casefold())
    if one.resource in {"Payments", "Allocations"}:
        return (one.resource, one.document_id, str(one.total))
    if one.resource == "ManualJournals":
        debits = sum(max(line.unit_amount or 0, 0) for line in one.lines)
        return (one.resource, str(one.date), str(debits))
    return (one.resource, one.type, str(one.date), str(one.total))


def match(
    ours: Mapping[PostingKey, Shown], shelves: Shelves, tied: Collection[str], ground: Ground
) -> Iterator[Matched]:
    """Match postings, as they would be sent, with what Xero holds.

    ``tied`` are the ids that belong to a posting already. An object that is equal to two postings
    is given to neither.
    """
    found = {posting: _equal(one, shelves, tied, ground) for posting, one in ours.items()}
    wanted: defaultdict[str, int] = defaultdict(int)
    for equal in found.values():
        for one in equal:
            wanted[one.xero_id] += 1
    for posting, equal in found.items():
        if len(equal) == 1 and wanted[equal[0].xero_id] == 1:
            yield Matched(posting, equal[0])
        elif equal:
            ids = tuple(one.xero_id for one in equal[:CANDIDATES_MOST])
            why = "several in Xero, or several documents here, are equal in everything compared"
            yield Matched(posting, None, why, ids)
        else:
            yield _unequal(posting, ours[posting], shelves, tied, ground)


def _equal(ours: Shown, shelves: Shelves, tied: Collection[str], ground: Ground) -> list[Shown]:
    return [
        one
        for one in shelves.like(ours)
        if one.xero_id not in tied and not any(differences(ours, one, ground))
    ]


def _unequal(
    posting: PostingKey, ours: Shown, shelves: Shelves, tied: Collection[str], ground: Ground
) -> Matched:
    like = shelves.like(ours)
    free = [one for one in like if one.xero_id not in tied]
    if not free:
        why = "Xero's is tied to another document already" if like else _nothing(ours)
        return Matched(posting, None, why, tuple(one.xero_id for one in like[:CANDIDATES_MOST]))
    told = sorted((tuple(differences(ours, one, ground)) for one in free), key=len)
    ids = tuple(one.xero_id for one in free[:CANDIDATES_MOST])
    return Matched(posting, None, "; ".join(told[0]), ids)


def _nothing(ours: Shown) -> str:
    if ours.resource in NUMBERED:
        return f"Xero holds no document with the number {ours.number}"
    if ours.resource in {"Payments", "Allocations"}:
        return "what it settles is not tied, or Xero shows nothing of this amount on it"
    return "Xero holds nothing of this amount on this day"
