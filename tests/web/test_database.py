"""The database's settings, and the refusal to start on one that could forget."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

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


def test_an_address_is_read_part_by_part() -> None:
    settings = database.postgres("postgresql://ann:s%40cret@db.example:5433/books?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"]) == ("ann", "s@cret")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "books")
    assert settings["OPTIONS"]["sslmode"] == "require"
    assert settings["OPTIONS"]["options"].startswith("-c synchronous_commit=on ")


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        database.postgres("mysql://localhost/books")
