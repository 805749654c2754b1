"""Rows of an earlier version come through every later migration, on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import pytest
from pytest_django import DjangoDbBlocker

# Models can only be imported once Django is set up, and pytest may read this file before that.
django.setup()

from counterfoil.web import audit, crypto, database  # noqa: E402 -- as said above
from counterfoil.web.models import Counter as CounterRow  # noqa: E402 -- as said above
from counterfoil.web.models import Firm, Posting  # noqa: E402 -- as said above
from tests.contract import stores  # noqa: E402 -- as said above
from tests.migrations import rows  # noqa: E402 -- as said above
from tests.workers.scene import new_database  # noqa: E402 -- as said above

HERE = Path(__file__).parent
RECORDED = sorted(path.stem for path in HERE.glob("0*.json"))


@contextmanager
def opened(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Give the alias of an empty database of this kind."""
    if name == "postgres":
        settings = database.postgres(new_database(request.getfixturevalue("postgres_url")))
    else:
        settings = stores.hurried(folder / "old.sqlite3")
    stores.connect("migrated", settings)
    try:
        yield "migrated"
    finally:
        stores.disconnect("migrated")


def test_every_version_but_the_newest_has_its_rows(
    tmp_path: Path, request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock(), opened("sqlite", request, tmp_path) as alias:
        assert rows.names(alias)[:-1] == RECORDED or rows.names(alias) == RECORDED


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("version", RECORDED)
def test_no_row_of_an_earlier_version_is_lost_or_changed(
    version: str,
    kind: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    kept = json.loads((HERE / f"{version}.json").read_text("utf-8"))
    recorded: rows.Rows = kept["rows"]
    with django_db_blocker.unblock(), opened(kind, request, tmp_path) as alias:
        rows.migrate(alias, version)
        rows.load(alias, version, recorded)
        rows.migrate(alias, rows.names(alias)[-1])
        after = rows.dump(alias, rows.names(alias)[-1])
        books_are_whole(alias, kept["key"])
    for name, before in recorded.items():
        fields = set(before[0]) if before else set()
        still = [{key: row[key] for key in row if key in fields} for row in after[name]]
        assert still == before, name


def books_are_whole(alias: str, keys: str) -> None:
    """The counters equal the rows, and the audit chain holds."""
    states = Posting.objects.using(alias).values_list("state", flat=True)
    counters = CounterRow.objects.using(alias).filter(count__gt=0)
    assert Counter(states) == Counter(dict(counters.values_list("state", "count")))
    key = crypto.parse(keys).derive(audit.PURPOSE)
    for firm in Firm.objects.using(alias):
        assert isinstance(audit.verify(firm.pk, key, alias), audit.Head)
