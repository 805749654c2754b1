"""What we ask of Xero's hosts, and where they are. What comes back is ``posting.target``'s."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from counterfoil.posting.target import Call

Pairs = tuple[tuple[str, str], ...]
"""Names and values in their order, as a query or a header block has them."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
JSON = "application/json"


class NotSecure(ValueError):
    """An address that would carry secrets in the clear."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP call: an absolute address, the query apart, and the exact bytes of the body.

    Headers may carry the client's secret or a token, and the body a code or a refresh token;
    neither shows in ``repr``.
    """

    method: str
    url: str
    query: Pairs = ()
    headers: Pairs = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where Xero is (facts: Xero API section 1.1). ``api`` has no slash at its end."""

    authorise: str
    token: str
    revocation: str
    connections: str
    api: str

    @classmethod
    def xero(cls) -> Endpoints:
        """Return Xero's own three hosts."""
        return cls(
            authorise="https://login.xero.com/identity/connect/authorize",
            token="https://identity.xero.com/connect/token",
            revocation="https://identity.xero.com/connect/revocation",
            connections="https://api.xero.com/connections",
            api="https://api.xero.com/api.xro/2.0",
        )

    @classmethod
    def sandbox(cls, base_url: str) -> Endpoints:
        """Return the sandbox's addresses: one origin plays all three hosts (``XERO_BASE_URL``)."""
        base = base_url.rstrip("/")
        check_secure(base)
        return cls(
            authorise=f"{base}/identity/connect/authorize",
            token=f"{base}/connect/token",
            revocation=f"{base}/connect/revocation",
            connections=f"{base}/connections",
            api=f"{base}/api.xro/2.0",
        )


def check_secure(url: str) -> None:
    """Raise ``NotSecure`` unless the address is https, or http on this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    # The address may hold a password; only its scheme and host are shown.
    raise NotSecure(f"{parts.scheme}://{parts.hostname} is neither https nor this machine")


def accounting(call: Call, access_token: str, tenant_id: str, endpoints: Endpoints) -> Request:
    """Return the HTTP request that a call to an organisation is.

    Xero answers XML unless it is asked for JSON (facts: Xero API section 4).
    """
    headers = [
        ("Authorization", f"Bearer {access_token}"),
        ("Xero-Tenant-Id", tenant_id),
        ("Accept", JSON),
    ]
    if call.body:
        headers.append(("Content-Type", JSON))
    if call.key:
        headers.append(("Idempotency-Key", call.key))
    if call.modified_since is not None:
        headers.append(("If-Modified-Since", since(call.modified_since)))
    url = endpoints.api + quote(call.path, safe="/%:")
    return Request(call.method, url, call.query, tuple(headers), call.body)


def since(moment: dt.datetime) -> str:
    """Return a time as Xero wants it in If-Modified-Since: UTC, ISO, to the second, no zone."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}"
