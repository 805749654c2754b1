"""``counterfoil serve``: the web server, and the poster as a child process that is kept alive."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import django
import uvicorn
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from counterfoil.web import configuration
from counterfoil.web.configuration import LOOPBACK, Configuration, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WORKER = (sys.executable, "-m", "counterfoil", "worker")
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""What TLS 1.2 may use, in OpenSSL's words: with forward secrecy, and nothing that was broken. TLS
1.3 has only such ones; nothing older is spoken."""
LONGEST_PAUSE = 30
"""Seconds between two starts of a poster that keeps dying, at most."""
STEADY = 60
"""A poster that has lived this many seconds has earned a quick restart."""
PATIENCE = 15
"""Seconds that a poster has to finish what it is writing before it is killed."""


class PortTaken(Exception):
    """Somebody else listens where the server should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken: stop the other program or choose another --port."
        )


def run(
    host: str = "localhost",
    port: int = 8000,
    *,
    poster: bool = True,
    say: Callable[[str], None] = print,
    worker: Sequence[str] = WORKER,
) -> None:
    """Serve until asked to stop (SIGINT or SIGTERM); port 0 takes any free one.

    Migrates the database first. With ``poster`` the worker command runs beside the server and is
    started again whenever it ends. ``say`` prints lines for the person at the terminal.
    Raises ``PortTaken`` and ``CannotStart``.
    """
    with _listen(host, port) as listener:
        port = listener.getsockname()[1]
        _name_ourselves(f"{_shown(host)}:{port}")
        prepare()
        _check_keys()
        server = _server(host)
        _welcome(say)
        with _calm_signals(), _kept_alive(worker) if poster else contextlib.nullcontext():
            server.run(sockets=[listener])


def _server(host: str) -> uvicorn.Server:
    from django.conf import settings  # noqa: PLC0415 -- they are read only now

    ours: Configuration = settings.COUNTERFOIL
    if why := exposed(host, ours) or _unable_to_encrypt(ours):
        raise CannotStart(why)
    return uvicorn.Server(
        uvicorn.Config(
            "counterfoil.web.asgi:application",
            lifespan="off",
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=PATIENCE,
            ssl_certfile=ours.tls_certificate,
            ssl_keyfile=ours.tls_key,
            ssl_ciphers=CIPHERS,
        )
    )


def _name_ourselves(where: str) -> None:
    """Take the address that is listened on for that of browsers, where no setting names another."""
    try:
        said = configuration.gathered(os.environ)
    except Misconfigured as trouble:
        raise CannotStart(str(trouble)) from trouble
    # An empty value is a setting that was left out.
    if not said.get("COUNTERFOIL_URL"):
        scheme = "https" if said.get("COUNTERFOIL_TLS_CERTIFICATE") else "http"
        os.environ["COUNTERFOIL_URL"] = f"{scheme}://{where}"


def exposed(host: str, ours: Configuration) -> str:
    """Say why nobody may listen at an address in the clear; nothing where that is safe.

    On this machine nobody else hears what is said between a proxy and the server.
    """
    if host in LOOPBACK or host.startswith("127.") or ours.tls_certificate or ours.behind_proxy:
        return ""
    return (
        f"On {host} other machines could reach the server without TLS, and others could read what "
        "is said. Listen on localhost behind a proxy on this machine; or give the server a "
        "certificate of its own with COUNTERFOIL_TLS_CERTIFICATE and COUNTERFOIL_TLS_KEY; or, "
        "where nobody but a proxy can reach that address, as in a container, say so with "
        "COUNTERFOIL_BEHIND_PROXY=yes."
    )


def weak(ours: Configuration) -> str:
    """Say what is allowed and yet worth a second thought; nothing where there is no such thing."""
    if ours.second_factor or ours.host in LOOPBACK:
        return ""
    return (
        "COUNTERFOIL_SECOND_FACTOR=offered: others reach this site, and a password alone opens it "
        "for whoever has set up no second factor. Leave the setting out, and everybody needs one."
    )


def _unable_to_encrypt(ours: Configuration) -> str:
    """Say why certificate and key cannot be used together; nothing where they can, or are none."""
    if ours.tls_certificate is None:
        return ""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            ours.tls_certificate, ours.tls_key
        )
    except OSError as trouble:
        return (
            "COUNTERFOIL_TLS_CERTIFICATE and COUNTERFOIL_TLS_KEY cannot be used together, or not "
            f"be read: {trouble}"
        )
    return ""


class CannotStart(Exception):
    """The environment is wrong; the message names the setting and what it should be."""


def _check_keys() -> None:
    """Look whether the record can be written on. Raises ``CannotStart``."""
    from counterfoil.web import audit  # noqa: PLC0415 -- Django is set up only now
    from counterfoil.web.crypto import KeyMissing  # noqa: PLC0415 -- as above
    from counterfoil.web.store import derived  # noqa: PLC0415 -- as above

    try:
        derived(audit.PURPOSE)
    except KeyMissing as missing:
        raise CannotStart(str(missing)) from missing


def prepare() -> None:
    """Load Django and bring the database up to date. Raises ``CannotStart``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil.web.settings")
    try:
        django.setup()
    except Misconfigured as trouble:
        raise CannotStart(str(trouble)) from trouble
    except OSError as trouble:
        raise CannotStart(f"COUNTERFOIL_HOME cannot be used: {trouble}") from trouble
    # The settings exist only now that Django is set up.
    from counterfoil.web import database  # noqa: PLC0415

    try:
        with database.alone():
            if _is_behind():
                call_command("migrate", verbosity=0, interactive=False)
        database.check()
    except database.Unsafe as trouble:
        raise CannotStart(str(trouble)) from trouble
    except OperationalError as trouble:
        where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "COUNTERFOIL_HOME"
        reason = str(trouble).strip().partition("\n")[0]
        message = f"The database that {where} names cannot be used: {reason}"
        raise CannotStart(message) from trouble


