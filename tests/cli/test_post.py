"""``counterfoil post``: how it ends, what stops it, and that the rest goes through."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from counterfoil.posting.states import State
from tests.cli.scene import Practice, Xero, bill, connected, invoices, receipt, trust_receipt
from tests.simulation.firm import MAPPING


@pytest.fixture(autouse=True)
def no_faults(xero: Xero) -> Iterator[None]:
    yield
    xero.faults()


def test_what_is_due_is_sent_and_the_counts_are_by_state(practice: Practice, xero: Xero) -> None:
    practice.take(bill("1"), receipt("1"), trust_receipt("1"))
    said = practice.run("post", "--json")
    assert said.status == 0
    assert said.json["stopped_by"] is None
    assert said.json["counts"] == {state: 4 * (state == "posted") for state in State}
    assert said.json["posted"] == 4
    assert sum(Decimal(line["debit"]) for line in xero.ledger()) == 300


def test_a_second_post_sends_nothing(practice: Practice, xero: Xero) -> None:
    practice.run("post")
    before = xero.calls()
    said = practice.run("post", "--json")
    assert (said.status, said.json["calls"]) == (0, 0)
    assert xero.calls() == before


def test_a_dry_run_says_what_would_go_and_sends_nothing(practice: Practice, xero: Xero) -> None:
    practice.take(bill("dry-1"), bill("dry-2"), receipt("dry-1"))
    before = xero.calls()
    said = practice.run("post", "--dry-run", "--json")
    would = [tuple(row.values()) for row in said.json["would_post"]]
    assert said.status == 0
    assert would == [("Contacts", 2, 1), ("Invoices", 2, 1), ("Payments", 1, 1)]
    assert "2 Invoices in 1 call\n" in practice.run("post", "--dry-run").out
    assert xero.calls() == before
    assert practice.run("post").status == 0


def test_what_is_held_ends_with_one_until_the_mapping_is_completed(practice: Practice) -> None:
    wrong = bill("held")
    wrong["lines"][0]["account"] = "4-9999"
    practice.take(wrong, receipt("held"), bill("fine"), receipt("fine"))
    said = practice.run("post", "--json")
    assert said.status == 1
    assert (said.json["held"], said.json["waiting"], said.json["refused"]) == (1, 1, 0)
    assert practice.errors() == {"account_not_mapped": ["b-held"]}
    completed = {**MAPPING, "accounts": {"4-1000": "200", "4-2000": "260", "4-9999": "200"}}
    assert practice.map(completed).json["taken"]
    assert practice.run("retry", "b-held", "--json").json["retried"] == 1
    assert practice.run("post").status == 0
    assert practice.errors() == {}


def test_a_wrong_sum_is_held_with_its_place(practice: Practice) -> None:
    practice.take(bill("sum", total="100.01"))
    (stub,) = practice.run("show", "b-sum", "--json").json
    assert [(one["code"], one["path"]) for one in stub["findings"]] == [("total_off", "total")]
    practice.take(bill("sum", revision=2))
    assert practice.errors() == {}
    assert practice.run("post").status == 0


def test_a_date_in_a_locked_period_is_held_with_its_reason(practice: Practice, xero: Xero) -> None:
    xero.settings(periodLockDate="2026-05-31")
    # The lock date is read before anything is sent, so the first document brings it in.
    practice.take(bill("open"))
    assert practice.run("post").status == 0
    practice.take(bill("locked", date="2026-05-31"))
    assert practice.run("post").status == 1
    assert practice.errors() == {"period_locked": ["b-locked"]}
    practice.take(bill("locked", revision=2))
    assert practice.run("post").status == 0
    xero.settings(periodLockDate=None)


def test_before_any_connection_post_stops_for_want_of_it(
    xero: Xero, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = Practice(tmp_path_factory.mktemp("alone"), xero.url)
    try:
        alone.take(bill("1"))
        # Held until there is a chart: nothing is due, and nothing asks for a connection.
        assert alone.run("post", "--json").json["held"] == 1
    finally:
        alone.close()


def test_one_practice_sends_to_its_own_organisation_only(
    xero: Xero, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Xero(xero.url, "Next door")
    before = xero.calls()
    with connected(tmp_path_factory.mktemp("other"), other) as practice:
        practice.take(bill("other"))
        assert practice.run("post").status == 0
    assert xero.calls() == before
    assert invoices(other, "other") == 1
