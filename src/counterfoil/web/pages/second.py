"""What waits for a second person; agreeing carries out the form that the first one sent."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.datastructures import MultiValueDict

from counterfoil.web import seconds
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import Proposal
from counterfoil.web.services import proposing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

SHOWN = 20


@page(Permission.POST)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what waits, and who asked for it."""
    rows = proposing.waiting(desk.organisation, desk.now)
    shown = [(row, row.form.get("which", []), _said(row), row.asker == desk.user) for row in rows]
    return render(request, "counterfoil/second.html", {"rows": shown, "most": SHOWN})


def _said(row: Proposal) -> list[str]:
    """Return what else the form said, field by field, so that a yes is to what was meant."""
    query = QueryDict(urlsplit(row.path).query)
    fields = {**{name: query.getlist(name) for name in query}, **row.form}
    told = [
        f"{name}: {', '.join(values[:1] if name == proposing.FILE else values)}"
        for name, values in fields.items()
        if name not in {"which", "sure"} and not name.startswith("turn:") and any(values)
    ]
    return told[:SHOWN]


@page(Permission.POST, "POST")
def decide(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Agree, and carry it out; or refuse, or take one's own back."""
    row = Proposal.objects.filter(organisation=desk.organisation, pk=pk).first()
    if row is None:
        raise Http404
    agree = request.POST.get("do") == "agree"
    why = proposing.decide(row, desk.user, agree=agree, may=_may, now=desk.now)
    if why:
        messages.warning(request, why)
    elif agree:
        return _carry_out(request, desk, row)
    else:
        messages.success(request, "It is not done.")
    return redirect("second")


def _may(role: str, permission: str) -> bool:
    return allows(role, Permission(permission))


def _carry_out(request: HttpRequest, desk: Desk, row: Proposal) -> HttpResponse:
    """Send the first person's form on, in the second one's name."""
    there = urlsplit(row.path)
    match = resolve(there.path)
    form = QueryDict(mutable=True)
    for name, values in row.form.items():
        if name != proposing.FILE:
            form.setlist(name, values)
    sent = copy(request)
    sent.path = sent.path_info = there.path
    sent.GET, sent.POST = QueryDict(there.query), form  # type: ignore[assignment] # as Django has them
    file = proposing.kept_file(row)
    sent._files = MultiValueDict({"file": [file]} if file else {})  # type: ignore[attr-defined] # noqa: SLF001 -- what FILES reads, and has no setter
    with seconds.given():
        answer: HttpResponse = match.func.unguarded(sent, desk, *match.args, **match.kwargs)  # type: ignore[attr-defined] # set by access.page
    if answer.status_code >= 300:  # noqa: PLR2004 -- redirects
        return answer
    messages.warning(request, "Not done: what it would do is not what it was. Look, and ask anew.")
    return redirect("second")
