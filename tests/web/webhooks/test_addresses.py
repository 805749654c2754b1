"""Messages go to public hosts over https, and nowhere inside."""

from __future__ import annotations

import ipaddress
import socket

import httpcore2
import pytest

from counterfoil.web.webhooks import addresses

PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")
INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fec0::1",
    "3fff::1",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:db8::1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_is_public(address: str) -> None:
    assert addresses.public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", INSIDE)
def test_what_leads_inside_is_not_however_it_is_written(address: str) -> None:
    assert not addresses.public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert addresses.fault(f"https://{host}/hook", loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://books.example.com/",
        "ftp://books.example.com/",
        "https://",
        "https:///hook",
        "https://user:secret@books.example.com/",
        "https://books.example.com/#part",
        "https://books.example.com:port/",
        "https://[::1/",
        "https://localhost/",
        "https://books.localhost/",
        "https://books.example.com/\r\nHost: inside",
        "https://bücher.example.com/",
        f"https://books.example.com/{'x' * 500}",
    ],
)
def test_what_no_webhook_can_be_is_refused_in_words(url: str) -> None:
    assert addresses.fault(url, loopback=False).endswith(".")


def test_a_public_https_address_is_taken() -> None:
    assert not addresses.fault("https://books.example.com:8443/hook?firm=1", loopback=False)


def test_this_machine_is_let_through_for_tests_only() -> None:
    assert not addresses.fault("http://localhost:9/", loopback=True)
    assert addresses.fault("http://books.example.com/", loopback=True)


def test_a_name_is_judged_when_it_is_called_by_all_that_it_points_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found = {"rebound": ["8.8.8.8", "10.0.0.1"], "good": ["8.8.8.8"]}[host]
        return [(None, None, 0, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    backend = addresses.PublicBackend(loopback=True)
    with pytest.raises(addresses.NotPublic):
        backend.connect_tcp("rebound", 443)
    assert str(backend._judged("good", 443)) == "8.8.8.8"


def test_a_name_that_nobody_knows_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(httpcore2.ConnectError, match="not known"):
        addresses.PublicBackend(loopback=False).connect_tcp("nowhere.example", 443)
