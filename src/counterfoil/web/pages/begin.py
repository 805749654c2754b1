"""The first run: one page that has the next step on it until the first document is in Xero."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render

from counterfoil.web.access import Permission, page
from counterfoil.web.desk import STUCK
from counterfoil.web.pages.mapping import Basis, Upload, in_parts, refilled
from counterfoil.web.pages.people import Newcomer
from counterfoil.web.pages.work import Upload as Documents
from counterfoil.web.parts import Asked
from counterfoil.web.services import beginning, long_work, mapping_settings, pausing, preview
from counterfoil.web.services import connection as connections
from counterfoil.web.services import mapping as mappings
from counterfoil.web.services.beginning import Step

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk
    from counterfoil.web.services.preview import Row

LATER = "people_later"
"""Under this name the session keeps that somebody lets people in later."""
MAPPING_LATER = "mapping_later"
"""Under this name, that somebody maps what is left later."""


@page(Permission.CONNECT, "GET", "HEAD", "POST")
def begin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how far the firm is, with what the next step needs; POST puts a step off."""
    if request.method == "POST":
        later = MAPPING_LATER if request.POST.get("later") == "mapping" else LATER
        request.session[later] = True
        return redirect("begin")
    found = beginning.beginning(
        desk.firm,
        desk.organisation,
        desk.standing,
        people_later=bool(request.session.get(LATER)),
        mapping_later=bool(request.session.get(MAPPING_LATER)),
    )
    shown = {
        "found": found,
        "going": _by_resource(found.rows),
        **(_documents(desk) if found.step is Step.PREVIEW else {}),
        "steps": [(step, step in found.done, step is found.step) for step in Step],
        "number": list(Step).index(found.step) + 1 if found.step else len(Step),
        "newcomer": Newcomer(),
        "basis_form": Basis(initial={"basis": "accrual", "trust": True}),
        "documents_form": Documents(desk),
        "mapping_form": Upload(),
        "lawless": mapping_settings.lawless(mappings.checklist(desk.organisation).mapping),
        **in_parts(Asked(request.path, request.GET), refilled(request, desk, found.sheet)),
        "may_map": True,
        "may_connect": True,
        "standing": desk.standing,
        "held": sum(desk.standing.counts.get(state, 0) for state in STUCK),
        "app_missing": not settings.COUNTERFOIL.can_connect,
        "bound_to": connections.bound_to(desk.organisation),
        "wrong_host": request.get_host().startswith("127.") and not settings.COUNTERFOIL.secure,
        "url": settings.COUNTERFOIL.url,
    }
    return render(request, "counterfoil/begin.html", shown)


def _documents(desk: Desk) -> dict[str, object]:
    """Return what the documents come to that would go, and where they are listed."""
    return {
        "money": preview.money(desk.organisation),
        "seen": preview.mark(desk.organisation),
        "listed": preview.listed_under(desk.organisation),
        "home_currency": desk.organisation.base_currency,
    }


def _by_resource(rows: tuple[Row, ...]) -> list[tuple[str, int, int]]:
    """Add up what goes in several steps: its name in Xero, how many, and in how many calls."""
    many: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for row in rows:
        many[row.resource] += row.postings
        calls[row.resource] += row.calls
    return [(name, count, calls[name]) for name, count in many.items()]


@page(Permission.CONNECT, "POST")
def post(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let posting go on, and send what was looked at: a yes said to anything else does nothing."""
    if desk.standing.anything_in_xero:
        messages.warning(request, "Nothing was done: the firm is set up, and its first run over.")
        return redirect("overview")
    if desk.standing.paused_by:
        messages.warning(
            request, f"Nothing was sent: {desk.standing.paused_by} has paused posting meanwhile."
        )
        return redirect("overview")
    if request.POST.get("seen") != preview.mark(desk.organisation):
        messages.warning(
            request, "Nothing was sent: what would go has changed since this page was shown. Look."
        )
        return redirect("begin")
    pausing.looked_at(desk.organisation, actor=desk.actor, now=desk.now)
    row = long_work.post_now(desk.organisation, actor=desk.actor, now=desk.now)
    return redirect("work", row.pk)
