"""``counterfoil post``: send what is due."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    counted,
    errors,
    open_organisation,
    print_json,
    say,
    warn,
)
from counterfoil.posting.poster import Drained
from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.web.stopping import told_to_stop

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.posting.poster import Poster
    from counterfoil.web.office import Office
    from counterfoil.web.store import DjangoOutbox

HELD_OR_REFUSED = 1
STUCK = (State.HELD, State.REFUSED, State.MISMATCHED)
"""States about which a person decides."""
STOPPED = 3
INTERRUPTED = 130
PATIENCE_SECONDS = 5.0
"""What becomes due within this time is waited for."""
TICK_SECONDS = 5.0
LIMITS = frozenset({"minute", "day", "concurrent"})
GOES_ON = (State.READY, State.SENDING, State.UNKNOWN)
"""States that a later run moves by itself; a re-check of what is settled is none."""
PUT_BACK = (
    "The database is older than what was posted from it: a backup was restored. Everything is "
    "looked for in Xero before it is sent. Import again what came in after the backup."
)
IN_XERO = (State.POSTED, State.MISMATCHED)


def post(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for limits and look-ups until all is done.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Send what is due to Xero. Ctrl-C ends it once what is under way has been answered."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web import heads
    from counterfoil.web.office import office_of
    from counterfoil.web.services import nightly, pausing

    with office_of(chosen) as office:
        if dry_run:
            counts = office.outbox.counts()
            _preview(office, counts, as_json=as_json)
            raise typer.Exit(_status(counts, Drained(0)))
        # A person who posts has looked at it: a firm that begins goes on by itself from here.
        pausing.looked_at(chosen, actor=actor(), now=office.caller.clock.now())
        if heads.notice(chosen.firm):
            warn(PUT_BACK)
        drained = _told_apart(_drain(office, wait=wait, quiet=as_json), office)
        heads.keep(chosen.firm)
        counts = office.outbox.counts()
        looked_up = office.outbox.next_due()
        now = office.caller.clock.now()
    nightly.when_needed(chosen, now)
    if as_json:
        print_json(_as_json(counts, drained, looked_up))
    else:
        _show(counts, drained)
        _tell_unknown(counts, looked_up)
    raise typer.Exit(_status(counts, drained))


def _told_apart(drained: Drained, office: Office) -> Drained:
    """Tell a queue that is empty from one that no connection keeps from moving."""
    grant = office.outbox.grant()
    idle = drained.stopped_by is None and grant.state is not ConnectionState.CONNECTED
    if not idle or not (_to_do(office.outbox) + office.outbox.counts().get(State.HELD, 0)):
        return drained
    reason = grant.reason or "the firm is not connected to Xero; connect it on the pages"
    return replace(drained, stopped_by="connection", reason=reason)


def _tell_unknown(counts: dict[State, int], looked_up: dt.datetime | None) -> None:
    if counts.get(State.UNKNOWN) and looked_up is not None:
        warn(
            f"{counted(counts[State.UNKNOWN], 'posting')} may be in Xero without our knowing; "
            f"looked up there from {looked_up:%H:%M:%S} UTC. Post again then, or say --wait."
        )


def _drain(office: Office, *, wait: bool, quiet: bool) -> Drained:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        disable=quiet or not errors.is_terminal,
    )
    with bar:
        task = bar.add_task("Posting", total=_to_do(office.outbox))

        def progress() -> None:
            counts = office.outbox.counts()
            bar.update(task, completed=sum(counts.get(state, 0) for state in IN_XERO))

        poster = office.poster(progress)
        with told_to_stop(poster.stop):
            return _until_done(poster, office, wait=wait)


def _to_do(outbox: DjangoOutbox) -> int:
    counts = outbox.counts()
    stuck = {State.HELD, State.REFUSED, State.WITHDRAWN}
    return sum(n for state, n in counts.items() if state not in stuck)


def _until_done(poster: Poster, office: Office, *, wait: bool) -> Drained:
    """Drain again for as long as something becomes due soon; with ``wait``, ever."""
    calls = 0
    while True:
        drained = poster.drain()
        calls += drained.calls
        drained = replace(drained, calls=calls)
        pause = _seconds_until(drained, office)
        if pause is None or drained.stopped_by == "request":
            return drained
        if not wait and (drained.stopped_by is not None or pause > PATIENCE_SECONDS):
            return drained
        time.sleep(min(pause, TICK_SECONDS))


def _seconds_until(drained: Drained, office: Office) -> float | None:
    """Return how long it is until there is something to do; None if that will not come."""
    if drained.stopped_by == "connection":
        return None
    due = drained.until or office.outbox.next_due()
    if due is None:
        return TICK_SECONDS if drained.stopped_by in {"lease", "xero"} else None
    return max(0.2, (due - office.caller.clock.now()).total_seconds())


def _preview(office: Office, counts: dict[State, int], *, as_json: bool) -> None:
    from counterfoil.web.services.preview import preview

    rows = preview(office.organisation)
    if as_json:
        would = [row._asdict() for row in rows]
        print_json({**_as_json(counts, Drained(0), None), "would_post": would})
        return
    for row in rows:
        say(f"{row.postings:8,} {row.resource} in {counted(row.calls, 'call')}")
    say("Nothing was sent." if rows else "Nothing is due.")
    _point_to_problems(counts)


def _as_json(
    counts: dict[State, int], drained: Drained, due: dt.datetime | None
) -> dict[str, object]:
    flat = {state.value: counts.get(state, 0) for state in State}
    goes_on = drained.until or (due if any(counts.get(state) for state in GOES_ON) else None)
    return {
        **flat,
        "counts": flat,
        "stopped_by": _stopped_by(drained),
        "calls": drained.calls,
        "goes_on_at": None if goes_on is None else goes_on.isoformat(),
    }


def _stopped_by(drained: Drained) -> str | None:
    """Return what stopped the drain in the words of the interface."""
    if drained.stopped_by in {"concurrent", "minute"}:
        return "minute"
    return {"day": "day", "connection": "connection", "xero": "connection"}.get(
        drained.stopped_by or ""
    )


def _status(counts: dict[State, int], drained: Drained) -> int:
    if drained.stopped_by == "request":
        return INTERRUPTED
    if _stopped_by(drained) is not None:
        return STOPPED
    return HELD_OR_REFUSED if any(counts.get(state) for state in STUCK) else 0


def _show(counts: dict[State, int], drained: Drained) -> None:
    say(f"{counted(drained.calls, 'call')} to Xero; the postings now:")
    for state in State:
        if counts.get(state):
            say(f"{counts[state]:8,} {state}")
    if drained.stopped_by is not None:
        warn(f"Stopped: {drained.reason or drained.stopped_by}")
    _point_to_problems(counts)


def _point_to_problems(counts: dict[State, int]) -> None:
    if any(counts.get(state) for state in STUCK):
        warn("See what is held or refused, and why, with: counterfoil problems")
