"""Reading an organisation back: what Xero holds now against the counterfoils, few calls at a time.

A first reading, and one a week, takes in everything; those between only what has changed since the
last one's mark, which is Xero's own time. What is found stays until a later reading of the same
object no longer finds it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.effects import Controls
from counterfoil.core.findings import Severity
from counterfoil.core.targets import account_named, account_title
from counterfoil.posting.drift import compare, standing
from counterfoil.posting.drift.shown import Known
from counterfoil.posting.drift.strangers import Ground, strangers
from counterfoil.posting.landing import UNAPPROVED
from counterfoil.posting.records import Link, MirrorContact
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.web import models
from counterfoil.web.office import office_of
from counterfoil.web.services import approving, drifted
from counterfoil.web.services.counterfoils import Counterfoils
from counterfoil.xero import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.mapping import Mapping as PracticeMapping
    from counterfoil.posting.drift.shown import Drift, Kept, Shown
    from counterfoil.posting.records import PostingKey
    from counterfoil.web.models import Organisation
    from counterfoil.web.office import Office
    from counterfoil.xero.decode import ShownPage

OVERLAP = dt.timedelta(minutes=2)
"""How far back the next reading begins before the last one: Xero's clock is known to the second."""
EVERY = dt.timedelta(days=1)
"""How long after one reading the next is due."""
FULL_EVERY = dt.timedelta(days=7)
"""How long changes alone are read: Xero does not mark every change as one."""
AFTER_TROUBLE = dt.timedelta(hours=1)
"""How long after a reading that failed the next is due."""
ASKED_MOST = 10
"""Objects that a list no longer shows and that are asked for one by one, in one reading."""
TRUST_LIES_IN = ("Payments", "BankTransactions", "BankTransfers", "ManualJournals")


@dataclass(frozen=True, slots=True)
class ReadingBack:
    """What a reading took in; ``since`` is None when it took in everything.

    ``notes`` is what it noticed and nobody need mind. What differs is kept (``services.drifted``).
    """

    since: dt.datetime | None
    calls: int
    notes: tuple[Drift, ...]


def read_back(
    organisation: Organisation, *, full: bool = False, clicking: bool = True
) -> ReadingBack:
    """Compare what Xero holds with the counterfoils and keep what differs; change nothing else.

    ``clicking`` takes the slots that are kept for people. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer``; what was found before stands then.
    """
    with office_of(organisation, clicking=clicking) as office:
        return _Reader(office, full=full).read_back()


def when_due(office: Office) -> ReadingBack | None:
    """Read back if it is time for it; the worker asks after each of its rounds.

    The first reading is due a day after the first question, so that a firm that has just begun is
    not read back all the while. Raises as ``read_back``; the next try is then due in an hour.
    """
    now = office.caller.clock.now()
    row, _ = models.ReadBack.objects.get_or_create(
        organisation=office.organisation,
        defaults={"firm_id": office.organisation.firm_id, "due_at": now + EVERY},
    )
    due = models.ReadBack.objects.filter(pk=row.pk, due_at=row.due_at, due_at__lte=now)
    # Of several processes the one that moves the time on does the reading.
    if not due.update(due_at=now + AFTER_TROUBLE):
        return None
    return _Reader(office).read_back()


