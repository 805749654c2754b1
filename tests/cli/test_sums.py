"""Two payments of one bill: the second is held here, with the first one's name, not by Xero."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, receipt
from tests.simulation.firm import MAPPING


def test_a_bill_paid_twice_is_held_before_xero_hears_of_it(practice: Practice, xero: Xero) -> None:
    practice.take(receipt("twice"), bill("twice"))
    assert practice.run("post").status == 0
    second = receipt("again", "40.00", of="twice")
    practice.take(second)
    before = xero.calls()
    assert practice.run("post").status == 1
    assert xero.calls() == before
    (problem,) = practice.run("problems", "--json").json
    assert problem["code"] == "beyond_what_is_left"
    assert "taken before: 100.00 by receipt R-twice" in problem["message"]
    practice.take(bill("more"), {**second, "revision": 2, "allocations": []})
    assert practice.run("post").status == 0
    assert practice.run("problems").out == "No problems.\n"


def test_a_receipt_that_is_taken_back_keeps_nobody_out_however_the_mapping_came_about(
    practice: Practice,
) -> None:
    taken_back = {"kind": "receipt", "id": "r-first"}
    back = {"kind": "reversal", "id": "x-1", "number": "X-1", "date": "2026-06-27"}
    trust = {"TRUST1": {**MAPPING["trust_accounts"]["TRUST1"], "xero": "090"}}
    practice.map({**MAPPING, "accounts": {}, "bank_accounts": {}})
    practice.take(
        bill("first"),
        receipt("first"),
        {**back, "reverses": taken_back, "reason": "entered by mistake"},
        receipt("second", of="first"),
    )
    practice.map({**MAPPING, "trust_accounts": trust})  # Two accounts lead to one.
    practice.map(MAPPING)
    assert practice.run("post").status == 0
    assert practice.errors() == {}
    (second,) = practice.run("show", "r-second", "--json").json
    assert second["state"] == "posted"
