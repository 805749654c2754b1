"""Joining a firm by its link, and proving by mail whose an account is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.web import desk as desks
from counterfoil.web import mail
from counterfoil.web.pages.people import choose_password
from counterfoil.web.services import joining

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.models import Joining


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask somebody with an account whether they join the firm; who it is for says yes signed in."""
    asked = joining.found(token)
    if asked is None:
        return render(request, "counterfoil/welcome.html", {"stale": True}, status=404)
    theirs = request.user == asked.user
    if request.method == "POST" and theirs:
        member = joining.join(asked, now=timezone.now())
        request.session[desks.FIRM] = member.firm_id
        request.session.pop(desks.ORGANISATION, None)
        messages.success(request, f"You belong to {member.firm.name} now.")
        return redirect("overview")
    return _asked(request, asked, token, theirs=theirs)


def _asked(request: HttpRequest, asked: Joining, token: str, *, theirs: bool) -> HttpResponse:
    shown = {"asked": asked, "token": token, "theirs": theirs, "mailed": mail.configured()}
    return render(request, "counterfoil/join.html", shown)


@never_cache
@require_POST
def mail_proof(request: HttpRequest, token: str) -> HttpResponse:
    """Mail whoever the link is for an address at which they choose a new password."""
    asked = joining.found(token)
    if asked is None or not mail.configured():
        raise Http404
    user = asked.user
    link = f"{settings.COUNTERFOIL.url}{reverse('prove', args=joining.proof(user))}"
    if why := mail.send(user.email, "Your account with Counterfoil", _letter(link)):
        messages.error(request, why)
    else:
        messages.success(request, f"Look into the mail of {user.email}.")
    return redirect("join", token)


def _letter(link: str) -> str:
    return (
        "Somebody was asked to join a firm under this address and cannot sign in.\n\n"
        f"If that is you, choose a new password here, within three days:\n\n{link}\n\n"
        "It ends whatever anybody else does with your account. Then open the link of the firm "
        "again. If it is not you, leave it be.\n"
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """Let whoever reads the mail of an account choose its password; other sessions end with it."""
    then = "Sign in with it, and open the firm's link."
    return choose_password(request, joining.proven(name, token), then=then)
