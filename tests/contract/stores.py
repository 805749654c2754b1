"""The three stores under one contract, each opened empty for a new organisation."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from counterfoil.core import chart as charts
from counterfoil.core.chart import Chart
from counterfoil.core.issued_months import IssuedMonth
from counterfoil.core.mapping import Mapping
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.shelf import NoChart, NoMapping
from counterfoil.web import crypto, database, models
from counterfoil.web.store import DjangoOutbox

CIPHER = crypto.parse(crypto.new_key())
AUDIT_KEY = b"a" * 32
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
_numbers = itertools.count(1)
_settings: dict[str, dict[str, Any]] = {}
T = TypeVar("T")


class BareShelf:
    """A shelf before anything was read or mapped."""

    def chart(self) -> Chart:
        raise NoChart

    def mapping(self) -> Mapping:
        raise NoMapping

    def issued_months(self) -> Sequence[IssuedMonth]:
        return ()

    def store_organisation(self, organisation: charts.Organisation) -> None:
        raise NoChart


def hurried(path: Path) -> dict[str, Any]:
    """Return SQLite as it is shipped, but without waiting for the disk: no test cuts the power."""
    settings = database.sqlite(path)
    options = settings["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    return settings


def connect(alias: str, settings: dict[str, Any]) -> None:
    """Open a connection under an alias, for this thread only.

    Not in Django's own list of databases: pytest-django would make a test database of it.
    """
    connections.configure_settings({"default": {}, alias: settings})
    connections[alias] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)


def disconnect(alias: str) -> None:
    """Close this thread's connection."""
    connections[alias].close()
    del connections[alias]


def together(alias: str, calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Make calls at the same moment, each on a connection of its own; return what each said."""
    start = threading.Barrier(len(calls))

    def one(call: Callable[[], T]) -> T | Exception:
        connect(alias, _settings[alias])
        try:
            connections[alias].ensure_connection()
            start.wait(timeout=20)
            return call()
        except Exception as refused:  # noqa: BLE001 -- what is refused is an answer here
            return refused
        finally:
            disconnect(alias)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@contextmanager
def prepared(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    """Give an alias whose database has the schema."""
    _settings[alias] = settings
    connect(alias, settings)
    call_command("migrate", "web", database=alias, verbosity=0, skip_checks=True)
    yield alias
    disconnect(alias)


def fresh(alias: str) -> Outbox:
    """Return the empty outbox of a new organisation in a new firm; "memory" is the twin."""
    if alias == "memory":
        return MemoryOutbox()
    return in_database(new_organisation(alias), alias)


def words_in(alias: str) -> set[str]:
    """Return every text that stands in a column of the connections, where tokens are kept."""
    rows = models.Connection.objects.using(alias).values_list()
    return {value for row in rows for value in row if isinstance(value, str)}


def new_organisation(alias: str) -> int:
    firm = models.Firm.objects.using(alias).create(name=f"Firm {next(_numbers)}", created_at=NOON)
    organisations = models.Organisation.objects.using(alias)
    return organisations.create(firm=firm, key="main", created_at=NOON).pk


def in_database(organisation: int, alias: str) -> DjangoOutbox:
    return DjangoOutbox(organisation, AUDIT_KEY, CIPHER, using=alias)
