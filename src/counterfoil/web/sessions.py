"""How long a session lasts: an hour without a person, twelve hours in all.

These are the times that NIST SP 800-63B-4 gives for two factors (section 2.2.3: an hour idle), and
half of its day in all: nobody keeps books for longer without a break.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.utils import timezone

from counterfoil.web import logs
from counterfoil.web.session_store import stored_under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse

    from counterfoil.web.models import User

IDLE: Final = 60 * 60
"""Seconds without a request of a person after which somebody signs in again."""
LONGEST: Final = 12 * 60 * 60
"""Seconds after which they do in any case."""
STEP: Final = 60
"""Seconds by which what was written down of the last request may be behind."""

BEGUN, SEEN = "begun", "seen"
"""Under these names a session keeps when it began, and when its person was last there."""
BROWSER = "browser"
"""Under this name, what the browser called itself then."""
LONGEST_NAME: Final = 200
BROWSERS: Final = ("Edg", "Firefox", "Chrome", "Safari")
SYSTEMS: Final = ("iPhone", "iPad", "Android", "Windows", "Mac", "Linux")
"""What stands in the name that a browser gives itself, the most telling first."""


_log = logging.getLogger(logs.SECURITY)


def is_over(begun: float, seen: float, now: float) -> bool:
    """Tell whether a session has ended; times are seconds since 1970."""
    return now - seen >= IDLE or now - begun >= LONGEST


@receiver(user_logged_in, dispatch_uid="counterfoil.web.sessions")
def begin(request: HttpRequest, user: User, **_: object) -> None:
    """Write down that a session begins, and tell the log, which is carried elsewhere."""
    _log.info("%s signed in from %s", user.email, request.META.get("REMOTE_ADDR", ""))
    request.session[BEGUN] = request.session[SEEN] = int(time.time())
    request.session[BROWSER] = request.headers.get("User-Agent", "")[:LONGEST_NAME]


class Open(NamedTuple):
    """A session that goes on: when it began and was last used, in seconds, and in what browser."""

    begun: int
    seen: int
    browser: str
    here: bool


def in_words(agent: str) -> str:
    """Say what browser it is, such as ``Safari on iPhone``, from the name that it gives itself."""
    browser = next((name for name in BROWSERS if name in agent), "").replace("Edg", "Edge")
    system = next((name for name in SYSTEMS if name in agent), "")
    return " on ".join(filter(None, (browser, system))) or agent or "not known"


def open_of(user: User, here: str | None) -> list[Open]:
    """Return somebody's sessions, the newest first; ``here`` is the id of the one that asks."""
    now, asking = int(time.time()), stored_under(here or "")
    found = [
        Open(held.get(BEGUN, now), held.get(SEEN, now), held.get(BROWSER, ""), row.pk == asking)
        for row, held in _of(user)
    ]
    return sorted((one for one in found if not is_over(*one[:2], now)), reverse=True)


def end_others(user: User, here: str | None) -> int:
    """End all of somebody's sessions but the one that asks; return how many there were."""
    asking = stored_under(here or "")
    others = [row for row, _ in _of(user) if row.pk != asking]
    for row in others:
        row.delete()
    return len(others)


def _of(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    """Find somebody's sessions: whose one is, stands inside it, so that each is looked into."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = row.get_decoded()
        if held.get(SESSION_KEY) == str(user.pk):
            yield row, held


@receiver(authenticator_added, dispatch_uid="counterfoil.web.sessions.added")
@receiver(authenticator_removed, dispatch_uid="counterfoil.web.sessions.removed")
@receiver(authenticator_reset, dispatch_uid="counterfoil.web.sessions.reset")
def factor_changed(request: HttpRequest, user: User, **_: object) -> None:
    """End the other sessions of somebody whose second factor is another one now."""
    end_others(user, request.session.session_key)


class Sessions:
    """Ends sessions whose time is up; a page that asks again by itself keeps none alive."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out whoever was away for too long, then answer."""
        if request.session.session_key and request.user.is_authenticated:
            _look(request, int(time.time()))
        return self.answer(request)


def _look(request: HttpRequest, now: int) -> None:
    session = request.session
    begun, seen = session.get(BEGUN, now), session.get(SEEN, now)
    if is_over(begun, seen, now):
        logout(request)
    elif BEGUN not in session or (now - seen >= STEP and not _asks_by_itself(request)):
        session[BEGUN], session[SEEN] = begun, now


def _asks_by_itself(request: HttpRequest) -> bool:
    return request.method == "GET" and "HX-Request" in request.headers
