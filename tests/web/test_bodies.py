"""What comes in and what is handed out, byte by byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import h11
import pytest
from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from tests.web.cast import As

REQUEST = b"POST / HTTP/1.1\r\nHost: books.example.com\r\n%s\r\n\r\n"
PLAIN = re.compile(r'attachment; filename="[A-Za-z0-9.-]+"')


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5, 6",
        b"Transfer-Encoding: chunked, identity",
        b"Content-Length: -1",
    ],
)
def test_a_request_of_two_lengths_is_refused(lengths: bytes) -> None:
    assert AutoHTTPProtocol.__name__ == "H11Protocol"
    server = h11.Connection(h11.SERVER)
    server.receive_data(REQUEST % lengths)
    with pytest.raises(h11.RemoteProtocolError):
        server.next_event()


def test_chunks_go_before_a_length() -> None:
    server = h11.Connection(h11.SERVER)
    server.receive_data(REQUEST % b"Content-Length: 9\r\nTransfer-Encoding: chunked")
    server.receive_data(b"3\r\nabc\r\n0\r\n\r\nGET /next")
    events = [server.next_event() for _ in range(3)]
    assert [type(event) for event in events] == [h11.Request, h11.Data, h11.EndOfMessage]


@pytest.mark.parametrize(
    "address",
    [
        '/audit/export/?what="%0d%0aX-Evil:1',
        "/audit/record.zip?since=&until=",
        "/reconciliation/?form=csv&as_of=2026-07-31",
    ],
)
def test_a_download_has_a_name_that_the_server_made(address: str, signed_in: As) -> None:
    answer = signed_in("dora").get(address)
    if answer.status_code == 200 and "Content-Disposition" in answer.headers:
        assert PLAIN.fullmatch(answer["Content-Disposition"])
    else:
        assert "export" not in address
    assert "X-Evil" not in answer.headers
