"""A pull of a firm's Actionstep: page by page, each stored with the place to go on from.

Whatever ends it (a limit, a lost answer, the end of the process), the next one takes up at the same
page; a page that comes twice changes nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from counterfoil.core.texts import one_line
from counterfoil.sources.actionstep import bills, decode, pull, wire
from counterfoil.sources.actionstep.client import wait_after
from counterfoil.sources.actionstep.pull import Place
from counterfoil.web.models import (
    Actionstep,
    ActionstepBill,
    ActionstepDivision,
    ActionstepName,
)
from counterfoil.web.services import actionstep, actionstep_bills, actionstep_hints
from counterfoil.web.services import actionstep_hooks as hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterfoil.sources.actionstep.bills import Header
    from counterfoil.sources.actionstep.client import Client
    from counterfoil.sources.actionstep.decode import Row
    from counterfoil.sources.actionstep.pull import Step
    from counterfoil.web.services.actionstep_bills import Outcome

OPTIONAL = ("divisions", "disbursements", "timeentries", "taxcodes", "accounts")
"""Resources that some Actionsteps have, and let some users read."""
EVERY = dt.timedelta(minutes=15)
SOON = dt.timedelta(minutes=1)
"""How often a worker pulls; and how soon after a hook has called."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did; ``stopped`` says in words why it went no further, empty at its end."""

    pages: int
    outcome: Outcome
    stopped: str = ""
    wait: int | None = None


def due(row: Actionstep, now: dt.datetime) -> bool:
    """Tell whether a worker should pull."""
    if not row.connected or (row.not_before and row.not_before > now):
        return False
    if row.place is not None or row.pulled_at is None:
        return True
    return now - row.pulled_at >= (SOON if row.told_at else EVERY)


def put_off(row: Actionstep, why: str, now: dt.datetime) -> None:
    """Let a worker that could not pull come back later."""
    wait = dt.timedelta(seconds=wait_after(1, None))
    Actionstep.objects.filter(pk=row.pk).update(trouble=why, not_before=now + wait)


def pull_all(
    row: Actionstep,
    *,
    actor: str,
    now: Callable[[], dt.datetime],
    progress: Callable[[str, int], None] = lambda *_: None,
    stop: Callable[[], bool] = lambda: False,
) -> Pulled:
    """Pull until everything is read or something stands against it.

    Raises ``actionstep.Refused`` where the firm is not connected, or somebody else is at it.
    """
    if not row.connected:
        raise actionstep.Refused(
            "The firm is not connected to Actionstep. Connect: counterfoil actionstep connect"
        )
    if not actionstep.take_lease(row, now()):
        raise actionstep.Refused("Another process is pulling from Actionstep at this moment.")
    try:
        return _pull(row, actor, now, progress, stop)
    finally:
        actionstep.give_back(row)


def _pull(
    row: Actionstep,
    actor: str,
    now: Callable[[], dt.datetime],
    progress: Callable[[str, int], None],
    stop: Callable[[], bool],
) -> Pulled:
    pages = 0
    stopped, wait = "", None
    with actionstep.client_of(row.firm, now) as client:
        try:
            for resource, count in _steps(row, client, now):
                pages += 1
                progress(resource, count)
                if stop():
                    stopped = "It was stopped; the next pull goes on from here."
                    break
        except wire.Ended as trouble:
            stopped, wait = str(trouble), _note_trouble(row, trouble, actor, now())
    outcome = actionstep_bills.take_in_waiting(row, actor=actor, now=now())
    actionstep_hints.settle(row)
    return Pulled(pages, outcome, stopped, wait)


def _steps(
    row: Actionstep, client: Client, now: Callable[[], dt.datetime]
) -> Iterator[tuple[str, int]]:
    place: Place | None = _kept(row) or _begun(row, client, now())
    while place is not None:
        Actionstep.objects.filter(pk=row.pk).update(busy_until=now() + actionstep.LEASE)
        step = pull.step(client, place)
        store(row, place, step, now())
        yield step.resource, len(step.rows)
        place = step.next


def _kept(row: Actionstep) -> Place | None:
    """Return the place that a pull left off at."""
    if row.place is None:
        return None
    kept = dict(row.place)
    for name in ("begun", "since"):
        kept[name] = dt.datetime.fromisoformat(kept[name]) if kept[name] else None
    return Place(**kept)


def _begun(row: Actionstep, client: Client, now: dt.datetime) -> Place:
    """Begin a pull; with a sweep, ask as well what this Actionstep has and lets us read."""
    place = pull.begin(now, row.begun_at, row.swept_at)
    if place.sweep:
        row.there = {name: client.has(name) for name in OPTIONAL}
        Actionstep.objects.filter(pk=row.pk).update(there=row.there)
        hooks.ensure(row, client)
    if row.there.get("divisions"):
        # What is known of divisions does for now where they are not shown this time.
        with contextlib.suppress(wire.NotGranted, wire.NotThere, wire.Unreadable):
            store_divisions(row, client.page("divisions", 1, {}).rows)
    return place


