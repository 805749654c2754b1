"""Ties that are cut and made by hand, from the command line."""

from __future__ import annotations

from tests.cli.scene import Practice, Xero, bill, invoices, receipt, trust_receipt


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
