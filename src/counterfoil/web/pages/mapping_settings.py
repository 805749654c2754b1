"""The settings of the mapping: what each is for, what a change would do, and the change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render

from counterfoil.posting.shelf import NotReady
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.desk import SHOWN_FOR
from counterfoil.web.services import mapping as mappings
from counterfoil.web.services import mapping_changes, mapping_settings
from counterfoil.web.shelf import DatabaseShelf

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.core.mapping import Mapping
    from counterfoil.web.desk import Desk
    from counterfoil.web.services.mapping_settings import Proposal


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show each setting with what it is for; who may change the mapping may fill them in."""
    try:
        mapping = DatabaseShelf(desk.organisation).mapping()
    except NotReady as gap:
        messages.error(request, str(gap))
        return redirect("mapping")
    return _show(request, desk, mapping, mapping_settings.values(mapping))


def _show(
    request: HttpRequest,
    desk: Desk,
    mapping: Mapping,
    typed: dict[str, str],
    proposal: Proposal | None = None,
) -> HttpResponse:
    faults = proposal.faults if proposal else {}
    rows = [
        (group.title, [(one, typed[one.name], faults.get(one.name, ())) for one in group.settings])
        for group in mapping_settings.groups(mapping)
    ]
    named = {one.name for group in mapping_settings.groups(mapping) for one in group.settings}
    shown = {
        "groups": rows,
        "faults": faults,
        "others": [word for name, said in faults.items() if name not in named for word in said],
        "may_map": allows(desk.role, Permission.MAP),
    }
    status = 422 if faults else 200
    return render(request, "counterfoil/mapping_settings.html", shown, status=status)


@page(Permission.MAP, "GET", "HEAD", "POST")
def change(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what other settings would change, and what of the newest documents; set them on a yes."""
    shelf = DatabaseShelf(desk.organisation)
    try:
        mapping, _ = shelf.mapping(), shelf.chart()
    except NotReady as gap:
        messages.error(request, str(gap))
        return redirect("mapping")
    if request.GET.get(SHOWN_FOR, desk.mark) != desk.mark:
        messages.error(request, f"That page was for another firm. These are those of {desk.name}.")
        return redirect("mapping_settings")
    said = {name: str(value) for name, value in request.GET.items()}
    proposal = mapping_settings.propose(mapping, said)
    if proposal.faults or proposal.mapping is None:
        typed = {**mapping_settings.values(mapping), **said}
        return _show(request, desk, mapping, typed, proposal)
    if not proposal.changes:
        messages.info(request, "Every setting is as it was: nothing is to be changed.")
        return redirect("mapping_settings")
    if request.method == "POST":
        mappings.upload(desk.organisation, proposal.data, actor=desk.actor, now=desk.now)
        messages.success(request, "It is in force. What was held has been looked at again.")
        return redirect("mapping_settings")
    shown = {
        "changes": [
            (one, one.said(before), one.said(after)) for one, before, after in proposal.changes
        ],
        "impact": mapping_changes.impact_of(desk.organisation, proposal.mapping),
        "query": urlencode({one.name: after for one, _, after in proposal.changes}),
        "starts": any(one.path[-1] == "start_date" for one, *_ in proposal.changes),
    }
    return render(request, "counterfoil/mapping_settings_change.html", shown)
