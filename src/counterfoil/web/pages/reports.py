"""Reports: every paper that can be had, and the month ends that are kept as they were issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from counterfoil.web.access import Permission, allows, page
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import trust_copies, trust_pages, trust_reporting

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from counterfoil.web.desk import Desk

AT_ONCE = 24
"""Month ends in one part of their list."""


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what is kept, and lead to what is made anew each time."""
    last = desk.today.replace(day=1)
    shown = {
        "issues": part(
            Asked(request.path, request.GET),
            "kept",
            trust_copies.listed(desk.organisation),
            AT_ONCE,
            weigh=lambda row: len(row.differs),
        ),
        "accounts": trust_reporting.accounts_of(desk.organisation),
        "may_issue": allows(desk.role, Permission.POST),
        "over": trust_pages.neighbours(last)[0],
        "today": desk.today,
    }
    return render(request, "counterfoil/reports.html", shown)


@page(Permission.POST, "POST")
def issue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Issue a month end that is over, and keep its papers byte for byte."""
    code, end = request.POST.get("account", ""), trust_pages.month_named(_month(request))
    if code not in trust_reporting.accounts_of(desk.organisation) or end is None:
        messages.error(request, "Choose a trust account and a month, as in 2026-10.")
    elif end >= desk.today:
        messages.error(request, f"{end:%B %Y} is not over yet. The trust page shows it as it is.")
    else:
        _issue(request, desk, code, end)
    return redirect("reports")


def _issue(request: HttpRequest, desk: Desk, code: str, end: dt.date) -> None:
    kept, new = trust_copies.issue_month(
        desk.organisation, code, end, by=desk.user.email, actor=desk.actor, now=desk.now
    )
    if not new:
        messages.info(
            request, f"Nothing differs from issue {kept.issue} of {end:%B %Y}: it stands."
        )
    else:
        agrees = "The three ways agree." if kept.agrees else "The three ways do not agree."
        messages.success(request, f"{code}, {end:%B %Y}: issue {kept.issue} is kept. {agrees}")


@page(Permission.SEE)
def kept_paper(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give a paper of a month end exactly as it was issued; one that was altered is not given."""
    end = trust_pages.month_named(_month(request))
    if end is None:
        raise Http404
    found = trust_copies.kept(desk.organisation, request.GET.get("account", ""), end)
    issue = next((one for one in found if str(one.issue) == request.GET.get("issue")), None)
    name = request.GET.get("file", trust_copies.PAPER)
    if issue is None or name not in issue.papers:
        raise Http404
    if not issue.whole:
        messages.error(
            request,
            "This month end is not any more as it was issued: its bytes, or their hash in the "
            "record, were altered. Put the database back from a copy that is whole.",
        )
        return redirect("reports")
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv; charset=utf-8"
    given = f"trust-{end:%Y-%m}-issue-{issue.issue}-{name}"
    headers = {"Content-Disposition": f'attachment; filename="{given}"'}
    return HttpResponse(issue.papers[name], content_type=kind, headers=headers)


def _month(request: HttpRequest) -> str:
    return request.POST.get("month") or request.GET.get("month", "")
