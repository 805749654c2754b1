"""What would be sent now: a dry run of the drain, from the outbox alone."""

from __future__ import annotations

import hashlib
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, OuterRef, Sum

from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import OURS
from counterfoil.posting.states import State
from counterfoil.web.models import Document, Posting
from counterfoil.web.services import daybook

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation

GOING = (State.READY, State.WAITING)
"""What would go: a waiting posting goes once what it waits for is in Xero."""


class Row(NamedTuple):
    """The postings of one resource that would go, in full batches.

    Waiting ones are counted too: they go once what they wait for is in Xero.
    """

    resource: str
    postings: int
    calls: int


class Money(NamedTuple):
    """The documents of a kind and currency of which something would go; in hundredths."""

    kind: str
    currency: str
    documents: int
    amount: int | None


def preview(organisation: Organisation) -> tuple[Row, ...]:
    """Return what would go to Xero, in the order in which it would."""
    rows = (
        Posting.objects.filter(organisation=organisation, state__in=GOING)
        .values("stage", "resource")
        .annotate(postings=Count("pk"))
        .order_by("stage", "resource")
    )
    return tuple(
        Row(
            row["resource"],
            row["postings"],
            row["postings"] if row["resource"] == "Allocations" else _calls(row["postings"]),
        )
        for row in rows
    )


def money(organisation: Organisation) -> tuple[Money, ...]:
    """Return what the practice's documents come to that would go, each of them once."""
    going = Posting.objects.filter(document=OuterRef("pk"), state__in=GOING)
    rows = (
        Document.objects.filter(Exists(going), organisation=organisation)
        .exclude(kind__in=OURS)
        .values_list("kind", "currency")
        .annotate(documents=Count("pk"), total=Sum("amount"))
        .order_by("kind", "currency")
    )
    return tuple(Money(*row) for row in rows)


def mark(organisation: Organisation) -> str:
    """Return what tells one preview from another, so that a yes is said to what was shown."""
    shown = repr((preview(organisation), money(organisation)))
    return hashlib.sha256(shown.encode()).hexdigest()


def listed_under(organisation: Organisation) -> tuple[State, ...]:
    """Return the states under which the list of documents has some of what would go.

    Bills of new clients wait for their contacts, so that on a first day none may be ready.
    """
    return tuple(state for state in GOING if daybook.counted(organisation, state, 1))


def _calls(postings: int) -> int:
    return ceil(postings / BATCH_MOST)
