"""Holding both sides against each other: totals by reconciliation, objects by drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from counterfoil.posting.drift.catalogue import TAKEN_OUT
from counterfoil.posting.reconcile import agrees
from counterfoil.posting.shelf import NotReady
from counterfoil.reports.reconciliation_pdf import reconciliation_pdf
from counterfoil.reports.reconciliation_tables import account_of, as_csv, other_rows
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.days import DayField
from counterfoil.web.models import ReadBack
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import drifted, long_work, nightly, reconciling

if TYPE_CHECKING:
    from django.http import HttpRequest

    from counterfoil.posting.reconcile import Reconciliation
    from counterfoil.web.desk import Desk

SHOWN_MOST = 1_000
"""What is told one by one; the tables have everything."""
AT_ONCE = 50
"""Rows in one part of a list."""
NIGHTS = 31
"""Nightly reconciliations that the page lists."""


class AsOf(forms.Form):
    """The end of which day."""

    as_of = DayField(label="At the end of")


@page(Permission.SEE)
def reconciliation(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Compare the practice with Xero's trial balance as of a day, once somebody has named one."""
    form = AsOf(request.GET if "as_of" in request.GET else None, initial={"as_of": desk.today})
    shown: dict[str, object] = {"form": form, "nights": nightly.kept(desk.organisation)[:NIGHTS]}
    if form.is_bound and form.is_valid():
        file = request.GET.get("file", "")
        closely = bool(file or "closely" in request.GET)
        try:
            found = reconciling.reconciliation(
                desk.organisation, form.cleaned_data["as_of"], closely=closely, results=bool(file)
            )
        except NotReady as gap:
            shown["gap"] = str(gap)
        else:
            if file in {"csv", "pdf"}:
                return _paper(desk, found, file)
            asked = Asked(request.path, request.GET)
            shown |= _shown(found, asked) | {"closely": closely}
    return render(request, "counterfoil/reconciliation.html", shown)


def _remarks(found: Reconciliation) -> list[tuple[str, str]]:
    """Return what of each trust account's bank a person has to look at."""
    return [(row.trust_account, said) for row in found.trust for said in row.remarks(found.as_of)]


def _shown(found: Reconciliation, asked: Asked) -> dict[str, object]:
    """Return what the page shows: the totals, and what makes the differences in them."""
    differing = [one for one in found.traced if one.difference != one.waiting]
    trust = {account_of(row.control) for row in found.controls if row.trust}
    others = sorted(other_rows(found), key=lambda row: row.account not in trust)
    return {
        "found": found,
        "agrees": agrees(found),
        "asked": not any(row.xero_other is None for row in found.controls),
        "timing": any(row.timing for row in found.controls),
        "strangers": any(row.trust and not row.others_are_openings for row in found.controls),
        "differing": part(asked, "differs", differing, AT_ONCE),
        "others": part(asked, "others", others, AT_ONCE),
        "remarks": part(asked, "remarks", _remarks(found), AT_ONCE),
        "noted": part(asked, "noted", found.noted, AT_ONCE),
    }


def _paper(desk: Desk, found: Reconciliation, form: str) -> HttpResponse:
    """Give a reconciliation as a table, or as a paper to keep."""
    if form == "csv":
        body, media_type = as_csv(found), "text/csv; charset=utf-8"
    else:
        body = reconciliation_pdf(found, desk.firm.name, desk.here_now, desk.user.email)
        media_type = "application/pdf"
    name = f"reconciliation-{found.as_of}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=media_type, headers=headers)


@page(Permission.SEE, "GET", "HEAD", "POST")
def drift(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what was changed in Xero behind the practice's back; a bookkeeper may look again."""
    if request.method == "POST" and allows(desk.role, Permission.POST):
        row = long_work.read_back(desk.organisation, actor=desk.actor, now=desk.now)
        return redirect("work", row.pk)
    rows = list(drifted.standing(desk.organisation)[: SHOWN_MOST + 1])
    shown = {
        "rows": part(Asked(request.path, request.GET), "rows", rows[:SHOWN_MOST], AT_ONCE),
        "cut": len(rows) > SHOWN_MOST,
        "taken_out": TAKEN_OUT,
        "last": ReadBack.objects.filter(organisation=desk.organisation).first(),
        "may_read": allows(desk.role, Permission.POST),
    }
    return render(request, "counterfoil/drift.html", shown)
