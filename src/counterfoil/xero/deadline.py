"""A total deadline under HTTP: no operation of a socket may outlast the call that it is part of.

A time-out of the library starts anew with every chunk, so that a peer that sends one byte now and
then is never too late. Here each operation gets what is left of the whole call, headers and TLS
handshake included (architecture.md, rule 5).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

import httpcore2

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable

WRITE_CHUNK = 65_536
"""Bytes handed to the socket at a time; the clock is looked at between two."""

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


@contextlib.contextmanager
def until(end: float) -> Iterator[None]:
    """Let every socket operation of this thread end by ``end``, on the monotonic clock."""
    token = _ends.set(end)
    try:
        yield
    finally:
        _ends.reset(token)


class Backend(httpcore2.SyncBackend):
    """Connects as usual, and hands out streams that know the deadline."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect within what is left."""
        left = remaining(timeout, self._monotonic(), httpcore2.ConnectTimeout)
        stream = super().connect_tcp(host, port, left, local_address, socket_options)
        return Stream(stream, self._monotonic)


class Stream(httpcore2.NetworkStream):
    """A connection whose every operation gets what is left of the call."""

    def __init__(self, inner: httpcore2.NetworkStream, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._monotonic = monotonic

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within what is left."""
        left = remaining(timeout, self._monotonic(), httpcore2.ReadTimeout)
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write piece by piece, each within what is left."""
        view = memoryview(buffer)
        for start in range(0, len(view), WRITE_CHUNK):
            left = remaining(timeout, self._monotonic(), httpcore2.WriteTimeout)
            self._inner.write(bytes(view[start : start + WRITE_CHUNK]), left)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Shake hands within what is left."""
        left = remaining(timeout, self._monotonic(), httpcore2.ConnectTimeout)
        return Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._monotonic)

    def get_extra_info(self, info: str) -> object:
        """Tell about the connection; the pool asks whether it is still usable."""
        return self._inner.get_extra_info(info)


def remaining(timeout: float | None, now: float, late: type[Exception]) -> float | None:
    """Return the shorter of a time-out and what is left of the call; ``late`` if nothing is."""
    end = _ends.get()
    if end is None:
        return timeout
    left = end - now
    if left <= 0:
        raise late
    return left if timeout is None else min(timeout, left)
