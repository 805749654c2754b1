"""Style sheet and icons, served by the application itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped] # it ships no types

if TYPE_CHECKING:
    from django.http import HttpRequest
    from whitenoise.responders import StaticFile  # type: ignore[import-untyped]


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # as above
    """Whitenoise, with whole bodies in place of streams.

    An ASGI server would read its synchronous streams in one piece anyway, and warn each time; the
    files have a few kilobytes.
    """

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """Answer with one file."""
        answer = static_file.get_response(request.method, request.META)
        body = b""
        if answer.file is not None:
            with answer.file as file:
                body = file.read()
        return HttpResponse(body, status=int(answer.status), headers=dict(answer.headers))
