"""Reconciling an organisation: its daybook, its links, and Xero's trial balance."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.core import chart as charts
from counterfoil.core.chart import Chart
from counterfoil.core.conversion import ENDING
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
    undone_key,
)
from counterfoil.core.effects import Controls
from counterfoil.core.mapping import Mapping as PracticeMapping
from counterfoil.core.mapping import Settings
from counterfoil.core.pipeline import MOVED_TO_OPEN_DAY
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.posting.by_client import ClientSums
from counterfoil.posting.daybook import read_back
from counterfoil.posting.errors import Ended
from counterfoil.posting.others import Ledger
from counterfoil.posting.reconcile import (
    Entered,
    Reconciliation,
    reconcile,
    with_opening_balances,
)
from counterfoil.posting.records import CONTACT, CORRECTION, OURS
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web import sql
from counterfoil.web.models import ContactMirror, DocumentFinding, Link, RequestMember, Revision
from counterfoil.web.office import office_of
from counterfoil.web.services.readback import in_xero
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of
from counterfoil.web.store.base import chunks
from counterfoil.xero import read
from counterfoil.xero.decode import read_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import QuerySet

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.effects import Control
    from counterfoil.posting.by_client import ClientRow
    from counterfoil.posting.others import ReadOut
    from counterfoil.posting.readback import InXero
    from counterfoil.web.models import Organisation

IN_XERO = (State.POSTED.value, State.MISMATCHED.value)
AT_A_TIME = 500
NEWEST = """
    SELECT r.id, d.id, r.body, r.received_at FROM web_revision r
    JOIN web_document d ON d.id = r.document_id AND d.revision = r.revision
    WHERE r.organisation_id = %s AND d.kind NOT IN %s AND r.body IS NOT NULL AND r.id > %s
    ORDER BY r.id LIMIT %s"""
LINKS = """
    SELECT p.document_id, p.part, l.xero_id, l.total, p.act, p.state FROM web_posting p
    JOIN web_link l ON l.posting_id = p.id WHERE p.document_id IN %s AND p.state IN %s"""
TAKEN_BACK = """
    SELECT l.xero_id FROM web_link l JOIN web_posting p ON p.id = l.posting_id
    WHERE l.organisation_id = %s AND l.xero_id IN %s AND p.state = 'posted' AND p.act IN %s
      AND p.kind <> %s"""
POSTED = """
    SELECT p.document_id, l.xero_id, l.total, d.date FROM web_posting p
    JOIN web_link l ON l.posting_id = p.id JOIN web_document d ON d.id = p.document_id
    WHERE p.organisation_id = %s AND p.state IN %s AND p.kind <> %s AND p.act NOT IN %s"""
ENDS = [act.value for act in ENDING]
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


def reconciliation(
    organisation: Organisation, as_of: dt.date, *, closely: bool = False
) -> Reconciliation:
    """Hold the practice's documents against Xero as of the end of a day.

    Without a living connection Xero's side is None, and ours is what was posted; before there are
    chart and mapping the accounts go by the practice's own names. Xero is asked for one report, its
    trial balance of that day. Where that is not ours to the cent, or if one wants to look
    ``closely`` (by client, and who entered what), every object is read as well, so that what was
    voided, deleted, re-dated or changed there shows as a difference and not as somebody else's.
    """
    shelf = DatabaseShelf(organisation)
    controls = Controls(_mapping(shelf), chart := _chart(shelf))
    balances = _balances(organisation, as_of)
    clients = _clients(controls) if closely else None
    entered = _Daybook(organisation)
    found = reconcile(entered.all(), controls, balances, as_of=as_of, clients=clients)
    held = None
    if balances is not None and (closely or not _all_ours(found)):
        held = _held(organisation, _ledger(controls, chart), as_of, everything=closely)
    if held is not None and entered.differs_from(held.ours):
        clients = _clients(controls) if closely else None
        again = _Daybook(organisation, held.ours)
        found = reconcile(again.all(), controls, balances, as_of=as_of, clients=clients)
    if balances is not None:
        found = with_opening_balances(found, _opening_balances(organisation, found))
    rows = _client_rows(organisation, clients, held) if clients else ()
    return replace(found, clients=rows, others=tuple(held.others) if held and closely else None)


def _all_ours(found: Reconciliation) -> bool:
    return all(row.others_are_openings for row in found.controls)


def _clients(controls: Controls) -> ClientSums:
    return ClientSums(frozenset({controls.receivable, controls.payable}))


def _ledger(controls: Controls, chart: Chart) -> Ledger:
    """Name the control accounts as Xero's objects name them."""

    def id_of(control: Control) -> str:
        return control.account.account_id if control.account else ""

    wanted = frozenset(id_of(one) for one in controls.all()) - {""}
    codes = {code: account.account_id for code, account in chart.by_code.items()}
    return Ledger(id_of(controls.receivable), id_of(controls.payable), wanted, codes)


