"""``status``, ``problems``, ``show``, ``contacts``: what a bookkeeper looks at and decides."""

from __future__ import annotations

from pathlib import Path

from tests.cli.scene import Practice, Xero, bill, connected, party, receipt, trust_receipt
from tests.cli.tampering import Desk

PARAGRAPH = {"severity", "code", "about", "message", "fix", "documents"}


def test_an_empty_daybook_says_so(practice: Practice, xero: Xero) -> None:
    said = practice.run("status")
    assert f"Xero organisation {xero.name}: connected since " in said.out
    assert "The daybook is empty." in said.out
    assert practice.run("problems").out == "No problems.\n"


def test_status_tells_programs_connection_counts_and_calls(practice: Practice, xero: Xero) -> None:
    practice.take(bill("1"), receipt("1"))
    said = practice.run("status", "--json").json
    told = {
        "connection",
        "counts",
        "oldest_due",
        "calls_left_today",
        "restored_until",
        "reconciled",
    }
    assert set(said) == told
    assert said["restored_until"] is None
    assert set(said["connection"]) == {"state", "since", "tenant_name"}
    assert said["connection"]["tenant_name"] == xero.name
    assert said["counts"] == {"waiting": 2, "ready": 1}
    assert said["oldest_due"] is not None
    assert 4_900 < said["calls_left_today"] < 5_000


def test_a_waiting_receipt_shows_what_it_waits_for(practice: Practice) -> None:
    practice.take(bill("2"), receipt("2"))
    said = practice.run("show", "r-2")
    assert "receipt R-2 (r-2): waiting" in said.out
    assert "AUD 100.00" in said.out
    assert "for bill:b-2" in said.out


def test_a_posted_bill_shows_its_id_in_xero_and_what_was_sent(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("1"))
    assert practice.run("post").status == 0
    (stub,) = practice.run("show", "b-1", "--json").json
    (posting,) = stub["postings"]
    (request,) = posting["requests"]
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-1")["Invoices"]
    assert (stub["kind"], stub["number"], stub["state"]) == ("bill", "INV-1", "posted")
    assert posting["xero_id"] == invoice["InvoiceID"]
    assert '"InvoiceNumber": "INV-1"' in request["element"]
    assert [answer["status"] for answer in request["answers"]] == [200]
    assert invoice["InvoiceID"] in practice.run("show", "b-1").out


def test_a_document_answers_to_its_id_its_kind_and_its_number(practice: Practice) -> None:
    practice.take(bill("1"))
    by_id = practice.run("show", "b-1", "--json").out
    assert practice.run("show", "bill:b-1", "--json").out == by_id
    assert practice.run("show", "INV-1", "--json").out == by_id


def test_a_document_that_nobody_knows_ends_with_one(practice: Practice) -> None:
    for words in (("show", "b-99"), ("retry", "b-99")):
        said = practice.run(*words)
        assert (said.status, said.out) == (1, "")
        assert "b-99" in said.err


def test_retry_wants_a_document_or_all_and_not_both(practice: Practice) -> None:
    assert practice.run("retry").status == 2
    assert practice.run("retry", "b-1", "--all").status == 2


def test_a_contact_of_the_same_name_waits_for_a_person_to_adopt_or_separate_it(
    practice: Practice, xero: Xero
) -> None:
    for name in ("same", "namesake"):
        xero.ask("PUT", "/Contacts", body={"Name": party(name)["name"]})
    practice.take(bill("same"), bill("namesake"))
    assert practice.run("post").status == 1
    found = practice.run("problems", "--json").json
    assert [one["code"] for one in found] == ["contact_same_name"] * 2
    assert all(set(one) == PARAGRAPH for one in found)
    assert "contacts adopt c-same" in practice.run("problems").out
    assert practice.run("contacts", "adopt", "c-same", "--json").json == {"decided": 1}
    assert practice.run("contacts", "separate", "c-namesake").status == 0
    assert practice.run("post").status == 0
    names = sorted(one["Name"] for one in xero.ask("GET", "/Contacts")["Contacts"])
    assert names.count("Client same") == names.count("Client namesake") == 1
    assert billed(xero, "same") == "Client same"
    assert billed(xero, "namesake") == "Client namesake (c-namesake)"


def billed(xero: Xero, name: str) -> str:
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}")["Invoices"]
    name_in_xero: str = invoice["Contact"]["Name"]
    return name_in_xero


def test_problems_group_documents_by_their_cause(practice: Practice) -> None:
    wrong = [bill(name) for name in ("x1", "x2", "x3")]
    for document, account in zip(wrong, ("4-7", "4-7", "4-8"), strict=True):
        document["lines"][0]["account"] = account
    practice.take(*wrong)
    found = practice.run("problems", "--json").json
    groups = {one["about"]: [each["id"] for each in one["documents"]] for one in found}
    assert sorted(groups.values()) == [["b-x1", "b-x2"], ["b-x3"]]
    assert "2 documents: INV-x1, INV-x2" in practice.run("problems").out


def test_what_xero_refused_names_its_documents_in_the_group_of_its_cause(
    sandbox: str, tmp_path: Path
) -> None:
    alone = Xero(sandbox, "Archived behind our back")
    with connected(tmp_path, alone) as practice:
        refused = [bill(name) for name in ("y1", "y2")]
        for document in refused:
            document["lines"][0]["account"] = "4-2000"
        practice.take(bill("y0"), *refused)
        Desk(alone).account("260", Status="ARCHIVED")
        assert practice.run("post").status == 1
        (found,) = practice.run("problems", "--json").json
        assert found["about"] == "xero:account_archived"
        assert [each["id"] for each in found["documents"]] == ["b-y1", "b-y2"]
        assert "2 documents: INV-y1, INV-y2" in practice.run("problems").out


def test_problems_list_what_the_trust_books_find(tmp_path: Path) -> None:
    practice = Practice(tmp_path)
    try:
        taken = trust_receipt("over")
        paid = {**taken, "kind": "trust_payment", "id": "tp-over", "number": "TP-over"}
        paid["payee"] = paid.pop("payer")
        split = {**taken["splits"][0], "amount": "100.01"}
        practice.take(taken, {**paid, "amount": "100.01", "splits": [split]})
        assert practice.problems()["ledger_overdrawn"] == ["tp-over"]
    finally:
        practice.close()
