"""The alert bar: how things stand in, what everybody in the firm has to know out.

It reads nothing: the same standing always makes the same alerts, whoever asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.web.services.standing import MOST_COUNTED, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.web.services.standing import Standing


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


def alert_as_json(alert: Alert) -> dict[str, str]:
    """Return an alert as programs read it."""
    return {
        "code": alert.code,
        "weight": str(alert.weight),
        "what": alert.what,
        "detail": alert.detail,
    }
