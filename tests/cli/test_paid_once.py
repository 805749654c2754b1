"""Two payments of the bank feed alike, and two receipts: each payment is at most one receipt's."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, receipt
from tests.cli.tampering import credit_note
from tests.cli.test_bank_feed_race import pay


def test_one_payment_of_the_feed_is_taken_by_one_receipt(practice: Practice, xero: Xero) -> None:
    practice.take(bill("half"))
    assert practice.run("post").status == 0
    found = pay(xero, "half", "50.00", "2026-06-20")
    pay(xero, "half", "50.00", "2026-06-20", account="091")
    halves = [receipt(name, "50.00", of="half") for name in ("one", "two")]
    practice.take(*halves)
    assert practice.run("post").status == 1
    shown = [practice.run("show", f"r-{name}", "--json").json[0] for name in ("one", "two")]
    assert [one["state"] for one in shown] == ["posted", "held"]
    assert [one["postings"][0].get("xero_id") for one in shown] == [found, None]
    assert practice.problems().keys() == {"already_paid_in_xero"}


def test_a_refund_that_the_feed_entered_first_is_taken_as_ours(
    practice: Practice, xero: Xero
) -> None:
    credit = credit_note("fed")
    practice.take(credit)
    practice.run("post")
    (made,) = xero.ask("GET", "/CreditNotes")["CreditNotes"]
    paid = {"Account": {"Code": "090"}, "Date": "2026-06-22", "Amount": "100.00"}
    of = {"CreditNote": {"CreditNoteID": made["CreditNoteID"]}}
    entered = xero.ask("PUT", "/Payments", body={**of, **paid})["Payments"][0]["PaymentID"]
    whose = {"kind": "credit_note", "id": credit["id"]}
    back = {"kind": "refund", "id": "rf", "number": "RF-1", "date": "2026-06-23", "of": whose}
    practice.take({**back, "bank_account": "OFFICE", "amount": "100.00"})
    practice.run("post")
    assert practice.run("show", "rf", "--json").json[0]["postings"][0]["xero_id"] == entered
