"""Bills that were changed in the practice after they had been posted."""

from __future__ import annotations

from pathlib import Path

from tests.cli.scene import Document, Practice, Xero, bill, connected, receipt
from tests.simulation.firm import MAPPING


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
    name = "lost"
    practice.take(bill(name))
    assert practice.run("post").status == 0
    before = invoice(xero, name)
    xero.faults({"fault": "500_after", "match": {"method": "POST", "path": "Invoices"}})
    practice.take(revised(name, "150.00"))
    calls = len(xero.calls())
    practice.run("post", "--wait")
    xero.faults()
    practice.run("post", "--wait")
    after = invoice(xero, name)  # There is one of this number.
    assert (after["InvoiceID"], after["Total"]) == (before["InvoiceID"], "150.00")
    assert len(after["LineItems"]) == 1
    made = [path for method, path in xero.calls()[calls:] if method == "POST"]
    assert made == [f"/Invoices/{before['InvoiceID']}"]
    assert practice.problems() == {}


def test_nothing_behind_the_lock_is_sent_and_the_choices_are_told(
    tmp_path: Path, sandbox: str
) -> None:
    xero = Xero(sandbox, "revisions behind the lock")
    settings = {**MAPPING["settings"], "lock_date": "next_open_day"}
    with connected(tmp_path, xero, {**MAPPING, "settings": settings}) as practice:
        practice.take(bill("moved"), bill("redated"))
        assert practice.run("post").status == 0
        xero.settings(periodLockDate="2026-06-30")
        practice.run("chart", "refresh")
        practice.take(revised("moved", "150.00"))
        practice.take({**revised("redated", "150.00"), "date": "2026-07-05"})
        before = len(xero.calls())
        assert practice.run("post").status == 1
        assert not [path for method, path in xero.calls()[before:] if method == "POST"]
        assert practice.problems() == {"revision_in_locked_period": ["b-moved", "b-redated"]}
        xero.settings(periodLockDate=None)
        practice.run("chart", "refresh")
        practice.run("retry", "b-moved", "b-redated")
        assert practice.run("post").status == 0
        assert [invoice(xero, name)["Total"] for name in ("moved", "redated")] == ["150.00"] * 2


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


def test_an_edit_in_xero_is_overwritten_only_knowingly_and_a_paid_bill_takes_another_account(
    tmp_path: Path, sandbox: str
) -> None:
    xero = Xero(sandbox, "revisions of what was edited")
    with connected(tmp_path, xero) as practice:
        practice.take(bill("edited"), bill("coded"), receipt("coded", "40.00"))
        assert practice.run("post").status == 0
        edit = {"DueDate": "2026-12-24", "Reference": "Call first"}
        xero.ask("POST", f"/Invoices/{invoice(xero, 'edited')['InvoiceID']}", body=edit)
        assert practice.run("drift").status == 1
        line = {"description": "Advice", "account": "4-2000", "tax_code": "FREE", "tax": "0.00"}
        recoded = {**bill("coded", revision=2), "lines": [{**line, "total": "100.00"}]}
        practice.take(revised("edited", "150.00"), recoded)
        assert practice.run("post").status == 1
        (coded,) = invoice(xero, "coded")["LineItems"]
        assert (coded["Description"], coded["AccountCode"]) == ("Advice", "260")
        assert invoice(xero, "edited")["Total"] == "100.00"
        found = practice.run("show", "b-edited", "--json").json[0]["findings"]
        (finding,) = (one for one in found if one["code"] == "edited_in_xero")
        assert "due date: 2026-06-15 became 2026-12-24." in finding["message"]
        assert "counterfoil retry bill:b-edited --overwrite" in finding["fix"]
        assert practice.run("retry", "bill:b-edited", "--overwrite").status == 0
        assert practice.run("post").status == 0
        after = invoice(xero, "edited")
        assert (after["Total"], after["DueDateString"][:10]) == ("150.00", "2026-06-15")
        assert after["Reference"] == "Call first"  # The practice states none.
        assert practice.problems() == {"reference_changed": ["b-edited"]}
