"""The page that says what is missing, where the key that has sealed the record is not here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.shortcuts import render

from counterfoil.web.crypto import KeyMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)


class Keyless:
    """Answers what cannot be done without a key in words, and not as a fault of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let it be answered."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show what the exception says, if it is of a key that is missing."""
        if not isinstance(exception, KeyMissing):
            return None
        log.error("%s", exception)
        return render(request, "503.html", {"why": str(exception)}, status=503)
