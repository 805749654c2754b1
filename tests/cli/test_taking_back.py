"""Documents that take others back, from the file to Xero, with both sides agreeing afterwards."""

from __future__ import annotations

from decimal import Decimal

from tests.cli.scene import Document, Json, Practice, Xero, bill, receipt, trust_receipt


def reversal(of: Document, **changed: object) -> Document:
    back = {"kind": "reversal", "id": f"x-{of['id']}", "number": f"X-{of['number']}"}
    back |= {"date": "2026-06-25", "reason": "Entered by mistake"}
    return {**back, "reverses": {"kind": of["kind"], "id": of["id"]}, **changed}


def void(of: Document) -> Document:
    voids = {"kind": of["kind"], "id": of["id"]}
    back = {"kind": "void", "id": f"v-{of['id']}", "date": "2026-06-25"}
    return {**back, "voids": voids, "reason": "Never valid"}


def invoice(xero: Xero, number: str) -> Json:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=number, page="1")["Invoices"]
    return found


def both_sides_agree(practice: Practice) -> None:
    """Reconcile finds nothing, and drift nothing that anybody else did."""
    said = practice.run("reconcile", "--as-of", "2026-06-30", "--json").json
    differing = [
        row
        for row in said["controls"]
        if Decimal(row["difference"]) or Decimal(row["xero_other"] or 0)
    ]
    assert differing == []
    assert practice.run("drift", "--json").json["drift"] == []


def test_what_a_reversal_sets_free_is_used_again(practice: Practice, xero: Xero) -> None:
    first, again = receipt("1"), receipt("1", of="1")
    again |= {"id": "r-1b", "number": "R-1B", "date": "2026-06-26"}
    practice.take(bill("1"), first)
    assert practice.run("post").status == 0
    practice.take(reversal(first, reason="Cheque dishonoured"), again)
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-1")["Status"] == "PAID"
    both_sides_agree(practice)


def test_trust_moves_back_and_a_bill_that_was_paid_is_not_voided(practice: Practice) -> None:
    money, owed, paid = trust_receipt("2"), bill("2"), receipt("2")
    practice.take(money, owed, paid)
    assert practice.run("post").status == 0
    practice.take(reversal(money), void(owed))
    assert practice.run("post").status == 1
    assert practice.problems()["still_settled"] == ["v-b-2"]
    practice.take(reversal(paid))
    assert practice.run("retry", "--all").status == 0
    assert practice.run("post").status == 0
    both_sides_agree(practice)
