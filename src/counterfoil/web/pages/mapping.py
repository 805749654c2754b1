"""The mapping: in and out as a file, and the checklist of what it still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from counterfoil.core.findings import Severity
from counterfoil.core.mapping_file import LARGEST_FILE
from counterfoil.web.access import Permission, allows, page
from counterfoil.web.services import mapping as mappings

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from counterfoil.core.findings import Finding
    from counterfoil.web.desk import Desk


class Upload(forms.Form):
    """A mapping file."""

    file = forms.FileField(
        label="Mapping file",
        help_text="JSON or CSV, as downloaded here.",
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".json,.csv"}),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what no mapping can be."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is too large to be a mapping.")
        return file


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the checklist and the mapping in force."""
    return _show(request, desk, Upload())


def _show(
    request: HttpRequest,
    desk: Desk,
    form: Upload,
    faults: tuple[Finding, ...] = (),
    status: int = 200,
) -> HttpResponse:
    checklist = mappings.checklist(desk.organisation)
    found = checklist.findings or ()
    shown = {
        "checklist": checklist,
        "errors": [finding for finding in found if finding.severity is Severity.ERROR],
        "others": [finding for finding in found if finding.severity is not Severity.ERROR],
        "form": form,
        "faults": faults,
        "may_map": allows(desk.role, Permission.MAP),
    }
    return render(request, "counterfoil/mapping.html", shown, status=status)


@page(Permission.MAP, "POST")
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a mapping file; one that is at fault changes nothing."""
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, desk, form, status=422)
    faults = mappings.upload(
        desk.organisation, form.cleaned_data["file"].read(), actor=desk.actor, now=desk.now
    )
    if faults:
        return _show(request, desk, Upload(), faults, status=422)
    messages.success(request, "The mapping is in force. What was held has been looked at again.")
    return redirect("mapping")


@page(Permission.SEE)
def download(_request: HttpRequest, desk: Desk, form: str) -> HttpResponse:
    """Give the mapping in force as a file."""
    found = mappings.download(desk.organisation, form)
    if found is None:
        raise Http404
    body, media_type = found
    name = f"mapping-{desk.firm.key}-{desk.organisation.key}.{form}"
    return HttpResponse(
        body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
