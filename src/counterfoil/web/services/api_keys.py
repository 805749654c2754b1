"""Keys to the intake API: made, shown once, told apart, revoked.

A key reads ``cf_<name>_<secret>``. The name may be shown; of the secret only a hash is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.web.models import ApiKey, Firm, Vendor
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

PREFIX = "cf"
NAME_BYTES = 6
SECRET_BYTES = 32
LONGEST_KEY = 100
NOTED_EVERY = dt.timedelta(minutes=1)
"""How exactly the last use is known: a write for every request would cost more than reading."""
MOST_KEYS = 100
"""Keys of one owner that are not revoked."""


class Scope(StrEnum):
    """What a key may be used for."""

    WRITE = "documents:write"
    """Hand documents in."""
    READ = "documents:read"
    """See what became of each document, and where it is in Xero."""
    STATUS = "status:read"
    """See how the connection and the queue stand, and the alerts; nothing of any document."""
    WEBHOOKS = "webhooks"
    """Say who is told when a document is posted or stuck."""
    FIRMS = "firms"
    """For vendors: set up firms, hand over connect addresses, see the status of their firms."""


OF_FIRMS = (Scope.WRITE, Scope.READ, Scope.STATUS, Scope.WEBHOOKS)
"""What a firm's own key may have."""


class TooManyKeys(Exception):
    """There are as many keys as there may be."""

    def __init__(self) -> None:
        super().__init__(f"There are {MOST_KEYS} keys already. Revoke one that is not used.")


@dataclass(frozen=True, slots=True)
class Made:
    """A new key with its text, which nobody can read again later."""

    row: ApiKey
    text: str

    def __repr__(self) -> str:
        return f"Made({self.row})"


def make(
    owner: Firm | Vendor, name: str, scopes: Collection[Scope], *, actor: str, now: dt.datetime
) -> Made:
    """Make a key. Raises ``TooManyKeys``; a scope that the owner cannot have is our own defect."""
    allowed = OF_FIRMS if isinstance(owner, Firm) else (Scope.FIRMS,)
    assert scopes, "a key is for something"
    assert set(scopes) <= set(allowed), scopes
    public, secret = secrets.token_hex(NAME_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        if standing(owner).count() >= MOST_KEYS:
            raise TooManyKeys
        row = ApiKey.objects.create(
            **_owned_by(owner),
            public=public,
            digest=_digest(secret),
            name=name,
            scopes=[str(scope) for scope in allowed if scope in scopes],
            created_at=now,
            created_by=actor,
        )
        if isinstance(owner, Firm):
            note(owner, "api key made", _told(row), actor=actor, now=now)
    return Made(row, f"{PREFIX}_{public}_{secret}")


def revoke(owner: Firm | Vendor, public: str, *, actor: str, now: dt.datetime) -> ApiKey | None:
    """End a key, at once and for good; None when the owner has no such key in force."""
    with transaction.atomic():
        row = standing(owner).select_for_update().filter(public=public).first()
        if row is None:
            return None
        row.revoked_at, row.revoked_by = now, actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        if isinstance(owner, Firm):
            note(owner, "api key revoked", _told(row), actor=actor, now=now)
    return row


def standing(owner: Firm | Vendor) -> QuerySet[ApiKey]:
    """Return the keys of an owner that are in force, the newest first."""
    return every(owner).filter(revoked_at=None)


def every(owner: Firm | Vendor) -> QuerySet[ApiKey]:
    """Return all keys that an owner ever had, the newest first."""
    return ApiKey.objects.filter(**_owned_by(owner)).order_by("-pk")


def known(text: str, *, now: dt.datetime) -> ApiKey | None:
    """Return the key in force that this text is, and note that it was used; None for any other."""
    public, secret = _parts(text)
    row = ApiKey.objects.select_related("firm", "vendor").filter(public=public).first()
    # Hashed also when there is no such key: the time of the answer tells nobody which names exist.
    right = hmac.compare_digest(_digest(secret), row.digest if row else "0" * 64)
    if row is None or not right or row.revoked_at is not None:
        return None
    if row.last_used_at is None or not now - NOTED_EVERY < row.last_used_at <= now:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def vendor(key: str, name: str, *, now: dt.datetime) -> Vendor:
    """Return the vendor of this key, made if it is not known yet."""
    found, _ = Vendor.objects.get_or_create(key=key, defaults={"name": name, "created_at": now})
    return found


def _parts(text: str) -> tuple[str, str]:
    prefix, _, rest = text[:LONGEST_KEY].partition("_")
    public, _, secret = rest.partition("_")
    return (public, secret) if prefix == PREFIX else ("", "")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _owned_by(owner: Firm | Vendor) -> dict[str, Firm | Vendor]:
    return {"firm" if isinstance(owner, Firm) else "vendor": owner}


def _told(row: ApiKey) -> str:
    return f"{row.name} ({row.public}): {', '.join(row.scopes)}"
