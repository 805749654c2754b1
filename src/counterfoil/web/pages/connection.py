"""The connection to Xero: connect through its consent page, confirm by name, disconnect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render

from counterfoil.web.access import BEGIN, Permission, allows, page
from counterfoil.web.services import chart as charts
from counterfoil.web.services import connection as connections
from counterfoil.web.services import consent, permissions
from counterfoil.xero.oauth import SCOPES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

BEGUN = "connect"
OFFER = "offer"
FROM = "connect_from"
"""Names in the session: a consent that was begun, one that waits to be confirmed, and where the
button was pressed."""


class Disconnect(forms.Form):
    """A yes that cannot be given by a slip."""

    understood = forms.BooleanField(
        label="I have read what happens", error_messages={"required": "Tick this to go on."}
    )


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the state of the connection, and to those who may, the buttons."""
    return _show(request, desk, Disconnect())


def _show(request: HttpRequest, desk: Desk, form: Disconnect, status: int = 200) -> HttpResponse:
    shown = {
        "standing": desk.standing,
        "may_connect": allows(desk.role, Permission.CONNECT),
        "may_map": allows(desk.role, Permission.MAP),
        "app_missing": not settings.COUNTERFOIL.can_connect,
        "bound_to": connections.bound_to(desk.organisation),
        "chart": connections.newest_chart(desk.organisation),
        "form": form,
        "permissions": permissions.kept(desk.organisation),
        "scopes": SCOPES,
        "wrong_host": request.get_host().startswith("127.") and not settings.COUNTERFOIL.secure,
        "url": settings.COUNTERFOIL.url,
        "sandbox": settings.COUNTERFOIL.xero_base_url,
    }
    return render(request, "counterfoil/connection.html", shown, status=status)


@page(Permission.CONNECT, "POST")
def connect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Go to Xero's consent page; what comes back must name this session's state and verifier."""
    if not settings.COUNTERFOIL.can_connect:
        return redirect("connection")
    begun = connections.begin_connect(desk.organisation)
    request.session[BEGUN] = begun.for_session(desk.now)
    request.session[FROM] = request.POST.get("from", "")
    return redirect(begun.url)


@page(Permission.CONNECT)
def callback(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take what Xero sends back, once; then ask whether this is the organisation that was meant."""
    begun = consent.from_session(request.session.pop(BEGUN, None), desk.now)
    try:
        begun = consent.checked(begun, desk.organisation)
        code = consent.code_of(request.GET, begun)
        offer = connections.exchange(code, begun, now=desk.now)
    except consent.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("connection")
    request.session[OFFER] = connections.sealed(offer, desk.organisation)
    return redirect("connection_confirm")


@page(Permission.CONNECT, "GET", "HEAD", "POST")
def confirm(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a yes to the organisation by its name; then store the grant and read the chart."""
    offer = connections.unsealed(request.session.get(OFFER), desk.organisation, desk.now)
    if offer is None:
        request.session.pop(OFFER, None)
        messages.error(request, "That consent has expired. Press Connect again.")
        return redirect("connection")
    if request.method != "POST":
        return render(
            request,
            "counterfoil/confirm.html",
            {
                "offer": offer,
                "tenants": [
                    (tenant, connections.is_bound_elsewhere(desk.organisation, tenant))
                    for tenant in offer.tenants
                ],
                "bound_to": connections.bound_to(desk.organisation),
            },
        )
    del request.session[OFFER]
    if "tenant" not in request.POST:
        connections.decline(offer)
        messages.info(request, "Nothing was connected.")
        return redirect("connection")
    try:
        done = connections.finish_connect(
            desk.organisation,
            offer,
            request.POST["tenant"],
            actor=desk.actor,
            now=desk.now,
        )
    except consent.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("connection")
    messages.success(request, f"Connected to {done.tenant_name}.")
    for words in done.warnings:
        messages.warning(request, words)
    return redirect(BEGIN if request.session.pop(FROM, "") == BEGIN else "connection")


@page(Permission.CONNECT, "POST")
def disconnect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the app out of Xero and delete the tokens; the queue stays."""
    form = Disconnect(request.POST)
    if not form.is_valid():
        return _show(request, desk, form, status=422)
    warning = connections.disconnect(desk.organisation, actor=desk.actor, now=desk.now)
    messages.success(request, "Disconnected. Nothing is posted until somebody connects again.")
    if warning:
        messages.warning(request, warning)
    return redirect("connection")


@page(Permission.MAP, "POST")
def check_permissions(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask Xero again what the user behind the connection may do."""
    try:
        found = permissions.check(desk.organisation, now=desk.now)
    except charts.TROUBLE as trouble:
        messages.error(request, f"Xero could not be asked: {trouble}.")
    else:
        if not found.missing:
            messages.success(request, "The Xero user behind the connection may do what is needed.")
    return redirect("connection")


@page(Permission.MAP, "POST")
def refresh_chart(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read the chart of accounts again."""
    try:
        charts.refresh_chart(desk.organisation, actor=desk.actor, now=desk.now)
    except charts.TROUBLE as trouble:
        messages.error(request, f"The chart of accounts could not be read: {trouble}.")
    else:
        messages.success(
            request,
            "The chart of accounts has been read again. What was held for it had another look.",
        )
    return redirect("mapping")
