"""What Xero holds of an organisation now, for a reconciliation that has to look closer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.others import ReadOut
from counterfoil.posting.plan import STAGES
from counterfoil.web.models import Link
from counterfoil.web.office import office_of
from counterfoil.web.services.counterfoils import IN_XERO, Counterfoils
from counterfoil.xero import read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.posting.by_account import AccountSums
    from counterfoil.posting.drift.shown import Shown
    from counterfoil.posting.others import Ledger
    from counterfoil.web.models import Organisation
    from counterfoil.web.office import Office
    from counterfoil.xero.decode import ShownPage

PAID_LAST = tuple(name for name in STAGES if name not in {"Contacts", "Allocations", "Payments"})
"""What is read, documents before the payments that settle them."""


def in_xero(
    organisation: Organisation,
    ledger: Ledger,
    as_of: dt.date,
    *,
    everything: bool,
    results: AccountSums | None = None,
) -> ReadOut:
    """Read what Xero holds and sort it into ours and others'.

    Without ``everything`` only the resources are read that something of ours is in. Prepaid money
    is read first, for what it was applied to, and only where there is some of ours; it then stands
    as the bank transaction that it came with. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer``.
    """
    linked = Link.objects.filter(organisation=organisation, posting__state__in=IN_XERO)
    ours = linked.exclude(posting__kind__startswith="opening_")
    ids = frozenset(ours.values_list("xero_id", flat=True))
    found = ReadOut(ledger, ids, as_of, results=results)
    kept = Counterfoils(organisation)
    wanted = set(PAID_LAST) | {"Payments"} if everything else kept.resources()
    if "Allocations" in wanted:
        wanted |= {"CreditNotes"}
    order = (*sorted(kept.prepaid()), *PAID_LAST, "Payments")
    with office_of(organisation, clicking=True) as office:
        for resource in (one for one in order if one in wanted | kept.prepaid()):
            for rows in _pages(office, resource):
                found.take(rows)
    return found


def _pages(office: Office, resource: str) -> Iterator[tuple[Shown, ...]]:
    """Yield a resource page by page, a thousand objects each."""
    for page in range(1, read.MOST_PAGES + 1):
        got = _page(office, resource, page)
        yield got.rows
        last = got.page_count is not None and page >= got.page_count
        if last or resource in read.UNPAGED or len(got.rows) < read.PAGE_SIZE:
            return


def _page(office: Office, resource: str, page: int) -> ShownPage:
    return office.patiently(lambda: read.shown(resource, page))
