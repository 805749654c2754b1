"""Reading back: what Xero holds of an organisation now, against what was kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Totals
from counterfoil.posting.plan import STAGES
from counterfoil.posting.readback import Drift, InXero, Kept, compare
from counterfoil.posting.records import CONTACT, Link, PostingKey
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.office import office_of
from counterfoil.xero import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.web.models import Organisation

SWEPT = tuple(name for name in STAGES if name not in {"Contacts", "Allocations"})
"""What is read; allocations come with their credits, and contacts change without harm."""
AT_A_TIME = 2_000


def in_xero(organisation: Organisation) -> dict[str, InXero]:
    """Read everything that Xero holds of the resources we have posted to, by id.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer``.
    """
    used = models.Posting.objects.filter(organisation=organisation, link__isnull=False)
    resources = set(used.values_list("resource", flat=True).distinct())
    if "Allocations" in resources:
        resources.add("CreditNotes")
    wanted = [name for name in SWEPT if name in resources]
    with office_of(organisation, clicking=True) as office:
        return office.patiently(lambda: read.held(wanted))


def drift(organisation: Organisation) -> tuple[Drift, ...]:
    """Return every difference between the counterfoils and what Xero holds now."""
    return tuple(compare(_kept(organisation), in_xero(organisation)))


def _kept(organisation: Organisation) -> Iterator[Kept]:
    rows = (
        models.Posting.objects.filter(organisation=organisation)
        .exclude(kind=CONTACT)
        .exclude(state=State.WITHDRAWN)
        .select_related("document", "link")
        .order_by("pk")
    )
    for row in rows.iterator(chunk_size=AT_A_TIME):
        key = PostingKey(row.kind, row.source_id, row.part, Act(row.act), row.attempt)
        yield Kept(key, row.resource, row.document.number, _link(row))


def _link(row: models.Posting) -> Link | None:
    link = getattr(row, "link", None)
    if link is None:
        return None
    known = link.sub_total is not None and link.total_tax is not None and link.total is not None
    totals = Totals(link.sub_total, link.total_tax, link.total) if known else None
    return Link(link.xero_id, link.number, link.status, totals, link.source)
