"""Reading what a caller sends to an identity route: forms, credentials, redirect addresses."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.wire import Request


def form(request: Request) -> dict[str, str]:
    """Return the fields of an ``application/x-www-form-urlencoded`` body; {} for another body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    text = request.body.decode("utf-8", errors="replace")
    return dict(parse_qsl(text, keep_blank_values=True))


def credentials(request: Request, fields: Mapping[str, str]) -> tuple[str, str | None]:
    """Return client id and secret, from the Basic header or else from the body.

    Both halves of the header come form-encoded (RFC 6749, section 2.3.1).
    The id is empty when there is none or the header is broken; the secret is None for a native
    app, which has none and proves itself by PKCE.
    """
    header = request.headers.get("authorization", "")
    if not header:
        return fields.get("client_id", ""), fields.get("client_secret") or None
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return "", None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError:  # no base64, no UTF-8, or no ASCII to begin with
        return "", None
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret) or None


def bearer(request: Request) -> str:
    """Return the access token of the request, or nothing."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def redirect_allowed(address: str) -> bool:
    """Say whether Xero lets an app return to ``address``.

    https anywhere and ``http://localhost`` on any port; ``http://127.0.0.1`` is refused, and so
    are wildcards and fragments (facts: Xero API section 1.2).
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address
    if not host or not plain or parts.fragment or "*" in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")


def with_query(address: str, fields: Mapping[str, str]) -> str:
    """Return ``address`` with ``fields`` added to its query."""
    parts = urlsplit(address)
    query = "&".join(each for each in (parts.query, urlencode(fields)) if each)
    return urlunsplit(parts._replace(query=query))
