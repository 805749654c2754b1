"""An adviser's connection is warned of, because a period's lock date does not bind it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from counterfoil.web.services import connection

NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("adviser", [True, False])
def test_whoever_connects_as_an_adviser_is_told(
    monkeypatch: pytest.MonkeyPatch, *, adviser: bool
) -> None:
    found = SimpleNamespace(missing=(), adviser=adviser)
    monkeypatch.setattr(connection, "refresh_chart", Mock())
    monkeypatch.setattr(connection, "permissions", Mock(check=Mock(return_value=found)))
    said = connection._first_reading(Mock(), actor="owner", now=NOON)
    assert said == ((connection.ADVISER,) if adviser else ())
