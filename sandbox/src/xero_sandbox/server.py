"""The sandbox on a socket: a thin ASGI adapter over ``admit`` and ``perform``.

It owns what the sandbox itself must not have: the clock, the waiting, and the connection that
is really cut when a fault says so.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import parse_qsl

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from xero_sandbox import coding, refusals
from xero_sandbox.admission import LARGEST_BODY, Admitted
from xero_sandbox.faults import Cut
from xero_sandbox.sandbox import CONTROL, Outcome
from xero_sandbox.wire import Answer, Request, decoded_path, text_answer

if TYPE_CHECKING:
    from uvicorn._types import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGISendCallable,
        HTTPScope,
        Scope,
    )

LOOPBACK: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8070
_LAST_PORT: Final = 65_535
_POLL_SECONDS: Final = 0.005
_ABORT: Final = "xero_sandbox.abort"
_OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HERE: Final = frozenset({"127.0.0.1", "::1"})


class Serving(Protocol):
    """What can be put on a socket: a sandbox, or one that is kept in a file."""

    base_url: str

    @property
    def latency(self) -> timedelta:
        """What is added to every answer."""

    def time(self, now: datetime) -> datetime:
        """Return the sandbox's own time at ``now``."""

    def admit(self, request: Request, now: datetime) -> Admitted | Answer:
        """Check a request at its arrival."""

    def turned_away(self, request: Request, answer: Answer, now: datetime) -> Answer:
        """Finish the answer to a request that could not be read."""

    def perform(self, admitted: Admitted, now: datetime) -> Outcome:
        """Do what was admitted."""


class CuttingProtocol(H11Protocol):
    """HTTP/1.1 whose application can abort the connection in the middle of anything."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the connection's own ``abort`` to the application with every request."""
        super().connection_made(transport)
        # Head and body are two writes; without this the second waits 40 ms for an ACK.
        plain: socket.socket = transport.get_extra_info("socket")
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        served = self.app

        async def with_abort(
            scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
        ) -> None:
            if scope["type"] == "http":
                extensions = cast("dict[str, object]", scope.setdefault("extensions", {}))
                extensions[_ABORT] = transport.abort
            await served(scope, receive, send)

        self.app = cast("ASGI3Application", with_abort)


class Application:
    """The ASGI application."""

    def __init__(
        self,
        sandbox: Serving,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.sandbox = sandbox
        self.clock = clock

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http":
            return
        received = await _received(scope, receive)
        if isinstance(received, Request):
            await self._serve(scope, receive, send, received)
        elif received is not None:
            asked = _request(scope, b"")
            answer = self.sandbox.turned_away(asked, received, self.clock())
            await _send(send, self._dated(answer))

    async def _serve(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable, asked: Request
    ) -> None:
        outcome = await self._outcome(asked)
        if isinstance(outcome, Answer):
            answer = coding.packed(outcome, asked.headers.get("accept-encoding", ""))
            await _send(send, self._dated(answer), head_only=asked.method == "HEAD")
        else:
            await _cut(scope, receive, send, self._dated_cut(outcome))

    def _dated(self, answer: Answer) -> Answer:
        """Head an answer with the sandbox's own time: callers take it for Xero's."""
        date = format_datetime(self.sandbox.time(self.clock()).astimezone(UTC), usegmt=True)
        return replace(answer, headers={"Date": date, **answer.headers})

    def _dated_cut(self, cut: Cut) -> Cut:
        return cut if cut.answer is None else replace(cut, answer=self._dated(cut.answer))

    async def _outcome(self, request: Request) -> Outcome:
        admitted = self.sandbox.admit(request, self.clock())
        if isinstance(admitted, Answer):
            await asyncio.sleep(self.sandbox.latency.total_seconds())
            return admitted
        await asyncio.sleep(admitted.perform_after.total_seconds())
        while admitted.waiting:  # noqa: ASYNC110 - the sandbox knows no loop to hang an event on
            await asyncio.sleep(_POLL_SECONDS)
        return await self._performed(admitted)

    async def _performed(self, admitted: Admitted) -> Outcome:
        outcome = self.sandbox.perform(admitted, self.clock())
        delay = admitted.answer_after + self.sandbox.latency
        await asyncio.sleep(delay.total_seconds())
        return outcome


class Running:
    """A server on a loopback port, in this thread or in one of its own.

    ``url`` is good from the moment of making: the port is bound at once, so that callers that
    come early wait in the queue of the socket.
    """

    def __init__(self, application: Application, port: int = 0) -> None:
        if not 0 <= port <= _LAST_PORT:
            raise OSError(f"there is no port {port}")
        self._socket = socket.create_server((LOOPBACK, port), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        application.sandbox.base_url = self.url
        self._server = uvicorn.Server(_config(application))
        self._thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self) -> None:
        """Serve until ``stop``, Ctrl-C or SIGTERM."""
        self._server.run(sockets=[self._socket])
        self._socket.close()

    def close(self) -> None:
        """Give the port back without having served."""
        self._socket.close()

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End a server that ``start`` has started, and wait for it."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)


def _config(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        cast("ASGI3Application", application),
        http=CuttingProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )


async def _received(scope: HTTPScope, receive: ASGIReceiveCallable) -> Request | Answer | None:
    """Return the whole request, its refusal, or None when the caller hung up in its middle."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            return None
        parts.append(event["body"])
        size += len(event["body"])
        more = event["more_body"]
        if size > LARGEST_BODY:
            return refusals.too_large()
    request = _request(scope, b"".join(parts))
    if request.path.startswith(CONTROL) and not _from_here(scope, request):
        return text_answer(403, "Control routes answer on loopback only")
    return coding.unpacked(request, LARGEST_BODY)


def _request(scope: HTTPScope, body: bytes) -> Request:
    query = scope["query_string"].decode("latin-1")
    return Request(
        scope["method"].upper(),
        decoded_path(scope["raw_path"].decode("latin-1")),
        dict(parse_qsl(query, keep_blank_values=True)),
        {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]},
        body,
    )


def _from_here(scope: HTTPScope, request: Request) -> bool:
    """Say whether a control request comes from this machine and was meant for it.

    The Host is looked at too, because a web page may point its own name at this address, and the
    Origin, because a web page may post a form to it.
    """
    client = scope["client"]
    origin = request.headers.get("origin", "http://localhost").removeprefix("http://")
    named = (request.headers.get("host", "localhost"), origin)
    own = all(_name(each) in _OWN_NAMES for each in named)
    return client is not None and client[0] in _HERE and own


def _name(host: str) -> str:
    """Return a host without its port."""
    return (host if host.endswith("]") else host.rpartition(":")[0] or host).lower()


async def _send(send: ASGISendCallable, answer: Answer, *, head_only: bool = False) -> None:
    await _start(send, answer)
    body = b"" if head_only else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _start(send: ASGISendCallable, answer: Answer) -> None:
    headers = [(name.lower().encode(), text.encode()) for name, text in answer.headers.items()]
    if answer.status != 204:  # noqa: PLR2004 - 204 has no body and says no length
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
            "trailers": False,
        }
    )


async def _cut(
    scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable, cut: Cut
) -> None:
    """End the connection for real, after a part of the answer if the cut has one."""
    if cut.answer is not None:
        await _start(send, cut.answer)
        part = cut.partial or b""
        await send({"type": "http.response.body", "body": part, "more_body": True})
    extensions = cast("dict[str, Callable[[], None]]", scope["extensions"])
    extensions[_ABORT]()
    # Wait until the server has noticed; it would answer 500 to a task that ended before.
    while (await receive())["type"] != "http.disconnect":
        pass
