"""The database: its settings, and the check that it keeps what it is told to keep.

"Written down before it leaves" holds only if a commit survives a power cut. SQLite's
``synchronous=NORMAL`` in WAL mode and PostgreSQL's ``synchronous_commit=off`` lose the last
commits, and no test that kills a process can see it: so both are read back at the start.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "counterfoil.sqlite3"
WAIT_SECONDS = 20
IDLE_SECONDS = 30
"""How long a process on PostgreSQL may hold a transaction open and say nothing.

One that is stopped in the middle of one, as machines that are paused or moved are, would keep its
locks, and with them every other worker, until it goes on. PostgreSQL ends it, and takes it back.
"""
IMPATIENT_SECONDS = 0.5
"""How long whoever must answer at once waits for another's lock."""
SCHEMA_LOCK = 0x436F756E746572
"""The number of the advisory lock on the schema: the letters of Counter."""
FULL = 2
"""What SQLite answers to ``PRAGMA synchronous`` for FULL; EXTRA is 3."""
ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_COMMIT = frozenset({"on", "remote_apply", "remote_write"})
"""PostgreSQL's settings of ``synchronous_commit`` under which a commit is on disk here."""


class Unsafe(Exception):
    """The database would not keep what it is told to keep; the message says what to set."""


def settings(home: Path, url: str | None = None) -> dict[str, Any]:
    """Return Django's settings of the database: the address if given, else the file in ``home``.

    Raises ``ValueError`` for an address that is not PostgreSQL's.
    """
    return postgres(url) if url else sqlite(home / FILE)


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of a SQLite file.

    IMMEDIATE: a transaction that will write takes the lock at its start, so that it never fails
    half-way because somebody else wrote first. The page cache is 32 MB: what memory an import
    takes must not depend on how much there is to import.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": WAIT_SECONDS,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY"
            ),
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database from its address (libpq's URI form)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL should begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or options.pop("host", "")
    ours = f"-c synchronous_commit=on -c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or "") or options.pop("password", ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **options,
            "options": f"{options.get('options', '')} {ours}".strip(),
        },
    }


def in_the_clear(host: str, sslmode: str, *, encrypted: bool) -> bool:
    """Tell whether what is asked of a database goes over a network that anybody may listen to.

    Whoever writes ``sslmode=disable`` has another tunnel in mind, and says so.
    """
    here = not host or host.startswith("/") or host in LOOPBACK
    return not (here or encrypted or sslmode == "disable")


def lasting_password(url: str) -> str:
    """Say that a password in the address of a database elsewhere never changes; or nothing.

    OWASP ASVS 5.0, 13.2.1: back ends are signed in to by what is short-lived, or by a certificate.
    """
    chosen = postgres(url)
    host = chosen["HOST"]
    if not chosen["PASSWORD"] or not host or host.startswith("/") or host in LOOPBACK:
        return ""
    return (
        f"DATABASE_URL has a password for {host} that never changes. A client certificate, or a "
        "password in a file that is written anew, is safer: docs/operations.md says how."
    )


def check(using: str = "default") -> None:
    """Read the settings back from the database; raise ``Unsafe`` with what to do."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        _check_sqlite(using)
    elif connection.vendor == "postgresql":
        _check_postgres(using)
    else:
        raise Unsafe("Counterfoil keeps its books in SQLite or PostgreSQL only.")


@contextmanager
def alone(using: str = "default") -> Iterator[None]:
    """Let one process at a time change the schema: several workers may start at one moment.

    PostgreSQL only; there the lock also goes with its connection, however the process ends.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCHEMA_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SCHEMA_LOCK])


def _check_sqlite(using: str) -> None:
    if _says(using, "PRAGMA journal_mode") not in {"wal", "memory"}:
        raise Unsafe(
            "SQLite refuses write-ahead logging: the data folder may lie on a network drive. "
            "Set COUNTERFOIL_HOME to a folder on a local disk, or use PostgreSQL."
        )
    if int(_says(using, "PRAGMA synchronous")) < FULL:
        raise Unsafe("SQLite runs with synchronous below FULL: a power cut could lose postings.")
    if connections[using].transaction_mode != "IMMEDIATE":  # type: ignore[attr-defined]
        raise Unsafe("SQLite should run with transaction_mode IMMEDIATE (web/database.py).")
    if _says(using, "PRAGMA foreign_keys") != "1":
        raise Unsafe("SQLite does not enforce foreign keys.")


def _check_postgres(using: str) -> None:
    commit = _says(using, "SHOW synchronous_commit")
    if commit not in SAFE_COMMIT:
        raise Unsafe(
            f"PostgreSQL runs with synchronous_commit={commit}: a power cut could lose postings. "
            "Set it to on for this role and database."
        )
    settings = connections[using].settings_dict
    host, sslmode = settings["HOST"], settings["OPTIONS"].get("sslmode", "")
    encrypted = _says(using, ENCRYPTED) == "True"
    if in_the_clear(host, sslmode, encrypted=encrypted):
        raise Unsafe(
            f"The connection to PostgreSQL on {host} is not encrypted: put "
            "?sslmode=verify-full&sslrootcert=FILE behind the address in DATABASE_URL. Where a "
            "tunnel encrypts it, say so by ?sslmode=disable."
        )


def _says(using: str, question: str) -> str:
    with connections[using].cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


@contextmanager
def impatient(using: str = "default") -> Iterator[None]:
    """Wait for locks half a second at most, as one transaction on PostgreSQL.

    Raises Django's ``OperationalError`` where that was too short; nothing is written then.
    """
    connection = connections[using]
    longest = int(IMPATIENT_SECONDS * 1000)
    if connection.vendor == "postgresql":
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {longest}")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {longest}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
