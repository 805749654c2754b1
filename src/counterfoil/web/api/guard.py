"""Who calls: the key in the request, what it may do, how often, and for whom."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from counterfoil.core.findings import error
from counterfoil.web import logs
from counterfoil.web.api.answers import Refused, not_found, unreadable
from counterfoil.web.api.rates import OF_KEY, OF_STRANGER, Buckets
from counterfoil.web.models import ApiKey, Firm, Organisation, Vendor
from counterfoil.web.services import api_keys, receiving
from counterfoil.web.services.api_keys import Scope

if TYPE_CHECKING:
    import datetime as dt

_log = logging.getLogger(logs.SECURITY)
keys = Buckets(OF_KEY)
strangers = Buckets(OF_STRANGER)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and when. Routes reach data through it only, so that no query leaves the owner."""

    key: ApiKey
    now: dt.datetime

    @property
    def actor(self) -> str:
        """The name under which the caller's acts are recorded."""
        whose = f"{self.key.vendor.key}/" if self.key.vendor else ""
        return f"key:{whose}{self.key.name} ({self.key.public})"

    @property
    def firm(self) -> Firm:
        """The firm whose key this is; the scopes of a vendor's key never lead here."""
        assert self.key.firm is not None
        return self.key.firm

    @property
    def vendor(self) -> Vendor:
        """The vendor whose key this is."""
        assert self.key.vendor is not None
        return self.key.vendor

    def organisations(self) -> dict[str, Organisation]:
        """Return the organisations of the firm by key."""
        return receiving.organisations_of(self.firm.pk)

    def organisation(self, named: str) -> Organisation:
        """Return the organisation that is named, or the only one. Raises ``Refused``."""
        found = self.organisations()
        if named:
            if named not in found:
                raise not_found(f"organisation {named[:64]}")
            return found[named]
        if len(found) > 1:
            raise unreadable(
                "organisation_not_named",
                "The firm has several organisations.",
                f"Name one by organisation=: {', '.join(found)}.",
                "organisation",
            )
        return next(iter(found.values()))


class Request(HttpRequest):
    """A request whose key was found good."""

    auth: Caller


class Needs(HttpBearer):
    """Lets in whoever brings a key with the scope that a route needs."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """Return who calls. Raises ``Refused``."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise _in_the_clear()
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unknown("No key was given.")
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Look the key up, and hold it against the scope and the rate."""
        now = timezone.now()
        key = api_keys.known(token, now=now)
        if key is None:
            address = str(request.META.get("REMOTE_ADDR", ""))
            _wait(f"address {address}", strangers.take(address, time.monotonic()))
            raise _unknown("The key is not known, or was revoked.")
        _wait(f"key {key.public}", keys.take(key.public, time.monotonic()))
        if self.scope not in key.scopes:
            raise _lacking(self.scope)
        _check_address(request)
        return Caller(key, now)


def _check_address(request: HttpRequest) -> None:
    """Refuse what no name can hold, and PostgreSQL no text."""
    if "\0" in request.path_info or any("\0" in value for value in request.GET.values()):
        words = "The address holds a NUL character."
        raise Refused(400, error("value_wrong", words, "Leave it out.", ""))


def _wait(who: str, seconds: int) -> None:
    if seconds:
        _log.warning("%s asks too often", who)
        found = error(
            "too_many_requests",
            f"These are too many requests for one caller; wait {seconds} s.",
            "Send documents in batches of up to 1,000, and ask less often.",
            "",
        )
        raise Refused(429, found, headers={"Retry-After": str(seconds)})


def _in_the_clear() -> Refused:
    words = "This came without TLS, and so did the key."
    fix = "Call by https, and have the owner make a new key in place of this one."
    return Refused(403, error("not_encrypted", words, fix, ""))


def _unknown(message: str) -> Refused:
    fix = "Send the header Authorization: Bearer with a key that the firm's owner made."
    return Refused(
        401, error("key_unknown", message, fix, ""), headers={"WWW-Authenticate": "Bearer"}
    )


def _lacking(scope: Scope) -> Refused:
    return Refused(
        403,
        error(
            "scope_missing",
            f"The key may not do this: it lacks the scope {scope}.",
            "Use a key that was made with that scope.",
            "",
        ),
    )
