"""Trust: the accounts, a month of one of them three ways, its ledgers, and its papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render

from counterfoil.reports.trust_pdf import trust_month_pdf
from counterfoil.reports.trust_tables import tables, three_ways
from counterfoil.web import drawing
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import trust_copies, trust_pages, trust_problems, trust_reporting

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from counterfoil.web.desk import Desk

AT_ONCE = 50
"""Findings, remarks and differences in one part of their list."""


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show every trust account as of a month's end, and what the trust books find."""
    accounts = trust_reporting.accounts_of(desk.organisation)
    end = _month(request, desk)
    months = [trust_reporting.month_of(desk.organisation, code, end) for code in accounts]
    found = trust_problems.trust_problems(desk.organisation, desk.today) if accounts else ()
    shown = {
        "months": months,
        "problems": part(Asked(request.path, request.GET), "found", found, AT_ONCE),
        **_around(end),
    }
    return render(request, "counterfoil/trust.html", shown)


@page(Permission.SEE)
def month(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show one account's month: the three ways, the balance over time, cash book and ledgers."""
    code, end = _account(request, desk), _month(request, desk)
    found = trust_reporting.month_of(desk.organisation, code, end)
    asked = Asked(request.path, request.GET)
    book = part(asked, "book", found.cash_book)
    behind = trust_copies.outdated(desk.organisation, found)
    shown = {
        "month": found,
        "ledgers": part(asked, "ledgers", found.ledgers),
        "book": book,
        "forward": found.cash_book[book.first - 2].balance if book.first > 1 else found.opening,
        "remarks": part(asked, "remarks", found.remarks, AT_ONCE),
        "changed": part(asked, "changed", behind.differs if behind else (), AT_ONCE),
        "ways": tuple(three_ways(found)),
        "chart": drawing.steps(f"Balance of {code} in {end:%B %Y}", trust_pages.daily(found)),
        "files": tuple(tables(found)),
        "behind": behind,
        "may_issue": allows(desk.role, Permission.POST),
        **_around(end),
    }
    return render(request, "counterfoil/trust_month.html", shown)


@page(Permission.SEE)
def paper(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give an account's month as a paper (PDF) or as one of its tables (CSV)."""
    code, end = _account(request, desk), _month(request, desk)
    found = trust_reporting.month_of(desk.organisation, code, end)
    wanted = request.GET.get("file", "pdf")
    if wanted == "pdf":
        body = trust_month_pdf(found, desk.firm.name, desk.here_now, desk.user.email)
        return _file(body, "application/pdf", f"trust-{end:%Y-%m}.pdf")
    table = tables(found).get(wanted)
    if table is None:
        raise Http404
    return _file(table, "text/csv; charset=utf-8", f"trust-{end:%Y-%m}-{wanted}")


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=media_type, headers=headers)


def _account(request: HttpRequest, desk: Desk) -> str:
    """Return the account that is asked for; the firm's first one if none is named."""
    accounts = trust_reporting.accounts_of(desk.organisation)
    code = request.GET.get("account") or (accounts[0] if accounts else "")
    if code not in accounts:
        raise Http404
    return code


def _month(request: HttpRequest, desk: Desk) -> dt.date:
    asked = trust_pages.month_named(request.GET.get("month", ""))
    return asked or trust_pages.latest_month(desk.organisation, desk.today)


def _around(end: dt.date) -> dict[str, object]:
    before, after = trust_pages.neighbours(end)
    return {"end": end, "named": f"{end:%Y-%m}", "before": before, "after": after}
