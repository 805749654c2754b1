"""Reconciling an organisation: its daybook, its links, and Xero's trial balance."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
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
from counterfoil.core.trust import TRUST_KINDS
from counterfoil.posting.bodies import read_back
from counterfoil.posting.by_client import ClientSums
from counterfoil.posting.errors import Ended
from counterfoil.posting.others import Ledger
from counterfoil.posting.reconcile import (
    Reconciliation,
    reconcile,
    with_opening_balances,
)
from counterfoil.posting.records import CONTACT, OURS
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web.local_time import zone_of
from counterfoil.web.models import ContactMirror, Link, Revision
from counterfoil.web.office import office_of
from counterfoil.web.services.entered import AT_A_TIME, IN_XERO, Daybook, given_up, recorded_on
from counterfoil.web.services.readback import in_xero
from counterfoil.web.services.results import in_practice, sums_of
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.xero import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from counterfoil.core.documents import Document
    from counterfoil.core.effects import Control
    from counterfoil.posting.by_account import AccountSums
    from counterfoil.posting.by_client import ClientRow
    from counterfoil.posting.others import ReadOut
    from counterfoil.web.models import Organisation

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


def reconciliation(
    organisation: Organisation,
    as_of: dt.date,
    *,
    closely: bool = False,
    results: bool = False,
    lightly: bool = False,
) -> Reconciliation:
    """Hold the practice's documents against Xero as of the end of a day.

    Without a living connection Xero's side is None, and ours is what was posted; before there are
    chart and mapping the accounts go by the practice's own names. Xero is asked for one report, its
    trial balance of that day. Where that is not ours to the cent, or if one wants to look
    ``closely`` (by client, and who entered what; by account, with ``results``), every object is
    read as well, so that what was
    voided, deleted, re-dated or changed there shows as a difference and not as somebody else's.
    ``lightly`` never reads them, and takes no call that is kept for people.
    """
    shelf = DatabaseShelf(organisation)
    controls = Controls(_mapping(shelf), chart := _chart(shelf))
    balances = _balances(organisation, as_of, clicking=not lightly)
    clients = _clients(controls) if closely else None
    entered = Daybook(organisation)
    found = reconcile(entered.all(), controls, balances, as_of=as_of, clients=clients)
    held, sums = None, sums_of(chart, as_of) if results else None
    if balances is not None and not lightly and (closely or not _all_ours(found)):
        ledger = _ledger(controls, chart)
        held = _held(organisation, ledger, as_of, everything=closely, results=sums)
    if held is not None and entered.differs_from(held.ours):
        clients = _clients(controls) if closely else None
        entered = Daybook(organisation, held.ours)
        found = reconcile(entered.all(), controls, balances, as_of=as_of, clients=clients)
    if balances is not None:
        found = with_opening_balances(found, _opening_balances(organisation, found))
    if sums is not None:
        in_practice(sums, entered, DatabaseShelf(organisation), organisation)
    return replace(
        found,
        clients=_client_rows(organisation, clients, held) if clients else (),
        others=tuple(held.others) if held and closely else None,
        results=tuple(sums.rows(balances if held else None)) if sums else (),
    )


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
    organisation: Organisation,
    ledger: Ledger,
    as_of: dt.date,
    *,
    everything: bool,
    results: AccountSums | None,
) -> ReadOut | None:
    try:
        return in_xero(organisation, ledger, as_of, everything=everything, results=results)
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


def _balances(
    organisation: Organisation, as_of: dt.date, *, clicking: bool = True
) -> dict[str, int] | None:
    try:
        with office_of(organisation, clicking=clicking) as office:
            rows = office.patiently(lambda: read.trial_balance(as_of))
    except (Ended, UnreadableAnswer):
        return None
    return {row.account_id: row.balance for row in rows}


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
    zone = zone_of(organisation)
    for revision in _newest(organisation).filter(document__kind__in=kinds).iterator(AT_A_TIME):
        yield read_back(bytes(revision.body or b"")), recorded_on(revision.received_at, zone)


def _newest(organisation: Organisation) -> QuerySet[Revision]:
    """Return the newest revisions, whatever was posted, of documents whose bodies are kept."""
    return (
        Revision.objects.exclude(document__in=given_up(organisation))
        .filter(organisation=organisation, revision=F("document__revision"), body__isnull=False)
        .exclude(document__kind__in=OURS)
        .order_by("pk")
    )
