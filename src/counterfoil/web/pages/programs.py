"""Other programs: the keys that they come in with, and who is told by webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from counterfoil.web.access import Permission, page
from counterfoil.web.api.reading import described_operations, described_shapes
from counterfoil.web.services import api_keys, webhooks
from counterfoil.web.services.api_keys import OF_FIRMS, Scope
from counterfoil.web.webhooks.deciding import Event

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

SCOPES = {
    Scope.WRITE: "Hand documents in",
    Scope.READ: "See what became of documents, and where they are in Xero",
    Scope.STATUS: "See the connection, the counts and the alerts",
    Scope.WEBHOOKS: "Say who is told by webhook",
}
EVENTS = {
    Event.POSTED: "A document is in Xero",
    Event.STUCK: "A document waits for a person",
}


class NewKey(forms.Form):
    """A key to make."""

    name = forms.CharField(label="What will use it?", max_length=100)
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=[(str(scope), SCOPES[scope]) for scope in OF_FIRMS],
        widget=forms.CheckboxSelectMultiple,
    )


class NewWebhook(forms.Form):
    """A webhook to add."""

    url = forms.CharField(
        label="Address",
        max_length=500,
        help_text="It begins with https:// and is public.",
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label="When is it told?",
        choices=[(str(event), EVENTS[event]) for event in Event],
        initial=[str(event) for event in Event],
        widget=forms.CheckboxSelectMultiple,
    )


@page(Permission.PROGRAMS)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the keys and webhooks of the firm."""
    return _show(request, desk)


def _show(
    request: HttpRequest,
    desk: Desk,
    key_form: NewKey | None = None,
    webhook_form: NewWebhook | None = None,
    *,
    made: str = "",
    secret: str = "",
) -> HttpResponse:
    faulty = key_form is not None or webhook_form is not None
    shown = {
        "keys": [(row, _words(row.scopes)) for row in api_keys.standing(desk.firm)],
        "webhooks": webhooks.shown(desk.firm),
        "key_form": key_form or NewKey(prefix="key"),
        "webhook_form": webhook_form or NewWebhook(prefix="webhook"),
        "made": made,
        "secret": secret,
        "url": settings.COUNTERFOIL.url,
    }
    return render(request, "counterfoil/programs.html", shown, status=422 if faulty else 200)


def _words(scopes: list[str]) -> list[str]:
    return [SCOPES[Scope(scope)] for scope in scopes]


@page(Permission.PROGRAMS, "POST")
def make_key(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make a key, and show it this once."""
    form = NewKey(request.POST, prefix="key")
    if not form.is_valid():
        return _show(request, desk, key_form=form)
    scopes = [Scope(scope) for scope in form.cleaned_data["scopes"]]
    name = form.cleaned_data["name"]
    try:
        made = api_keys.make(desk.firm, name, scopes, actor=desk.actor, now=desk.now)
    except api_keys.TooManyKeys as refusal:
        form.add_error(None, str(refusal))
        return _show(request, desk, key_form=form)
    return _show(request, desk, made=made.text)


@page(Permission.PROGRAMS, "POST")
def revoke_key(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """End a key."""
    row = api_keys.revoke(desk.firm, name, actor=desk.actor, now=desk.now)
    if row is None:
        raise Http404
    messages.success(request, f"The key of {row.name} is revoked. It opens nothing any more.")
    return redirect("programs")


@page(Permission.PROGRAMS, "POST")
def add_webhook(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a webhook, and show its secret this once."""
    form = NewWebhook(request.POST, prefix="webhook")
    if not form.is_valid():
        return _show(request, desk, webhook_form=form)
    given = form.cleaned_data
    events = [Event(event) for event in given["events"]]
    try:
        added = webhooks.add(desk.firm, given["url"], events, actor=desk.actor, now=desk.now)
    except webhooks.CannotAdd as refusal:
        form.add_error("url", str(refusal))
        return _show(request, desk, webhook_form=form)
    return _show(request, desk, secret=added.secret)


@page(Permission.PROGRAMS, "POST")
def remove_webhook(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Remove a webhook."""
    row = webhooks.remove(desk.firm, name, actor=desk.actor, now=desk.now)
    if row is None:
        raise Http404
    messages.success(request, f"Nothing is told to {row.url} any more.")
    return redirect("programs")


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """Describe the API, for whoever writes a program: the same as its OpenAPI file."""
    shown = {"operations": described_operations(), "shapes": described_shapes()}
    return render(request, "counterfoil/api.html", shown)
