"""Parts of invoices that somebody entered in Xero before the practice's receipt arrived."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, receipt
from tests.cli.test_bank_feed_race import pay, payments


def test_a_part_that_the_feed_entered_is_never_paid_twice(practice: Practice, xero: Xero) -> None:
    practice.take(bill("same"), bill("near"), bill("far"))
    assert practice.run("post").status == 0
    found = pay(xero, "same", "40.00", "2026-06-21")
    near = pay(xero, "near", "45.00", "2026-06-19")
    pay(xero, "far", "30.00", "2026-06-01")
    practice.take(*(receipt(name, "40.00") for name in ("same", "near", "far")))
    assert practice.run("post").status == 1
    assert payments(xero, "same") == [found]
    assert payments(xero, "near") == [near]
    assert len(payments(xero, "far")) == 2
    assert practice.problems() == {"already_paid_in_xero": ["r-near"]}
    xero.ask("POST", f"/Payments/{near}", body={"Status": "DELETED"})
    assert practice.run("post").status == 0
    assert len(payments(xero, "near")) == 1
    assert practice.problems() == {}


def test_a_document_that_was_voided_there_is_told_as_such(practice: Practice, xero: Xero) -> None:
    practice.take(bill("void"))
    practice.run("post")
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-void")["Invoices"]
    xero.ask("POST", f"/Invoices/{invoice['InvoiceID']}", body={"Status": "VOIDED"})
    practice.take(receipt("void"))
    practice.run("post")
    (finding,) = practice.run("show", "r-void", "--json").json[0]["findings"]
    assert "a document that is voided in Xero" in finding["message"]
