"""Opening bills, which others entered in Xero: named while others wait for them, tied, and paid.

A file of its own, because one practice may not make more than sixty calls in a minute.
"""

from __future__ import annotations

from tests.cli.scene import Json, Practice, Xero, a_minute_later, party, receipt
from tests.cli.test_taking_back import reversal


def opening_bill(name: str) -> Json:
    """A bill of 250.00 that stood in Xero at the start, with 100.00 still owed on it."""
    line = {"description": "Fees", "account": "4-1000", "tax_code": "FREE"}
    return {
        "kind": "opening_bill",
        "id": f"ob-{name}",
        "number": f"OB-{name}",
        "date": "2026-05-10",
        "client": party(name),
        "tax": "0.00",
        "total": "250.00",
        "outstanding": "100.00",
        "lines": [{**line, "total": "250.00", "tax": "0.00"}],
    }


def entered_by_others(xero: Xero, name: str) -> str:
    """Enter that bill in Xero, of which 150.00 were paid, and return its id."""
    line = {"Description": "Fees", "Quantity": 1, "UnitAmount": "250.00"}
    invoice = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "InvoiceNumber": f"OB-{name}",
        "Date": "2026-05-11",
        "DueDate": "2026-05-11",
        "Contact": {"Name": f"Client {name}"},
        "LineAmountTypes": "Exclusive",
        "LineItems": [{**line, "AccountCode": "200", "TaxType": "EXEMPTOUTPUT"}],
    }
    made: str = xero.ask("PUT", "/Invoices", body=invoice)["Invoices"][0]["InvoiceID"]
    paid = {"Invoice": {"InvoiceID": made}, "Account": {"Code": "090"}, "Date": "2026-05-12"}
    xero.ask("PUT", "/Payments", body={**paid, "Amount": "150.00"})
    return made


def test_what_pays_an_opening_bill_waits_with_words_until_that_is_tied_and_then_goes(
    practice: Practice, xero: Xero
) -> None:
    invoice = entered_by_others(xero, "early")
    bill = {"kind": "opening_bill", "id": "ob-early"}
    applied = [{"bill": bill, "amount": "100.00"}]
    practice.take(
        opening_bill("early"), receipt("early", "100.00", date="2026-06-25", allocations=applied)
    )
    before = practice.run("reconcile", "--json").json["controls"][0]
    practice.run("post")

    (named,) = (
        one
        for one in practice.run("problems", "--json").json
        if one["code"] == "opening_bill_not_tied"
    )
    assert named["about"] == "opening_bill:ob-early"
    assert [one["id"] for one in named["documents"]] == ["r-early"]

    assert practice.run("relink", "ob-early", "OB-early").status == 0
    practice.run("post")

    (shown,) = practice.run("show", "r-early", "--json").json
    assert shown["state"] == "posted"
    assert xero.ask("GET", f"/Invoices/{invoice}")["Invoices"][0]["AmountDue"] == "0.00"
    assert "opening_bill_not_tied" not in practice.run("problems").out
    after = practice.run("reconcile", "--json").json["controls"][0]
    assert (after["practice"], after["unexplained"]) == (before["practice"], before["unexplained"])
    assert invoice not in practice.run("drift", "--json").out
    refused = practice.run("undo", "ob-early")
    assert refused.status == 1
    assert "entered in Xero by others" in refused.out


def test_opening_bills_are_tied_together_at_the_cut_over(practice: Practice, xero: Xero) -> None:
    a_minute_later(practice, xero)
    there = {name: entered_by_others(xero, name) for name in ("one", "two", "cheap")}
    cheaper = {**opening_bill("cheap"), "total": "240.00"}
    cheaper["lines"] = [{**cheaper["lines"][0], "total": "240.00"}]
    practice.take(opening_bill("one"), opening_bill("two"), cheaper)
    would = practice.run("cutover", "--adopt", "--dry-run", "--json").json
    found = {one["id"]: one["xero_id"] for one in would["matched"]}
    assert found == {"ob-one": there["one"], "ob-two": there["two"]}
    assert practice.run("show", "ob-one", "--json").json[0]["postings"] == []
    (missed,) = would["unmatched"]
    assert (missed["id"], missed["candidates"]) == ("ob-cheap", [there["cheap"]])
    assert "its total is 250.00 in Xero and 240.00 here" in missed["why"]
    assert practice.run("cutover", "--adopt", "--json").json["tied"] == 2
    assert practice.run("cutover", "--adopt", "--json").json["tied"] == 0
    assert practice.run("show", "ob-two", "--json").json[0]["state"] == "posted"


def test_a_dishonoured_receipt_on_an_opening_bill_stands_at_the_bank_both_ways(
    practice: Practice, xero: Xero
) -> None:
    a_minute_later(practice, xero)
    entered_by_others(xero, "bounced")
    practice.take(opening_bill("bounced"))
    assert practice.run("relink", "ob-bounced", "OB-bounced").status == 0
    applied = [{"bill": {"kind": "opening_bill", "id": "ob-bounced"}, "amount": "100.00"}]
    paid = receipt("again", date="2026-07-25", of="bounced", allocations=applied)
    back = reversal(paid, date="2026-07-30", reason="Cheque dishonoured")
    practice.take(paid)
    assert practice.run("post").status == 0
    practice.take(back)
    assert practice.run("post").status == 0
    shown = practice.run("show", back["id"], "--json").json[0]
    assert {one["state"] for one in shown["postings"]} == {"posted"}
    practice.take({**opening_bill("bounced"), "revision": 2, "outstanding": "80.00"})
    assert not practice.errors()
