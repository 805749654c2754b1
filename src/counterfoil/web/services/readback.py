"""What Xero holds of an organisation now, for a reconciliation that does not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.plan import STAGES
from counterfoil.web import models
from counterfoil.web.office import office_of
from counterfoil.xero import read

if TYPE_CHECKING:
    from counterfoil.posting.readback import InXero
    from counterfoil.web.models import Organisation

SWEPT = tuple(name for name in STAGES if name not in {"Contacts", "Allocations"})
"""What is read; allocations come with their credits, and contacts change without harm."""


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
