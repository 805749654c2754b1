"""``counterfoil post`` when Xero's limits or the network are in its way.

With an organisation of its own: what a minute allows is not shared with other tests.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from tests.cli.scene import Practice, Xero, bill, invoices, receipt


@pytest.fixture(autouse=True)
def no_faults(xero: Xero) -> Iterator[None]:
    yield
    xero.faults()


@pytest.mark.parametrize("limit", ["minute", "day"])
def test_a_limit_stops_with_three_and_a_later_post_goes_on(
    practice: Practice, xero: Xero, limit: str
) -> None:
    xero.faults(
        {"fault": f"429_{limit}", "match": {"method": "PUT", "path": "Invoices"}, "retry_after": 1}
    )
    practice.take(bill(limit))
    said = practice.run("post", "--json")
    assert (said.status, said.json["stopped_by"]) == (3, limit)
    assert said.json["ready"] == 1
    time.sleep(1.1)
    assert practice.run("post", "--json").json["stopped_by"] is None
    assert invoices(xero, limit) == 1


def test_an_answer_lost_on_the_way_is_no_second_invoice(practice: Practice, xero: Xero) -> None:
    xero.faults({"fault": "cut_after_commit", "match": {"method": "PUT", "path": "Invoices"}})
    practice.take(bill("cut"))
    practice.run("post")
    assert invoices(xero, "cut") == 1


def test_a_script_is_told_when_posting_goes_on(practice: Practice, xero: Xero) -> None:
    xero.faults({"fault": "cut_after_commit", "match": {"method": "PUT", "path": "Payments"}})
    practice.take(bill("later"), receipt("later"))
    said = practice.run("post", "--json")
    assert (said.status, said.json["stopped_by"], said.json["unknown"]) == (0, None, 1)
    goes_on = dt.datetime.fromisoformat(said.json["goes_on_at"])
    assert dt.timedelta(0) < goes_on - dt.datetime.now(dt.UTC) <= dt.timedelta(minutes=3)
