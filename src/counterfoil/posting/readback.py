"""Closing the loop: what Xero holds now against the counterfoils, orphans of both sides named.

The drain proves what happened when it posted. Afterwards people work in Xero too: they void, delete
and edit. A read-back reads every object of the resources that we post to and compares
(architecture.md, rule 13). It changes nothing on either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.posting.records import Link, PostingKey

ENDED = frozenset({"VOIDED", "DELETED"})
"""Statuses of objects that count for nothing any more."""


class InXero(NamedTuple):
    """An object as Xero holds it. ``total`` is in hundredths, None where it has none.

    ``name`` is its number or, where it has none, its reference.
    """

    xero_id: str
    resource: str
    name: str
    status: str
    total: int | None

    @property
    def counts(self) -> bool:
        """Whether it has any effect."""
        return self.status not in ENDED


class Kept(NamedTuple):
    """A counterfoil: a posting with its resource, the document's number, and its link.

    ``link`` is None for what is not in Xero as far as we know.
    """

    posting: PostingKey
    resource: str
    number: str
    link: Link | None


class Drifted(StrEnum):
    """How the two sides differ."""

    GONE = "gone"
    """Xero does not show the object any more."""
    ENDED = "ended"
    """It was voided or deleted in Xero."""
    CHANGED = "changed"
    """Its total in Xero is not the one that was posted."""
    ORPHAN = "orphan"
    """Xero holds an object with a number of ours that nothing of ours is linked to."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference, with what was kept of it and what Xero holds, as far as there is."""

    how: Drifted
    kept: Kept
    found: InXero | None

    @property
    def words(self) -> str:
        """Say it to a bookkeeper."""
        name = f"{self.kept.posting.kind} {self.kept.number or self.kept.posting.id}"
        match self.how:
            case Drifted.GONE:
                return f"{name} was posted, and Xero does not show it any more."
            case Drifted.ENDED:
                return f"{name} was {_status(self.found)} in Xero after it had been posted."
            case Drifted.CHANGED:
                return f"{name} has another total in Xero than was posted."
            case _:
                return f"Xero holds a document numbered {self.kept.number} that is not linked."


def _status(found: InXero | None) -> str:
    return found.status.lower() if found else "ended"


def compare(kept: Iterable[Kept], found: Mapping[str, InXero]) -> Iterator[Drift]:
    """Yield every difference. ``found`` is everything that Xero holds, by id."""
    unlinked: dict[tuple[str, str], Kept] = {}
    linked: set[str] = set()
    for one in kept:
        if one.link is None:
            unlinked[one.resource, one.number] = one
            continue
        linked.add(one.link.xero_id)
        drift = _of(one, one.link, found.get(one.link.xero_id))
        if drift is not None:
            yield drift
    for there in found.values():
        ours = unlinked.get((there.resource, there.name))
        if ours is not None and there.counts and there.xero_id not in linked:
            yield Drift(Drifted.ORPHAN, ours, there)


def _of(kept: Kept, link: Link, found: InXero | None) -> Drift | None:
    if found is None:
        return Drift(Drifted.GONE, kept, None)
    if not found.counts:
        return Drift(Drifted.ENDED, kept, found)
    posted = link.totals.total if link.totals else None
    if posted is not None and found.total is not None and posted != found.total:
        return Drift(Drifted.CHANGED, kept, found)
    return None
