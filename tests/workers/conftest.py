"""A firm on PostgreSQL, connected to an organisation of its own in a sandbox without limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, Xero, connected
from tests.workers.scene import migrated, new_database
from xero_sandbox.testing import running_sandbox


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running_sandbox(country=None, limits=False) as url:
        yield url


@pytest.fixture
def xero(sandbox_url: str) -> Iterator[Xero]:
    firm = Xero(sandbox_url)
    yield firm
    firm.control("DELETE", "faults")


@pytest.fixture
def practice(tmp_path: Path, xero: Xero, postgres_url: str) -> Iterator[Practice]:
    database = new_database(postgres_url, migrated(postgres_url))
    with connected(tmp_path, xero, database=database) as practice:
        # Somebody has looked at it: without that no worker sends anything of a firm that begins.
        practice.run("post")
        yield practice
