"""Documents: the list with its filters in the address, and one document with all that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.core.documents import KINDS, Key
from counterfoil.posting.states import WORST_FIRST, State
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.services import daybook, retrying, stub
from counterfoil.web.templatetags import counterfoil as words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk


class FilterForm(forms.Form):
    """The filters of the list; what cannot be read does not narrow."""

    q = forms.CharField(
        label="Number, client or matter",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), *((str(state), words.STATES[state]) for state in WORST_FIRST)],
    )
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "Any"), *((kind, words.kind(kind)) for kind in KINDS)],
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    code = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    about = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def filters(self) -> daybook.Filters:
        """Return what was asked for, as far as it can be read."""
        self.full_clean()
        given = self.cleaned_data
        return daybook.Filters(
            state=State(given["state"]) if given.get("state") else None,
            kind=given.get("kind", ""),
            text=given.get("q", ""),
            since=given.get("since"),
            until=given.get("until"),
            code=given.get("code", ""),
            about=given.get("about", ""),
        )


@page(Permission.SEE)
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List documents, newest first; the address carries filters and place, so it can be shared."""
    form = FilterForm(request.GET)
    filters = form.filters()
    leaf = daybook.leaf(desk.organisation, filters, daybook.read_mark(request.GET.get("after", "")))
    query = request.GET.copy()
    query.pop("after", None)
    shown = {
        "form": form,
        "leaf": leaf,
        "filters": filters,
        "query": query.urlencode(),
        "narrowed": filters != daybook.Filters(),
        "later": "after" in request.GET,
    }
    return render(request, "counterfoil/documents.html", shown)


@page(Permission.SEE)
def one(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Show one document: source beside postings, findings, requests and answers, timeline."""
    found = stub.find(desk.organisation, kind, source_id)
    if found is None:
        raise Http404
    stuck = any(slip.state in retrying.STUCK for slip in found.slips)
    shown = {"stub": found, "may_retry": stuck and allows(desk.role, Permission.POST)}
    return render(request, "counterfoil/document.html", shown)


@page(Permission.POST, "POST")
def retry(request: HttpRequest, desk: Desk, kind: str, source_id: str) -> HttpResponse:
    """Look at one document anew, and let it go on if it can."""
    if not daybook.exists(desk.organisation, kind, source_id):
        raise Http404
    moved = retrying.retry(
        desk.organisation, [Key(kind, source_id)], actor=desk.actor, now=desk.now
    )
    if moved:
        messages.success(request, "It goes on: it is sent at the next turn.")
    else:
        messages.warning(request, "It was looked at again, and is still held. The reason is below.")
    return redirect("document", kind, source_id)
