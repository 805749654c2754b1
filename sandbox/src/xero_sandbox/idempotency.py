"""Idempotency keys: six minutes from the first call, per app, errors kept too.

Keys are per app and not per organisation, so a key used for two organisations replays the
first one's answer; that trap is Xero's own (facts: Xero API section 5).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xero_sandbox.wire import Answer, Request

KeyInProcess = Literal["replay", "409", "500", "second"]

# Not verified, see key-lifetime.
LIFETIME = timedelta(minutes=6)
LONGEST_KEY = 128
METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(slots=True)
class Kept:
    """A key, the request it came with, and its answer once there is one."""

    fingerprint: str
    first_at: datetime
    answer: Answer | None = None


@dataclass(slots=True)
class Keys:
    """All live keys, oldest first."""

    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def find(self, client_id: str, key: str, now: datetime) -> Kept | None:
        """Return what is kept under ``key``, or None when it is new or its six minutes are over."""
        self._forget(now)
        return self.kept.get((client_id, key))

    def open(self, client_id: str, key: str, fingerprint: str, now: datetime) -> Kept:
        """Start keeping ``key``; the caller sets the answer when it is known."""
        kept = Kept(fingerprint, now)
        self.kept.pop((client_id, key), None)
        self.kept[client_id, key] = kept
        return kept

    def drop_unanswered(self) -> None:
        """Forget the keys whose call never ended: the process that ran them is gone."""
        self.kept = {name: kept for name, kept in self.kept.items() if kept.answer is not None}

    def _forget(self, now: datetime) -> None:
        while self.kept:
            oldest = next(iter(self.kept))
            if now - self.kept[oldest].first_at < LIFETIME:
                return
            del self.kept[oldest]


def fingerprint(request: Request) -> str:
    """Return the hash over what Xero compares: method, URL with query, and body."""
    digest = hashlib.sha256()
    query = sorted(request.query.items())
    digest.update(f"{request.method} {request.path} {query}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()
