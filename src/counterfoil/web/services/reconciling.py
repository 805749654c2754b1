"""Reconciling an organisation: its daybook, its links, and Xero's trial balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.core import chart as charts
from counterfoil.core.chart import Chart
from counterfoil.core.effects import Controls
from counterfoil.core.mapping import Mapping as PracticeMapping
from counterfoil.core.mapping import Settings
from counterfoil.posting.daybook import read_back
from counterfoil.posting.errors import Ended
from counterfoil.posting.reconcile import Entered, Reconciliation, reconcile
from counterfoil.posting.records import CONTACT
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web.models import Link, Revision
from counterfoil.web.office import office_of
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.xero import read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation

IN_XERO = (State.POSTED, State.MISMATCHED)
AT_A_TIME = 500


def reconciliation(organisation: Organisation, as_of: dt.date) -> Reconciliation:
    """Hold the practice's documents against Xero as of the end of a day.

    Without a living connection Xero's side is None; before there are chart and mapping the accounts
    go by the practice's own names.
    """
    shelf = DatabaseShelf(organisation)
    controls = Controls(_mapping(shelf), _chart(shelf))
    balances = _balances(organisation, as_of)
    return reconcile(_entered(organisation), controls, balances, as_of=as_of)


def _mapping(shelf: DatabaseShelf) -> PracticeMapping:
    try:
        return shelf.mapping()
    except NoMapping:
        return PracticeMapping("", Settings(accounting_basis=""))


def _chart(shelf: DatabaseShelf) -> Chart:
    try:
        return shelf.chart()
    except NoChart:
        return Chart(charts.Organisation("", "", "", ""), (), ())


def _balances(organisation: Organisation, as_of: dt.date) -> dict[str, int] | None:
    try:
        with office_of(organisation, clicking=True) as office:
            rows = office.caller.read(read.trial_balance(as_of))
    except (Ended, UnreadableAnswer):
        return None
    return {row.account_id: row.balance for row in rows}


def _entered(organisation: Organisation) -> Iterator[Entered]:
    """Yield the documents of the daybook with what is linked, a chunk at a time."""
    chunk: list[Revision] = []
    for revision in _working(organisation).iterator(chunk_size=AT_A_TIME):
        chunk.append(revision)
        if len(chunk) == AT_A_TIME:
            yield from _with_links(chunk)
            chunk = []
    yield from _with_links(chunk)


def _working(organisation: Organisation) -> QuerySet[Revision]:
    """Return the revisions that are being posted, of documents whose bodies are kept."""
    return (
        Revision.objects.filter(
            organisation=organisation, revision=F("document__working"), body__isnull=False
        )
        .exclude(document__kind=CONTACT)
        .order_by("pk")
    )


def _with_links(chunk: list[Revision]) -> Iterator[Entered]:
    totals = _totals(chunk)
    for revision in chunk:
        document = read_back(bytes(revision.body or b""))
        yield Entered(document, totals.get(revision.document_id, {}))


def _totals(chunk: list[Revision]) -> Mapping[int, dict[str, int | None]]:
    rows = Link.objects.filter(
        posting__document__in=[revision.document_id for revision in chunk],
        posting__state__in=IN_XERO,
    ).values_list("posting__document_id", "posting__part", "total")
    found: dict[int, dict[str, int | None]] = {}
    for document, part, total in rows:
        found.setdefault(document, {})[part] = total
    return found
