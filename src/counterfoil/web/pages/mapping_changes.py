"""One place of the mapping changed with open eyes, the history, and accounts created in Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.posting.shelf import NotReady
from counterfoil.web.access import Permission, page
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import creating, mapping_changes, mapping_desk, mapping_parts
from counterfoil.web.services.creating import LONGEST_CODE, LONGEST_NAME, WANTED
from counterfoil.web.services.offers import offer, value_at
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.xero.create import NewAccount

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.core.chart import Chart
    from counterfoil.web.desk import Desk

LONGEST_NUMBER = 20
"""Characters of a bank's number for an account, as Xero takes them at most."""


@page(Permission.MAP, "GET", "HEAD", "POST")
def change(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what depends on a place of the mapping, what a change would do; make it after a yes."""
    place = request.GET.get("place", "")
    shelf = DatabaseShelf(desk.organisation)
    try:
        mapping, chart = shelf.mapping(), shelf.chart()
    except NotReady as gap:
        messages.error(request, str(gap))
        return redirect("mapping")
    offered = offer(place, mapping, chart)
    if offered is None:
        raise Http404
    said = request.POST.get("to") or request.GET.get("to", "")
    value = offered.value_of(said) if said else None
    before = value_at(mapping, place)
    moved = request.POST.get("before", before or "") != (before or "")
    if moved:
        told = "Nothing was changed: it says something else since this page was shown. Look again."
        messages.warning(request, told)
    elif request.method == "POST" and value is not None:
        done = mapping_desk.choose(
            desk.organisation, {place: value}, actor=desk.actor, now=desk.now, over=True
        )
        messages.success(request, f"{offered.code} goes to {offered.label_of(value)} now.")
        return redirect("work", done.work.pk) if done.work else redirect("mapping")
    shown = {
        "place": place,
        "offer": offered,
        "value": before or "",
        "before": offered.label_of(before) if before else "",
        "after": offered.label_of(value) if value else "",
        "said": said,
        "impact": mapping_changes.impact(desk.organisation, place, value),
    }
    return render(request, "counterfoil/mapping_change.html", shown)


@page(Permission.SEE)
def history(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who changed what in the mapping, the newest first."""
    lines = mapping_parts.lines(mapping_changes.history(desk.organisation))
    found = part(Asked(request.path, request.GET), "changes", lines)
    shown = {"changes": found, "versions": mapping_parts.versions_of(found.items)}
    return render(request, "counterfoil/mapping_history.html", shown)


class NewSpecial(forms.Form):
    """The account as it is to be in Xero."""

    code = forms.CharField(
        label="Code", max_length=LONGEST_CODE, help_text="The first that is free in Xero."
    )
    name = forms.CharField(label="Name", max_length=LONGEST_NAME)


@page(Permission.MAP, "GET", "HEAD", "POST")
def create(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Show the account that would be created in Xero; create it after a yes."""
    if name not in WANTED:
        raise Http404
    try:
        chart = DatabaseShelf(desk.organisation).chart()
    except NotReady as gap:
        raise Http404(str(gap)) from gap
    form = NewSpecial(request.POST or None, initial=_initial(name, chart))
    shown: dict[str, object] = {"wanted": WANTED[name], "form": form, "name": name}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "counterfoil/mapping_create.html", shown, status=status)
    given = form.cleaned_data
    try:
        creating.create_account(
            desk.organisation, name, given["code"], given["name"], actor=desk.actor, now=desk.now
        )
    except creating.NotCreated as refusal:
        shown["refusal"] = refusal
        return render(request, "counterfoil/mapping_create.html", shown, status=422)
    messages.success(request, f"{given['code']} {given['name']} is in Xero, and chosen here.")
    return redirect("mapping")


class NewBank(forms.Form):
    """A bank account as it is to be in Xero."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    number = forms.CharField(
        label="Account number",
        max_length=LONGEST_NUMBER,
        help_text="As the bank has it, with the branch before it where it has one.",
    )
    code = forms.CharField(
        label="Code",
        max_length=LONGEST_CODE,
        required=False,
        help_text="May be empty: Xero needs none for a bank account.",
    )


@page(Permission.MAP, "GET", "HEAD", "POST")
def create_bank(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the bank account that a trust account would get in Xero; create it after a yes."""
    practice = request.GET.get("account", "")
    try:
        mapping = DatabaseShelf(desk.organisation).mapping()
    except NotReady as gap:
        raise Http404(str(gap)) from gap
    if not practice or value_at(mapping, f"trust_account:{practice}"):
        raise Http404
    form = NewBank(request.POST or None, initial={"name": f"Trust Account {practice}"})
    shown: dict[str, object] = {"wanted": creating.bank_of(practice), "form": form}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "counterfoil/mapping_create.html", shown, status=status)
    given = form.cleaned_data
    new = NewAccount(given["code"], given["name"], "BANK", "", bank_number=given["number"])
    try:
        creating.create_trust_bank(desk.organisation, practice, new, actor=desk.actor, now=desk.now)
    except creating.NotCreated as refusal:
        shown["refusal"] = refusal
        return render(request, "counterfoil/mapping_create.html", shown, status=422)
    messages.success(request, f"{new.name} is in Xero, and {practice} goes there.")
    return redirect("mapping")


def _initial(name: str, chart: Chart) -> dict[str, str]:
    new = creating.proposed(name, chart)
    return {"code": new.code, "name": new.name}
