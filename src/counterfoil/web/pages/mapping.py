"""The mapping: what is not mapped yet, what is, as a file, and the checklist of what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from counterfoil.core.findings import Severity
from counterfoil.core.mapping_file import LARGEST_FILE
from counterfoil.core.roles import SPECIAL_ROLES
from counterfoil.posting.shelf import NotReady
from counterfoil.web.access import Permission, allows, back_to, is_from_begin, page
from counterfoil.web.parts import Asked, Part, part
from counterfoil.web.services import (
    creating,
    mapping_desk,
    mapping_parts,
    mapping_settings,
    pausing,
    practice_chart,
)
from counterfoil.web.services import mapping as mappings
from counterfoil.web.services.offers import LIABILITY, liabilities, value_at
from counterfoil.web.templatetags.fixes import anchor

if TYPE_CHECKING:
    from collections.abc import Mapping as ReadOnly

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping
    from counterfoil.web.desk import Desk
    from counterfoil.web.services.mapping_desk import Row, Sheet

CHOICE = "to:"
"""What the name of a field begins with that holds the choice for a place."""
TYPED = "typed choices"
"""Under this name the session keeps what was typed and not taken, until the page is shown again."""


AT_ONCE = 50
"""Codes in one part of their list."""
FINDINGS_AT_ONCE = 25


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


class Names(forms.Form):
    """The practice's own chart of accounts."""

    chart = forms.FileField(
        label="Chart of accounts of the practice",
        help_text="CSV or Excel (.xlsx), with columns for code, name and, if there is one, type.",
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_chart(self) -> UploadedFile[bytes]:
        """Refuse what no chart of accounts can be."""
        file: UploadedFile[bytes] = self.cleaned_data["chart"]
        if file.size is None or file.size > practice_chart.LARGEST_FILE:
            raise forms.ValidationError("This file is too large to be a chart of accounts.")
        return file


class Basis(forms.Form):
    """The one question that a mapping cannot do without."""

    basis = forms.ChoiceField(
        label="How does the practice keep its books?",
        choices=[
            ("accrual", "Accrual: a bill is income when it is issued"),
            ("cash", "Cash: a bill is income when it is paid"),
        ],
        widget=forms.RadioSelect,
    )
    trust = forms.BooleanField(
        label="The practice holds clients' money, and it goes to Xero too",
        required=False,
        initial=True,
    )


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the checklist, what is not mapped, and the mapping in force."""
    return _show(request, desk, Upload())


def _show(
    request: HttpRequest,
    desk: Desk,
    form: Upload,
    faults: tuple[Finding, ...] = (),
    status: int = 200,
    **more: object,
) -> HttpResponse:
    checklist = mappings.checklist(desk.organisation)
    found = [one for one in checklist.findings or () if one.code != "no_code_in_xero"]
    asked = Asked(reverse("mapping"), request.GET)
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    others = [finding for finding in found if finding.severity is not Severity.ERROR]
    sheet = refilled(request, desk, mapping_desk.sheet(desk.organisation))
    shown = {
        "checklist": checklist,
        "errors": part(asked, "errors", errors, FINDINGS_AT_ONCE),
        "others": part(asked, "others", others, FINDINGS_AT_ONCE),
        "form": form,
        "names_form": Names(),
        "basis_form": Basis(initial={"basis": "accrual"}),
        "faults": faults[:AT_ONCE],
        "faults_count": len(faults),
        "may_map": allows(desk.role, Permission.MAP),
        "without_code": part(asked, "without-code", sheet.without_code if sheet else (), AT_ONCE),
        **in_parts(asked, sheet),
        "specials": _specials(checklist),
        "lawless": mapping_settings.lawless(checklist.mapping),
        **more,
    }
    return render(request, "counterfoil/mapping.html", shown, status=status)


def in_parts(asked: Asked, sheet: Sheet | None) -> dict[str, object]:
    """Return those rows of a sheet that are asked for: both its lists, and how many there are.

    What was typed and not taken comes before what is asked for, so that it is seen.
    """
    if sheet is None:
        return {"sheet": None}
    unmapped = _rows(asked, "unmapped", mapping_parts.unmapped(sheet))
    mapped = _rows(asked, "mapped", mapping_parts.mapped(sheet))
    shown = mapping_parts.with_only(sheet, (*unmapped.items, *mapped.items))
    return {"sheet": shown, "unmapped": unmapped, "mapped": mapped}


def _rows(asked: Asked, name: str, rows: list[Row]) -> Part[Row]:
    wanted = anchor(asked.query.get("place", ""))
    looked_for = (
        at
        for at, row in enumerate(rows)
        if row.refused or (wanted != "" and anchor(row.place) == wanted)
    )
    return part(asked, name, rows, AT_ONCE, holding=next(looked_for, None))


def _specials(checklist: mappings.Checklist) -> list[dict[str, object]]:
    """Return the accounts that no practice code names, with what is wrong with each."""
    mapping = checklist.mapping
    if mapping is None or checklist.findings is None:
        return []
    found = {one.about: one for one in checklist.findings if one.severity is not Severity.NOTE}
    places = [
        place
        for name in SPECIAL_ROLES
        for place in (liabilities(mapping) if name == LIABILITY else (name,))
    ]
    return [_special(place, mapping, found.get(f"special:{place}")) for place in places]


def _special(place: str, mapping: Mapping, finding: Finding | None) -> dict[str, object]:
    """Return a row: only an account that is for all trust accounts is created in Xero from here."""
    name, _, account = place.partition("/")
    wanted = creating.WANTED[name]
    return {
        "place": f"special:{place}",
        "create": "" if account else name,
        "title": f"{wanted.name} of {account}" if account else wanted.name,
        "must_be": SPECIAL_ROLES[name].must_be,
        "purpose": wanted.purpose,
        "chosen": value_at(mapping, f"special:{place}"),
        "finding": finding,
    }


@page(Permission.MAP, "POST")
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put what was chosen into the mapping: one code whose button was pressed, or all filled."""
    only = request.POST.get("accept", "")
    typed = {
        name.removeprefix(CHOICE): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith(CHOICE)
    }
    said = {place: value for place, value in typed.items() if value and only in {"", place}}
    _keep(request, desk, typed, {})
    if not said:
        messages.warning(request, "Choose where it goes in Xero first.")
        return back_to(request, "mapping")
    try:
        done = mapping_desk.choose(desk.organisation, said, actor=desk.actor, now=desk.now)
    except NotReady as gap:
        messages.error(request, str(gap))
        return back_to(request, "mapping")
    refused = done.refused
    _keep(request, desk, typed, refused)
    for place, there in done.filled.items():
        messages.warning(request, filled_meanwhile(place, there))
    if refused:
        many = f"{len(refused)} choice{' was' if len(refused) == 1 else 's were'} not taken"
        messages.error(request, f"{many}: why stands beside the field. What you typed is kept.")
    if taken := len(said) - len(refused) - len(done.filled):
        many = f"{taken} code{' is' if taken == 1 else 's are'} mapped"
        looked = "is being looked at" if done.work else "has been looked at"
        messages.success(request, f"{many}. What waited for it {looked} again.")
    return redirect("work", done.work.pk) if done.work else back_to(request, "mapping")


def filled_meanwhile(place: str, there: str) -> str:
    """Say that somebody else has mapped a place since the page was shown, and where to change it.

    A tax code for both sides has no place of its own to change.
    """
    section, _, code = place.partition(":")
    where = reverse("mapping") if section == "tax_code" else reverse("mapping_change")
    query = "" if section == "tax_code" else "?" + urlencode({"place": place})
    return format_html(
        "Nothing was changed for {}: since this page was shown somebody has mapped it, and it goes "
        'to {}. If that is wrong, <a href="{}">see what a change would touch</a>.',
        code,
        there,
        where + query,
    )


def _keep(
    request: HttpRequest, desk: Desk, typed: dict[str, str], refused: ReadOnly[str, str]
) -> None:
    """Keep what was typed for the page that is shown next."""
    request.session[TYPED] = {"of": desk.mark, "typed": typed, "refused": dict(refused)}


def refilled(request: HttpRequest, desk: Desk, sheet: Sheet | None) -> Sheet | None:
    """Return the sheet with what was typed into it before, and forget that."""
    kept = request.session.pop(TYPED, None) if TYPED in request.session else None
    if sheet is None or kept is None or kept["of"] != desk.mark:
        return sheet
    return mapping_desk.refilled(sheet, kept["typed"], kept["refused"])


@page(Permission.MAP, "POST")
def basis(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin a mapping with the practice's accounting basis, or change it."""
    form = Basis(request.POST)
    if not form.is_valid():
        return _show(request, desk, Upload(), status=422, basis_form=form)
    mappings.set_basis(
        desk.organisation,
        form.cleaned_data["basis"],
        post_trust=form.cleaned_data["trust"],
        actor=desk.actor,
        now=desk.now,
    )
    if is_from_begin(request):
        # Nothing of a firm that is still being set up leaves before somebody has looked at it.
        pausing.until_looked_at(desk.organisation, actor=desk.actor, now=desk.now)
    messages.success(request, "Saved.")
    return back_to(request, "mapping")


@page(Permission.MAP, "POST")
def names(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the practice's chart of accounts, for its names."""
    form = Names(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, desk, Upload(), status=422, names_form=form)
    try:
        taken = practice_chart.take(desk.organisation, form.cleaned_data["chart"].read())
    except practice_chart.NoChartOfAccounts as fault:
        form.add_error("chart", str(fault))
        return _show(request, desk, Upload(), status=422, names_form=form)
    messages.success(request, f"The names of {taken:,} accounts of the practice are known now.")
    return redirect("mapping")


@page(Permission.MAP, "POST")
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a mapping file; one that is at fault changes nothing."""
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, desk, form, status=422)
    data = form.cleaned_data["file"].read()
    taken = mappings.take([desk.organisation], data, actor=desk.actor, now=desk.now)
    if taken.organisation is None or taken.faults:
        return _show(request, desk, Upload(), taken.faults, status=422)
    messages.success(request, "The mapping is in force. What was held has been looked at again.")
    return back_to(request, "mapping")


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
