"""Long work: a file handed in, posting at once, and the page on which its progress is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from counterfoil.web.access import Permission, allows, page
from counterfoil.web.parts import Asked, part
from counterfoil.web.services import layouts, long_work, pausing, working

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk

AT_ONCE = 50
"""Rows of a report in one part of their list."""
LARGEST_FILE = 512 * 1024 * 1024


class Upload(forms.Form):
    """A file of documents."""

    file = forms.FileField(
        label="File of documents",
        widget=forms.FileInput(attrs={"accept": ".jsonl,.json,.csv,.xlsx,.txt,.ledes"}),
    )
    layout = forms.ChoiceField(label="What the file is", required=False)
    corrects = forms.BooleanField(
        label="It corrects bills that are here, and knows no revisions (LEDES, reports)",
        required=False,
    )

    def __init__(self, desk: Desk, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # what a form takes
        names = [one.name for one in layouts.all_of(desk.firm)]
        choices = [("", "Documents or bills"), *((name, f"Report: {name}") for name in names)]
        layout = self.fields["layout"]
        assert isinstance(layout, forms.ChoiceField)
        layout.choices = choices
        if not names:
            del self.fields["layout"]
        if not allows(desk.role, Permission.POST):
            del self.fields["corrects"]

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is larger than a firm's years."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("This file is over 512 MB. Cut it into several.")
        return file


@page(Permission.ENTER, "GET", "HEAD", "POST")
def import_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a file of documents, and show how it goes."""
    form = Upload(desk, request.POST, request.FILES) if request.method == "POST" else Upload(desk)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        row = long_work.import_upload(
            desk.organisation,
            file,
            layout=layouts.named(desk.firm, form.cleaned_data.get("layout", "")),
            corrects=form.cleaned_data.get("corrects", False),
            may_post=allows(desk.role, Permission.POST),
            actor=desk.actor,
            now=desk.now,
        )
        return redirect("work", row.pk)
    return import_page(request, desk, form)


def import_page(request: HttpRequest, desk: Desk, form: Upload) -> HttpResponse:
    """Show the form, with the layouts that the firm has saved."""
    shown = {
        "form": form,
        "layouts": layouts.saved_of(desk.firm),
        "may_map": allows(desk.role, Permission.MAP),
    }
    status = 422 if form.is_bound else 200
    return render(request, "counterfoil/import.html", shown, status=status)


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Show how far a piece of work is; while it goes on the page asks again by itself."""
    row = working.one(desk.organisation, pk)
    if row is None:
        raise Http404
    asked = Asked(request.path, request.GET)
    shown = {
        "work": row,
        "refused": part(asked, "refused", row.result.get("refused", ()), AT_ONCE, weigh=_said),
        "remarks": part(asked, "remarks", row.result.get("remarks", ()), AT_ONCE, weigh=_said),
        "silent": working.silent(row, desk.now),
        "may_stop": row.actor == desk.actor or allows(desk.role, Permission.POST),
    }
    asked_again = bool(request.headers.get("HX-Request"))
    shape = "counterfoil/progress.html" if asked_again else "counterfoil/work.html"
    return render(request, shape, shown)


def _said(row: dict[str, object]) -> int:
    return sum(len(str(said)) for said in row.values())


@page(Permission.ENTER, "POST")
def stop(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Ask a piece of work to stop: whoever began it may, and who may post."""
    row = working.one(desk.organisation, pk)
    if row is None:
        raise Http404
    if row.actor == desk.actor or allows(desk.role, Permission.POST):
        working.ask_to_stop(desk.organisation, pk)
    else:
        messages.error(request, "Whoever began it can stop it, and a bookkeeper or an owner.")
    return redirect("work", pk)


@page(Permission.POST, "POST")
def post_now(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send what is due at once, unless posting is paused: then somebody lets it go on first."""
    if pausing.paused(desk.organisation.pk):
        messages.warning(request, "Nothing was sent: posting is paused. Let it go on first.")
        return redirect("overview")
    row = long_work.post_now(desk.organisation, actor=desk.actor, now=desk.now)
    return redirect("work", row.pk)


@page(Permission.POST, "POST")
def pause(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the workers from posting, or let them go on."""
    if request.POST.get("go_on"):
        pausing.go_on(desk.organisation, actor=desk.actor, now=desk.now)
        messages.success(request, "Posting goes on.")
    else:
        pausing.pause(desk.organisation, actor=desk.actor, now=desk.now)
        messages.warning(request, "Posting is paused: nothing leaves until somebody lets it go on.")
    return redirect("overview")
