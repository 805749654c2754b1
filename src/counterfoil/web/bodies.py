"""How much one request may bring, counted before anything of it is read or kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        Scope,
    )

MOST: Final = 513 * 1024 * 1024
"""Bytes that somebody with a session may hand in: the largest file that a page takes, and a form
around it."""
MOST_OF_STRANGERS: Final = 16 * 1024 * 1024
"""Bytes of anybody else, programs with keys among them, whose bodies end at 10 MB."""


def most(headers: dict[bytes, bytes], session: bytes) -> int:
    """Return how many bytes a request may bring; ``session`` is the name of the cookie.

    A cookie can be made up: this only keeps from the disk what costs nothing to send.
    """
    named = (part.partition(b"=")[0].strip() for part in headers.get(b"cookie", b"").split(b";"))
    return MOST if session in named else MOST_OF_STRANGERS


def bounded(application: ASGI3Application, session: str) -> ASGI3Application:
    """Return the application behind a counter of bytes.

    What says that it is too large is answered with 413; what grows too large without having said
    so is cut off.
    """

    async def guarded(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        headers = dict(scope["headers"])
        left = most(headers, session.encode())
        if int(headers.get(b"content-length", b"0")) > left:
            return await _refuse(send)

        async def counted() -> ASGIReceiveEvent:
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message["body"])
            return message if left >= 0 else {"type": "http.disconnect"}

        return await application(scope, counted, send)

    return guarded


async def _refuse(send: ASGISendCallable) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send(
        {
            "type": "http.response.start",
            "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "headers": headers,
            "trailers": False,
        }
    )
    body = b"This is more than one request may bring.\n"
    await send({"type": "http.response.body", "body": body, "more_body": False})
