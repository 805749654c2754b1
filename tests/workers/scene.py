"""A firm on a PostgreSQL of its own, and worker processes that can be started and ended."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.cli.scene import Practice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = itertools.count(1)
PATIENCE = 240.0


def new_database(server: str, template: str = "template1") -> str:
    """Make a database on a server, a copy of another one; return its address."""
    name = f"workers_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@cache
def migrated(server: str) -> str:
    """Make one database with the schema, for all to copy: migrating takes seconds each time."""
    url = new_database(server)
    with tempfile.TemporaryDirectory() as folder:
        practice = Practice(Path(folder), database=url)
        assert practice.run("status").status == 0
        practice.close()
    return urlsplit(url).path.removeprefix("/")


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
    """Return how many postings are in each state, asked of the database: a command costs more."""
    question = "SELECT state, count(*) FROM web_posting GROUP BY state"
    if url := practice.environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as connection:
            return dict(connection.execute(question).fetchall())
    with closing(sqlite3.connect(practice.home / "counterfoil.sqlite3")) as file:
        return dict(file.execute(question).fetchall())


def settled(practice: Practice) -> bool:
    """Tell whether everything is posted."""
    return set(counts(practice)) == {"posted"}


def asked(practice: Practice, question: str) -> int:
    """Ask the database, past the product; return the first figure of its answer, if any."""
    with psycopg.connect(practice.environment["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(question)
        row = cursor.fetchone() if cursor.description else None
        return 0 if row is None else int(row[0])


def late_answers(practice: Practice) -> int:
    """Count the answers that were kept as observations: their sender had lost the lease."""
    return asked(practice, "SELECT count(*) FROM web_answer WHERE late")


def jobs_in_hand(practice: Practice) -> int:
    """Count the turns that some worker, dead or alive, is said to be carrying out."""
    doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    return asked(practice, f"{doing} AND task_name = 'counterfoil:turn'")


def has_stopped(process: subprocess.Popen[bytes]) -> bool:
    """Tell whether a process stands still, as after SIGSTOP."""
    stat = Path(f"/proc/{process.pid}/stat").read_text("utf-8")
    return stat.rpartition(")")[2].split()[0] == "T"
