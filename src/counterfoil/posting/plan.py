"""What is sent in which order, and in which batches.

A stage is drained before the next begins: what a payment needs is then in Xero, and batches are as
full as they can be, because nothing of an earlier stage trickles in behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Act
from counterfoil.core.parts import RETURNED
from counterfoil.posting.records import REBILL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.records import Posting

STAGES = MappingProxyType(
    {
        "Contacts": 0,
        "Invoices": 1,
        "CreditNotes": 1,
        "BankTransactions": 1,
        "BankTransfers": 1,
        "ManualJournals": 1,
        "Payments": 2,
        "Allocations": 3,
    }
)
"""The stage of each resource; ``stage`` knows the exceptions."""

REFUNDS = 4
"""The stage of refunds, which are payments of what allocations have left of a credit."""

CREDITING, HANDING_OVER = 0, 1
"""The stages of a re-billing before money is due: its credit, then the bill's next attempt."""

UNDOING = MappingProxyType({"Allocations": 5, "Payments": 6})
"""The stages in which things are taken back: what lies on a document before the document."""
RENUMBERING = 7
"""The stage in which a document gives up its number, before it is void."""
LAST = 8
"""The stage in which documents themselves are voided or deleted."""
IN_THEIR_PLACE = 9
"""The stage of what takes the place of a dishonoured receipt's payments, once those are gone."""

ALONE = frozenset({"BankTransfers"})
"""Resources that go one element a call, because Xero reports no errors of single elements."""

BATCH_MOST = 50
"""Elements in a call, at most (facts: Xero API section 3.2)."""
BYTES_MOST = 3_500_000
"""Bytes in a call, at most; Xero advises staying under about 3.5 MB."""
CLAIM_MOST = 5 * BATCH_MOST
"""Postings claimed at a time: a multiple of the batch, so that no claim ends in a short one."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A posting with its element, resolved and encoded; ``lane`` is what may share a call."""

    posting: Posting
    element: Element
    encoded: bytes
    lane: str


def stage(kind: str, resource: str, act: Act = Act.CREATE, part: str = "") -> int:
    """Return the stage of a posting, given its document's kind, its resource, act and part."""
    if part in RETURNED:
        return IN_THEIR_PLACE
    if act in ENDING:
        return UNDOING.get(resource, LAST)
    if act is Act.UPDATE:
        return RENUMBERING
    if kind == REBILL and resource != "Allocations":
        return HANDING_OVER if act is Act.RELINK else CREDITING
    pays_back = kind == "refund" or (kind == "reversal" and resource == "Payments")
    return REFUNDS if pays_back else STAGES[resource]


def batches(prepared: Iterable[Prepared], most: int = BATCH_MOST) -> Iterator[tuple[Prepared, ...]]:
    """Cut into calls: one lane each, no more elements than ``most`` and each member allow."""
    ordered = sorted(prepared, key=_bucket)
    for (_, allowed), bucket in groupby(ordered, key=_bucket):
        yield from _cut(tuple(bucket), min(most, allowed))


def _bucket(one: Prepared) -> tuple[str, int]:
    return one.lane, 1 if one.posting.resource in ALONE else one.posting.batch_most


def _cut(bucket: Sequence[Prepared], most: int) -> Iterator[tuple[Prepared, ...]]:
    """Cut what may share calls, of which there is something, into calls."""
    batch: list[Prepared] = []
    size = 0
    for one in bucket:
        if batch and (len(batch) == most or size + len(one.encoded) > BYTES_MOST):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(one)
        size += len(one.encoded) + 1
    yield tuple(batch)


def halved(batch_most: int, sent: int) -> int:
    """Return the largest batch allowed after one of ``sent`` elements was refused as a whole."""
    return max(1, min(batch_most, sent) // 2)
