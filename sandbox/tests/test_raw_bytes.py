"""Bytes that no client library sends: an answer of HTTP or a closed line, and never a 5xx."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest

from xero_sandbox.testing import running_sandbox

PATH = b"/api.xro/2.0/Invoices"
CHUNKED = b"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
RAW = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no host": b"GET " + PATH + b" HTTP/1.1\r\n\r\n",
    "HTTP/1.0": b"GET " + PATH + b" HTTP/1.0\r\n\r\n",
    "a whole address": b"GET http://api.xero.com" + PATH + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a nought in the path": b"GET " + PATH + b"/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "no UTF-8 in the path": b"GET " + PATH + b"/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    "no UTF-8 in the query": b"GET " + PATH + b"?where=%ff&%80=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "half an escape": b"GET " + PATH + b"/%2 HTTP/1.1\r\nHost: x\r\n\r\n",
    "dots": b"GET /api.xro/2.0/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "broken chunks": CHUNKED + b"zz\r\nab\r\n",
    "sound chunks": CHUNKED + b"1\r\n{\r\n0\r\n\r\n",
    "bytes in a header": b"GET "
    + PATH
    + b" HTTP/1.1\r\nHost: x\r\nXero-Tenant-Id: \xff\xfe\r\n\r\n",
    "a bearer of bytes": b"GET "
    + PATH
    + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xe9\r\n\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "a long address": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a verb of its own": b"BREW " + PATH + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two at once": 2 * (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    "an upgrade": b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "nothing": b"",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_sandbox() as url:
        yield url


@pytest.mark.parametrize("name", RAW)
def test_raw_bytes_never_break_the_sandbox(address: str, name: str) -> None:
    port = int(address.rpartition(":")[2])
    answer = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.4) as line:
        line.sendall(RAW[name])
        line.shutdown(socket.SHUT_WR)
        while part := line.recv(65_536):
            answer += part
    assert answer == b"" or answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4"))
    assert httpx2.get(f"{address}/_sandbox/health").status_code == 200
