"""The overview: counts by state, what waits, who connected, how many calls are left today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from counterfoil.posting.states import State
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.services import standing as standings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

ORDER = (
    State.HELD,
    State.REFUSED,
    State.MISMATCHED,
    State.WAITING,
    State.READY,
    State.SENDING,
    State.UNKNOWN,
    State.POSTED,
)
ALWAYS = frozenset({State.HELD, State.WAITING, State.READY, State.POSTED})
"""Shown also when there are none; the others only when there are."""


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
    shown = {
        "tiles": tiles,
        "standing": desk.standing,
        "may_connect": allows(desk.role, Permission.CONNECT),
    }
    return render(request, "counterfoil/overview.html", shown)


@page(Permission.SEE)
def status(_request: HttpRequest, desk: Desk) -> JsonResponse:
    """Tell the same as JSON, for a practice system's own pages."""
    said = standings.as_json(desk.standing)
    alerts = standings.alerts(desk.standing, desk.connectors)
    said["alerts"] = [standings.alert_as_json(alert) for alert in alerts]
    return JsonResponse(said)
