"""Help: what people ask of such an integration, answered for this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from counterfoil.web.access import Permission, page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.desk import Desk


@page(Permission.SEE)
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the questions and their answers; other pages lead to single ones."""
    return render(request, "counterfoil/help.html", {"connectors": desk.connectors})
