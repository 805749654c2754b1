"""People and firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from counterfoil.web import desk as desks

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def no_firm(request: HttpRequest) -> HttpResponse:
    """Tell somebody who is signed in and belongs to no firm what to do."""
    if desks.of(request) is not None:
        return redirect("overview")
    return render(request, "counterfoil/no_firm.html")
