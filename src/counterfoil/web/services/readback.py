"""What Xero holds of an organisation now, for a reconciliation that does not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.drift.compare import PREPAID
from counterfoil.posting.plan import STAGES
from counterfoil.web.office import office_of
from counterfoil.web.services.counterfoils import Counterfoils
from counterfoil.xero import read

if TYPE_CHECKING:
    from counterfoil.posting.readback import InXero
    from counterfoil.web.models import Organisation

SWEPT = (*sorted(PREPAID), *(name for name in STAGES if name not in {"Contacts", "Allocations"}))
"""What is read, in this order: prepaid money shows what it was applied to, and then stands as the
bank transaction that it came with. Allocations come with their credits, and contacts change without
harm."""


def in_xero(organisation: Organisation) -> dict[str, InXero]:
    """Read everything that Xero holds of the resources we have posted to, by id.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer``.
    """
    kept = Counterfoils(organisation)
    resources = kept.resources()
    if "Allocations" in resources:
        resources |= {"CreditNotes"} | kept.prepaid()
    wanted = [name for name in SWEPT if name in resources]
    with office_of(organisation, clicking=True) as office:
        return office.patiently(lambda: read.held(wanted))
