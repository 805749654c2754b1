"""Where messages may go: public hosts over https, and nowhere inside.

Who adds a webhook chooses where this server calls. Without a guard that reaches into the network
that it stands in: a database, a cloud's metadata, another service's administration (OWASP ASVS
13.2.4). So the host's addresses are judged at the moment of connecting, and the connection goes to
the very address that was judged: a name that points elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpcore2

from counterfoil.web.configuration import LOOPBACK
from counterfoil.xero import deadline

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_URL = 500
_CARRIERS = tuple(
    ipaddress.ip_network(each)
    for each in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "100::/64",
        "3fff::/20",
    )
)
"""Networks that carry another address within, or lead nowhere, and count as global all the same."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotPublic(httpcore2.ConnectError):
    """The host is within some network, or is this machine."""


def fault(url: str, *, loopback: bool) -> str:
    """Return why an address cannot be a webhook's, in words; empty if it can.

    ``loopback`` lets this machine itself through, also without TLS: for tests. Names are judged
    only when they are called.
    """
    if not 0 < len(url) <= LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"An address has 1 to {LONGEST_URL} plain characters, without spaces."
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "This is no address of the web."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "The address may hold no name, no password and no part after #."
    return _fault_of(parts.scheme, parts.hostname or "", loopback=loopback)


def _fault_of(scheme: str, host: str, *, loopback: bool) -> str:
    if loopback and host in LOOPBACK and scheme in {"http", "https"}:
        return ""
    if scheme != "https" or not host:
        return "The address has to begin with https://."
    literal = _literal(host)
    if host == "localhost" or host.endswith(".localhost") or (literal and not public(literal)):
        return "The address leads into a network of its own; it has to be public."
    return ""


def public(address: Address) -> bool:
    """Tell whether an address is one of the open internet."""
    inner = getattr(address, "ipv4_mapped", None)
    if inner is not None:
        return public(inner)
    if any(address in network for network in _CARRIERS if network.version == address.version):
        return False
    inside = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or inside)


class PublicBackend(deadline.Backend):
    """Connects to public addresses only; with ``loopback`` also to this machine."""

    def __init__(self, *, loopback: bool) -> None:
        super().__init__()
        self._loopback = loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to an address of the host that was judged. Raises ``NotPublic``."""
        chosen = self._judged(host, port)
        return super().connect_tcp(str(chosen), port, timeout, local_address, socket_options)

    def _judged(self, host: str, port: int) -> Address:
        found = _resolved(host, port)
        if self._loopback and host in LOOPBACK and all(one.is_loopback for one in found):
            return found[0]
        if not all(public(one) for one in found):
            raise NotPublic("the host is not public")
        return found[0]


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as trouble:
        raise httpcore2.ConnectError("the host's name is not known") from trouble
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
