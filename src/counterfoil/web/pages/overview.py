"""The overview: counts by state, what waits, who connected, how many calls are left today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from counterfoil.posting.states import State
from counterfoil.web import drawing
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import DayCount
from counterfoil.web.services import firm_standing, working
from counterfoil.web.services import standing as standings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

ORDER = (
    State.HELD,
    State.REFUSED,
    State.MISMATCHED,
    State.DRAFTED,
    State.WAITING,
    State.READY,
    State.SENDING,
    State.UNKNOWN,
    State.POSTED,
)
ALWAYS = frozenset({State.HELD, State.WAITING, State.READY, State.POSTED})
"""Shown also when there are none; the others only when there are."""


MOVING = (State.READY, State.SENDING)
"""What moves by itself, so that the figures on the page do too."""
CHARTED = (State.POSTED, State.HELD, State.REFUSED, State.MISMATCHED)
CHARTED_DAYS = 14


@dataclass(frozen=True, slots=True)
class Tile:
    """A state and how many postings are in it."""

    state: str
    count: int


@page(Permission.SEE)
def overview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how things stand."""
    counts = desk.standing.counts
    tiles = [
        Tile(str(state), counts.get(state, 0))
        for state in ORDER
        if state in ALWAYS or counts.get(state)
    ]
    moving = any(counts.get(state) for state in MOVING) and desk.standing.paused_at is None
    shown = {"tiles": tiles, "moving": moving and not desk.standing.stopped}
    if request.headers.get("HX-Request"):
        return render(request, "counterfoil/tiles.html", shown)
    shown |= {
        "standing": desk.standing,
        "may_connect": allows(desk.role, Permission.CONNECT),
        "may_post": allows(desk.role, Permission.POST),
        "going_on": working.going_on(desk.organisation, desk.now),
        "high": desk.standing.calls_limit * 9 // 10,
        "chart": drawing.columns("Postings of each day, by what became of them", _days(desk)),
    }
    return render(request, "counterfoil/overview.html", shown)


def _days(desk: Desk) -> list[tuple[dt.date, dict[str, int]]]:
    """Return what came into each of the charted states on each of the last days."""
    last = desk.now.astimezone(dt.UTC).date()
    days = [last - dt.timedelta(days=back) for back in reversed(range(CHARTED_DAYS))]
    counts: dict[dt.date, dict[str, int]] = {day: {} for day in days}
    rows = DayCount.objects.filter(organisation=desk.organisation, day__gte=days[0])
    for day, state, count in rows.values_list("day", "state", "count"):
        if state in CHARTED and day in counts:
            counts[day][state] = count
    return [(day, {str(s): counts[day].get(s, 0) for s in CHARTED}) for day in days]


@page(Permission.SEE)
def status(_request: HttpRequest, desk: Desk) -> JsonResponse:
    """Tell the same as JSON, of all organisations, for a practice system's own pages."""
    said = standings.as_json(firm_standing.together(list(desk.standings.values())))
    alerts = firm_standing.alerts(desk.standings, desk.connectors)
    said["alerts"] = [standings.alert_as_json(alert) for _, alert in alerts]
    return JsonResponse(said)
