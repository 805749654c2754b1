"""The database's settings, and the refusal to start on one that could forget."""

from __future__ import annotations

import os
import pwd
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import psycopg
import pytest
from django.db import OperationalError, connections
from pytest_django import DjangoDbBlocker

from counterfoil.web import database
from tests.contract import stores

ALIAS = "checked"


@contextmanager
def opened(settings: dict[str, Any]) -> Iterator[str]:
    stores.connect(ALIAS, settings)
    yield ALIAS
    stores.disconnect(ALIAS)


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def test_the_file_in_the_data_folder_passes_as_shipped(tmp_path: Path) -> None:
    with opened(database.settings(tmp_path)) as alias:
        database.check(alias)
    assert (tmp_path / "counterfoil.sqlite3").exists()


def test_who_is_impatient_does_not_wait_for_a_writer_that_takes_long(tmp_path: Path) -> None:
    with opened(database.settings(tmp_path)) as alias, connections[alias].cursor() as ours:
        ours.execute("CREATE TABLE notes (words TEXT)")
        with closing(sqlite3.connect(tmp_path / database.FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            with pytest.raises(OperationalError), database.impatient(alias):
                ours.execute("INSERT INTO notes VALUES ('lost')")
            assert time.monotonic() - begun < 5
        ours.execute("PRAGMA busy_timeout")
        assert ours.fetchone() == (database.WAIT_SECONDS * 1000,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda o: o.update(init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=1"), "FULL"),
        (lambda o: o.update(init_command="PRAGMA journal_mode=DELETE"), "local disk"),
        (lambda o: o.update(transaction_mode="DEFERRED"), "IMMEDIATE"),
    ],
)
def test_a_sqlite_that_could_forget_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    settings = database.settings(tmp_path)
    change(settings["OPTIONS"])
    with opened(settings) as alias, pytest.raises(database.Unsafe, match=words):
        database.check(alias)


@pytest.mark.postgres
def test_postgresql_passes_as_shipped(postgres_url: str, tmp_path: Path) -> None:
    with opened(database.settings(tmp_path, postgres_url)) as alias:
        database.check(alias)


@pytest.mark.postgres
def test_a_postgresql_that_could_forget_is_refused(postgres_url: str) -> None:
    settings = database.postgres(postgres_url)
    settings["OPTIONS"]["options"] = "-c synchronous_commit=off"
    with opened(settings) as alias, pytest.raises(database.Unsafe, match="synchronous_commit=off"):
        database.check(alias)


@pytest.mark.parametrize(
    ("host", "sslmode", "encrypted", "open_to_all"),
    [
        ("", "", False, False),
        ("/run/postgresql", "", False, False),
        ("localhost", "", False, False),
        ("db.example", "", True, False),
        ("db.example", "", False, True),
        ("db.example", "prefer", False, True),
        ("db.example", "disable", False, False),
    ],
)
def test_a_database_elsewhere_is_reached_in_the_clear_only_by_choice(
    host: str, sslmode: str, encrypted: bool, open_to_all: bool
) -> None:
    assert database.in_the_clear(host, sslmode, encrypted=encrypted) == open_to_all


@pytest.mark.postgres
def test_a_postgresql_that_anybody_could_listen_to_is_refused(postgres_url: str) -> None:
    settings = database.postgres(postgres_url)
    with opened(settings) as alias:
        connections[alias].ensure_connection()
        connections[alias].settings_dict["HOST"] = "db.example"
        with pytest.raises(database.Unsafe, match="is not encrypted"):
            database.check(alias)


@pytest.mark.postgres
def test_postgresql_lets_in_whom_the_kernel_names_and_no_other(postgres_url: str) -> None:
    """The way of docs/operations.md for one machine: no password is known to anybody."""
    with psycopg.connect(postgres_url, autocommit=True) as server:
        rules, names = (
            Path(str(server.execute(f"SHOW {one}").fetchone()[0]))  # type: ignore[index] # one row
            for one in ("hba_file", "ident_file")
        )
        before = {path: path.read_text() for path in (rules, names)}
        rules.write_text(f"local all keeper,stranger peer map=kept\n{before[rules]}")
        names.write_text(f"kept {pwd.getpwuid(os.getuid()).pw_name} keeper\n{before[names]}")
        try:
            server.execute("CREATE ROLE keeper LOGIN")
            server.execute("CREATE ROLE stranger LOGIN")
            _reload(server)
            _by_peer(urlsplit(postgres_url))
        finally:
            for path, text in before.items():
                path.write_text(text)
            _reload(server)
            server.execute("DROP ROLE keeper, stranger")


def _by_peer(server: SplitResult) -> None:
    address = f"postgresql://{{}}@{server.path}?{server.query}"
    with opened(database.postgres(address.format("keeper"))) as alias:
        assert _user(alias) == "keeper"
        database.check(alias)
    refused = pytest.raises(OperationalError, match="eer authentication failed")
    with opened(database.postgres(address.format("stranger"))) as alias, refused:
        connections[alias].ensure_connection()


def _reload(server: psycopg.Connection) -> None:
    """Let the rules count: the server reads them before its sessions notice."""
    before = server.execute("SELECT pg_conf_load_time(), pg_reload_conf()").fetchone()
    deadline = time.monotonic() + 10
    while server.execute("SELECT pg_conf_load_time(), true").fetchone() == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _user(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("url", "lasts"),
    [
        ("postgresql:///books?host=/run/postgresql&user=ann", False),
        ("postgresql://ann:secret@localhost/books", False),
        ("postgresql://ann@db.example/books?sslcert=client.pem&sslkey=client.key", False),
        ("postgresql://ann@db.example/books?passfile=/run/secrets/pgpass", False),
        ("postgresql://ann:secret@db.example/books?sslmode=verify-full", True),
    ],
)
def test_a_password_that_never_changes_is_remarked_upon(url: str, lasts: bool) -> None:
    assert bool(said := database.lasting_password(url)) == lasts
    assert "secret" not in said


def test_certificates_and_files_of_passwords_are_handed_to_the_database() -> None:
    given = "sslcert=client.pem&sslkey=client.key&passfile=/run/secrets/pgpass"
    options = database.postgres(f"postgresql://ann@db.example/books?{given}")["OPTIONS"]
    assert (options["sslcert"], options["sslkey"]) == ("client.pem", "client.key")
    assert options["passfile"] == "/run/secrets/pgpass"


def test_an_address_is_read_part_by_part() -> None:
    settings = database.postgres("postgresql://ann:s%40cret@db.example:5433/books?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"]) == ("ann", "s@cret")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "books")
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["options"].startswith("-c synchronous_commit=on ")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        database.postgres("mysql://localhost/books")
