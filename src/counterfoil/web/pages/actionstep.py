"""Actionstep: what this connection gives and what it does not, and what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from counterfoil.web.access import Permission, allows, page
from counterfoil.web.services import actionstep, actionstep_hooks, actionstep_standing
from counterfoil.web.services.receiving import organisations_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counterfoil.web.desk import Desk


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how the connection stands; to those who may, the buttons."""
    row = actionstep.of(desk.firm)
    shown = {
        "row": row,
        "told": actionstep_standing.of(row) if row is not None and row.since else None,
        "gives": actionstep_standing.GIVES,
        "lacks": actionstep_standing.LACKS,
        "rule": actionstep.rule_of(row) if row is not None else None,
        "organisations": organisations_of(desk.firm.pk),
        "may_connect": allows(desk.role, Permission.CONNECT),
        "may_map": allows(desk.role, Permission.MAP),
    }
    return render(request, "counterfoil/actionstep.html", shown)


@page(Permission.CONNECT, "POST")
def connect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Go to Actionstep's consent page."""
    try:
        return redirect(actionstep.begin_connect(desk.firm, now=desk.now))
    except actionstep.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("actionstep")


@page(Permission.CONNECT)
def callback(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take what Actionstep sends back, once."""
    try:
        row = actionstep.finish_connect(
            desk.firm, request.get_full_path(), actor=desk.actor, now=desk.now
        )
    except actionstep.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Connected to Actionstep. Bills from {row.start:%-d %B %Y} on are read soon."
        )
    return redirect("actionstep")


@page(Permission.CONNECT, "POST")
def disconnect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Forget the tokens; what was taken in stays."""
    who = f"disconnected by {desk.user.email}."
    actionstep.disconnect(desk.firm, who, actor=desk.actor, now=desk.now)
    messages.success(request, "Disconnected from Actionstep. What was taken in stays.")
    return redirect("actionstep")


@page(Permission.MAP, "POST")
def division(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send a division's bills to an organisation."""
    row = actionstep.of(desk.firm)
    place = organisations_of(desk.firm.pk).get(request.POST.get("organisation", ""))
    if row is None or place is None:
        messages.error(request, "Choose one of the firm's Xero organisations.")
        return redirect("actionstep")
    try:
        found = actionstep.set_division(
            row, request.POST.get("division", ""), place, actor=desk.actor, now=desk.now
        )
    except actionstep.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Bills of division {found} go to {place} from now on.")
    return redirect("actionstep")


@csrf_exempt
@require_POST
def hook(_request: HttpRequest, secret: str) -> HttpResponse:
    """Answer Actionstep's call at once; what it says is not believed but read back."""
    known = actionstep_hooks.told(secret, now=timezone.now())
    return HttpResponse(status=200 if known else 404)
