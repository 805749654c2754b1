"""Signatures, so that a receiver knows who speaks and that nothing was altered or played again.

As the Standard Webhooks specification has it: HMAC-SHA-256 over the message's id, the time of
sending and the body. The secret is derived from the webhook's random name with a key that the
database does not hold; so nothing of it is stored anywhere, and rotating the keys that encrypt
tokens leaves it as it is.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

from counterfoil.web.store import derived

if TYPE_CHECKING:
    import datetime as dt

PURPOSE = "webhook signatures"
PREFIX = "whsec_"


def secret_of(webhook: str) -> str:
    """Return the secret of a webhook, as its receiver is given it once."""
    return PREFIX + base64.b64encode(_key(webhook)).decode("ascii")


def headers(webhook: str, message: str, body: bytes, now: dt.datetime) -> dict[str, str]:
    """Return the headers that prove a message; the time is of this try, in Unix seconds."""
    at = str(int(now.timestamp()))
    signed = hmac.digest(_key(webhook), b".".join((message.encode(), at.encode(), body)), "sha256")
    return {
        "webhook-id": message,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode('ascii')}",
    }


def _key(webhook: str) -> bytes:
    return hmac.digest(derived(PURPOSE), webhook.encode(), "sha256")
