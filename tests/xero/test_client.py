from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx2
import pytest

from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.target import Answer, Call, NoAnswer, Refused
from counterfoil.xero import client as client_module
from counterfoil.xero.client import REASONS, TOO_LARGE, TOO_LATE, Client
from counterfoil.xero.courier import HttpCourier, XeroAuthority
from counterfoil.xero.oauth import App, OAuth
from counterfoil.xero.wire import Endpoints, NotSecure, Request
from tests.xero.scene import NOW

HERE = Endpoints.sandbox("http://localhost:1")
WRITE = Call("PUT", "/Invoices", (("unitdp", "4"),), b'{"Invoices":[]}', "t:key", NOW, seconds=90)
GRANT = Grant(ConnectionState.CONNECTED, 1, "tenant", access_token="s3cret")

Handler = Callable[[httpx2.Request], httpx2.Response]


def mocked(handler: Handler, **options: object) -> Client:
    return Client(transport=httpx2.MockTransport(handler), **options)  # type: ignore[arg-type]


def ask(client: Client, call: Call = WRITE) -> object:
    return client.ask(call, access_token="s3cret", tenant_id="tenant", endpoints=HERE)


def raising(failure: type[httpx2.RequestError]) -> Handler:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise failure("token s3cret", request=request)

    return handler


def test_a_write_carries_its_key_its_tenant_and_its_exact_bytes() -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, headers={"Xero-Correlation-Id": "c-1"}, content=b"{}")

    with mocked(handler) as client:
        answer = ask(client)
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.headers["xero-correlation-id"]) == (
        200,
        b"{}",
        "c-1",
    )
    (request,) = seen
    assert str(request.url) == "http://localhost:1/api.xro/2.0/Invoices?unitdp=4"
    assert (request.method, request.content) == ("PUT", WRITE.body)
    wanted = {
        "authorization": "Bearer s3cret",
        "xero-tenant-id": "tenant",
        "accept": "application/json",
        "content-type": "application/json",
        "idempotency-key": "t:key",
        "if-modified-since": "2026-07-20T09:30:00",
    }
    assert wanted.items() <= dict(request.headers).items()


@pytest.mark.parametrize("status", [200, 301, 400, 401, 429, 500, 503])
def test_every_status_is_an_answer_and_nothing_is_sent_twice(status: int) -> None:
    sent: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        sent.append(str(request.url))
        return httpx2.Response(status, headers={"Location": "http://localhost:1/elsewhere"})

    with mocked(handler) as client:
        answer = ask(client)
    assert isinstance(answer, Answer)
    assert answer.status == status
    assert len(sent) == 1


@pytest.mark.parametrize("failure", REASONS, ids=lambda failure: failure.__name__)
def test_every_failure_is_a_value_that_tells_whether_bytes_left(
    failure: type[httpx2.RequestError],
) -> None:
    with mocked(raising(failure)) as client:
        arrival = ask(client)
    assert arrival == REASONS[failure]
    assert "s3cret" not in repr(arrival)


def test_the_table_of_failures_is_complete() -> None:
    def concrete(failure: type) -> Iterator[type]:
        below = failure.__subclasses__()
        yield from itertools.chain.from_iterable(map(concrete, below)) if below else [failure]

    known = {f for f in concrete(httpx2.RequestError) if f.__module__.startswith("httpx2")}
    assert known <= set(REASONS)


def test_only_what_never_connected_is_sure_not_to_have_left() -> None:
    unsent = {failure for failure, arrival in REASONS.items() if not arrival.left}
    assert unsent == {
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.ProxyError,
        httpx2.UnsupportedProtocol,
    }


def test_an_answer_larger_than_any_of_xero_s_is_not_taken_in() -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    headers = {"Content-Encoding": "gzip"}
    with mocked(lambda _: httpx2.Response(200, headers=headers, content=bomb)) as roomy:
        assert isinstance(ask(roomy), Answer)

    def stream(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=headers, stream=Drip([bomb]))

    with mocked(stream, most_bytes=10_000) as client:
        assert ask(client) == TOO_LARGE


class Drip(httpx2.SyncByteStream):
    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


def test_an_answer_that_trickles_past_the_deadline_is_no_answer() -> None:
    clock = itertools.count(0.0, 20.0)

    def stream(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Drip([b"{", b'"Invoices"', b":", b"[", b"]", b"}"]))

    with mocked(stream, monotonic=lambda: next(clock)) as client:
        assert ask(client, replace(WRITE, seconds=90)) == TOO_LATE


