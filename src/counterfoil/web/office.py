"""Where the parts are put together: an organisation's outbox, shelf, caller and poster."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings

from counterfoil.posting.caller import Caller
from counterfoil.posting.errors import LimitReached
from counterfoil.posting.poster import Poster, Watch
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of
from counterfoil.xero.client import Client
from counterfoil.xero.courier import HttpCourier, XeroAuthority
from counterfoil.xero.oauth import App, OAuth
from counterfoil.xero.target import XeroTarget
from counterfoil.xero.wire import Endpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from counterfoil.posting.target import Answer, Call
    from counterfoil.web.models import Organisation
    from counterfoil.web.store import DjangoOutbox

T = TypeVar("T")

LONGEST_WAIT_SECONDS = 75.0
CALLBACK = "/connection/callback/"
"""The path that Xero's consent page comes back to; it is registered with the app."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> dt.datetime:
        """Return the time of day in UTC."""
        return dt.datetime.now(dt.UTC)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)


class SystemChance:
    """Names that nobody can guess, and jitter."""

    def name(self) -> str:
        """Return 32 hexadecimal digits that were never returned before."""
        return secrets.token_hex(16)

    def jitter(self) -> float:
        """Return a number from 0 to 1."""
        return random.SystemRandom().random()


def endpoints() -> Endpoints:
    """Return where Xero is: its own hosts, or the sandbox of ``XERO_BASE_URL``."""
    base_url = settings.COUNTERFOIL.xero_base_url
    return Endpoints.sandbox(base_url) if base_url else Endpoints.xero()


def oauth() -> OAuth:
    """Return the sign-in flows of this installation's app."""
    configuration = settings.COUNTERFOIL
    app = App(
        configuration.xero_client_id,
        configuration.xero_client_secret,
        configuration.url + CALLBACK,
    )
    return OAuth(app, endpoints())


@dataclass(frozen=True, slots=True)
class Office:
    """Everything that works for one organisation."""

    organisation: Organisation
    outbox: DjangoOutbox
    shelf: DatabaseShelf
    caller: Caller

    def patiently(self, begin: Callable[[], Generator[Call, Answer, T]]) -> T:
        """Carry out reads for a person who waits; a minute's limit is waited out once."""
        try:
            return self.caller.read(begin())
        except LimitReached as reached:
            wait = (reached.until - self.caller.clock.now()).total_seconds()
            if wait > LONGEST_WAIT_SECONDS:
                raise
            self.caller.clock.sleep(max(0.0, wait))
            return self.caller.read(begin())

    def poster(
        self, progress: Callable[[], None] = lambda: None, watch: Watch | None = None
    ) -> Poster:
        """Return a poster in this process's name; ``watch`` as in ``Poster``."""
        return Poster(
            self.caller,
            self.shelf,
            holder=holder(),
            is_dead=is_dead,
            progress=progress,
            watch=watch,
        )


@contextlib.contextmanager
def office_of(organisation: Organisation, *, clicking: bool = False) -> Iterator[Office]:
    """Open the office of an organisation; ``clicking`` takes the slots that are kept for people."""
    with Client() as client:
        courier = HttpCourier(client, endpoints())
        yield furnished(organisation, client, courier, clicking=clicking)
        courier.close()


def furnished(
    organisation: Organisation, client: Client, courier: HttpCourier, *, clicking: bool = False
) -> Office:
    """Put an office together around a client, which may serve others too, and a courier."""
    outbox = outbox_of(organisation)
    caller = Caller(
        outbox=outbox,
        target=XeroTarget(),
        courier=courier,
        authority=XeroAuthority(client, oauth()),
        clock=SystemClock(),
        chance=SystemChance(),
        clicking=clicking,
    )
    return Office(organisation, outbox, DatabaseShelf(organisation), caller)


@cache
def _machine() -> str:
    """Return this boot of this machine, and which processes its numbers count.

    Containers of one machine number their processes apart; what one cannot see may well be alive.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}-{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def holder() -> str:
    """Return the name of this process as the holder of a lease: boot, process, its start."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(name: str) -> bool:
    """Tell whether the holder of this name is known to be gone.

    Only of processes of this machine, in this boot, can that be known.
    """
    machine, _, process = name.partition("/")
    pid, _, started = process.partition("/")
    if not machine or machine != _machine() or not pid.isdigit():
        return False
    return _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The command's name may hold anything but ends at the last bracket; the start is field 22.
    fields = stat.rpartition(")")[2].split()
    # A zombie has ended: nothing of it runs any more.
    return "" if fields[0] in {"Z", "X"} else fields[19]
