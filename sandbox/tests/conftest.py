"""The two callers of most tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.tests.counter import START, Caller, CountingBooks
from sandbox.tests.judged import judging
from xero_sandbox.sandbox import Sandbox


@pytest.fixture(autouse=True)
def every_answer_fits_xeros_file() -> Iterator[None]:
    with judging() as found:
        yield
    assert not found, found[:5]


@pytest.fixture
def stranger() -> Caller:
    """An app that has not been given access yet, beside one organisation."""
    books = CountingBooks()
    sandbox = Sandbox(handle=books.handle)
    organisation = sandbox.new_organisation("Harbour Legal", "AU", START)
    return Caller(sandbox, books, organisation.tenant_id)


@pytest.fixture
def caller(stranger: Caller) -> Caller:
    """An app that is connected to the organisation."""
    issued = stranger.sandbox.issue_token((stranger.tenant,), client_id="app", now=START)
    stranger.take(issued)
    return stranger
