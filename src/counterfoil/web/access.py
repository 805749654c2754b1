"""Who may do what: four roles, eight permissions, and one decorator that every page wears."""

from __future__ import annotations

import functools
import logging
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from counterfoil.web import desk as desks
from counterfoil.web import logs, seconds
from counterfoil.web.services import proposing, working

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from counterfoil.web.desk import Desk


class Permission(StrEnum):
    """What a role may allow."""

    SEE = "see"
    """See every document, its state and what stands in the way."""
    ENTER = "enter"
    """Hand in files of what the practice recorded, and keep drafts for a bookkeeper to approve."""
    POST = "post"
    """Approve what was entered, post, retry, unlink, take back."""
    MAP = "map"
    """Change where accounts and tax codes go."""
    CONNECT = "connect"
    """Connect the firm to Xero and disconnect it."""
    PEOPLE = "people"
    """Invite people and set their roles."""
    PROGRAMS = "programs"
    """Let other programs in by key, and say which are told by webhook."""
    ERASE = "erase"
    """Erase the firm for good."""


ALLOWED = MappingProxyType(
    {
        "owner": frozenset(Permission),
        "bookkeeper": frozenset(
            {Permission.SEE, Permission.ENTER, Permission.POST, Permission.MAP}
        ),
        "staff": frozenset({Permission.SEE, Permission.ENTER}),
        "auditor": frozenset({Permission.SEE}),
    }
)
"""The permissions of each role (architecture: tenancy)."""

P = ParamSpec("P")

_log = logging.getLogger(logs.SECURITY)

CSRF_FIELD = "csrfmiddlewaretoken"
OF_THE_PAGE = frozenset({CSRF_FIELD, desks.SHOWN_FOR, desks.GO_OVER})
"""What a form says of the page that it stood on, and not of what is to be done."""
BEGIN = "begin"
"""The name of the page of the first run, from which forms of other pages are sent too."""


def is_from_begin(request: HttpRequest) -> bool:
    """Tell whether a form was sent from the page of the first run."""
    return BEGIN in {request.POST.get("from"), request.GET.get("from")}


def back_to(request: HttpRequest, name: str) -> HttpResponse:
    """Go on to a page, or to the first run where a form was sent from there."""
    return redirect(BEGIN if is_from_begin(request) else name)


def allows(role: str, permission: Permission) -> bool:
    """Tell whether a role has a permission; an unknown role has none."""
    return permission in ALLOWED.get(role, frozenset())


class Page(Protocol[P]):
    """A view of a signed-in person's firm."""

    def __call__(
        self, request: HttpRequest, desk: Desk, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        """Answer a request of somebody who sits at ``desk``."""
        ...


def _said(request: HttpRequest) -> list[str]:
    """Return the names of what was filled in."""
    return [name for name in request.POST if name not in OF_THE_PAGE]


def _shown_elsewhere(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Refuse a form of a page that was opened for another firm, and keep what is in it."""
    shown: dict[str, object] = {"of": desks.shown_for(request), "here": desk}
    if request.headers.get("HX-Request"):
        # The figures of a form that stays where it is: only the warning goes to the page.
        return render(request, "counterfoil/elsewhere_told.html", shown)
    sent = [(name, value) for name in _said(request) for value in request.POST.getlist(name)]
    shown |= {"sent": sent, "files": bool(request.FILES), "mark": request.POST[desks.SHOWN_FOR]}
    return render(request, "counterfoil/elsewhere.html", shown, status=409)


def _ask_a_second(
    request: HttpRequest, desk: Desk, needed: seconds.Needed, permission: Permission
) -> HttpResponse:
    """Keep the form that was sent, for another person to agree to."""
    form = {name: request.POST.getlist(name) for name in _said(request)}
    if needed.which:
        # Handing in takes less than what the file does, and whoever asks has to have that.
        form["which"], permission = list(needed.which), Permission.POST
    for file in request.FILES.values():
        assert isinstance(file, UploadedFile)  # a form here has one file field
        if why := proposing.keep_file(form, file, needed.which):
            messages.error(request, f"This firm wants two people to {needed.what}. {why}")
            return redirect("import" if needed.which else "mapping")
    order = (request.get_full_path(), form, str(permission))
    proposing.propose(desk.organisation, desk.user, needed.what, order, now=desk.now)
    messages.success(request, "Asked for. Another bookkeeper or owner has to agree to it here.")
    return redirect("second")


def page(
    permission: Permission, *methods: str, anywhere: bool = False
) -> Callable[
    [Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Make a function a page: signed-in people of a firm whose role has the permission.

    ``methods`` are the HTTP methods it answers (GET alone if none are named). The function gets
    the person's desk, through which alone it reaches data: the desk knows its firm. The mark that
    is left on the view lets a test walk every address as every role.

    A form that was shown for another firm or organisation than that in which the person works by
    now is refused, and sent on once they say so; ``anywhere`` takes it as it comes.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            desk = desks.of(request)
            if desk is None:
                return redirect("no_firm")
            if request.method == "POST" and not anywhere and desks.is_elsewhere(request, desk):
                meant = desks.shown_for(request) if desks.GO_OVER in request.POST else None
                if meant is None:
                    return _shown_elsewhere(request, desk)
                desks.go_over(request, desk := meant)
            if not allows(desk.role, permission):
                _log.warning("%s of firm %s may not %s", desk.actor, desk.firm.pk, permission)
                raise PermissionDenied
            try:
                with timezone.override(desk.zone):
                    return view(request, desk, *args, **kwargs)
            except seconds.Needed as needed:
                return _ask_a_second(request, desk, needed, permission)
            except working.TooMany as many:
                messages.error(request, str(many))
                return redirect("overview")

        wrapped = login_required(
            never_cache(require_http_methods(list(methods) or ["GET", "HEAD"])(guarded))
        )
        wrapped.unguarded = view  # type: ignore[attr-defined] # what a second person's yes carries out
        wrapped.permission = permission  # type: ignore[attr-defined] # read by the walking test
        return wrapped  # type: ignore[return-value] # the decorators of Django lose the parameters

    return decorate
