"""The firms that the tests keep books for."""

from __future__ import annotations

import pytest

from sandbox.tests.books.cast import NOON, Firm
from xero_sandbox.books import new_organisation
from xero_sandbox.ids import Ids


@pytest.fixture
def firm() -> Firm:
    return Firm(new_organisation("Byron & Babbage", "AU", ids=Ids(7), now=NOON))


@pytest.fixture
def nz_firm() -> Firm:
    return Firm(new_organisation("Kea Law", "NZ", ids=Ids(8), now=NOON))