def _client_rows(
    organisation: Organisation, clients: ClientSums, held: ReadOut | None
) -> tuple[ClientRow, ...]:
    """Return what each client owes on both sides, by name."""
    mirror = ContactMirror.objects.filter(organisation=organisation)
    names = dict(mirror.values_list("contact_id", "name"))
    rows = clients.rows(
        _contacts(organisation), None if held is None else _by_contact(held, clients)
    )
    named = (
        row if row.party is not None else row._replace(name=names.get(row.name, row.name))
        for row in rows
    )
    return tuple(sorted(named, key=lambda row: (row.control.name, row.name.casefold())))


def _contacts(organisation: Organisation) -> dict[str, str]:
    """Return the contact of each party that was posted to, by the party's id."""
    links = Link.objects.filter(
        organisation=organisation, posting__kind=CONTACT, posting__state__in=IN_XERO
    )
    merged = ContactMirror.objects.filter(organisation=organisation).exclude(merged_to="")
    into = dict(merged.values_list("contact_id", "merged_to"))
    rows = links.values_list("posting__source_id", "xero_id")
    return {party: into.get(contact, contact) for party, contact in rows}


def _by_contact(held: ReadOut, clients: ClientSums) -> dict[tuple[Control, str], int]:
    controls = {one.account.account_id: one for one in clients.controls if one.account}
    return {
        (controls[account], contact): amount
        for (account, contact), amount in held.by_contact().items()
        if account in controls and amount
    }


def _opening_balances(organisation: Organisation, found: Reconciliation) -> dict[str, int] | None:
    """Ask Xero what stood at the start, where there are openings to prove."""
    if not found.openings or found.opened_on is None:
        return None
    return _balances(organisation, found.opened_on)


def _held(
    organisation: Organisation, ledger: Ledger, as_of: dt.date, *, everything: bool
) -> ReadOut | None:
    try:
        return in_xero(organisation, ledger, as_of, everything=everything)
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


