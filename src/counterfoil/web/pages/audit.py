"""The audit: who did what, searched, written out, and proved to be unaltered."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING

from django import forms
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render

from counterfoil.web.access import Permission, allows, page
from counterfoil.web.days import DayField
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import auditing, firm_export, inspection, long_work, record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from counterfoil.web.desk import Desk


AT_A_TIME = 65_536


class SearchForm(forms.Form):
    """What is looked for; what cannot be read does not narrow."""

    actor = forms.CharField(label="Who", required=False, max_length=255)
    what = forms.CharField(label="What", required=False, max_length=32)
    document = forms.CharField(label="Document's number or id", required=False, max_length=255)
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def search(self, desk: Desk) -> record.Search:
        """Return what was asked for, as far as it can be read; its days are the firm's."""
        self.full_clean()
        given = self.cleaned_data
        return record.Search(
            given.get("actor", ""),
            given.get("what", ""),
            given.get("document", ""),
            given.get("since"),
            given.get("until"),
            desk.zone,
        )


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the record, newest first."""
    form = SearchForm(request.GET)
    before = request.GET.get("before", "")
    found = record.find(desk.firm, form.search(desk), int(before) if before.isdecimal() else None)
    query = request.GET.copy()
    for of_the_page in ("before", "events"):
        query.pop(of_the_page, None)
    shown = {
        "form": form,
        "found": found,
        # One entry may tell of all that a file brought.
        "events": part(Asked(request.path, request.GET), "events", found.events),
        "query": query.urlencode(),
        "later": bool(before),
        "may_take_along": allows(desk.role, Permission.PEOPLE),
        "may_erase": allows(desk.role, Permission.ERASE),
    }
    return render(request, "counterfoil/audit.html", shown)


@page(Permission.SEE)
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give everything that matches as CSV, oldest first."""
    rows = record.as_csv(desk.firm, SearchForm(request.GET).search(desk))
    name = f"audit-{desk.firm.key or desk.firm.pk}-{desk.today}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


@page(Permission.SEE)
def inspect(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give the record of the days asked for as an inspector's zip: requests and answers too."""
    search = SearchForm(request.GET).search(desk)
    since = search.since or desk.firm.created_at.astimezone(desk.zone).date()
    until = search.until or desk.today
    name = f"record-{desk.firm.key or desk.firm.pk}-{since}-to-{until}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    zipped = _zipped(desk, since, until)
    return StreamingHttpResponse(zipped, content_type="application/zip", headers=headers)


def _zipped(desk: Desk, since: dt.date, until: dt.date) -> Iterator[bytes]:
    verdict = auditing.verified(desk.firm)
    with tempfile.TemporaryFile() as out:
        days = inspection.Days(since, until, desk.zone)
        inspection.write(desk.firm, out, days, verdict, now=desk.now)
        yield from _parts(out)


def _parts(out: IO[bytes]) -> Iterator[bytes]:
    out.seek(0)
    while part := out.read(AT_A_TIME):
        yield part


@page(Permission.PEOPLE, "POST")
def take_along(_request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give an owner all that the firm has here; the record says who took it."""
    name = f"firm-{desk.firm.key or desk.firm.pk}-{desk.today}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_whole(desk), content_type="application/zip", headers=headers)


def _whole(desk: Desk) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as out:
        firm_export.write(desk.firm, out, actor=desk.actor, now=desk.now)
        yield from _parts(out)


@page(Permission.SEE, "POST")
def verify(_request: HttpRequest, desk: Desk) -> HttpResponse:
    """Walk the whole chain; how it goes is shown on a page of its own."""
    row = long_work.verify(desk.organisation, actor=desk.actor, now=desk.now)
    return redirect("work", row.pk)
