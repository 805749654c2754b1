"""The server: its port, and the poster that it keeps alive."""

import base64
import datetime as dt
import os
import secrets
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from counterfoil.web import serve
from counterfoil.web.configuration import Configuration, gathered


def test_a_taken_port_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.PortTaken, match=f"Port {port} on localhost is taken"):
            serve.run(port=port)


def test_a_poster_that_keeps_dying_is_started_less_and_less_often() -> None:
    waits = [0.0]
    for _ in range(7):
        waits.append(serve.pause(lived=0.1, last=waits[-1]))
    assert waits[1:] == [1, 2, 4, 8, 16, 30, 30]


def test_a_poster_that_lived_well_is_started_again_soon() -> None:
    assert serve.pause(lived=serve.STEADY, last=30) == 1


def test_a_poster_that_ends_is_started_again_until_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "pause", lambda **_: 0.01)
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x'); import time; time.sleep(0.05)"
    keeper = serve.Keeper(lambda: subprocess.Popen([sys.executable, "-S", "-c", code]))
    watching = threading.Thread(target=keeper.watch)
    watching.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (not starts.exists() or len(starts.read_text()) < 2):
        time.sleep(0.02)
    keeper.stop()
    watching.join(timeout=10)
    assert not watching.is_alive()
    assert len(starts.read_text()) >= 2


def test_a_poster_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PATIENCE", 0.1)
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    serve._end(child)
    assert child.poll() == -9
    child.stdout.close()


@pytest.mark.parametrize(
    ("host", "given", "refused"),
    [
        ("localhost", {}, False),
        ("127.0.0.1", {}, False),
        ("::1", {}, False),
        ("0.0.0.0", {}, True),
        ("192.0.2.7", {"url": "https://books.example.com"}, True),
        ("0.0.0.0", {"behind_proxy": True}, False),
        ("192.0.2.7", {"tls_certificate": Path("chain.pem"), "tls_key": Path("key.pem")}, False),
    ],
)
def test_others_reach_the_server_over_tls_or_through_a_proxy_only(
    host: str, given: dict[str, Any], refused: bool
) -> None:
    why = serve.exposed(host, Configuration(home=Path(), **given))
    assert bool(why) == refused
    assert not why or "COUNTERFOIL_TLS_CERTIFICATE" in why


@pytest.mark.parametrize(
    ("url", "demanded", "said"),
    [
        ("https://books.example.com", False, True),
        ("https://books.example.com", True, False),
        ("http://localhost:8000", False, False),
    ],
)
def test_a_site_that_a_password_alone_opens_to_others_is_remarked_on(
    url: str, demanded: bool, said: bool
) -> None:
    ours = Configuration(home=Path(), url=url, second_factor=demanded)
    assert ("COUNTERFOIL_SECOND_FACTOR=offered" in serve.weak(ours)) == said


def test_a_folder_of_data_that_is_not_there_is_made_though_the_keys_are_elsewhere(
    tmp_path: Path,
) -> None:
    home = tmp_path / "not" / "there"
    keys = {"COUNTERFOIL_SECRET_KEY": secrets.token_urlsafe(48)}
    keys["COUNTERFOIL_SECRET_KEYS"] = base64.b64encode(secrets.token_bytes(32)).decode()
    subprocess.run(
        [sys.executable, "-c", "from counterfoil.web import settings"],
        env={"COUNTERFOIL_HOME": str(home), "PATH": os.environ["PATH"], **keys},
        cwd=tmp_path,
        check=True,
    )
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_server_that_others_could_listen_to_does_not_start() -> None:
    with pytest.raises(serve.CannotStart, match="others could read what is said"):
        serve._server("0.0.0.0")


def a_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    signed = made.add_extension(
        x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
    ).sign(key, hashes.SHA256())
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, secret


def test_a_server_with_a_certificate_speaks_tls_and_nothing_else(
    tmp_path: Path, settings: Settings
) -> None:
    chain, key = a_certificate(tmp_path)
    settings.COUNTERFOIL = replace(settings.COUNTERFOIL, tls_certificate=chain, tls_key=key)
    server = serve._server("192.0.2.7")
    trust = ssl.create_default_context(cafile=str(chain))
    with socket.create_server(("127.0.0.1", 0)) as listener, running(server, listener):
        address = f"://localhost:{listener.getsockname()[1]}/health/live"
        with httpx2.Client(verify=trust, trust_env=False, timeout=30) as client:
            assert client.get(f"https{address}").status_code == 200
            with pytest.raises(httpx2.HTTPError):
                client.get(f"http{address}")
    offered = server.config.ssl
    assert offered is not None
    assert offered.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert all(each["aead"] for each in offered.get_ciphers())


@contextmanager
def running(server: uvicorn.Server, listener: socket.socket) -> Iterator[None]:
    """Let a server answer beside the block; it ends with the block, or with the tests."""
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def test_a_server_is_called_as_the_file_of_settings_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUNTERFOIL_URL")
    serve._name_ourselves("localhost:8001")
    assert os.environ["COUNTERFOIL_URL"] == "http://localhost:8001"
    monkeypatch.delenv("COUNTERFOIL_URL")
    Path(".env").write_text("COUNTERFOIL_URL=https://books.example.com\n")
    serve._name_ourselves("localhost:8001")
    assert "COUNTERFOIL_URL" not in os.environ
    assert gathered(os.environ)["COUNTERFOIL_URL"] == "https://books.example.com"
    # What the environment says goes first, be it nothing.
    assert gathered({"COUNTERFOIL_URL": ""})["COUNTERFOIL_URL"] == ""


def test_a_key_that_is_not_the_certificates_is_said_in_words(tmp_path: Path) -> None:
    chain, _ = a_certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _, other = a_certificate(tmp_path / "other")
    ours = Configuration(home=tmp_path, tls_certificate=chain, tls_key=other)
    assert "cannot be used together" in serve._unable_to_encrypt(ours)
