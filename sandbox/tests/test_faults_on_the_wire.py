"""Each fault over a real socket: what the caller sees, and what the books have taken."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, get_args

import httpx2
import pytest

from sandbox.tests.counter import CountingBooks
from xero_sandbox.faults import FaultName
from xero_sandbox.testing import running_sandbox

INVOICES: Final = "/api.xro/2.0/Invoices"


@dataclass(frozen=True)
class Seen:
    """What a caller sees of a fault; status None where the connection ends without one."""

    status: int | None
    applied: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


PROBLEM = {"x-rate-limit-problem": "minute", "retry-after": "60", "x-minlimit-remaining": "0"}
DAY = {"x-rate-limit-problem": "day", "retry-after": "86400", "x-daylimit-remaining": "0"}
CONCURRENT = {"x-rate-limit-problem": "concurrent", "retry-after": ""}
APP = {"x-rate-limit-problem": "appminute", "retry-after": "", "x-appminlimit-remaining": "0"}
OFFLINE = "The Organisation is offline"
TEXT = {"content-type": "text/plain; charset=utf-8"}
EXPECTED: dict[FaultName, Seen] = {
    "429_minute": Seen(429, 0, PROBLEM, ""),
    "429_day": Seen(429, 0, DAY, ""),
    "429_concurrent": Seen(429, 0, CONCURRENT, ""),
    "429_app": Seen(429, 0, APP, ""),
    "500_before": Seen(500, 0),
    "500_after": Seen(500, 1),
    "503_before": Seen(503, 0, TEXT, OFFLINE),
    "503_after": Seen(503, 1, TEXT, OFFLINE),
    "cut_before": Seen(None, 0),
    "cut_after_commit": Seen(None, 1),
    "cut_mid_body": Seen(None, 1),
    "html_200": Seen(200, 0, {"content-type": "text/html; charset=utf-8"}),
    "slow": Seen(200, 1),
    "late": Seen(200, 1),
    "duplicate": Seen(200, 2),
    "token_expired": Seen(401, 0, {"content-type": "application/json; charset=utf-8"}),
}


@pytest.fixture(scope="module")
def books() -> CountingBooks:
    return CountingBooks()


@pytest.fixture(scope="module")
def address(books: CountingBooks) -> Iterator[str]:
    with running_sandbox(handle=books.handle) as url:
        yield url


@pytest.fixture
def client(address: str, books: CountingBooks) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=5) as http:
        http.post("/_sandbox/reset")
        made = http.post("/_sandbox/organisations", json={"name": "Firm", "country": "AU"}).json()
        token = http.post("/_sandbox/token", json={}).json()["access_token"]
        http.headers |= {"authorization": f"Bearer {token}", "xero-tenant-id": made["tenantId"]}
        books.calls.clear()
        yield http


def test_no_fault_is_forgotten() -> None:
    assert set(EXPECTED) == set(get_args(FaultName))


@pytest.mark.parametrize("fault", EXPECTED)
def test_a_fault_is_seen_by_the_caller(
    client: httpx2.Client, books: CountingBooks, fault: FaultName
) -> None:
    expected = EXPECTED[fault]
    client.post("/_sandbox/faults", json=[{"fault": fault, "delay_ms": 50}])
    try:
        answer = client.put(INVOICES, json={})
    except httpx2.RemoteProtocolError:
        assert expected.status is None
    else:
        assert answer.status_code == expected.status
        found = {name: answer.headers.get(name, "") for name in expected.headers}
        assert found == expected.headers
        assert expected.body in {None, answer.text}
    assert len(books.calls) == expected.applied
    assert client.put(INVOICES, json={}).json()["number"] == str(expected.applied + 1)


def until_the_end(line: socket.socket) -> bytes:
    """Return what comes before the other side ends the line; one that stays open times out."""
    received = b""
    with suppress(ConnectionResetError):
        while part := line.recv(4096):
            received += part
    return received


@pytest.mark.parametrize(
    ("fault", "heard"), [("cut_before", False), ("cut_after_commit", False), ("cut_mid_body", True)]
)
def test_a_cut_ends_the_connection_at_once(
    client: httpx2.Client, fault: str, *, heard: bool
) -> None:
    client.post("/_sandbox/faults", json=[{"fault": fault}])
    asked = client.build_request("PUT", INVOICES, json={})
    head = "".join(f"{name}: {text}\r\n" for name, text in asked.headers.items())
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=5) as line:
        line.sendall(f"PUT {INVOICES} HTTP/1.1\r\n{head}\r\n".encode() + asked.read())
        received = until_the_end(line)
    assert received.startswith(b"HTTP/1.1 200") == heard
    assert not received.endswith(b"}")
