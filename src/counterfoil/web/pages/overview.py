"""The overview: counts by state, what waits, who connected, how many calls are left today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from counterfoil.posting.states import State
from counterfoil.web import drawing
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import DayCount
from counterfoil.web.services import firm_standing, working
from counterfoil.web.services import standing as standings
from counterfoil.web.services.alerts import alert_as_json

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
STUCK_CHARTED = (State.HELD, State.REFUSED, State.MISMATCHED)
CHARTED_DAYS = 14
CHART = "Each day: what was posted, and what was stuck at its end"


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
        "chart": drawing.columns(CHART, _days(desk)),
    }
    return render(request, "counterfoil/overview.html", shown)


def _days(desk: Desk) -> list[tuple[dt.date, dict[str, int]]]:
    """Return what each of the last days posted, less what it undid, and what was stuck at its end.

    What stood there is reckoned back from what stands there now.
    """
    last = desk.today
    first = last - dt.timedelta(days=CHARTED_DAYS - 1)
    rows = DayCount.objects.filter(organisation=desk.organisation, day__gte=first)
    gained = {
        (day, state): count for day, state, count in rows.values_list("day", "state", "count")
    }
    stuck = {state: desk.standing.counts.get(state, 0) for state in STUCK_CHARTED}
    days: list[tuple[dt.date, dict[str, int]]] = []
    for back in range(CHARTED_DAYS):
        day = last - dt.timedelta(days=back)
        posted = {str(State.POSTED): max(0, gained.get((day, State.POSTED), 0))}
        days.append((day, posted | {str(state): count for state, count in stuck.items()}))
        stuck = {state: count - gained.get((day, state), 0) for state, count in stuck.items()}
    return days[::-1]


@page(Permission.SEE)
def status(_request: HttpRequest, desk: Desk) -> JsonResponse:
    """Tell the same as JSON, in UTC, of all organisations, for a practice system's own pages."""
    said = standings.as_json(firm_standing.together(list(desk.standings.values())))
    with timezone.override(dt.UTC):
        found = firm_standing.alerts(desk.standings, desk.connectors)
    said["alerts"] = [alert_as_json(alert) for _, alert in found]
    return JsonResponse(said)
