"""How things stand with an organisation, and what everybody in the firm has to know of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
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
    Limits,
    Membership,
    Posting,
    Request,
    Role,
)
from counterfoil.web.services import nightly
from counterfoil.web.store.limits import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        overdue_since=_overdue(oldest_due, kept, connection, now) if free else None,
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
    oldest_due: dt.datetime | None,
    kept: Limits | None,
    connection: Connection | None,
    now: dt.datetime,
) -> dt.datetime | None:
    """Return since when something is due, if so long that no worker can be running.

    A long queue is old as well, so while calls are made one runs; and what was in the way, a limit
    or a connection that was gone, has to be out of it for as long.
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
    return oldest_due


OVERDUE = dt.timedelta(minutes=15)
"""For how long something may be due and not sent (docs/alarms/posting-stopped.md)."""
LOCKED = "period_locked"
"""The code of the finding that a document lies behind a lock date."""
MOST_COUNTED = 1_000
"""How far anything is counted for an alert; more are "1,000+"."""


class Weight(StrEnum):
    """How loud an alert is."""

    STOPPED = "stopped"
    """Nothing is posted until a person acts."""
    CAREFUL = "careful"
    """Posting goes on; some documents wait for a person, or all of them for a clock."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of the alert bar. ``page`` names the page to go to, for those who may act."""

    code: str
    weight: Weight
    what: str
    detail: str = ""
    page: str = ""
    action: str = ""


def alerts(standing: Standing, connectors: Sequence[str]) -> tuple[Alert, ...]:
    """Return what everybody in the firm has to know, the gravest first.

    ``connectors`` are the names of those who may connect the firm again.
    """
    found = (
        _connection_alert(standing, connectors),
        _paused_alert(standing),
        _overdue_alert(standing),
        _limit_alert(standing),
        _restored_alert(standing),
        _state_alert(
            standing,
            State.REFUSED,
            ("{n} posting was refused by Xero.", "{n} postings were refused by Xero."),
        ),
        _lock_alert(standing),
        _reconciled_alert(standing),
        _drift_alert(standing),
        _state_alert(
            standing,
            State.MISMATCHED,
            ("{n} document differs in Xero.", "{n} documents differ in Xero."),
        ),
        _state_alert(
            standing,
            State.HELD,
            (
                "{n} posting is held until something is solved.",
                "{n} postings are held until something is solved.",
            ),
        ),
    )
    return tuple(alert for alert in found if alert is not None)


def _connection_alert(standing: Standing, connectors: Sequence[str]) -> Alert | None:
    if not standing.stopped:
        return None
    name = standing.tenant_name or "Xero"
    how = (
        f"Disconnected from {name}"
        if standing.connection is ConnectionState.DISCONNECTED
        else f"The connection to {name} is lost"
    )
    since = f" since {moment(standing.since)}" if standing.since else ""
    waiting = (
        f"{standing.waiting:,} {'posting is' if standing.waiting == 1 else 'postings are'} not in "
        "Xero yet"
        if standing.waiting
        else "No posting waits"
    )
    who = f" {_either(connectors)} may reconnect." if connectors else ""
    return Alert(
        "connection",
        Weight.STOPPED,
        f"{how}{since}.",
        f"{waiting}; nothing is lost.{who}",
        "connection",
        "Connection",
    )


def _paused_alert(standing: Standing) -> Alert | None:
    if standing.paused_at is None:
        return None
    if not standing.paused_by:
        return Alert(
            "paused",
            Weight.STOPPED,
            "Nothing goes to Xero before somebody has looked at what would be posted.",
            "What is handed in waits, and nothing is lost. An owner looks on the page Set up; "
            "Let posting go on, on the Overview, does without it.",
            "overview",
            "Overview",
        )
    return Alert(
        "paused",
        Weight.STOPPED,
        f"{standing.paused_by} has paused posting since {moment(standing.paused_at)}.",
        "Nothing is lost: what is handed in waits until somebody lets it go on.",
        "overview",
        "Overview",
    )


def _overdue_alert(standing: Standing) -> Alert | None:
    if standing.overdue_since is None:
        return None
    return Alert(
        "overdue",
        Weight.STOPPED,
        f"Posting has stopped: something has been due since {moment(standing.overdue_since)}, and "
        "nobody sends it.",
        "No worker runs, or it stands still. Nothing is lost: it goes on once whoever looks after "
        "Counterfoil's machine has started the worker again.",
        "overview",
        "Overview",
    )


def _limit_alert(standing: Standing) -> Alert | None:
    # The limits of a minute and of simultaneous calls pass before anybody could read of them.
    if standing.blocked_until is None or standing.blocked_by not in {"day", "appminute"}:
        return None
    return Alert(
        "limit",
        Weight.CAREFUL,
        f"Xero's limit of calls for today is reached until {moment(standing.blocked_until)}.",
        "Posting goes on by itself then. The last calls of a day are kept for what people ask "
        "Xero on pages.",
    )


def _restored_alert(standing: Standing) -> Alert | None:
    if standing.restored_until is None:
        return None
    return Alert(
        "restored",
        Weight.CAREFUL,
        "A backup was restored: import again what came in after it was made.",
        f"Until {moment(standing.restored_until)} everything is looked for in Xero before it is "
        "sent, so that nothing is there twice.",
    )


def _lock_alert(standing: Standing) -> Alert | None:
    if not standing.locked_out:
        return None
    one = standing.locked_out == 1
    return Alert(
        "lock_date",
        Weight.CAREFUL,
        f"{_many(standing.locked_out)} document{'' if one else 's'} "
        f"{'lies' if one else 'lie'} in a period that Xero has locked.",
        "Whoever may move the lock date in Xero lets them in, for as long as that takes.",
        "problems",
        "See which",
    )


def _drift_alert(standing: Standing) -> Alert | None:
    if not standing.drifted:
        return None
    one = standing.drifted == 1
    return Alert(
        "drift",
        Weight.CAREFUL,
        f"{_many(standing.drifted)} thing{'' if one else 's'} that "
        f"{'was' if one else 'were'} posted {'is' if one else 'are'} not in Xero as posted.",
        "Somebody has changed it there since.",
        "drift",
        "See what",
    )


def _reconciled_alert(standing: Standing) -> Alert | None:
    row = standing.reconciled
    if row is None or not (row.count or standing.reconciled_late):
        return None
    if not row.count:
        return Alert(
            "reconciliation",
            Weight.CAREFUL,
            f"Both sides were last held against each other at the end of {row.day:%d %b %Y}.",
            "That happens by itself once a day, while the connection stands and a worker runs.",
            "reconciliation",
            "Reconcile",
        )
    more = f" And {_many(row.count - 1)} more." if row.count > 1 else ""
    return Alert(
        "reconciliation",
        Weight.CAREFUL,
        f"The two sides did not agree at the end of {row.day:%d %b %Y}.",
        f"{row.differences[0]}{more}",
        "reconciliation",
        "See what",
    )


def _many(count: int) -> str:
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"


def _state_alert(standing: Standing, state: State, words: tuple[str, str]) -> Alert | None:
    n = standing.counts.get(state, 0)
    if not n:
        return None
    what = words[n > 1].format(n=f"{n:,}")
    return Alert(str(state), Weight.CAREFUL, what, "", "problems", "See why")


def _either(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


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


def alert_as_json(alert: Alert) -> dict[str, str]:
    """Return an alert as programs read it."""
    return {
        "code": alert.code,
        "weight": str(alert.weight),
        "what": alert.what,
        "detail": alert.detail,
    }
