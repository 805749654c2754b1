"""Two payments of one bill: the second is held here, with the first one's name, not by Xero."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, receipt


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
