"""How things stand with an organisation; what of it everybody has to know is in ``alerts``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils import timezone

from counterfoil.core.findings import Severity
from counterfoil.posting import limits, restoring
from counterfoil.posting.records import ConnectionState, LimitsRow
from counterfoil.posting.states import State
from counterfoil.web import local_time
from counterfoil.web.models import (
    Connection,
    Counter,
    DocumentFinding,
    Drift,
    Event,
    Limits,
    Membership,
    Posting,
    Request,
    Role,
)
from counterfoil.web.services import nightly
from counterfoil.web.store.limits import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.web.models import Organisation, Reconciled

UNFINISHED = (
    State.HELD,
    State.WAITING,
    State.READY,
    State.SENDING,
    State.UNKNOWN,
    State.REFUSED,
)
"""States of what is not in Xero yet, as far as is known."""


IN_XERO = (State.POSTED, State.DRAFTED, State.MISMATCHED, State.PRIOR)
"""States of what is in Xero, whether or not a person has to look at it there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One organisation at one moment. ``counts`` are postings by state.

    ``locked_out`` are documents behind a lock date of Xero's, ``drifted`` things that were changed
    in Xero; each is counted up to one more than ``MOST_COUNTED``. ``overdue_since`` is when
    something fell due that nobody sends, though nothing is in its way. ``reconciled`` is what the
    newest nightly reconciliation came to that tells something, ``reconciled_late`` that Xero's side
    was last compared days ago.
    """

    connection: ConnectionState
    since: dt.datetime | None
    tenant_name: str
    reason: str = ""
    connected_by: str = ""
    counts: Mapping[State, int] = field(default_factory=dict)
    oldest_due: dt.datetime | None = None
    overdue_since: dt.datetime | None = None
    calls_left_today: int | None = None
    blocked_until: dt.datetime | None = None
    blocked_by: str = ""
    restored_until: dt.datetime | None = None
    calls_limit: int = 0
    calls_used: int = 0
    paused_at: dt.datetime | None = None
    paused_by: str = ""
    locked_out: int = 0
    drifted: int = 0
    reconciled: Reconciled | None = None
    reconciled_late: bool = False

    @property
    def waiting(self) -> int:
        """How many postings are not in Xero yet."""
        return sum(self.counts.get(state, 0) for state in UNFINISHED)

    @property
    def anything_in_xero(self) -> bool:
        """Whether something of the firm is in Xero, so that its first run is over."""
        return any(self.counts.get(state) for state in IN_XERO)

    @property
    def stopped(self) -> bool:
        """Whether nothing can be posted because a connection is gone."""
        return self.connection in {ConnectionState.LOST, ConnectionState.DISCONNECTED}


def standing(organisation: Organisation, now: dt.datetime) -> Standing:
    """Read how things stand: a handful of rows, however many documents there are."""
    connection = Connection.objects.filter(organisation=organisation).first()
    kept = Limits.objects.filter(organisation=organisation).first()
    row = limits.current(value_of(kept) if kept else LimitsRow(), now)
    blocked = limits.stopped(row, now)
    night = nightly.telling(organisation)
    state = ConnectionState(connection.state) if connection else ConnectionState.NEVER
    oldest_due = _oldest_due(organisation)
    free = state is ConnectionState.CONNECTED and blocked is None and organisation.paused_at is None
    return Standing(
        connection=state,
        since=connection.since if connection else None,
        tenant_name=connection.tenant_name if connection else "",
        reason=connection.reason if connection else "",
        connected_by=connection.connected_by if connection else "",
        counts=_counts(organisation),
        oldest_due=oldest_due,
        overdue_since=_overdue(organisation, oldest_due, kept, connection, now) if free else None,
        calls_left_today=max(0, row.day_limit - row.day_used),
        blocked_until=blocked.until if blocked else None,
        blocked_by=blocked.limit if blocked else "",
        restored_until=_restored_until(organisation, now),
        calls_limit=row.day_limit,
        calls_used=row.day_used,
        paused_at=organisation.paused_at,
        paused_by=organisation.paused_by.removeprefix("user:"),
        locked_out=_locked_out(organisation),
        drifted=_drifted(organisation),
        reconciled=night,
        reconciled_late=nightly.is_late(night, local_time.today(organisation, now)),
    )


def connectors(firm_id: int) -> tuple[str, ...]:
    """Return the addresses of those who may connect the firm."""
    owners = Membership.objects.filter(firm_id=firm_id, role=Role.OWNER).order_by("user__email")
    return tuple(owners.values_list("user__email", flat=True))


def _restored_until(organisation: Organisation, now: dt.datetime) -> dt.datetime | None:
    """Return until when a restore is minded; None if none is."""
    if organisation.restored_at is None:
        return None
    until = organisation.restored_at + restoring.LASTS
    return until if now < until else None


def _counts(organisation: Organisation) -> dict[State, int]:
    rows = Counter.objects.filter(organisation=organisation, count__gt=0)
    return {State(state): n for state, n in rows.values_list("state", "count")}


def _locked_out(organisation: Organisation) -> int:
    """Count the documents that are held because Xero has locked their period."""
    rows = DocumentFinding.objects.filter(organisation=organisation, code=LOCKED)
    return rows.order_by("document_id")[: MOST_COUNTED + 1].count()


def _drifted(organisation: Organisation) -> int:
    """Count what was changed in Xero and ought to be looked at."""
    rows = Drift.objects.filter(organisation=organisation).exclude(severity=Severity.NOTE)
    return rows.order_by("pk")[: MOST_COUNTED + 1].count()


def _oldest_due(organisation: Organisation) -> dt.datetime | None:
    """Return when the oldest posting or look-up was, or will be, due."""
    ready = Posting.objects.filter(organisation=organisation, state=State.READY)
    asked = Request.objects.filter(organisation=organisation, look_up_at__isnull=False)
    due = (
        ready.aggregate(oldest=Min("due_at"))["oldest"],
        asked.aggregate(oldest=Min("look_up_at"))["oldest"],
    )
    return min((moment for moment in due if moment is not None), default=None)


def _overdue(
    organisation: Organisation,
    oldest_due: dt.datetime | None,
    kept: Limits | None,
    connection: Connection | None,
    now: dt.datetime,
) -> dt.datetime | None:
    """Return since when something is due, if so long that no worker can be running.

    A long queue is old as well, so while calls are made one runs; and what was in the way, a limit,
    a connection that was gone or a pause, has to be out of it for as long.
    """
    since = now - OVERDUE
    if oldest_due is None or oldest_due > since:
        return None
    moments = [connection.since if connection else None]
    if kept is not None:
        day_over = kept.day_from + dt.timedelta(days=1) if kept.day_from else None
        moments += [kept.minute_from, kept.blocked_until, day_over]
    if any(at is not None and since < at <= now for at in moments):
        return None
    return None if _let_go_on(organisation, since, now) else oldest_due


def _let_go_on(organisation: Organisation, since: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether a pause ended within this time: the record has it."""
    told = Event.objects.filter(firm_id=organisation.firm_id, what=GOES_ON)
    return told.filter(detail=organisation.key, at__gt=since, at__lte=now).exists()


