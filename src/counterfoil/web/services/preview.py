"""What would be sent now: a dry run of the drain, from the outbox alone."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.states import State
from counterfoil.web.models import Posting

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation


class Row(NamedTuple):
    """The postings of one resource that would go, in full batches.

    Waiting ones are counted too: they go once what they wait for is in Xero.
    """

    resource: str
    postings: int
    calls: int


def preview(organisation: Organisation) -> tuple[Row, ...]:
    """Return what would go to Xero, in the order in which it would."""
    rows = (
        Posting.objects.filter(organisation=organisation, state__in=[State.READY, State.WAITING])
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


def _calls(postings: int) -> int:
    return ceil(postings / BATCH_MOST)
