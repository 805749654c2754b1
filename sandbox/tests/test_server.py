"""The sandbox on a real socket."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from sandbox.tests.counter import CountingBooks
from xero_sandbox.testing import running_sandbox

INVOICES = "/api.xro/2.0/Invoices"


@pytest.fixture(scope="module")
def books() -> CountingBooks:
    return CountingBooks()


@pytest.fixture(scope="module")
def address(books: CountingBooks) -> Iterator[str]:
    with running_sandbox(handle=books.handle, limits=False) as url:
        yield url


@pytest.fixture
def client(address: str, books: CountingBooks) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, timeout=5) as http:
        http.post("/_sandbox/reset")
        http.post("/_sandbox/switches", json={"limits": True, "key_in_process": "replay"})
        made = http.post("/_sandbox/organisations", json={"name": "Firm", "country": "AU"}).json()
        token = http.post("/_sandbox/token", json={}).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        http.headers["xero-tenant-id"] = made["tenantId"]
        books.calls.clear()
        yield http


def order(client: httpx2.Client, **fault: object) -> None:
    assert client.post("/_sandbox/faults", json=[fault]).status_code == 200


def wait_for_a_call(books: CountingBooks) -> None:
    until = time.monotonic() + 5
    while not books.calls and time.monotonic() < until:
        time.sleep(0.02)
    assert len(books.calls) == 1


@pytest.mark.parametrize(("fault", "applied"), [("cut_before", 0), ("cut_after_commit", 1)])
def test_a_cut_ends_the_connection_without_an_answer(
    client: httpx2.Client, books: CountingBooks, fault: str, applied: int
) -> None:
    order(client, fault=fault)
    with pytest.raises(httpx2.RemoteProtocolError):
        client.put(INVOICES, json={})
    assert len(books.calls) == applied
    assert client.put(INVOICES, json={}).status_code == 200


def test_a_cut_in_the_body_leaves_half_of_it(client: httpx2.Client, books: CountingBooks) -> None:
    order(client, fault="cut_mid_body")
    with client.stream("PUT", INVOICES, json={}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx2.RemoteProtocolError, match="without sending complete"):
            answer.read()
    assert len(books.calls) == 1


def test_a_slow_answer_is_late_but_applied_at_once(
    client: httpx2.Client, books: CountingBooks
) -> None:
    order(client, fault="slow", delay_ms=600)
    with pytest.raises(httpx2.ReadTimeout):
        client.put(INVOICES, json={}, timeout=0.1)
    wait_for_a_call(books)


def test_a_late_call_is_applied_after_its_caller_has_hung_up(
    client: httpx2.Client, books: CountingBooks
) -> None:
    order(client, fault="late", delay_ms=600)
    with pytest.raises(httpx2.ReadTimeout):
        client.put(INVOICES, json={}, timeout=0.1)
    assert not books.calls
    wait_for_a_call(books)


def test_a_key_in_process_is_joined_over_two_connections(
    client: httpx2.Client, books: CountingBooks
) -> None:
    order(client, fault="late", delay_ms=200)
    headers = {"idempotency-key": "k"}
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(client.put, INVOICES, json={}, headers=headers) for _ in range(2)]
        assert [each.result().json()["number"] for each in both] == ["1", "1"]
    assert len(books.calls) == 1


def test_a_sixth_call_in_flight_is_refused(client: httpx2.Client) -> None:
    order(client, fault="late", delay_ms=800, times=5)
    with ThreadPoolExecutor(6) as pool:
        six = [pool.submit(client.put, INVOICES, json={}) for _ in range(6)]
        statuses = sorted(each.result().status_code for each in six)
    assert statuses == [200] * 5 + [429]


def test_the_answer_to_a_delete_has_no_body(client: httpx2.Client) -> None:
    row = client.get("/connections").json()[0]
    answer = client.delete(f"/connections/{row['id']}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_foreign_host_name_does_not_reach_the_control_routes(client: httpx2.Client) -> None:
    answer = client.post("/_sandbox/reset", headers={"host": "evil.example"})
    assert answer.status_code == 403
    assert client.get("/_sandbox/organisations").json()


def test_a_body_over_ten_megabytes_is_refused(client: httpx2.Client) -> None:
    answer = client.put(INVOICES, content=b" " * (10 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/plain")


def test_nonsense_on_the_wire_is_a_400(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(b"HELLO\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 400")


def test_escaped_paths_and_repeated_keys_reach_the_books_read(
    client: httpx2.Client, books: CountingBooks
) -> None:
    client.get("/api.xro/2.0/Invoices/INV%2D1?where=a%3D1&page=1&page=2")
    assert books.calls[-1].segments == ("Invoices", "INV-1")
    assert books.calls[-1].query == {"where": "a=1", "page": "2"}


def test_discovery_names_the_address_it_was_asked_at(client: httpx2.Client, address: str) -> None:
    found = client.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == address
    assert found["token_endpoint"] == f"{address}/connect/token"


def test_the_date_of_an_answer_is_the_sandboxs_own_time(client: httpx2.Client) -> None:
    first = parsedate_to_datetime(client.get(INVOICES).headers["date"])
    client.post("/_sandbox/clock", json={"advance_seconds": 3600})
    later = parsedate_to_datetime(client.get(INVOICES).headers["date"])
    assert dt.timedelta(hours=1) <= later - first < dt.timedelta(hours=1, minutes=1)
