"""Problems by cause, each with its fix and the documents that it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from counterfoil.core.findings import Severity
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.pages.mapping import filled_meanwhile
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import curing, daybook, remedies, retrying
from counterfoil.web.services import problems as causes
from counterfoil.web.shelf import DatabaseShelf

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

MOST_AT_ONCE = 1_000
"""Documents that one click looks at again; more are left to the next click."""

CAUSES = "causes"
AT_ONCE = 50
"""Causes in one part of their list."""


@page(Permission.SEE)
def problems(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is stuck, grouped by what would free it."""
    return _show(request, desk)


def _show(
    request: HttpRequest, desk: Desk, typed: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show every cause with its remedy; ``typed`` is a choice that was not taken, by its cause."""
    asked = Asked(reverse("problems"), request.GET)
    every = causes.problems(desk.organisation)
    causes_shown = part(asked, CAUSES, every, AT_ONCE)
    found = causes_shown.items
    may_map = allows(desk.role, Permission.MAP)
    curable = [one.about for one in found if may_map and _curable(one)]
    offered = remedies.remedies(curable, DatabaseShelf(desk.organisation))
    shown = {
        "problems": [
            (one, offered.by_about.get(one.about) if _curable(one) else None) for one in found
        ],
        "causes": causes_shown,
        "here": _here(request),
        "cut": len(every) == causes.MOST,
        "typed": typed or {},
        "lists": offered.lists.items(),
        "may_retry": allows(desk.role, Permission.POST),
    }
    return render(request, "counterfoil/problems.html", shown, status=status)


def _here(request: HttpRequest) -> str:
    """Return what names the part of the list that a form was sent from, for its address."""
    number = Asked("", request.GET).number(CAUSES)
    return f"?{CAUSES}={number}" if number else ""


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(reverse("problems") + _here(request))


def _curable(problem: causes.Problem) -> bool:
    return problem.severity is Severity.ERROR and not problem.drifted and problem.about != ""


@page(Permission.MAP, "POST")
def cure(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put what was chosen into the mapping, and look again at what waited for it."""
    about, value = request.POST.get("about", ""), request.POST.get("value", "")
    done = curing.apply(desk.organisation, about, value, actor=desk.actor, now=desk.now)
    if done is None or done.refused:
        first = "Choose one from the list first, by its name or its code."
        messages.warning(request, f"{(done and done.refused) or first} What you typed is kept.")
        return _show(request, desk, {about: value}, status=422)
    if done.there:
        messages.warning(request, filled_meanwhile(about, done.there))
        return _back(request)
    if done.work is not None:
        messages.success(request, "Mapped. All that waited for it is being looked at again.")
        return redirect("work", done.work.pk)
    many = f"{done.looked:,} document{'' if done.looked == 1 else 's'}"
    messages.success(request, f"Mapped. {many} that waited for it had another look.")
    return _back(request)


@page(Permission.POST, "POST")
def retry(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Look again at the documents that one cause has stopped."""
    cause = daybook.Filters(code=request.POST.get("code", ""), about=request.POST.get("about", ""))
    if not cause.code:
        return _back(request)
    keys = daybook.keys(desk.organisation, cause, MOST_AT_ONCE)
    # What is overwritten is named by the cause: nobody agrees to edits that were not shown.
    overwrite = bool(request.POST.get("overwrite")) and cause.about != ""
    trouble = retrying.read_anew(desk.organisation, keys, actor=desk.actor, now=desk.now)
    moved = retrying.retry(
        desk.organisation, keys, actor=desk.actor, now=desk.now, overwrite=overwrite
    )
    if moved:
        messages.success(request, f"{moved:,} posting{'s go' if moved > 1 else ' goes'} on.")
    elif not trouble:
        messages.warning(request, "Looked at again: this still stands in the way.")
    if trouble:
        messages.warning(request, trouble)
    return _back(request)
