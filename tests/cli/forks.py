"""Runs commands in processes of their own without paying each time for the imports.

``python -m tests.cli.forks`` loads what needs no settings once, then forks a host for each practice
that asks for one: it takes the practice's environment, sets up the rest, and forks for each of its
commands. That child is the command: its own arguments, standard streams and exit status, the same
settings, the same database file. All JSON, one object a line.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, NoReturn, TypedDict

import django
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_SETTINGS = ("core", "posting", "xero", "sources", "reports")
"""The parts of the product that can be loaded for every practice at once."""
NO_SETTINGS_EITHER = (
    "cryptography.fernet",
    "django.core.management.commands.migrate",
    "django.db.models",
    "django.forms",
    "django.template.defaulttags",
    "django.views.debug",
    "django.views.generic",
    "httpx2",
    "pydantic",
    "rich.console",
    "typer",
)
LAZY = (
    "counterfoil.web.office",
    "counterfoil.web.services.importing",
    "counterfoil.web.services.mapping",
    "counterfoil.web.services.naming",
    "counterfoil.web.services.preview",
    "counterfoil.web.services.problems",
    "counterfoil.web.services.reconciling",
    "counterfoil.web.services.retrying",
    "counterfoil.web.services.sandbox_consent",
    "counterfoil.web.services.standing",
    "counterfoil.web.services.stub",
)
"""What commands import when they need it."""


DOOR = "@door"
"""What a job begins with that is no command: it goes in by another door (``tests.cli.doors``)."""


class Job(TypedDict):
    """One command: its words, and the files that are its standard streams."""

    words: list[str]
    streams: list[str]


class Host:
    """A practice's process, as a test sees it: it runs commands until it is closed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(_nursery(), [b"h"], [theirs.fileno()])
        self._talk = self._ours.makefile("rw", encoding="utf-8")
        self._tell(dict(environment))

    def run(self, job: Job) -> int:
        """Run a command to its end; return its exit status."""
        self._tell(job)
        return int(self._talk.readline())

    def close(self) -> None:
        """End the process, and wait until it has ended."""
        self._ours.shutdown(socket.SHUT_WR)
        self._talk.read()
        self._talk.close()
        self._ours.close()

    def _tell(self, what: object) -> None:
        self._talk.write(json.dumps(what) + "\n")
        self._talk.flush()


@cache
def _nursery() -> socket.socket:
    """Start the process that hosts are forked off, once for all tests of this process."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "tests.cli.forks", str(theirs.fileno())]
        nursery = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    atexit.register(nursery.wait)
    atexit.register(ours.close)
    return ours


def main() -> None:
    """Fork a host for every byte that comes with a socket, until no more can come."""
    for name in NO_SETTINGS:
        package = import_module(f"counterfoil.{name}")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    for name in NO_SETTINGS_EITHER:
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a host: it leaves no zombie
    with socket.socket(fileno=int(sys.argv[1])) as door:
        while sockets := socket.recv_fds(door, 1, 1)[1]:
            with socket.socket(fileno=sockets[0]) as talk:
                if os.fork() == 0:
                    door.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _host(talk)
                    return


def _host(talk: socket.socket) -> None:
    """Set up what the practice's environment says, and fork for each of its commands."""
    with talk.makefile("rw", encoding="utf-8") as lines:
        os.environ.clear()
        os.environ.update(json.loads(lines.readline()))
        _load()
        for line in lines:
            job: Job = json.loads(line)
            child = os.fork()
            if child == 0:
                _be(job)
            _, status = os.waitpid(child, 0)
            lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
            lines.flush()


def _load() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
    django.setup()
    import counterfoil.cli  # noqa: PLC0415 -- once Django is set up, with all that it brings
    from counterfoil.web import serve  # noqa: PLC0415 -- as above

    for name in LAZY:
        import_module(name)
    serve.prepare()
    counterfoil.cli.command()
    connections.close_all()  # a connection must not be carried over a fork
    gc.freeze()


def _be(job: Job) -> NoReturn:
    """Be the command, to its end."""
    import counterfoil.cli  # noqa: PLC0415 -- needs the settings

    _take(job["streams"])
    sys.argv = ["counterfoil", *job["words"]]
    if job["words"][0] == DOOR:
        import_module("tests.cli.doors").main(*job["words"][1:])
    counterfoil.cli.main()
    sys.exit()


def _take(streams: list[str]) -> None:
    """Make files the standard input, output and errors of this process."""
    modes = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)
    for number, (path, mode) in enumerate(zip(streams, modes, strict=True)):
        os.dup2(os.open(path, mode), number)
    sys.stdin = os.fdopen(os.dup(0), encoding="utf-8")


if __name__ == "__main__":
    main()
