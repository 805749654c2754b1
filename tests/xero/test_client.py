from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.target import Answer, Call, NoAnswer, Refused
from counterfoil.xero.client import MOST_BYTES, REASONS, TOO_LARGE, TOO_LATE, Client
from counterfoil.xero.courier import HttpCourier, XeroAuthority
from counterfoil.xero.oauth import App, OAuth
from counterfoil.xero.wire import Endpoints, NotSecure, Request
from tests.xero.scene import NOW

HERE = Endpoints.sandbox("http://localhost:1")
WRITE = Call("PUT", "/Invoices", (("unitdp", "4"),), b'{"Invoices":[]}', "t:key", NOW, seconds=90)
GRANT = Grant(ConnectionState.CONNECTED, 1, "tenant", access_token="s3cret")

Handler = Callable[[httpx2.Request], httpx2.Response]


def mocked(
    handler: Handler,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    most_bytes: int = MOST_BYTES,
) -> Client:
    transport = httpx2.MockTransport(handler)
    return Client(transport=transport, monotonic=monotonic, most_bytes=most_bytes)


def ask(client: Client, call: Call = WRITE) -> object:
    return client.ask(call, access_token="s3cret", tenant_id="tenant", endpoints=HERE)


def raising(failure: type[httpx2.RequestError]) -> Handler:
    def handler(request: httpx2.Request) -> httpx2.Response:
        raise failure("token s3cret", request=request)

    return handler


def test_an_answer_that_leads_elsewhere_is_not_followed() -> None:
    """What it leads to would get the token."""
    asked: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(307, headers={"Location": "https://evil.example.com/"})

    with mocked(handler) as client:
        answer = ask(client)
    assert isinstance(answer, Answer)
    assert (answer.status, asked) == (307, ["localhost"])


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
        below: list[type] = failure.__subclasses__()
        yield from itertools.chain.from_iterable(map(concrete, below)) if below else [failure]

    known = {f for f in concrete(httpx2.RequestError) if f.__module__.startswith("httpx2")}
    assert known
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
def server(
    *script: bytes | float, body: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, bytearray]]:
    """Play a server, once: it hears a request with so long a body, then sends and pauses."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(5)
    heard = bytearray()
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            accepted, _ = listening.accept()
            with tls.wrap_socket(accepted, server_side=True) if tls else accepted as connection:
                while b"\r\n\r\n" not in heard or len(heard.partition(b"\r\n\r\n")[2]) < body:
                    heard.extend(connection.recv(65_536) or b"\r\n\r\n" + b" " * body)
                for step in script:
                    over.wait(step) if isinstance(step, float) else connection.sendall(step)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        scheme = "https" if tls else "http"
        yield f"{scheme}://localhost:{listening.getsockname()[1]}", heard
    finally:
        over.set()
        listening.close()
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n"


@pytest.mark.parametrize(
    "script",
    [
        [10.0],
        [0.08, *itertools.chain.from_iterable((bytes([b]), 0.3) for b in HEAD)],
        [HEAD + b"\r\n", *[b"x", 0.3] * 30],
    ],
    ids=["silence", "trickling head", "trickling body"],
)
def test_the_deadline_holds_over_a_real_socket(script: list[bytes | float]) -> None:
    with server(*script) as (url, _), Client() as client:
        began = time.monotonic()
        arrival = client.send(Request("PUT", url, body=b"{}"), seconds=0.4)
        took = time.monotonic() - began
    assert arrival == REASONS[httpx2.ReadTimeout]
    assert 0.3 < took < 5


def test_an_answer_cut_in_its_middle_is_no_answer() -> None:
    with server(HEAD + b"\r\n{") as (url, _), Client() as client:
        assert client.send(Request("GET", url), seconds=5) == REASONS[httpx2.RemoteProtocolError]


def test_a_body_larger_than_one_write_leaves_whole() -> None:
    body = bytes(range(256)) * 1_000
    script = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with server(script, body=len(body)) as (url, heard), Client() as client:
        answer = client.send(Request("PUT", url, body=body), seconds=5)
    assert isinstance(answer, Answer)
    assert answer.body == b"ok"
    assert heard.partition(b"\r\n\r\n")[2] == body


def test_a_port_where_nobody_listens_proves_that_nothing_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with Client() as client:
        arrival = client.send(Request("PUT", url, body=b"{}"), seconds=5)
    assert arrival == REASONS[httpx2.ConnectError]
    assert not REASONS[httpx2.ConnectError].left


def self_signed(folder: Path) -> ssl.SSLContext:
    """Serve as localhost, under a certificate that no authority has signed."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), serial_number=1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2090, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(private + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with server(tls=self_signed(tmp_path)) as (url, heard), Client() as client:
        arrival = client.send(Request("PUT", url, body=b"{}"), seconds=5)
    assert arrival == REASONS[httpx2.ConnectError]
    assert not heard


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
