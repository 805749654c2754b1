"""A document's tie to Xero: cut it, tie it anew, take what differs as it stands."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.core.documents import Key
from counterfoil.posting.errors import Ended
from counterfoil.posting.records import CORRECTION
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web.access import Permission, page
from counterfoil.web.models import Document
from counterfoil.web.services import (
    accepting,
    daybook,
    rebilling,
    relinking,
    retrying,
    unlinking,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from counterfoil.web.desk import Desk
    from counterfoil.web.models import Organisation

TROUBLE = (Ended, UnreadableAnswer)


class Named(forms.Form):
    """An object of Xero."""

    xero = forms.CharField(
        label="Number or id in Xero",
        help_text="The number of an invoice or credit note, or the long id of anything else.",
        max_length=255,
    )
    along = forms.CharField(
        label="Together with",
        help_text="Only where one payment in Xero is for several receipts: the numbers or ids of "
        "the others, with commas.",
        max_length=1_000,
        required=False,
    )

    def __init__(self, organisation: Organisation, data: QueryDict | None) -> None:
        super().__init__(data)
        self._organisation = organisation

    def clean_along(self) -> list[Key]:
        """Find the other documents; each name has to mean one."""
        return [
            self._named(name) for name in re.split(r"[,;\s]+", self.cleaned_data["along"]) if name
        ]

    def _named(self, name: str) -> Key:
        found = [
            key for key in retrying.keys_named(self._organisation, name) if key.kind != CORRECTION
        ]
        if len(found) != 1:
            several = " or ".join(map(str, found))
            raise forms.ValidationError(
                f"{name} means several documents: say {several}."
                if found
                else f"The daybook has no document with the id or number {name}."
            )
        return found[0]


def _document(desk: Desk, kind: str, source_id: str) -> Key:
    if not daybook.exists(desk.organisation, kind, source_id):
        raise Http404
    return Key(kind, source_id)


@page(Permission.POST, "GET", "HEAD", "POST")
def unlink(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Show what unlinking a document would cut, dependants first; cut it after a yes."""
    key = _document(desk, kind, source_id)
    if request.method != "POST":
        plan = unlinking.preview(desk.organisation, [key])
        return render(request, "counterfoil/unlink.html", {"key": key, "plan": plan})
    plan, cut = unlinking.unlink(desk.organisation, [key], actor=desk.actor, now=desk.now)
    if cut:
        messages.success(
            request, "Unlinked. Both records stay; void or delete the one in Xero by hand."
        )
    elif plan.under_way:
        messages.warning(request, "Something of it is on its way. Try again once it is settled.")
    else:
        messages.warning(request, "Nothing of it is tied to Xero.")
    return redirect("document", kind, source_id)


@page(Permission.POST, "GET", "HEAD", "POST")
def rebill(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Show what crediting a bill and billing it anew does, read from Xero; order it on a yes."""
    key = _document(desk, kind, source_id)
    row = Document.objects.get(organisation=desk.organisation, kind=kind, source_id=source_id)
    # A yes is to the revision that was shown; a newer one is shown first.
    meant = request.method == "POST" and request.POST.get("revision") == str(row.revision)
    order = partial(rebilling.rebill, desk.organisation, [key], actor=desk.actor, now=desk.now)
    try:
        (found,) = order(dry_run=not meant, given_up=request.POST.getlist("given_up"))
        if meant and found.lost and not found.planned:
            (found,) = order(dry_run=True)  # What was edited in Xero since is shown first.
    except TROUBLE as trouble:
        messages.error(request, f"Xero could not be asked what it holds: {trouble}")
        return redirect("document", kind, source_id)
    if found.planned or (meant and found.resumed):
        messages.success(request, "It is being credited and billed anew, step by step.")
        return redirect("document", kind, source_id)
    shown = {"key": key, "found": found, "revision": row.revision}
    return render(request, "counterfoil/rebill.html", shown)


@page(Permission.POST, "POST")
def decide_contact(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a person's word whether a party is the contact of the same name in Xero."""
    party, choice = request.POST.get("party", ""), request.POST.get("choice", "")
    if choice not in retrying.CONTACT_CHOICES or not party:
        messages.warning(request, "Say whether it is the same contact or another.")
    elif retrying.decide_contacts(
        desk.organisation, [party], choice, actor=desk.actor, now=desk.now
    ):
        messages.success(request, retrying.CONTACT_CHOICES[choice])
    else:
        messages.warning(request, "No contact of this party waits for a decision.")
    kind, _, source_id = request.POST.get("document", "").partition(":")
    if source_id and daybook.exists(desk.organisation, kind, source_id):
        return redirect("document", kind, source_id)
    return redirect("problems")


@page(Permission.POST, "GET", "HEAD", "POST")
def relink(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Hold a document against an object that Xero has, and tie the two once they are equal."""
    key = _document(desk, kind, source_id)
    if "anew" in request.POST:
        return _post_again(request, desk, key)
    form = Named(desk.organisation, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "counterfoil/relink.html", {"key": key, "form": form})
    meant = "tie" in request.POST
    try:
        found = relinking.relink(
            desk.organisation,
            key,
            form.cleaned_data["xero"].strip(),
            actor=desk.actor,
            now=desk.now,
            dry_run=not meant,
            along=form.cleaned_data["along"],
        )
    except TROUBLE as trouble:
        form.add_error("xero", f"Xero could not be asked: {trouble}")
        return render(request, "counterfoil/relink.html", {"key": key, "form": form}, status=422)
    if meant and not found.why:
        messages.success(request, "Tied: the two are equal, and it counts as posted.")
        return redirect("document", kind, source_id)
    shown = {"key": key, "form": form, "found": found}
    return render(request, "counterfoil/relink.html", shown)


def _post_again(request: HttpRequest, desk: Desk, key: Key) -> HttpResponse:
    """Post what was unlinked once more, on the word of a person who has looked in Xero."""
    if not request.POST.get("looked"):
        messages.warning(request, "Look in Xero first, and say that nothing of it is there.")
        return redirect("relink", key.kind, key.id)
    if retrying.retry(desk.organisation, [key], actor=desk.actor, now=desk.now, anew=True):
        messages.success(request, "It is posted again.")
    else:
        messages.warning(request, "Nothing of it was unlinked, or something stands in the way.")
    return redirect("document", key.kind, key.id)


@page(Permission.POST, "POST")
def accept(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Take a document whose total differs as Xero holds it."""
    key = _document(desk, kind, source_id)
    try:
        _, taken = accepting.accept(desk.organisation, [key], actor=desk.actor, now=desk.now)
    except TROUBLE as trouble:
        messages.error(request, f"Xero could not be asked what it holds: {trouble}")
    else:
        if taken:
            messages.success(request, "Taken as it stands in Xero; what waited for it goes on.")
        else:
            messages.warning(
                request,
                "Nothing of it differs, or Xero does not show it, or it is being corrected.",
            )
    return redirect("document", kind, source_id)
