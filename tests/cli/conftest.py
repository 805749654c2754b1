"""One sandbox for all commands, and one organisation with its practice for each module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.tests.judged import judging
from tests.cli.scene import Practice, Xero, connected
from xero_sandbox.testing import running_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with running_sandbox(country=None) as url:
        yield url


@pytest.fixture(autouse=True)
def every_answer_of_xero_fits_its_file() -> Iterator[None]:
    with judging() as found:
        yield
    assert not found, found[:5]


@pytest.fixture(scope="module")
def xero(sandbox: str, request: pytest.FixtureRequest) -> Iterator[Xero]:
    organisation = Xero(sandbox, request.module.__name__.rpartition(".")[2])
    yield organisation
    organisation.faults()


@pytest.fixture(scope="module")
def practice(xero: Xero, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder: Path = tmp_path_factory.mktemp("practice")
    with connected(folder, xero) as opened:
        yield opened