OVERDUE = dt.timedelta(minutes=15)
"""For how long something may be due and not sent (docs/alarms/posting-stopped.md)."""
GOES_ON = "posting goes on"
"""What the record calls the end of a pause."""
LOCKED = "period_locked"
"""The code of the finding that a document lies behind a lock date."""
MOST_COUNTED = 1_000
"""How far anything is counted for an alert; more are "1,000+"."""


def moment(at: dt.datetime) -> str:
    """Write a moment for people: on a page as the firm's clocks show it, otherwise in UTC."""
    return f"{timezone.localtime(at):%d %b %Y, %H:%M %Z}"


def as_json(standing: Standing) -> dict[str, object]:
    """Return what ``counterfoil status --json`` and ``GET /status`` say (interfaces, commands)."""
    return {
        "connection": {
            "state": str(standing.connection),
            "since": standing.since.isoformat() if standing.since else None,
            "tenant_name": standing.tenant_name or None,
        },
        "counts": {str(state): n for state, n in standing.counts.items()},
        "oldest_due": standing.oldest_due.isoformat() if standing.oldest_due else None,
        "calls_left_today": standing.calls_left_today,
        "restored_until": standing.restored_until.isoformat() if standing.restored_until else None,
        "reconciled": _reconciled_as_json(standing.reconciled),
    }


def _reconciled_as_json(row: Reconciled | None) -> dict[str, object] | None:
    if row is None:
        return None
    return {
        "as_of": row.day.isoformat(),
        "at": row.at.isoformat(),
        "xero_asked": row.asked,
        "agrees": row.agrees,
        "differences": row.differences,
    }
