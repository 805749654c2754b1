"""A firm on a PostgreSQL of its own, and worker processes that can be started and ended."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.scene import Practice

_numbers = itertools.count(1)
PATIENCE = 30.0


def new_database(server: str) -> str:
    """Make an empty database on a server; return its address."""
    name = f"workers_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@contextlib.contextmanager
def worker(practice: Practice, *words: str, **haste: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker, as it is or in haste (``tests.workers.hasty``); it is killed at the end."""
    program = ("tests.workers.hasty", json.dumps(haste)) if haste else ("counterfoil",)
    command = [sys.executable, "-m", *program, "worker", *words]
    with subprocess.Popen(command, env=practice.environment) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something holds; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def counts(practice: Practice) -> dict[str, int]:
    """Return how many postings are in each state."""
    told: dict[str, int] = practice.run("status", "--json").json["counts"]
    return told


def settled(practice: Practice) -> bool:
    """Tell whether everything is posted."""
    return set(counts(practice)) == {"posted"}
