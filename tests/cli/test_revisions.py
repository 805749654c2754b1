"""Bills that were changed in the practice after they had been posted."""

from __future__ import annotations

from tests.cli.scene import Document, Practice, Xero, bill, receipt


def invoice(xero: Xero, name: str) -> Document:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}", page="1")["Invoices"]
    return dict(found)


def revised(name: str, net: str, number: int = 2) -> Document:
    return bill(name, net=net, revision=number)


def test_an_unpaid_bill_is_updated_in_place(practice: Practice, xero: Xero) -> None:
    practice.take(bill("up"))
    assert practice.run("post").status == 0
    before = invoice(xero, "up")
    practice.take(revised("up", "150.00"), receipt("up", "150.00"))
    assert practice.run("post").status == 0
    after = invoice(xero, "up")
    assert (after["InvoiceID"], after["Total"]) == (before["InvoiceID"], "150.00")
    lines = [one["LineItems"][0]["LineItemID"] for one in (before, after)]
    assert lines[0] == lines[1]
    assert after["Status"] == "PAID"
    assert practice.problems() == {}
    assert practice.run("drift", "--json").json["drift"] == []
    assert practice.run("reconcile").status == 0
    assert practice.run("verify-audit").status == 0


def test_a_lost_answer_is_looked_up_and_the_update_is_made_once(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("lost"))
    assert practice.run("post").status == 0
    changed = revised("lost", "100.00")
    changed["lines"][0]["description"] = "Work that took longer to describe"
    xero.faults({"fault": "500_before", "match": {"method": "POST", "path": "Invoices"}})
    practice.take(changed)
    practice.run("post", "--wait")
    xero.faults()
    practice.run("post", "--wait")
    (line,) = invoice(xero, "lost")["LineItems"]
    assert line["Description"] == "Work that took longer to describe"


def test_a_paid_bill_is_left_and_the_choices_are_told(practice: Practice, xero: Xero) -> None:
    practice.take(bill("paid"), receipt("paid"))
    assert practice.run("post").status == 0
    practice.take(revised("paid", "120.00"))
    assert practice.run("post").status == 1
    assert invoice(xero, "paid")["Total"] == "100.00"
    (finding,) = practice.run("show", "b-paid", "--json").json[0]["findings"]
    assert finding["code"] == "revision_barred"
    assert "counterfoil repost" in finding["fix"]
    (payment,) = invoice(xero, "paid")["Payments"]
    xero.ask("POST", f"/Payments/{payment['PaymentID']}", body={"Status": "DELETED"})
    practice.run("retry", "b-paid")
    practice.run("post")
    assert invoice(xero, "paid")["Total"] == "120.00"
