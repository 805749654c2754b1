"""Problems by cause, each with its fix and the documents that it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from counterfoil.web.access import Permission, page
from counterfoil.web.services import problems as causes

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk


@page(Permission.SEE)
def problems(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is stuck, grouped by what would free it."""
    found = causes.problems(desk.organisation)
    return render(request, "counterfoil/problems.html", {"problems": found})
