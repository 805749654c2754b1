"""Rows of an earlier version come through every later migration, on both databases."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from pytest_django import DjangoDbBlocker

# Models can only be imported once Django is set up, and pytest may read this file before that.
django.setup()

from counterfoil.web import audit, crypto, database, papers, verifying  # noqa: E402 -- as said above
from counterfoil.web.models import Counter as CounterRow  # noqa: E402 -- as said above
from counterfoil.web.models import Firm, Posting  # noqa: E402 -- as said above
from tests.contract import stores  # noqa: E402 -- as said above
from tests.migrations import rows  # noqa: E402 -- as said above
from tests.workers.scene import new_database  # noqa: E402 -- as said above

HERE = Path(__file__).parent
RECORDED = sorted(path.stem for path in HERE.glob("0*.json"))
DATABASES = ("sqlite", "postgres")
BY_TURNS = [(DATABASES[place % 2], version) for place, version in enumerate(RECORDED[::-1])]
EVERY = [(kind, version) for kind in DATABASES for version in RECORDED]
SOAKED = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
FROM = EVERY if SOAKED else sorted({*BY_TURNS, *((kind, RECORDED[-1]) for kind in DATABASES)})
"""The version before this one on both databases, those before it on each by turns; the soak takes
all of them on both."""


class Lineage:
    """A database that goes forward from version to version, and is copied at each.

    Most of what a migration costs is Django's picture of the models before it: so nobody begins
    from nothing whose predecessor was there already.
    """

    def __init__(self, kind: str, folder: Path, server: str) -> None:
        self._folder = folder
        self._server = server
        self._kind = kind
        self._copies = 0
        self._at = ""
        self._settings: dict[str, Any] = {}

    @contextmanager
    def copy(self, version: str) -> Iterator[str]:
        """Give the alias of a database of its own that is at a version."""
        if not self._at or version < self._at:
            self._settings = self._new(None)
        with opened("lineage", self._settings) as alias:
            rows.migrate(alias, version)
        self._at = version
        with opened("migrated", self._new(self._settings["NAME"])) as alias:
            yield alias

    def _new(self, template: str | None) -> dict[str, Any]:
        self._copies += 1
        if self._kind == "postgres":
            return database.postgres(new_database(self._server, template or "template1"))
        file = self._folder / f"{self._copies}.sqlite3"
        if template:
            shutil.copyfile(template, file)
        return stores.hurried(file)


@contextmanager
def opened(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    """Connect to a database under an alias for as long as it is needed."""
    stores.connect(alias, settings)
    try:
        yield alias
    finally:
        stores.disconnect(alias)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    return Lineage("sqlite", tmp_path_factory.mktemp("lineage"), "")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Lineage:
    return Lineage("postgres", tmp_path_factory.mktemp("lineage"), postgres_url)


def test_every_version_but_the_newest_has_its_rows(
    sqlite: Lineage, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), sqlite.copy(RECORDED[0]) as alias:
        assert rows.names(alias)[:-1] == RECORDED or rows.names(alias) == RECORDED


@pytest.mark.parametrize(("kind", "version"), FROM)
def test_no_row_of_an_earlier_version_is_lost_or_changed(
    version: str, kind: str, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> None:
    kept = json.loads((HERE / f"{version}.json").read_text("utf-8"))
    recorded: rows.Rows = kept["rows"]
    lineage: Lineage = request.getfixturevalue(kind)
    with django_db_blocker.unblock(), lineage.copy(version) as alias:
        rows.load(alias, version, recorded)
        rows.migrate(alias, rows.names(alias)[-1])
        after = rows.dump(alias, rows.names(alias)[-1])
        books_are_whole(alias, kept["key"])
    for name, before in recorded.items():
        fields = set(before[0]) if before else set()
        still = [{key: row[key] for key in row if key in fields} for row in after[name]]
        assert still == before, name


def books_are_whole(alias: str, keys: str) -> None:
    """The counters equal the rows, and the audit chain holds with the papers behind it."""
    states = Posting.objects.using(alias).values_list("state", flat=True)
    counters = CounterRow.objects.using(alias).filter(count__gt=0)
    assert Counter(states) == Counter(dict(counters.values_list("state", "count")))
    key = crypto.parse(keys).derive(audit.PURPOSE)
    for firm in Firm.objects.using(alias):
        assert isinstance(verifying.verify(firm.pk, key, alias), audit.Head)
        assert papers.fault(firm.pk, alias) == ""
        assert any(told.startswith("calls of before") for told in papers.uncovered(firm.pk, alias))