def test_nothing_leaves_for_a_host_in_the_clear() -> None:
    with mocked(lambda _: httpx2.Response(200)) as client, pytest.raises(NotSecure):
        client.send(Request("GET", "http://api.xero.example/"))


@contextmanager
def server(*script: bytes | float) -> Iterator[str]:
    """Play a server that sends bytes and pauses, once; it ends with its connection."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(5)

    def serve() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(65_536)
            for step in script:
                try:
                    time.sleep(step) if isinstance(step, float) else connection.sendall(step)
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.close()
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n"


@pytest.mark.parametrize(
    "script",
    [
        [1.0],
        [0.08, *itertools.chain.from_iterable((bytes([b]), 0.08) for b in HEAD[:14])],
        [HEAD + b"\r\n", *[b"x", 0.08] * 14],
    ],
    ids=["silence", "trickling head", "trickling body"],
)
def test_the_deadline_holds_over_a_real_socket(script: list[bytes | float]) -> None:
    with server(*script) as url, Client() as client:
        began = time.monotonic()
        arrival = client.send(Request("PUT", url, body=b"{}"), seconds=0.4)
        took = time.monotonic() - began
    assert arrival == REASONS[httpx2.ReadTimeout]
    assert 0.3 < took < 0.9


def test_an_answer_cut_in_its_middle_is_no_answer() -> None:
    with server(HEAD + b"\r\n{") as url, Client() as client:
        assert client.send(Request("GET", url), seconds=5) == REASONS[httpx2.RemoteProtocolError]


def test_a_large_body_leaves_whole() -> None:
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as url, Client() as client:
        answer = client.send(Request("PUT", url, body=b"x" * 60_000), seconds=5)
    assert isinstance(answer, Answer)
    assert answer.body == b"ok"


def test_a_port_where_nobody_listens_proves_that_nothing_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with Client() as client:
        arrival = client.send(Request("PUT", url, body=b"{}"), seconds=5)
    assert arrival == REASONS[httpx2.ConnectError]
    assert not REASONS[httpx2.ConnectError].left


def test_a_certificate_that_nobody_vouches_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = client_module.httpx2.create_ssl_context()
    assert made.check_hostname
    assert made.verify_mode.name == "CERT_REQUIRED"
    monkeypatch.setattr(client_module, "CONNECT_SECONDS", 2.0)
    with server(b"no TLS here") as url, Client() as client:
        arrival = client.send(Request("GET", url.replace("http:", "https:")), seconds=2)
    assert isinstance(arrival, NoAnswer)
    assert not arrival.left


def test_the_courier_delivers_each_arrival_under_its_ticket() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=request.url.path.encode())

    with mocked(handler) as client, HttpCourier(client, HERE) as courier:
        for name in ("a", "b", "c"):
            courier.start(name, replace(WRITE, path=f"/{name}"), GRANT)
        arrived = [courier.wait(5) for _ in range(3)]
        assert courier.wait(0.01) is None
    bodies = {one.ticket: one.arrival for one in arrived if one is not None}
    assert {t: a.body for t, a in bodies.items() if isinstance(a, Answer)} == {
        name: f"/api.xro/2.0/{name}".encode() for name in ("a", "b", "c")
    }


def test_a_fault_of_ours_in_a_thread_still_arrives_and_quotes_nothing() -> None:
    def handler(_: httpx2.Request) -> httpx2.Response:
        raise KeyError("s3cret")

    with mocked(handler) as client, HttpCourier(client, HERE) as courier:
        courier.start("a", WRITE, GRANT)
        arrived = courier.wait(5)
    assert arrived is not None
    assert arrived.arrival == NoAnswer("the call failed (KeyError)", left=True)


@pytest.mark.parametrize(
    ("status", "body", "dead"),
    [
        (400, b'{"error":"invalid_grant"}', True),
        (503, b"offline", False),
        (400, b'{"error":"invalid_client"}', False),
    ],
)
def test_a_refused_refresh_tells_whether_the_grant_is_dead(
    status: int, body: bytes, *, dead: bool
) -> None:
    oauth = OAuth(App("client", "s3cret", "http://localhost/"), HERE)
    with mocked(lambda _: httpx2.Response(status, content=body)) as client:
        got = XeroAuthority(client, oauth).refresh("r3fresh", now=NOW)
    assert isinstance(got, Refused)
    assert got.dead is dead
    assert "s3cret" not in got.reason