class _Daybook:
    """The documents of an organisation with what is linked, as it was posted or as Xero has it.

    Read in SQL, by portions: of a hundred thousand rows Django's own objects would take longer than
    the reading of the documents in them.
    """

    def __init__(
        self, organisation: Organisation, held: Mapping[str, InXero] | None = None
    ) -> None:
        self._organisation = organisation
        self._held = held
        self._dated = _dated(organisation)

    def all(self) -> Iterator[Entered]:
        """Yield the newest revisions in the order they came."""
        after = 0
        while rows := sql.select(
            "default", NEWEST, (self._organisation.pk, list(OURS), after, AT_A_TIME)
        ):
            links, gone = _links(self._organisation, [row[1] for row in rows])
            documents = {number: read_back(bytes(body)) for _, number, body, _ in rows}
            of = _taken_back(self._organisation, documents.values())
            for _, number, _, received in rows:
                linked, document = links.get(number, ()), documents[number]
                entered = self._entered(number, document, linked, sql.moment(received))
                undone = gone.get(number, frozenset())
                key = undone_key(document)
                yield replace(entered, undone=undone, of=of.get(key) if key else None)
            after = rows[-1][0]

    def _entered(
        self,
        number: int,
        document: Document,
        links: Iterable[Linked],
        received: dt.datetime | None,
    ) -> Entered:
        dated = self._dated.get(number)
        recorded = None if received is None else recorded_on(received)
        if self._held is None:
            totals = {part: total for part, _, total in links}
            ids = {part: xero_id for part, xero_id, _ in links}
            return Entered(document, totals, frozenset(), dated, recorded, ids)
        ended: set[str] = set()
        totals, ids = {}, {}
        for part, xero_id, posted in links:
            there = self._held.get(xero_id)
            if there is None or not there.counts:
                ended.add(part)
                continue
            totals[part] = posted if there.total is None or posted is None else there.total
            ids[part] = xero_id
            if there.date is not None and there.date != document.date:
                dated = there.date
        return Entered(document, totals, frozenset(ended), dated, recorded, ids)

    def differs_from(self, held: Mapping[str, InXero]) -> bool:
        """Tell whether anything that was posted stands in Xero otherwise than it was sent."""
        rows = sql.select("default", POSTED, (self._organisation.pk, list(IN_XERO), CONTACT, ENDS))
        for document, xero_id, total, date in rows:
            there = held.get(xero_id)
            if there is None or not there.counts:
                return True
            day = self._dated.get(document) or _day(date)
            if there.date not in {None, day} or (
                total is not None and there.total not in {None, total}
            ):
                return True
        return False


def _day(value: dt.date | str | None) -> dt.date | None:
    """SQLite keeps days as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


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
        .exclude(document__kind__in=OURS)
        .order_by("pk")
    )


def _dated(organisation: Organisation) -> dict[int, dt.date]:
    """Return the days under which documents were sent that are not their own, by document."""
    moved = DocumentFinding.objects.filter(organisation=organisation, code=MOVED_TO_OPEN_DAY)
    documents = sorted(set(moved.values_list("document_id", flat=True)))
    found: dict[int, dt.date] = {}
    for some in chunks(documents):
        members = RequestMember.objects.filter(
            posting__document__in=some, posting__act="create"
        ).select_related("posting", "request")
        for member in members.order_by("request_id"):
            element = read_elements(member.request.resource, bytes(member.request.body or b""))
            sent = element[member.position].date
            if sent is not None:
                found[member.posting.document_id] = sent
    return found


Linked = tuple[str, str, int | None]
"""The part of a document, the id of what it became in Xero, and the total that was posted."""


def _links(
    organisation: Organisation, documents: list[int]
) -> tuple[dict[int, list[Linked]], dict[int, frozenset[str]]]:
    """Return what is linked, by document, and the parts that count for nothing any more.

    Those were taken back in Xero by a later document, or are how that one did it. What a person
    took back without a document of the practice's is just not there.
    """
    found: dict[int, list[Linked]] = {}
    withdrawn: list[tuple[int, str, str]] = []
    gone: dict[int, set[str]] = defaultdict(set)
    states = [*IN_XERO, State.WITHDRAWN.value]
    for document, part, xero_id, total, act, state in sql.select(
        "default", LINKS, (documents, states)
    ):
        if state == State.WITHDRAWN:
            withdrawn.append((document, part, xero_id))
        elif act in ENDS:
            gone[document].add(part)
        else:
            found.setdefault(document, []).append((part, xero_id, total))
    ids = [xero_id for _, _, xero_id in withdrawn]
    values = (organisation.pk, ids, ENDS, CORRECTION)
    ended = {one for (one,) in sql.select("default", TAKEN_BACK, values)} if ids else set()
    for document, part, xero_id in withdrawn:
        if xero_id in ended:
            gone[document].add(part)
    return found, {document: frozenset(parts) for document, parts in gone.items()}


def _taken_back(organisation: Organisation, documents: Iterable[Document]) -> dict[Key, Document]:
    """Return what these documents take back."""
    keys = {key for key in map(undone_key, documents) if key is not None}
    bodies = outbox_of(organisation).bodies(keys) if keys else {}
    return {key: read_back(body) for key, body in bodies.items()}
