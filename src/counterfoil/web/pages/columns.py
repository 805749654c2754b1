"""A report of another system: what its columns are, shown with what it would become, and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.core.documents import KINDS
from counterfoil.sources.layouts.layout import SYSTEM
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.pages.work import Upload, import_page
from counterfoil.web.services import layouts, long_work, report_columns
from counterfoil.web.services.report_columns import Said

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from counterfoil.web.desk import Desk
    from counterfoil.web.models import Report

COLUMN = "column:"
"""How the name of a field of the form begins that says what stands under a heading."""


@page(Permission.MAP, "POST")
def hand_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a report aside, and go on to its columns."""
    form = Upload(desk, request.POST, request.FILES)
    if not form.is_valid():
        return import_page(request, desk, form)
    file = form.cleaned_data["file"]
    if file.size > report_columns.LARGEST:
        form.add_error(
            "file",
            "This report is over 16 MB. Show the columns of one of a shorter period; this one can "
            "be imported by the layout then.",
        )
        return import_page(request, desk, form)
    kept = report_columns.keep(
        desk.organisation, file.name, file.read(), actor=desk.actor, now=desk.now
    )
    return redirect("import_report", kept.pk)


@page(Permission.MAP, "GET", "HEAD", "POST")
def tell(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Show what a report would become; save that and import by it once nothing is in doubt."""
    report = report_columns.kept(desk.organisation, pk)
    if report is None:
        raise Http404
    if request.POST.get("do") == "discard":
        report.delete()
        return redirect("import")
    sheet = report_columns.sheet(report, _said(request.POST) if request.POST else Said())
    replacing = bool(request.POST.get("replace"))
    against: list[str] = []
    if request.POST.get("do") == "save":
        against = report_columns.against(
            sheet, desk.organisation, shown=request.POST.get("shown", ""), replacing=replacing
        )
        if not against:
            return _save_and_import(sheet, report, desk)
    shown = {
        "report": report,
        "sheet": sheet,
        "always": sheet.offered(desk.organisation),
        "ways": report_columns.choices(sheet),
        "against": against,
        "there": layouts.named(desk.firm, sheet.said.name) is not None,
        "replacing": replacing,
        "kinds": [*KINDS],
    }
    return render(request, "counterfoil/columns.html", shown, status=422 if against else 200)


def _said(form: QueryDict) -> Said:
    kind = form.get("kind", "")
    pairs = [(key.removeprefix(COLUMN), str(form[key])) for key in form if key.startswith(COLUMN)]
    fields, texts = form.getlist("always-field"), form.getlist("always-text")
    # Of another kind the columns mean something else: they are guessed again.
    same = kind == form.get("kind-shown")
    return Said(
        name=form.get("name", "").strip(),
        kind=kind,
        columns=tuple(pairs) if same and pairs else None,
        always=tuple((field, text.strip()) for field, text in zip(fields, texts, strict=False)),
        only=(form.get("only-heading", ""), form.get("only-text", "").strip()),
        dates=form.get("dates", ""),
        decimals=form.get("decimals", ""),
        system=form.get("system", "").strip() or SYSTEM,
    )


def _save_and_import(sheet: report_columns.Sheet, report: Report, desk: Desk) -> HttpResponse:
    layout = report_columns.confirm(sheet, report, actor=desk.actor, now=desk.now)
    row = long_work.import_upload(
        desk.organisation,
        ContentFile(bytes(report.content), name=report.name),
        layout=layout,
        may_post=allows(desk.role, Permission.POST),
        actor=desk.actor,
        now=desk.now,
    )
    report.delete()
    return redirect("work", row.pk)


@page(Permission.MAP, "POST")
def remove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Remove a layout of the firm's."""
    name = request.POST.get("name", "")
    if layouts.remove(desk.firm, name, actor=desk.actor, now=desk.now):
        messages.success(request, f"The layout {name} is removed.")
    return redirect("import")
