"""Reconciling an organisation: its daybook, its links, and Xero's trial balance."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.core import chart as charts
from counterfoil.core.chart import Chart
from counterfoil.core.documents import (
    BankStatement,
    Bill,
    CreditNote,
    LaterAllocation,
    LedgerClose,
    OpeningBill,
    OpeningTrust,
    Receipt,
    Reversal,
    TrustNumberCancelled,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.effects import Controls
from counterfoil.core.mapping import Mapping as PracticeMapping
from counterfoil.core.mapping import Settings
from counterfoil.core.pipeline import MOVED_TO_OPEN_DAY
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.posting.daybook import read_back
from counterfoil.posting.errors import Ended
from counterfoil.posting.reconcile import (
    Entered,
    Reconciliation,
    reconcile,
    with_opening_balances,
)
from counterfoil.posting.records import CONTACT
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web.models import DocumentFinding, Link, RequestMember, Revision
from counterfoil.web.office import office_of
from counterfoil.web.services.readback import in_xero
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.xero import read
from counterfoil.xero.decode import read_elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from counterfoil.core.documents import Document
    from counterfoil.posting.readback import InXero
    from counterfoil.web.models import Organisation

IN_XERO = (State.POSTED, State.MISMATCHED)
AT_A_TIME = 500
ABOUT_TRUST = (
    OpeningTrust,
    LedgerClose,
    TrustNumberCancelled,
    Reversal,
    BankStatement,
)
"""Kinds that trust books take notice of without being a movement of clients' money."""
ABOUT_BILLS = (
    Bill,
    OpeningBill,
    Receipt,
    CreditNote,
    WriteOff,
    LaterAllocation,
    Unallocation,
    Void,
)
"""Kinds that tell what is still owed on bills, which trust money may pay (rule T4)."""
EARLIEST_DAY = dt.timedelta(hours=12)
"""How far the clocks furthest west are behind Greenwich."""


def reconciliation(organisation: Organisation, as_of: dt.date) -> Reconciliation:
    """Hold the practice's documents against Xero as of the end of a day.

    Without a living connection Xero's side is None, and ours is what was posted; before there are
    chart and mapping the accounts go by the practice's own names. Where Xero's balances are not
    ours to the cent, every linked object is read back, so that what was voided, deleted or changed
    there shows as a difference and not as somebody else's entry.
    """
    shelf = DatabaseShelf(organisation)
    controls = Controls(_mapping(shelf), _chart(shelf))
    balances = _balances(organisation, as_of)
    found = reconcile(_entered(organisation, None), controls, balances, as_of=as_of)
    if balances is not None and not all(row.others_are_openings for row in found.controls):
        held = _held(organisation)
        found = reconcile(_entered(organisation, held), controls, balances, as_of=as_of)
    if balances is not None:
        found = with_opening_balances(found, _opening_balances(organisation, found))
    return found


def _opening_balances(organisation: Organisation, found: Reconciliation) -> dict[str, int] | None:
    """Ask Xero what stood at the start, where there are openings to prove."""
    if not found.openings or found.opened_on is None:
        return None
    return _balances(organisation, found.opened_on)


def _held(organisation: Organisation) -> Mapping[str, InXero] | None:
    try:
        return in_xero(organisation)
    except (Ended, UnreadableAnswer):
        return None


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
            rows = office.patiently(lambda: read.trial_balance(as_of))
    except (Ended, UnreadableAnswer):
        return None
    return {row.account_id: row.balance for row in rows}


def _entered(organisation: Organisation, held: Mapping[str, InXero] | None) -> Iterator[Entered]:
    """Yield the documents of the daybook with what is linked, a chunk at a time."""
    chunk: list[Revision] = []
    for revision in _newest(organisation).iterator(chunk_size=AT_A_TIME):
        chunk.append(revision)
        if len(chunk) == AT_A_TIME:
            yield from _with_links(chunk, held)
            chunk = []
    yield from _with_links(chunk, held)


