"""How people sign in: by e-mail address, with accounts that only the firm makes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.shortcuts import redirect

from counterfoil.web import crypto
from counterfoil.web.store import cipher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Allauth's seam for what a site decides itself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- its signature
        """Keep visitors from making accounts: the owner invites people."""
        return False


SEALED: Final = "sealed:"
"""What a sealed secret begins with; one from before there was sealing is read as it stands."""
OF_NOBODY, SECOND_FACTOR = 0, "second factor"
"""What a second factor's secret is bound to: a person belongs to no organisation."""


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Allauth's seam for how the secrets of second factors are kept."""

    def encrypt(self, text: str) -> str:
        """Seal the secret of an authenticator app, or the seed of recovery codes."""
        sealed = cipher().seal(text, OF_NOBODY, SECOND_FACTOR)
        return SEALED + base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open what ``encrypt`` sealed. Raises ``crypto.KeyMissing`` or ``crypto.Tampered``."""
        if not encrypted_text.startswith(SEALED):
            return encrypted_text
        return cipher().open(sealed_bytes(encrypted_text), OF_NOBODY, SECOND_FACTOR)


def sealed_bytes(kept: str) -> bytes:
    """Return a second factor's sealed secret; nothing for one from before there was sealing."""
    try:
        return base64.b64decode(kept.removeprefix(SEALED)) if kept.startswith(SEALED) else b""
    except ValueError as error:
        raise crypto.Tampered("the sealed secret of a second factor") from error


FREE: Final = ("/account/", "/static/", "/health/", "/metrics", "/api/v1/", "/hooks/")
"""Where a second factor is set up, and what is no page of a person."""


class Demanded:
    """Sends whoever has no second factor to set one up, where the installation demands it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.COUNTERFOIL.second_factor:
            raise MiddlewareNotUsed
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let in whoever has one, and everybody to where it is set up."""
        user = request.user
        if not user.is_authenticated or request.path.startswith(FREE) or is_mfa_enabled(user):
            return self.answer(request)
        messages.warning(
            request,
            "Here everybody has a second factor. Set yours up with an authenticator app, and keep "
            "the recovery codes.",
        )
        return redirect("mfa_activate_totp")


def attempted_email(request: HttpRequest, credentials: Mapping[str, str] | None) -> str | None:
    """Return the address that somebody tried to sign in with, so that attempts are counted by it.

    Allauth hands it over as ``email`` and its form posts it as ``login``.
    """
    given = (credentials or {}).get("email") or request.POST.get("login")
    return given.strip().lower() if given else None
