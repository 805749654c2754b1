"""From nothing to the first posted bill: which steps there are, and which is the next.

A step is done when its facts say so, whoever brought them about and where; nothing is remembered
but what somebody wants to do later: letting people in, or mapping the last few codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.core.findings import Severity
from counterfoil.core.readiness import ACCRUAL
from counterfoil.posting.records import OURS, ConnectionState
from counterfoil.web.models import Document, Membership
from counterfoil.web.services import mapping as mappings
from counterfoil.web.services import mapping_desk
from counterfoil.web.services.preview import preview

if TYPE_CHECKING:
    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Firm, Organisation
    from counterfoil.web.services.mapping_desk import Sheet
    from counterfoil.web.services.preview import Row
    from counterfoil.web.services.standing import Standing


class Step(StrEnum):
    """The steps, in their order; the value is what a person reads."""

    FIRM = "Your firm"
    PEOPLE = "People"
    CONNECT = "Connect to Xero"
    BASIS = "Accounting basis"
    IMPORT = "Documents"
    MAP = "Mapping"
    PREVIEW = "Preview"
    POST = "Post"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How far a firm is. ``step`` is the next; None once something is in Xero.

    ``sheet`` and ``errors`` are what the mapping still needs, ``rows`` what would be posted.
    """

    done: frozenset[Step]
    step: Step | None
    basis: str = ""
    sheet: Sheet | None = None
    errors: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def ready(self) -> int:
        """How many postings could go, contacts apart: alone they are nothing to post."""
        return _ready(self.rows)


def _ready(rows: tuple[Row, ...]) -> int:
    return sum(row.postings for row in rows if row.resource != "Contacts")


def beginning(
    firm: Firm,
    organisation: Organisation,
    standing: Standing,
    *,
    people_later: bool,
    mapping_later: bool = False,
) -> Beginning:
    """Return how far a firm is, and what its next step needs."""
    checklist = mappings.checklist(organisation)
    basis = checklist.mapping.settings.accounting_basis if checklist.mapping else ""
    sheet = mapping_desk.sheet(organisation)
    errors = tuple(one for one in checklist.findings or () if one.severity is Severity.ERROR)
    taken_in = Document.objects.filter(organisation=organisation).exclude(kind__in=OURS).exists()
    mapped = checklist.mapping is not None and sheet is not None and not sheet.unmapped
    # What is mapped can go before the rest is: it is shown with the step that it would wait for.
    rows = () if standing.anything_in_xero else preview(organisation)
    facts = {
        Step.FIRM: True,
        Step.PEOPLE: people_later or Membership.objects.filter(firm=firm).count() > 1,
        Step.CONNECT: standing.connection is ConnectionState.CONNECTED,
        Step.BASIS: basis == ACCRUAL,
        Step.IMPORT: taken_in,
        Step.MAP: taken_in and ((mapped and not errors) or (mapping_later and _ready(rows) > 0)),
        Step.PREVIEW: standing.anything_in_xero,
        Step.POST: standing.anything_in_xero,
    }
    done = frozenset(step for step, is_done in facts.items() if is_done)
    step = next((one for one in Step if one not in done), None)
    return Beginning(done, None if standing.anything_in_xero else step, basis, sheet, errors, rows)
