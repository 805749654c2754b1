"""The first run: one page that has the next step on it until the first document is in Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render

from counterfoil.web.access import Permission, page
from counterfoil.web.pages.mapping import Basis, Upload
from counterfoil.web.pages.people import Newcomer
from counterfoil.web.pages.work import Upload as Documents
from counterfoil.web.services import beginning, long_work, pausing
from counterfoil.web.services import connection as connections
from counterfoil.web.services.beginning import Step

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

LATER = "people_later"
"""Under this name the session keeps that somebody lets people in later."""


@page(Permission.CONNECT, "GET", "HEAD", "POST")
def begin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how far the firm is, with what the next step needs; POST puts letting people in off."""
    if request.method == "POST":
        request.session[LATER] = True
        return redirect("begin")
    found = beginning.beginning(
        desk.firm,
        desk.organisation,
        desk.standing,
        people_later=bool(request.session.get(LATER)),
    )
    shown = {
        "found": found,
        "steps": [(step, step in found.done, step is found.step) for step in Step],
        "number": list(Step).index(found.step) + 1 if found.step else len(Step),
        "newcomer": Newcomer(),
        "basis_form": Basis(initial={"basis": "accrual", "trust": True}),
        "documents_form": Documents(),
        "mapping_form": Upload(),
        "sheet": found.sheet,
        "may_map": True,
        "may_connect": True,
        "standing": desk.standing,
        "app_missing": not settings.COUNTERFOIL.can_connect,
        "bound_to": connections.bound_to(desk.organisation),
        "wrong_host": request.get_host().startswith("127.") and not settings.COUNTERFOIL.secure,
        "url": settings.COUNTERFOIL.url,
    }
    return render(request, "counterfoil/begin.html", shown)


@page(Permission.CONNECT, "POST")
def post(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let posting go on, and send what was looked at."""
    pausing.go_on(desk.organisation, actor=desk.actor, now=desk.now)
    row = long_work.post_now(desk.organisation, actor=desk.actor, now=desk.now)
    return redirect("work", row.pk)
