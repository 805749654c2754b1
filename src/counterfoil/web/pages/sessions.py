"""The sessions of whoever is signed in, and the end of all others."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from counterfoil.web import desk as desks
from counterfoil.web import sessions
from counterfoil.web.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show where somebody is signed in; a form ends all but this one."""
    assert isinstance(request.user, User)
    here = request.session.session_key
    if request.method == "POST":
        ended = sessions.end_others(request.user, here)
        messages.success(request, f"{ended} other session{'' if ended == 1 else 's'} ended.")
        return redirect("account_sessions")
    desk = desks.of(request)
    rows = [
        (_moment(one.begun), _moment(one.seen), sessions.in_words(one.browser), one.here)
        for one in sessions.open_of(request.user, here)
    ]
    with timezone.override(desk.zone if desk else None):
        return render(request, "counterfoil/sessions.html", {"rows": rows})


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
