"""How long a session lasts: an hour without a person, twelve hours in all.

These are the times that NIST SP 800-63B-4 gives for two factors (section 2.2.3: an hour idle), and
half of its day in all: nobody keeps books for longer without a break.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

IDLE: Final = 60 * 60
"""Seconds without a request of a person after which somebody signs in again."""
LONGEST: Final = 12 * 60 * 60
"""Seconds after which they do in any case."""
STEP: Final = 60
"""Seconds by which what was written down of the last request may be behind."""

BEGUN, SEEN = "begun", "seen"
"""Under these names a session keeps when it began, and when its person was last there."""


def is_over(begun: float, seen: float, now: float) -> bool:
    """Tell whether a session has ended; times are seconds since 1970."""
    return now - seen >= IDLE or now - begun >= LONGEST


@receiver(user_logged_in, dispatch_uid="counterfoil.web.sessions")
def begin(request: HttpRequest, **_: object) -> None:
    """Write down that a session begins."""
    request.session[BEGUN] = request.session[SEEN] = int(time.time())


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