def _is_behind() -> bool:
    """Tell whether a migration is missing; every command asks, so that it should cost little."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _listen(host: str, port: int) -> socket.socket:
    # A name may stand for several addresses; browsers try the IPv4 one of localhost anyway.
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise PortTaken(host, port) from error
    # Whoever comes between the address being printed and the server being ready waits in line.
    listener.listen()
    return listener


def _shown(host: str) -> str:
    # Xero sends browsers back to http://localhost, and refuses http://127.0.0.1.
    return "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104


def _welcome(say: Callable[[str], None]) -> None:
    from django.conf import settings  # noqa: PLC0415

    from counterfoil.web import database  # noqa: PLC0415
    from counterfoil.web.services import setup  # noqa: PLC0415

    say(f"Counterfoil: {settings.COUNTERFOIL.url}")
    remark = database.lasting_password(settings.COUNTERFOIL.database_url or "postgresql://")
    for one in filter(None, (remark, weak(settings.COUNTERFOIL))):
        say(one)
    if not settings.COUNTERFOIL.can_connect:
        say("XERO_CLIENT_ID is not set: everything works except connecting to Xero.")
    if setup.wanted():
        say("Nobody has an account yet. Make the first owner here (the code works once):")
        say(f"  {settings.COUNTERFOIL.url}/setup/?code={setup.code()}")
        if settings.COUNTERFOIL.second_factor:
            say("Have an authenticator app at hand: here everybody signs in with a second factor.")


@contextlib.contextmanager
def _calm_signals() -> Iterator[None]:
    """Let the server act on SIGINT and SIGTERM, and this process live on to stop its child.

    Uvicorn raises the signal again once it has shut down, which would end us before our time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda _signal, _frame: None) for kind in kinds]
    try:
        yield
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)


def pause(lived: float, last: float) -> float:
    """Return the seconds to wait before a poster is started again.

    ``lived`` is how long it ran and ``last`` the pause before that, both in seconds: a second
    after a steady life, twice the last pause after a short one.
    """
    return 1.0 if lived >= STEADY else min(max(2 * last, 1.0), LONGEST_PAUSE)


class Process(Protocol):
    """What the keeper asks of a child process."""

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        ...

    def terminate(self) -> None:
        """Ask it to stop."""
        ...

    def kill(self) -> None:
        """Make it stop."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        ...


@dataclass
class Keeper:
    """Keeps one child process alive until told to stop."""

    start: Callable[[], Process]

    def __post_init__(self) -> None:
        self._over = threading.Event()

    def watch(self) -> None:
        """Start the child, and start it again whenever it ends; returns after ``stop``."""
        wait = 0.0
        while not self._over.is_set():
            began = time.monotonic()
            child = self.start()
            while child.poll() is None and not self._over.wait(0.2):
                pass
            if self._over.is_set():
                _end(child)
                return
            wait = pause(lived=time.monotonic() - began, last=wait)
            self._over.wait(wait)

    def stop(self) -> None:
        """Let ``watch`` end the child and return."""
        self._over.set()


def _end(child: Process) -> None:
    child.terminate()
    try:
        child.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        # Nothing is lost: what was written down before it left is looked up by the next poster.
        child.kill()
        child.wait()


@contextlib.contextmanager
def _kept_alive(worker: Sequence[str]) -> Iterator[None]:
    # The pipe to its standard input closes when this process dies, however it dies: the worker
    # may take that as the sign to finish.
    keeper = Keeper(lambda: subprocess.Popen(list(worker), stdin=subprocess.PIPE))  # noqa: S603
    watching = threading.Thread(target=keeper.watch, name="keeper")
    watching.start()
    try:
        yield
    finally:
        keeper.stop()
        watching.join()
