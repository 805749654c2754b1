"""Ties that are cut and made by hand, from the command line."""

from __future__ import annotations

from tests.cli.scene import Json, Practice, Xero, bill, invoices, party, receipt, trust_receipt


def state(practice: Practice, name: str) -> str:
    return str(practice.run("show", name, "--json").json[0]["state"])


def test_a_bill_is_unlinked_with_its_payment_and_tied_again(practice: Practice, xero: Xero) -> None:
    practice.take(bill("tied"), receipt("tied"))
    assert practice.run("post").status == 0
    would = practice.run("unlink", "INV-tied", "--dry-run", "--json").json
    assert [tie["kind"] for tie in would["ties"]] == ["receipt", "bill"]
    assert would["unlinked"] == 0
    done = practice.run("unlink", "b-tied", "--json").json
    assert done["unlinked"] == 2
    assert state(practice, "b-tied") == "withdrawn"
    practice.run("post")
    assert invoices(xero, "tied") == 1

    invoice_id, payment_id = done["ties"][1]["xero_id"], done["ties"][0]["xero_id"]
    assert practice.run("relink", "b-tied", "INV-tied", "--json").json["relinked"]
    tied = practice.run("relink", "r-tied", payment_id)
    assert tied.out == f"receipt r-tied equals Payments {payment_id} and is tied to it now.\n"
    assert state(practice, "r-tied") == "posted"
    again = practice.run("relink", "b-tied", invoice_id)
    assert (again.status, again.out) == (
        1,
        "Not tied: nothing of this document waits to be tied.\n",
    )
    assert practice.run("drift", "--json").json["drift"] == []
    assert practice.run("reconcile").status == 0
    assert practice.run("verify-audit").status == 0


def test_what_differs_is_told_in_words(practice: Practice) -> None:
    practice.take(bill("one"), bill("two", net="120.00", date="2026-06-16"), bill("three"))
    assert practice.run("post").status == 0
    ids = {
        tie["id"]: tie["xero_id"]
        for tie in practice.run("unlink", "b-one", "b-two", "--json").json["ties"]
    }
    said = practice.run("relink", "b-one", ids["b-two"])
    assert said.status == 1
    for words in (
        "it belongs to another contact there: Client two",
        "its number is INV-two in Xero and INV-one here",
        "its date is 2026-06-16 in Xero and 2026-06-15 here",
        "its total is 120.00 in Xero and 100.00 here",
    ):
        assert words in said.out
    nothing = practice.run("relink", "b-one", "INV-nine")
    assert "Xero shows nothing under this id or number" in nothing.out
    assert practice.run("relink", "b-two", "INV-two").status == 0
    taken = practice.run("relink", "b-one", ids["b-two"], "--json").json["proofs"][0]
    assert taken["tied_to"] == "bill:b-two"
    assert practice.run("relink", "b-one", ids["b-one"], "--dry-run").status == 0
    assert practice.run("relink", "b-one", ids["b-one"]).status == 0


def test_what_was_unlinked_is_posted_again_when_a_person_says_so(
    practice: Practice, xero: Xero
) -> None:
    practice.take(trust_receipt("anew"))
    assert practice.run("post").status == 0
    (tie,) = practice.run("unlink", "tr-anew", "--json").json["ties"]
    xero.ask("POST", f"/BankTransactions/{tie['xero_id']}", body={"Status": "DELETED"})
    assert practice.run("retry", "--all", "--anew").status == 2
    practice.run("retry", "tr-anew")
    assert practice.run("post", "--json").json["withdrawn"] == 1
    practice.run("retry", "tr-anew", "--anew")
    assert practice.run("post").status == 0
    assert state(practice, "tr-anew") == "posted"
    assert practice.run("reconcile").status == 0


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
