"""The databases of the contract suite: made once, opened in every test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from pytest_django import DjangoDbBlocker

# Models can only be imported once Django is set up, and pytest may read this file before that.
django.setup()

from counterfoil.posting.outbox import Outbox  # noqa: E402 -- as said above
from counterfoil.web import database  # noqa: E402 -- as said above
from tests.contract import stores  # noqa: E402 -- as said above


@pytest.fixture(scope="session")
def sqlite_alias(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("contract") / "contract.sqlite3"
    with django_db_blocker.unblock(), stores.prepared("contract_sqlite", stores.hurried(path)) as a:
        yield a


@pytest.fixture(scope="session")
def postgres_alias(postgres_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    settings = database.postgres(postgres_url)
    with django_db_blocker.unblock(), stores.prepared("contract_postgres", settings) as alias:
        yield alias


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let these tests at their own databases; they never touch the default one."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def outbox(request: pytest.FixtureRequest) -> Outbox:
    """Give an empty outbox of each kind in turn."""
    name = str(request.param)
    return stores.fresh(name if name == "memory" else request.getfixturevalue(f"{name}_alias"))


@pytest.fixture(params=["sqlite", "postgres"])
def alias(request: pytest.FixtureRequest) -> str:
    """Give each database in turn."""
    return str(request.getfixturevalue(f"{request.param}_alias"))
