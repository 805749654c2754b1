"""Erasing the firm: what goes and what stays, asked twice, and then done for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render

from counterfoil.web import desk as desks
from counterfoil.web import seconds
from counterfoil.web.access import Permission, page
from counterfoil.web.models import Membership, Proposal
from counterfoil.web.services import erasing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

LONGEST = 500
"""Letters of a reason."""


class Erasing(forms.Form):
    """The firm's name, typed; and why, where the law wants its records kept."""

    name = forms.CharField(
        label="Type the firm's name to erase it",
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    why = forms.CharField(
        label="Where the trust records are kept from now on",
        help_text="This is written down, and stays when everything else is gone.",
        max_length=LONGEST,
        required=False,
    )

    def __init__(self, firm: str, kept: erasing.Keeping | None, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # what a form takes
        self._firm = firm
        if kept is None or kept.finding is None:
            del self.fields["why"]

    def clean_name(self) -> str:
        """Refuse another name than the firm's."""
        name: str = self.cleaned_data["name"]
        if name != self._firm:
            raise forms.ValidationError("This is not the firm's name. Nothing was erased.")
        return name


@page(Permission.ERASE, "GET", "HEAD", "POST")
def erase(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what goes and what stays; POST with the firm's name erases it.

    Whoever erases says once more who they are; in a firm that wants two people another agrees.
    """
    kept = erasing.keeping(desk.firm, desk.now.date())
    form = Erasing(desk.firm.name, kept, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        why = form.cleaned_data.get("why", "")
        try:
            erasing.refuse(desk.firm, desk.now, despite_keeping=why)
        except erasing.Refused as refusal:
            form.add_error(None, f"Nothing was erased. {refusal}")
        else:
            return _erased(request, desk, why)
    shown = {
        "form": form,
        "kept": kept,
        "exported_at": erasing.exported_at(desk.firm),
    }
    return render(request, "counterfoil/erase.html", shown, status=422 if form.is_bound else 200)


def _erased(request: HttpRequest, desk: Desk, why: str) -> HttpResponse:
    if not seconds.agreed():
        raise_if_reauthentication_required(request, app="counterfoil")
    seconds.must(desk.firm, "erase the firm for good")
    name, elsewhere = desk.firm.name, _belongs_elsewhere(desk)
    reason = erasing.Reason(why, _asker(desk) if seconds.agreed() else "")
    try:
        warnings = erasing.erase(
            desk.firm, reason, actor=desk.actor, now=desk.now, scrubbed=False
        ).warnings
    except erasing.Refused as refusal:
        messages.error(request, f"Nothing was erased. {refusal}")
        return redirect("erase")
    request.session.pop(desks.FIRM, None)
    request.session.pop(desks.ORGANISATION, None)
    if not elsewhere:
        logout(request)
    messages.success(
        request,
        f"{name} is erased, and with it the accounts of those who belong to no other firm. The "
        "chain of its record stays: hashes, without a name or text.",
    )
    for words in warnings:
        messages.warning(request, words)
    return redirect("overview" if elsewhere else "account_login")


def _belongs_elsewhere(desk: Desk) -> bool:
    return Membership.objects.filter(user=desk.user).exclude(firm=desk.firm).exists()


def _asker(desk: Desk) -> str:
    """Return who asked for what this person has just agreed to."""
    agreed = Proposal.objects.filter(firm=desk.firm, decider=desk.user, state="approved")
    return agreed.select_related("asker").order_by("decided_at", "pk").last().asker.email  # type: ignore[union-attr] # it is being carried out
