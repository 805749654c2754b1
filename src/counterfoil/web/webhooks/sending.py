"""One try of one message: bytes out, and in words what came of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpcore2
import httpx2
from django.conf import settings

from counterfoil.web.webhooks import addresses, signing
from counterfoil.xero import deadline

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Delivery

SECONDS = 10.0
"""The deadline of a try, from looking the name up to the answer's head; its body is not read."""
USER_AGENT = "Counterfoil"


def send(delivery: Delivery, *, now: dt.datetime) -> str:
    """Send a message; return why it was not taken, empty if it was."""
    url, body = delivery.webhook.url, bytes(delivery.body)
    loopback = settings.COUNTERFOIL.webhooks_to_loopback
    wrong = addresses.fault(url, loopback=loopback)
    if wrong:
        return wrong
    signed = signing.headers(delivery.webhook.name, delivery.name, body, now)
    headers = {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}
    try:
        with (
            deadline.until(time.monotonic() + SECONDS),
            _client(loopback=loopback) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            return _judged(answer.status_code)
    except httpx2.TransportError as trouble:
        return _said(trouble)


def _judged(status: int) -> str:
    if httpx2.codes.is_success(status):
        return ""
    if httpx2.codes.is_redirect(status):
        return f"It answered {status}, a redirect, which is not followed."
    return f"It answered {status}."


def _said(trouble: httpx2.TransportError) -> str:
    if isinstance(trouble.__cause__, addresses.NotPublic):
        return "The host is not public."
    if isinstance(trouble, httpx2.TimeoutException):
        return f"No answer came within {SECONDS:.0f} seconds."
    if isinstance(trouble, httpx2.ConnectError):
        return f"It could not be reached: {trouble}."[:200]
    return "The connection broke."


def _client(*, loopback: bool) -> httpx2.Client:
    return httpx2.Client(
        transport=_Transport(loopback=loopback),
        timeout=SECONDS,
        follow_redirects=False,
        # Neither a .netrc nor a proxy variable may decide where a message goes.
        trust_env=False,
    )


class _Transport(httpx2.HTTPTransport):
    """The library's transport, over connections that lead to public addresses only."""

    def __init__(self, *, loopback: bool) -> None:
        certificates = httpx2.create_ssl_context()
        super().__init__(verify=certificates)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=certificates,
            max_connections=1,
            network_backend=addresses.PublicBackend(loopback=loopback),
        )
