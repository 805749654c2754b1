"""The one place where bytes leave for Xero, and where failures become values.

No call is repeated and no redirect followed: who may send what again is for the posting protocol
to say. Each call has one deadline over all of it. Nothing here logs; a token is in no ``repr`` and
in no exception.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self, TypeVar

import httpcore2
import httpx2

from counterfoil.posting.target import Answer, Arrival, NoAnswer
from counterfoil.xero import deadline
from counterfoil.xero.wire import Endpoints, Request, accounting, check_secure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from counterfoil.posting.target import Call

T = TypeVar("T")

READ_SECONDS = 30
"""The deadline of a read and of every call to the identity service."""
CONNECT_SECONDS = 10.0
MOST_BYTES = 32 * 1024 * 1024
"""The largest answer that is taken in; a page of a thousand invoices has about five megabytes."""
MOST_CONNECTIONS = 10
KEEP_SECONDS = 4.0
"""How long an idle connection is kept: less than servers do, because a write on one that is just
being closed leaves in doubt whether it arrived."""
USER_AGENT = "Counterfoil"

REASONS: Mapping[type[httpx2.RequestError], NoAnswer] = {
    httpx2.ConnectTimeout: NoAnswer("Xero could not be reached in time", left=False),
    httpx2.PoolTimeout: NoAnswer("no connection became free in time", left=False),
    httpx2.ConnectError: NoAnswer("Xero could not be reached", left=False),
    httpx2.ProxyError: NoAnswer("the proxy refused the connection", left=False),
    httpx2.UnsupportedProtocol: NoAnswer("the address cannot be called", left=False),
    httpx2.LocalProtocolError: NoAnswer("the request broke the rules of HTTP", left=True),
    httpx2.ReadTimeout: NoAnswer("no answer came in time", left=True),
    httpx2.WriteTimeout: NoAnswer("the request could not be sent in time", left=True),
    httpx2.ReadError: NoAnswer("the connection broke before the answer was whole", left=True),
    httpx2.WriteError: NoAnswer("the connection broke while sending", left=True),
    httpx2.CloseError: NoAnswer("the connection broke while closing", left=True),
    httpx2.RemoteProtocolError: NoAnswer("the answer was cut or broken", left=True),
    httpx2.DecodingError: NoAnswer("the answer could not be unpacked", left=True),
    httpx2.TooManyRedirects: NoAnswer("the answer was a redirect", left=True),
    httpx2.SSEError: NoAnswer("the answer was a stream of events", left=True),
}
"""What each of the library's failures means: where bytes may have left, only a look-up can tell."""

UNKNOWN = NoAnswer("the call failed", left=True)
TOO_LATE = NoAnswer("the answer was not whole in time", left=True)
TOO_LARGE = NoAnswer("the answer was larger than any answer of Xero's", left=True)


class Client:
    """Calls Xero. One client serves many threads; close it, or use it in ``with``.

    ``transport`` is the seam for tests; ``monotonic`` is the clock of deadlines, in seconds.
    """

    def __init__(
        self,
        *,
        transport: httpx2.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._monotonic = monotonic
        self._most_bytes = most_bytes
        self._http = httpx2.Client(
            transport=transport or _Transport(monotonic),
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
            # Neither a .netrc nor a proxy variable may decide where a token goes.
            trust_env=False,
        )

    def send(self, request: Request, *, seconds: float = READ_SECONDS) -> Arrival:
        """Make one call and return what came of it; raises ``NotSecure`` and nothing else.

        ``seconds`` bounds the whole of it, from looking for a connection to the last byte.
        """
        check_secure(request.url)
        end = self._monotonic() + seconds
        try:
            with deadline.until(end), self._stream(request, seconds) as response:
                return self._whole(response, end)
        except httpx2.RequestError as error:
            return REASONS.get(type(error), UNKNOWN)

    def ask(
        self, call: Call, *, access_token: str, tenant_id: str, endpoints: Endpoints
    ) -> Arrival:
        """Make one call to an organisation."""
        request = accounting(call, access_token, tenant_id, endpoints)
        return self.send(request, seconds=call.seconds)

    def run(self, flow: Generator[Request, Arrival, T], *, seconds: float = READ_SECONDS) -> T:
        """Drive a sign-in flow to its end, each of its calls within ``seconds``."""
        try:
            request = next(flow)
            while True:
                request = flow.send(self.send(request, seconds=seconds))
        except StopIteration as done:
            result: T = done.value
            return result

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _stream(self, request: Request, seconds: float) -> AbstractContextManager[httpx2.Response]:
        return self._http.stream(
            request.method,
            request.url,
            params=request.query or None,
            headers=request.headers,
            content=request.body or None,
            timeout=httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
        )

    def _whole(self, response: httpx2.Response, end: float) -> Arrival:
        """Take the answer in, looking at the clock and the size at each chunk."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if self._monotonic() > end:
                return TOO_LATE
            if len(body) > self._most_bytes:
                return TOO_LARGE
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body))


class _Transport(httpx2.HTTPTransport):
    """The library's transport, with certificates checked and sockets that know the deadline."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        certificates = httpx2.create_ssl_context()
        super().__init__(verify=certificates)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=certificates,
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=deadline.Backend(monotonic),
        )
