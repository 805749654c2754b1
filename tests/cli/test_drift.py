"""``counterfoil drift``: what somebody did in Xero after we had posted."""

from __future__ import annotations

from pathlib import Path

from tests.cli.scene import Json, Practice, Xero, bill, connected, receipt, trust_receipt


def drifts(practice: Practice) -> set[tuple[str, str]]:
    found: Json = practice.run("drift", "--json").json
    return {(one["how"], one["number"]) for one in found}


def post(practice: Practice, *documents: Json) -> None:
    practice.take(*documents)
    assert practice.run("post").status == 0


def test_what_was_posted_and_left_alone_has_not_drifted(xero: Xero, tmp_path: Path) -> None:
    with connected(tmp_path, Xero(xero.url, "Left alone")) as practice:
        post(practice, bill("1"), receipt("1", "40.00"), trust_receipt("1"))
        said = practice.run("drift")

    assert said.status == 0, said
    assert "Xero holds what was posted" in said.out


def test_a_bill_voided_in_xero_is_named(practice: Practice, xero: Xero) -> None:
    post(practice, bill("2"))
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-2")["Invoices"]
    path = f"/Invoices/{invoice['InvoiceID']}"
    xero.ask("POST", path, body={"InvoiceID": invoice["InvoiceID"], "Status": "VOIDED"})

    assert ("ended", "INV-2") in drifts(practice)
    assert practice.run("drift").status == 1


def test_a_payment_deleted_in_xero_is_named(practice: Practice, xero: Xero) -> None:
    post(practice, bill("3"), receipt("3", "40.00"))
    (payment,) = xero.ask("GET", "/Payments")["Payments"]
    xero.ask("POST", f"/Payments/{payment['PaymentID']}", body={"Status": "DELETED"})

    assert ("ended", payment["Reference"]) in drifts(practice)


def test_a_bill_that_somebody_entered_by_hand_before_us_is_named(
    practice: Practice, xero: Xero
) -> None:
    post(practice, bill("4"))
    (contact, *_) = xero.ask("GET", "/Contacts")["Contacts"]
    by_hand = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "InvoiceNumber": "INV-9",
        "Date": "2026-06-15",
        "DueDate": "2026-06-30",
        "Contact": {"ContactID": contact["ContactID"]},
        "LineItems": [
            {"Description": "By hand", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}
        ],
    }
    xero.ask("PUT", "/Invoices", body=by_hand)
    practice.take(bill("9"))

    assert ("orphan", "INV-9") in drifts(practice)