class _Reader:
    """One reading of one organisation."""

    def __init__(self, office: Office, *, full: bool = False) -> None:
        self._office = office
        self._organisation = office.organisation
        self._kept = Counterfoils(office.organisation)
        self._now = office.caller.clock.now()
        self._since = None if full else self._mark()
        self._mapping, self._chart = _books(office)
        self._merged: dict[str, str] = {}
        self._read: set[str] = set()
        self._began: dt.datetime | None = None
        self._suspects: dict[tuple[str, str], Shown] = {}
        self._gone: list[Kept] = []
        self._notes: list[Drift] = []
        self._approved: dict[PostingKey, Link] = {}

    def read_back(self) -> ReadingBack:
        calls = self._office.caller.calls
        unusable = self._unusable_contacts()
        accounts = self._office.patiently(read.accounts)
        self._merged = standing.merges(unusable)
        for resource in self._resources():
            self._sweep(resource)
        ours = self._kept.contacts({contact.contact_id for contact in unusable})
        drifts = [
            *standing.contacts(ours, unusable),
            *standing.accounts(self._mapped(), {one.account_id: one for one in accounts}),
            *self._again(),
            *map(compare.gone, self._gone),
        ]
        approving.settle(self._approved, self._office, actor="drift", now=self._now)
        self._keep(drifts, (self._began or self._office.caller.xero_now()) - OVERLAP)
        calls = self._office.caller.calls - calls
        return ReadingBack(self._since, calls, tuple(self._notes))

    def _mark(self) -> dt.datetime | None:
        row = models.ReadBack.objects.filter(organisation=self._organisation).first()
        if row is None or row.full_at is None or row.full_at + FULL_EVERY <= self._now:
            return None
        return row.mark

    def _unusable_contacts(self) -> tuple[MirrorContact, ...]:
        rows = self._office.patiently(read.unusable_contacts)
        return tuple(
            MirrorContact(one.contact_id, one.name, "", one.number, one.status, one.merged_to)
            for one in rows
        )

    def _mapped(self) -> Iterator[Account]:
        if self._mapping is not None and self._chart is not None:
            yield from _mapped(self._mapping, self._chart)

    def _resources(self) -> list[str]:
        """Return what is read: what something of ours is in, and where trust money may move."""
        used = self._kept.resources()
        wanted = used - {"Contacts", "Allocations"} | self._kept.prepaid()
        if used and self._trust():
            wanted |= set(TRUST_LIES_IN)
        return sorted(wanted)

    def _sweep(self, resource: str) -> None:
        """Read a resource page by page; what a full list does not show is asked for."""
        whole = self._since is None or resource in read.UNPAGED
        seen = set(self._pages(resource, self._since))
        missing = self._kept.ids(resource) - seen if whole else set()
        if resource == "BankTransactions" and (missing or not whole):
            missing -= set(self._pages(resource, self._since, deleted=True))
        for place, xero_id in enumerate(sorted(missing)):
            if place < ASKED_MOST:
                reading = lambda xero_id=xero_id: read.shown_one(resource, xero_id)  # noqa: E731
                rows = self._office.patiently(reading).rows
                self._examine(rows)
                if rows:
                    continue
            self._gone += self._kept.of([xero_id]).values()

    def _pages(
        self, resource: str, since: dt.datetime | None, *, deleted: bool = False
    ) -> Iterator[str]:
        """Examine one page after another; yield the ids that they show."""
        for page in range(1, read.MOST_PAGES + 1):
            got = self._page(resource, page, since, deleted=deleted)
            # Xero's own time at the first page: what changes later is read next time.
            self._began = self._began or got.at
            self._examine(got.rows)
            yield from (one.xero_id for one in got.rows)
            last = got.page_count is not None and page >= got.page_count
            if last or resource in read.UNPAGED or len(got.rows) < read.PAGE_SIZE:
                return

    def _page(
        self, resource: str, page: int, since: dt.datetime | None, *, deleted: bool
    ) -> ShownPage:
        def reading() -> read.Reads[ShownPage]:
            return read.shown(resource, page, since=since, deleted=deleted)

        return self._office.patiently(reading)

    def _examine(self, rows: Sequence[Shown]) -> None:
        """Note what looks different; it is looked at again when everything is read."""
        self._read |= {one.xero_id for one in rows}
        self._note_approved(rows)
        for one, drifts in self._compared(rows, frozenset()):
            notes = [drift for drift in drifts if drift.finding.severity is Severity.NOTE]
            self._notes += notes
            if len(notes) < len(drifts):
                self._suspects[one.resource, one.xero_id] = one
        self._kept.forget()

    def _note_approved(self, rows: Sequence[Shown]) -> None:
        """Note drafts of ours that somebody has approved: they count from then on."""
        there = {one.xero_id: one for one in rows if one.counts and one.status not in UNAPPROVED}
        for xero_id, kept in self._kept.drafts(there).items():
            found = there[xero_id]
            self._approved[kept] = Link(
                xero_id, found.number, found.status, found.totals, source="look-up"
            )

    def _again(self) -> Iterator[Drift]:
        """Compare suspects anew: what the poster has settled meanwhile is ours after all."""
        suspects = tuple(self._suspects.values())
        if not suspects:
            return
        for _, drifts in self._compared(suspects, self._kept.in_flight()):
            yield from (one for one in drifts if one.finding.severity is not Severity.NOTE)

    def _compared(
        self, rows: Sequence[Shown], in_flight: frozenset[str]
    ) -> Iterator[tuple[Shown, Sequence[Drift]]]:
        kept = self._kept.of({one.xero_id for one in rows})
        shares = {
            share.xero_id
            for one in rows
            for share in (*one.payments, *one.credits, *one.allocations)
        }
        linked = self._kept.linked(shares)
        allocated = self._kept.allocated(one for one in rows if one.xero_id in kept)
        ground = self._ground([one for one in rows if one.xero_id not in kept], in_flight)
        for one in rows:
            if one.xero_id in kept:
                ours = allocated.get(one.xero_id, ())
                codes = ground.codes
                known = Known(codes, self._merged, linked, ours, in_flight)
                yield one, compare.compare(kept[one.xero_id], one, known)
            else:
                yield one, tuple(strangers([one], ground))

    def _ground(self, rows: Sequence[Shown], in_flight: frozenset[str]) -> Ground:
        names = {one.name for one in rows}
        chart = self._chart
        return Ground(
            waiting=self._kept.waiting(names),
            recorded=self._kept.recorded(names) | in_flight,
            patterns=self._kept.patterns,
            trust=self._trust(),
            codes={code: one.account_id for code, one in chart.by_code.items()} if chart else {},
            history=self._kept.history() if rows else None,
        )

    def _trust(self) -> Mapping[str, str]:
        """Return the accounts that hold clients' money, by AccountID, with their titles."""
        if self._mapping is None or self._chart is None:
            return {}
        controls = Controls(self._mapping, self._chart)
        accounts = [one.account for one in controls.all() if controls.of_trust(one)]
        if not controls.posts_trust:
            return {}
        return {one.account_id: account_title(one) for one in accounts if one is not None}

    def _keep(self, drifts: Sequence[Drift], mark: dt.datetime) -> None:
        refs = self._office.outbox.postings({one.posting.document for one in drifts if one.posting})
        whole = self._since is None
        drifted.keep(
            self._organisation,
            drifts,
            drifted.Reading(self._now, mark, self._now + EVERY, None if whole else self._read),
            {posting.key: posting.ref for posting in refs},
        )


def _books(office: Office) -> tuple[PracticeMapping | None, Chart | None]:
    """Return mapping and chart; without them neither accounts nor trust can be looked at."""
    try:
        return office.shelf.mapping(), office.shelf.chart()
    except (NoMapping, NoChart):
        return None, None


def _mapped(mapping: PracticeMapping, chart: Chart) -> Iterator[Account]:
    """Yield each account that the mapping leads to once, as the chart was last read."""
    special = mapping.special
    liability = special.trust_liability
    targets = [
        *mapping.accounts.values(),
        *mapping.bank_accounts.values(),
        *(trust.xero for trust in mapping.trust_accounts.values()),
        *([liability] if liability is None or isinstance(liability, str) else liability.values()),
        special.trust_transfers,
        special.paid_by_firm,
        special.statutory_deposit,
        special.write_off,
        special.prepayments,
        special.dishonoured,
        special.rounding,
    ]
    named = [account_named(target, chart) for target in targets if target]
    yield from {one.account_id: one for one in named if one is not None}.values()
