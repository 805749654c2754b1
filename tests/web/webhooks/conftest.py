"""Programs with keys, and buckets that are full at the beginning of each test."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.web.api import guard
from tests.web.api_scene import Keyring
from tests.web.cast import Cast


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    guard.keys.clear()
    guard.strangers.clear()


@pytest.fixture
def keyring(cast: Cast, now: dt.datetime) -> Keyring:
    return Keyring(cast, now)
