"""What Xero's identity service answers: tokens and connections."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.xero.decode.loose import (
    Unreadable,
    envelope,
    moment,
    number,
    parse,
    text,
    whole,
)

if TYPE_CHECKING:
    from counterfoil.xero.decode.loose import Fields

LONGEST_LIFE = 86_400
"""No access token is believed to live longer than a day, whatever its reply says (seconds)."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token pair. The refresh token replaces the one it came from; neither shows in ``repr``.

    ``authentication_event_id`` names the consent (it filters ``/connections``), ``xero_user_id``
    who gave it; both are empty when the access token cannot be looked into.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: dt.datetime
    scope: str
    authentication_event_id: str = ""
    xero_user_id: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """One organisation that the user has connected. ``connection_id`` is what is disconnected."""

    connection_id: str
    tenant_id: str
    tenant_type: str
    tenant_name: str
    auth_event_id: str
    created: dt.datetime | None
    updated: dt.datetime | None


def tokens(body: bytes, now: dt.datetime) -> Tokens:
    """Return the pair of a token reply; ``Unreadable`` if a part of it is missing.

    A reply without a refresh token is refused: the connection would die with the access token.
    """
    fields = envelope(body)
    access, refresh = text(fields, "access_token"), text(fields, "refresh_token")
    seconds = number(fields, "expires_in")
    life = None if seconds is None else whole(seconds)
    if not access or not refresh or life is None or life <= 0:
        raise Unreadable("the token reply lacks a token or its life")
    if not access.isascii() or not access.isprintable():
        raise Unreadable("the access token cannot stand in a header")
    claims = _claims(access)
    return Tokens(
        access,
        refresh,
        now + dt.timedelta(seconds=min(life, LONGEST_LIFE)),
        text(fields, "scope"),
        text(claims, "authentication_event_id"),
        text(claims, "xero_userid"),
    )


def connections(body: bytes) -> tuple[Connection, ...]:
    """Return the connected organisations; ``Unreadable`` if the body is no list."""
    value = parse(body)
    if not isinstance(value, list):
        raise Unreadable("the body is not a list of connections")
    return tuple(_connection(entry) for entry in value if isinstance(entry, dict))


def _connection(fields: Fields) -> Connection:
    return Connection(
        text(fields, "id"),
        text(fields, "tenantId"),
        text(fields, "tenantType"),
        text(fields, "tenantName"),
        text(fields, "authEventId"),
        moment(fields, "createdDateUtc"),
        moment(fields, "updatedDateUtc"),
    )


def _claims(access_token: str) -> Fields:
    """Return what the token says of itself.

    Its signature is not verified: it came straight from Xero, and nothing is decided by it.
    """
    parts = access_token.split(".")
    if len(parts) != len(("header", "payload", "signature")):
        return {}
    try:
        return envelope(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:  # Not base64, or not JSON.
        return {}