def store_divisions(row: Actionstep, found: tuple[Row, ...]) -> None:
    """Note the divisions that are new; where they go is for a person to say."""
    for one in found:
        contact = next(iter(one.links.get("participant", ())), "")
        ActionstepDivision.objects.get_or_create(
            actionstep=row, row_id=one.id, defaults={"contact": contact}
        )


@transaction.atomic
def store(row: Actionstep, place: Place, step: Step, now: dt.datetime) -> None:
    """Keep a page, and in the same transaction the place to go on from."""
    if step.nameless:
        lost = row.there.get(actionstep.NAMELESS) or {}
        lost = {**lost, step.resource: lost.get(step.resource, 0) + step.nameless}
        row.there = {**row.there, actionstep.NAMELESS: lost}
        Actionstep.objects.filter(pk=row.pk).update(there=row.there)
    if step.resource == "bills":
        _store_bills(row, step.rows, now)
    else:
        _store_names(row, step.resource, step.rows)
    changed: dict[str, object] = {"tries": 0, "trouble": "", "not_before": None}
    if step.next is not None:
        changed["place"] = _written(step.next)
    else:
        changed |= {"place": None, "begun_at": place.begun, "pulled_at": now}
        _end(row, place)
        if place.sweep:
            changed["swept_at"] = place.begun
    Actionstep.objects.filter(pk=row.pk).update(**changed)


def _end(row: Actionstep, place: Place) -> None:
    """Forget the hooks that this pull answers; count what a sweep has not seen."""
    Actionstep.objects.filter(pk=row.pk, told_at__lte=place.begun).update(told_at=None)
    if place.sweep:
        row.bills.filter(seen_at__lt=place.begun).update(missed=F("missed") + 1)


def _written(place: Place) -> dict[str, object]:
    times = {"begun": place.begun.isoformat()}
    since = place.since.isoformat() if place.since else None
    return {**dataclasses.asdict(place), **times, "since": since}


def _store_names(row: Actionstep, resource: str, found: tuple[Row, ...]) -> None:
    contact = resource == "participants"
    named = [
        ActionstepName(
            actionstep=row,
            resource=resource,
            row_id=one.id,
            name=one_line(decode.text(one, "displayName" if contact else "name"))[:500],
            number="" if contact else one_line(decode.text(one, "reference"))[:255],
            email=decode.text(one, "email")[:320],
        )
        for one in found
    ]
    ActionstepName.objects.bulk_create(
        {each.row_id: each for each in named}.values(),
        update_conflicts=True,
        unique_fields=["actionstep", "resource", "row_id"],
        update_fields=["name", "number", "email"],
    )


def _store_bills(row: Actionstep, found: tuple[Row, ...], now: dt.datetime) -> None:
    known = {one.row_id: one for one in row.bills.filter(row_id__in=[each.id for each in found])}
    for one in found:
        try:
            told = _told(bills.header(one))
        except wire.Unreadable as trouble:
            # Nothing of it is looked at: what was read before stands, and so does this.
            told = {"trouble": str(trouble), "waits": False}
        bill = known.get(one.id)
        if bill is None:
            changed_at = now if told.get("paid") else None
            known[one.id] = row.bills.create(
                row_id=one.id, seen_at=now, paid_changed_at=changed_at, **told
            )
            continue
        if changed := {name for name in told if getattr(bill, name) != told[name]}:
            if "paid" in changed:
                bill.paid_changed_at = now
            waits = bill.waits or not _only_paid(bill, told, changed)
            for name, value in {"waits": waits, **told}.items():
                setattr(bill, name, value)
        bill.seen_at, bill.missed = now, 0
        bill.save()


def _only_paid(bill: ActionstepBill, told: dict[str, object], changed: set[str]) -> bool:
    """Tell whether nothing has happened to a bill that is here but a payment: no revision of it."""
    owed = {bill.status, told.get("status")} <= {bills.OPEN, bills.CLOSED}
    return bool(bill.source_id) and owed and changed <= {"paid", "due", "status"}


def _told(header: Header) -> dict[str, object]:
    told = dataclasses.asdict(header)
    del told["id"]
    return {
        **told,
        "matters": list(header.matters),
        "number": header.number[:255],
        "status": header.status[:32],
        "currency": header.currency[:10],
        "trouble": "",
    }


def _note_trouble(row: Actionstep, trouble: wire.Ended, actor: str, now: dt.datetime) -> int | None:
    """Keep what stood against a pull; return in how many seconds it may go on, if by itself."""
    if isinstance(trouble, wire.SignInAgain):
        # A person may have disconnected meanwhile, and their words stand.
        if not Actionstep.objects.filter(pk=row.pk, connected=True).exists():
            return None
        actionstep.disconnect(row.firm, str(trouble), actor=actor, now=now)
        return None
    tries = row.tries + 1
    if isinstance(trouble, wire.ComeBack):
        wait = wait_after(tries, trouble.seconds)
    else:
        wait = wait_after(tries, None)
    Actionstep.objects.filter(pk=row.pk).update(
        tries=tries, trouble=str(trouble), not_before=now + dt.timedelta(seconds=wait)
    )
    return wait
