"""How people sign in: by e-mail address, with accounts that only the firm makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Allauth's seam for what a site decides itself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- its signature
        """Keep visitors from making accounts: the owner invites people."""
        return False


def attempted_email(request: HttpRequest, credentials: Mapping[str, str] | None) -> str | None:
    """Return the address that somebody tried to sign in with, so that attempts are counted by it.

    Allauth hands it over as ``email`` and its form posts it as ``login``.
    """
    given = (credentials or {}).get("email") or request.POST.get("login")
    return given.strip().lower() if given else None
