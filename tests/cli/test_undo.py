"""``counterfoil undo`` and ``repost``: one step for the user, made of postings in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.scene import (
    Json,
    Practice,
    Xero,
    a_minute_later,
    bill,
    connected,
    invoices,
    receipt,
)

if TYPE_CHECKING:
    from pathlib import Path


def invoice(xero: Xero, number: str) -> Json:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=number, page="1")["Invoices"]
    return found


def test_a_bill_is_undone_with_its_payment_and_then_posted_again(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("3"), receipt("3"))
    assert practice.run("post").status == 0
    before = xero.calls()
    said = practice.run("undo", "bill:b-3", "--dry-run")
    assert "1. Delete the payment of receipt r-3" in said.out
    assert "2. Renumber the invoice INV-3 of bill b-3 to INV-3-VOID1" in said.out
    assert "3. Void the invoice INV-3 of bill b-3" in said.out
    assert {method for method, _ in xero.calls()[len(before) :]} == {"GET"}
    assert practice.run("undo", "bill:b-3", "--json").json[0]["planned"]
    assert practice.run("undo", "bill:b-3", "--json").json[0]["resumed"]
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-3-VOID1")["Status"] == "VOIDED"
    assert sorted(practice.problems()["taken_back"]) == ["b-3", "r-3"]
    assert practice.run("drift", "--json").json["drift"] == []


def test_a_bill_is_posted_anew_under_its_own_number(practice: Practice, xero: Xero) -> None:
    a_minute_later(practice, xero)
    practice.take(bill("4"), receipt("4"))
    assert practice.run("post").status == 0
    old = invoice(xero, "INV-4")["InvoiceID"]
    said = practice.run("repost", "b-4")
    assert "Renumber the invoice INV-4 of bill b-4 to INV-4-VOID1" in said.out
    assert practice.run("post").status == 0
    fresh = invoice(xero, "INV-4")
    assert (fresh["Status"], fresh["InvoiceID"] != old) == ("PAID", True)
    assert invoice(xero, "INV-4-VOID1")["Status"] == "VOIDED"
    assert invoices(xero, "4") == 1
    before = xero.calls()
    said = practice.run("repost", "b-4")
    assert (said.status, "--again" in said.err) == (1, True)
    assert xero.calls() == before
    assert practice.run("drift", "--json").json["drift"] == []


def test_money_that_was_received_ahead_is_neither_forgotten_nor_posted_twice(
    xero: Xero, tmp_path: Path
) -> None:
    alone = Xero(xero.url, "Received ahead")
    with connected(tmp_path, alone) as practice:
        practice.take(bill("8"), receipt("8", allocations=[]))
        assert practice.run("post").status == 0
        before = alone.calls()
        for order in ("undo", "repost"):
            said = practice.run(order, "r-8", "--json")
            assert (said.status, said.json[0]["refused"][0]["code"]) == (1, "undo_prepaid")
        assert {method for method, _ in alone.calls()[len(before) :]} == {"GET"}
        assert practice.run("show", "r-8", "--json").json[0]["state"] == "posted"


def test_a_way_back_that_is_held_can_be_given_up(xero: Xero, tmp_path: Path) -> None:
    alone = Xero(xero.url, "Given up")
    with connected(tmp_path, alone) as practice:
        void = {"kind": "void", "id": "v-7", "date": "2026-07-01", "reason": "entered twice"}
        practice.take(bill("7"), receipt("7"))
        assert practice.run("post").status == 0
        practice.take({**void, "voids": {"kind": "bill", "id": "b-7"}})
        practice.run("post")
        assert practice.problems()["still_settled"] == ["v-7"]
        assert practice.run("discard", "r-7").status == 1
        assert practice.run("discard", "v-7", "--json").json == {"discarded": 1}
        practice.run("retry", "v-7")
        assert practice.run("post").status == 0
        assert "still_settled" not in practice.problems()
        said = practice.run("reconcile", "--as-of", "2026-12-31", "--json").json
        assert [row for row in said["differences"] if row["id"] == "v-7"] == []
        practice.take({**void, "id": "v-8", "voids": {"kind": "bill", "id": "b-7"}})
        assert (
            practice.run("show", "v-8", "--json").json[0]["findings"][0]["code"] == "still_settled"
        )
        assert practice.run("discard", "v-8").status == 0
