"""What batches and lists ask of SQLite finds its rows by an index, however many there are."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.web import sql
from counterfoil.web.services import daybook
from counterfoil.web.store import outcomes, rows, sending
from tests.web.cast import Cast

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
BY_NUMBER = "USING INTEGER PRIMARY KEY"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "values", "found"),
    [
        (sending.FIRST, (1, NOW), "USING INDEX posting_to_send"),
        (rows.SELECT + sending.FREE, (1, NOW, 1, "Invoices"), "USING INDEX posting_to_send"),
        (sending.SEND, (1, [1, 2]), BY_NUMBER),
        (outcomes.MOVE + outcomes.OF_THESE, ("posted", None, 0, None, [1, 2]), BY_NUMBER),
        (outcomes.FREE, (NOW, [1, 2]), BY_NUMBER),
    ],
)
def test_a_batch_walks_nothing_but_its_own_rows(
    statement: str, values: tuple[object, ...], found: str
) -> None:
    plan = sql.select("default", f"EXPLAIN QUERY PLAN {statement}", values)
    assert found in plan[0][3]


@pytest.mark.django_db
def test_a_place_far_down_a_list_is_found_in_an_index_alone(cast: Cast) -> None:
    rows = daybook.ranged(cast.organisation, daybook.Filters()).order_by(*daybook.NEWEST)
    assert "USING COVERING INDEX document_by_date" in rows.values_list("date", "pk")[9:10].explain()