def trust_documents(organisation: Organisation) -> Iterator[Document]:
    """Yield what the trust books take notice of, and banks' statements, in the order received."""
    return (document for document, _ in _received(organisation, ABOUT_TRUST))


def trust_and_bills(organisation: Organisation) -> Iterator[tuple[Document, dt.date]]:
    """Yield what the rules of trust accounting look at, and on which day each was received."""
    return _received(organisation, (*ABOUT_TRUST, *ABOUT_BILLS))


def _received(
    organisation: Organisation, besides: tuple[type[Document], ...]
) -> Iterator[tuple[Document, dt.date]]:
    kinds = [*TRUST_KINDS, *(cls.kind for cls in besides)]
    for revision in _newest(organisation).filter(document__kind__in=kinds).iterator(AT_A_TIME):
        yield read_back(bytes(revision.body or b"")), recorded_on(revision.received_at)


def recorded_on(received: dt.datetime) -> dt.date:
    """Return the day on which something was received, by the calendar that is latest on Earth.

    Where the firm's own day is not known, nobody is to be told late by the server's.
    """
    return (received - EARLIEST_DAY).date()


def _newest(organisation: Organisation) -> QuerySet[Revision]:
    """Return the newest revisions, whatever was posted, of documents whose bodies are kept."""
    return (
        Revision.objects.filter(
            organisation=organisation, revision=F("document__revision"), body__isnull=False
        )
        .exclude(document__kind=CONTACT)
        .order_by("pk")
    )


def _with_links(chunk: list[Revision], held: Mapping[str, InXero] | None) -> Iterator[Entered]:
    links, dated = _links(chunk), _dated(chunk)
    for revision in chunk:
        document = read_back(bytes(revision.body or b""))
        totals: dict[str, int | None] = {}
        ids: dict[str, str] = {}
        ended: set[str] = set()
        for part, xero_id, posted in links.get(revision.document_id, ()):
            if held is None or _stands(held.get(xero_id)):
                totals[part] = _now(posted, held.get(xero_id) if held else None)
                ids[part] = xero_id
            else:
                ended.add(part)
        day = dated.get(revision.document_id)
        recorded = recorded_on(revision.received_at)
        yield Entered(document, totals, frozenset(ended), day, recorded, ids)


def _dated(chunk: list[Revision]) -> dict[int, dt.date]:
    """Return the days under which documents were sent that are not their own, by document."""
    moved = DocumentFinding.objects.filter(
        document__in=[revision.document_id for revision in chunk], code=MOVED_TO_OPEN_DAY
    )
    documents = set(moved.values_list("document_id", flat=True))
    if not documents:
        return {}
    members = RequestMember.objects.filter(posting__document__in=documents, posting__act="create")
    found: dict[int, dt.date] = {}
    for member in members.select_related("posting", "request").order_by("request_id"):
        element = read_elements(member.request.resource, bytes(member.request.body or b""))
        sent = element[member.position].date
        if sent is not None:
            found[member.posting.document_id] = sent
    return found


def _stands(found: InXero | None) -> bool:
    return found is not None and found.counts


def _now(posted: int | None, found: InXero | None) -> int | None:
    """Return the total that counts: the one posted, or the one somebody changed it to."""
    if found is None or posted is None or found.total is None:
        return posted
    return found.total


def _links(chunk: list[Revision]) -> Mapping[int, list[tuple[str, str, int | None]]]:
    """Return part, Xero id and posted total of what is linked, by document."""
    rows = Link.objects.filter(
        posting__document__in=[revision.document_id for revision in chunk],
        posting__state__in=IN_XERO,
    ).values_list("posting__document_id", "posting__part", "xero_id", "total")
    found: dict[int, list[tuple[str, str, int | None]]] = {}
    for document, part, xero_id, total in rows:
        found.setdefault(document, []).append((part, xero_id, total))
    return found
