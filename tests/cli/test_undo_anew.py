"""What was undone, posted anew; what is never undone.

Each with an organisation of its own: what a minute allows is not shared with other tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.scene import (
    Json,
    Practice,
    Xero,
    bill,
    connected,
    receipt,
    trust_receipt,
)
from tests.cli.tampering import Desk
from tests.simulation.firm import MAPPING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def xero(sandbox: str, request: pytest.FixtureRequest) -> Xero:
    return Xero(sandbox, request.node.name[:40])


@pytest.fixture
def practice(xero: Xero, tmp_path: Path) -> Iterator[Practice]:
    with connected(tmp_path, xero) as made:
        yield made


def invoice(xero: Xero, number: str) -> Json:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=number, page="1")["Invoices"]
    return found


def test_what_was_undone_can_be_posted_anew(practice: Practice, xero: Xero) -> None:
    practice.take(bill("6"), receipt("6"))
    assert practice.run("post").status == 0
    practice.run("undo", "b-6")
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-6-VOID1")["Status"] == "VOIDED"
    assert "retry --anew" in practice.run("show", "b-6").out
    for name in ("b-6", "r-6"):
        assert practice.run("retry", name, "--anew").status == 0
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-6")["Status"] == "PAID"
    assert practice.run("show", "b-6", "--json").json[0]["findings"] == []
    assert practice.run("drift", "--json").json["drift"] == []


def test_a_bill_is_undone_with_its_later_revision(practice: Practice, xero: Xero) -> None:
    practice.take(bill("7"))
    assert practice.run("post").status == 0
    practice.take(bill("7", net="150.00", revision=2))
    assert practice.run("post").status == 0
    practice.run("undo", "b-7")
    assert practice.run("post").status == 0
    assert practice.run("show", "b-7", "--json").json[0]["state"] == "withdrawn"
    practice.run("retry", "b-7", "--anew")
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-7")["Total"] == "150.00"
    assert practice.run("reconcile").status == 0


def test_a_paid_bill_is_posted_anew_as_it_was_revised(practice: Practice, xero: Xero) -> None:
    practice.take(bill("8"), receipt("8", "60.00"))
    assert practice.run("post").status == 0
    Desk(xero).edit_line("Invoices", "INV-8", AccountCode="260")
    assert practice.run("drift").status == 1
    practice.take(bill("8", net="150.00", revision=2))
    assert practice.run("post").status == 1
    edit = "account: line 1 200 became 260"
    (shown,) = practice.run("repost", "b-8", "--dry-run", "--json").json
    assert (edit in shown["lost"][0], shown["refused"]) == (True, [])
    refused = practice.run("repost", "b-8")
    assert (refused.status, refused.out.count(edit)) == (1, 1)
    assert "counterfoil repost bill:b-8 --overwrite" in refused.out
    assert practice.run("repost", "b-8", "--overwrite").status == 0
    assert practice.run("post").status == 0
    assert practice.problems() == {}
    fresh = invoice(xero, "INV-8")
    assert (fresh["Total"], fresh["AmountPaid"]) == ("150.00", "60.00")
    (shown,) = practice.run("show", "b-8", "--json").json
    assert (shown["state"], shown["findings"]) == ("posted", [])


def test_clients_money_is_never_undone(practice: Practice) -> None:
    practice.take(trust_receipt("9"))
    assert practice.run("post").status == 0
    said = practice.run("undo", "tr-9", "--json")
    assert [one["code"] for one in said.json[0]["refused"]] == ["undo_trust"]
    assert (said.status, said.json[0]["planned"]) == (1, False)


def test_what_was_in_a_tax_return_is_credited_and_not_changed(xero: Xero, tmp_path: Path) -> None:
    filed = {**MAPPING["settings"], "tax_filed_to": "2026-06-15"}
    with connected(tmp_path, xero, {**MAPPING, "settings": filed}) as practice:
        practice.take(bill("10"), bill("11"))
        assert practice.run("post").status == 0
        for act in ("undo", "repost"):
            (said,) = practice.run(act, "b-10", "--json").json
            assert {one["code"] for one in said["refused"]} == {"undo_after_tax_filed"}
            assert "credit" in said["refused"][0]["fix"]
        practice.take(bill("11", net="150.00", revision=2))
        assert practice.run("post").status == 1
        (shown,) = practice.run("show", "b-11", "--json").json
        assert [one["code"] for one in shown["findings"]] == ["revision_after_tax_filed"]
        assert invoice(xero, "INV-11")["Total"] == "100.00"


def test_a_bill_and_its_receipt_are_taken_back_in_one_list(practice: Practice, xero: Xero) -> None:
    practice.take(bill("12"), receipt("12"))
    assert practice.run("post").status == 0
    receipts, bills = practice.run("repost", "r-12", "b-12", "--json").json
    assert (bills["planned"], bills["steps"], bills["along"]) == (True, [], "receipt:r-12")
    assert (receipts["planned"], len(receipts["steps"])) == (True, 5)
    assert practice.run("undo", "b-12", "--json").json[0]["resumed"]
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-12")["Status"] == "PAID"
    assert practice.problems() == {}


def test_what_somebody_else_paid_is_refused_before_anything_is_sent(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("5"))
    assert practice.run("post").status == 0
    paid = {"Invoice": {"InvoiceNumber": "INV-5"}, "Account": {"Code": "090"}}
    xero.ask("PUT", "/Payments", body={**paid, "Amount": 40, "Date": "2026-06-20"})
    said = practice.run("undo", "b-5", "--json")
    assert said.status == 1
    assert [one["code"] for one in said.json[0]["refused"]] == ["undo_paid_by_others"]
    assert not said.json[0]["planned"]


def test_a_revised_receipt_is_posted_anew_as_the_practice_has_it_now(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("13"), receipt("13", "50.00"))
    assert practice.run("post").status == 0
    practice.take(receipt("13", "40.00", revision=2))
    assert practice.run("post").status == 0
    held = practice.run("reconcile", "--json")
    bank = next(one for one in held.json["controls"] if one["practice"] == "40.00")
    assert (held.status, bank["xero_ours"], bank["xero_other"]) == (0, "50.00", "0.00")
    assert (bank["difference"], bank["waiting"], bank["unexplained"]) == (
        "-10.00",
        "-10.00",
        "0.00",
    )
    assert {one["id"] for one in held.json["differences"]} == {"r-13"}
    shown = practice.run("show", "r-13").out
    assert "revision 2 (posted from revision 1)" in shown
    assert "Revision 2 was not sent: Xero lets nobody change a receipt in place." in shown
    (told,) = practice.run("repost", "r-13", "--json").json
    assert told["steps"][-1] == "Post receipt r-13 anew, as its revision 2 has it"
    assert practice.run("post").status == 0
    payments = xero.ask("GET", "/Payments", where='PaymentType=="ACCRECPAYMENT"')["Payments"]
    assert sorted((one["Status"], one["Amount"]) for one in payments) == [
        ("AUTHORISED", "40.00"),
        ("DELETED", "50.00"),
    ]
    (shown,) = practice.run("show", "r-13", "--json").json
    assert (shown["state"], shown["findings"]) == ("posted", [])
    assert practice.run("reconcile").status == 0


def test_a_way_back_that_comes_to_a_halt_says_why_and_goes_on(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("14"), receipt("14"))
    assert practice.run("post").status == 0
    assert practice.run("undo", "b-14", "--json").json[0]["planned"]
    xero.settings(periodLockDate="2026-06-30")
    assert practice.run("post").status == 1
    (shown,) = practice.run("show", "b-14", "--json").json
    codes = [one["code"] for one in shown["findings"]]
    assert codes == ["correction_stands_still", "undo_in_locked_period"]
    xero.settings(periodLockDate=None)
    assert "can go on" in practice.run("retry", "b-14").out
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-14-VOID1")["Status"] == "VOIDED"
    (shown,) = practice.run("show", "b-14", "--json").json
    assert [one["code"] for one in shown["findings"]] == ["taken_back"]


def test_what_others_took_out_in_xero_is_put_right_by_the_words_of_its_finding(
    practice: Practice, xero: Xero
) -> None:
    deposit = {**trust_receipt("9"), "number": "TR-9"}
    practice.take(bill("12"), bill("13"), bill("14"), receipt("14", "40.00"), deposit)
    assert practice.run("post").status == 0
    desk = Desk(xero)
    for number in ("INV-12", "INV-13"):
        desk.edit("Invoices", number, Status="VOIDED")
    desk.edit("Payments", "R-14", Status="DELETED")
    desk.edit("BankTransactions", "TR-9", Status="DELETED")
    told = practice.run("drift", "--json").json["drift"]
    assert {one["code"] for one in told} == {
        "document_voided_in_xero",
        "payment_deleted_in_xero",
        "bank_transaction_deleted_in_xero",
    }
    assert all("counterfoil repost, with the document's id" in one["fix"] for one in told)
    assert practice.run("reconcile").status == 1
    void = {"kind": "void", "id": "v-13", "date": "2026-06-30", "reason": "never valid"}
    practice.take({**void, "voids": {"kind": "bill", "id": "b-13"}})
    said = practice.run("repost", "b-12", "r-14", "tr-9")
    assert (said.status, "INV-12-ANEW2 in Xero" in said.out) == (0, True), said
    assert practice.run("post").status == 0
    assert practice.run("drift", "--json").json["drift"] == []
    assert practice.run("reconcile").status == 0
    assert invoice(xero, "INV-12-ANEW2")["Status"] == "AUTHORISED"
    assert "INV-12 was voided in Xero by somebody" in practice.run("show", "b-12").out
    assert practice.errors() == {}
