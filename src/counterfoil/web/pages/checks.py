"""Holding both sides against each other: totals by reconciliation, objects by drift."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import redirect, render

from counterfoil.posting.reconcile import agrees
from counterfoil.posting.shelf import NotReady
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.models import ReadBack
from counterfoil.web.services import drifted, long_work, reconciling

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

SHOWN_MOST = 200


class AsOf(forms.Form):
    """The end of which day."""

    as_of = forms.DateField(label="At the end of", widget=forms.DateInput(attrs={"type": "date"}))


@page(Permission.SEE)
def reconciliation(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Compare the practice with Xero's trial balance as of a day, once somebody has named one."""
    form = AsOf(request.GET if "as_of" in request.GET else None, initial={"as_of": _today(desk)})
    shown: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            found = reconciling.reconciliation(desk.organisation, form.cleaned_data["as_of"])
        except NotReady as gap:
            shown["gap"] = str(gap)
        else:
            shown |= {
                "found": found,
                "agrees": agrees(found),
                "asked": not any(row.xero_other is None for row in found.controls),
            }
    return render(request, "counterfoil/reconciliation.html", shown)


def _today(desk: Desk) -> dt.date:
    return desk.now.date()


@page(Permission.SEE, "GET", "HEAD", "POST")
def drift(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what was changed in Xero behind the practice's back; a bookkeeper may look again."""
    if request.method == "POST" and allows(desk.role, Permission.POST):
        row = long_work.read_back(desk.organisation, actor=desk.actor, now=desk.now)
        return redirect("work", row.pk)
    rows = drifted.standing(desk.organisation)
    shown = {
        "rows": rows[:SHOWN_MOST],
        "count": rows.count(),
        "last": ReadBack.objects.filter(organisation=desk.organisation).first(),
        "may_read": allows(desk.role, Permission.POST),
    }
    return render(request, "counterfoil/drift.html", shown)
