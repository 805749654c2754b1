"""What the bank feed entered beside payments: money left over, sums of several, settled bills."""

from __future__ import annotations

from tests.cli.scene import Document, Practice, Xero, a_minute_later, bill, receipt
from tests.cli.tampering import Desk, credit_note
from tests.cli.test_bank_feed_race import pay, payments


def test_money_left_over_that_the_feed_entered_is_taken_as_ours(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("over"), bill("used"))
    practice.run("post")
    for name in ("over", "used"):
        pay(xero, name, "100.00", "2026-06-21")
    overpayment(xero, "c-over", "50.00")
    entered = overpayment(xero, "c-used", "50.00")
    xero.ask("PUT", "/Payments", body=refunded(entered, "20.00"))
    paid = [
        receipt(name, "150.00", allocations=[{"bill": f"b-{name}", "amount": "100.00"}])
        for name in ("over", "used")
    ]
    practice.take(*paid)
    assert practice.run("post").status == 1
    assert practice.problems()["already_received_in_xero"] == ["r-used"]
    shown = practice.run("show", "r-over", "--json").json[0]
    assert {one["code"] for one in shown["findings"]} == {
        "payment_found_in_xero",
        "left_over_found_in_xero",
    }
    assert len(xero.ask("GET", "/Overpayments")["Overpayments"]) == 2
    assert practice.run("relink", "r-used", entered["BankTransactionID"]).status == 0
    assert "already_received_in_xero" not in practice.problems()
    assert [one["xero_ours"] for one in controls(practice) if one["account"] == "090"] == ["300.00"]


def test_credit_that_finds_its_bill_paid_waits_with_words(practice: Practice, xero: Xero) -> None:
    a_minute_later(practice, xero)
    practice.take(bill("paid"))
    practice.run("post")
    found = pay(xero, "paid", "80.00", "2026-06-21")
    practice.take(credit_note("paid", allocations=[{"bill": "b-paid", "amount": "100.00"}]))
    assert practice.run("post", "--json").json["refused"] == 0
    (finding,) = practice.run("show", "cn-paid", "--json").json[0]["findings"]
    assert finding["code"] == "already_settled_in_xero"
    assert "Of the 100.00 of this invoice 20.00 is still open" in finding["message"]
    assert found in finding["message"]
    xero.ask("POST", f"/Payments/{found}", body={"Status": "DELETED"})
    assert practice.run("post").status == 0


def test_one_payment_of_the_feed_is_tied_to_the_receipts_that_it_is_for(
    practice: Practice, xero: Xero
) -> None:
    a_minute_later(practice, xero)
    practice.take(bill("sum"))
    practice.run("post")
    found = pay(xero, "sum", "100.00", "2026-06-21")
    practice.take(receipt("one", "60.00", of="sum"), receipt("two", "40.00", of="sum"))
    assert practice.run("post").status == 1
    assert "--with" in practice.run("problems").out
    assert practice.run("relink", "r-one", found).status == 1
    assert practice.run("relink", "r-one", found, "--with", "b-sum").status == 1
    assert practice.run("relink", "r-one", found, "--with", "r-two").status == 0
    assert practice.run("post").status == 0
    assert practice.run("reconcile").status == 0
    drift = practice.run("drift", "--json").json["drift"]
    assert {one["name"] for one in drift} <= {"r-used", "R-used"}
    refused = practice.run("undo", "r-one", "--json").json[0]["refused"]
    assert [one["code"] for one in refused] == ["undo_shared_payment"]
    back = {"kind": "reversal", "id": "rv", "number": "RV-1", "date": "2026-07-10"}
    practice.take({**back, "reverses": {"kind": "receipt", "id": "r-one"}, "reason": "not ours"})
    assert practice.run("post").status == 1
    assert practice.problems()["undo_shared_payment"] == ["rv"]
    xero.ask("POST", f"/Payments/{found}", body={"Status": "DELETED"})
    practice.run("retry", "rv")
    assert practice.run("post").status == 0
    assert practice.run("repost", "r-two").status == 0
    assert practice.run("post").status == 0
    assert len(payments(xero, "sum")) == 1
    assert [one["difference"] for one in controls(practice)] == ["0.00"] * len(controls(practice))


def overpayment(xero: Xero, party: str, amount: str) -> Document:
    body = {
        "Type": "RECEIVE-OVERPAYMENT",
        "Contact": {"ContactID": Desk(xero).contact(party)},
        "BankAccount": {"Code": "090"},
        "Date": "2026-06-21",
        "LineAmountTypes": "NoTax",
        "LineItems": [{"Description": "Deposit", "UnitAmount": amount, "Quantity": "1"}],
    }
    made: Document = xero.ask("PUT", "/BankTransactions", body=body)["BankTransactions"][0]
    return made


def refunded(entered: Document, amount: str) -> Document:
    of = {"OverpaymentID": entered["OverpaymentID"]}
    paid = {"Account": {"Code": "090"}, "Date": "2026-06-22", "Amount": amount}
    return {"Overpayment": of, **paid}


def controls(practice: Practice) -> list[dict[str, str]]:
    said = practice.run("reconcile", "--as-of", "2026-12-31", "--json").json
    rows: list[dict[str, str]] = said["controls"]
    return rows
