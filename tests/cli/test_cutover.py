"""A firm that comes from another bridge: what it has in Xero already is tied, not posted again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from counterfoil.web.database import FILE
from tests.cli.scene import Document, Practice, Xero, bill, connected, receipt, trust_receipt

START = "2026-07-01"


def entered_by_another(xero: Xero, name: str, amount: str = "100.00") -> str:
    """Have an invoice in Xero as another program made it; return its id."""
    line = {"Description": "Fees", "Quantity": 1, "UnitAmount": amount, "AccountCode": "200"}
    invoice = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "InvoiceNumber": f"INV-{name}",
        "Date": "2026-06-15",
        "DueDate": "2026-06-15",
        "LineAmountTypes": "Exclusive",
        "Contact": {"Name": f"Client {name}"},
        "LineItems": [{**line, "TaxType": "EXEMPTOUTPUT"}],
    }
    made: Document = xero.ask("PUT", "/Invoices", body=invoice)["Invoices"][0]
    return str(made["InvoiceID"])


def paid_by_another(xero: Xero, invoice: str, date: str) -> str:
    payment = {
        "Invoice": {"InvoiceID": invoice},
        "Account": {"Code": "090"},
        "Date": date,
        "Amount": "100.00",
    }
    made: Document = xero.ask("PUT", "/Payments", body=payment)["Payments"][0]
    return str(made["PaymentID"])


@pytest.fixture(scope="module")
def firm(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Practice, Xero]]:
    xero = Xero(sandbox, "Cut over")
    with connected(tmp_path_factory.mktemp("cutover"), xero) as practice:
        yield practice, xero


def test_what_is_older_than_the_start_is_tied_and_what_comes_after_is_posted(
    firm: tuple[Practice, Xero],
) -> None:
    practice, xero = firm
    old, other = entered_by_another(xero, "old"), entered_by_another(xero, "other", "90.00")
    payment = paid_by_another(xero, old, "2026-06-22")
    practice.take(bill("old"), receipt("old"), bill("other"), bill("none"))
    later = receipt("later", of="other", date="2026-07-02")
    practice.take(bill("new", date="2026-07-02"), later)
    assert practice.run("cutover", "--from", START, "--json").json == {"from": START, "prior": 4}
    said = practice.run("post", "--json")
    assert (said.json["prior"], said.json["waiting"]) == (4, 1)
    assert practice.problems() == {
        "contact_same_name": ["c-old", "c-other"],
        "prior_not_tied": ["r-later"],
    }
    assert [i["InvoiceNumber"] for i in xero.ask("GET", "/Invoices")["Invoices"]].count(
        "INV-old"
    ) == 1

    would = practice.run("cutover", "--adopt", "--dry-run", "--json").json
    assert [(one["id"], one["xero_id"]) for one in would["matched"]] == [
        ("b-old", old),
        ("r-old", payment),
    ]
    why = {one["id"]: one["why"] for one in would["unmatched"]}
    assert why["b-none"] == "Xero holds no document with the number INV-none"
    assert "its total is 90.00 in Xero and 100.00 here" in why["b-other"]
    assert would["tied"] == 0
    done = practice.run("cutover", "--adopt")
    assert done.status == 1
    assert "4 postings from before the start: 2 tied." in done.out
    assert other in done.out
    assert practice.run("cutover", "--adopt", "--json").json["tied"] == 0
    assert practice.problems() == {
        "contact_same_name": ["c-other"],
        "prior_not_tied": ["r-later"],
    }
    states = {
        name: practice.run("show", name, "--json").json[0]["state"]
        for name in ("b-old", "r-old", "b-other", "b-new", "r-later")
    }
    assert states == {
        "b-old": "posted",
        "r-old": "posted",
        "b-other": "prior",
        "b-new": "posted",
        "r-later": "waiting",
    }


def test_the_openings_that_it_leaves_are_held_against_xero(firm: tuple[Practice, Xero]) -> None:
    practice, xero = firm
    found = practice.run("reconcile", "--as-of", "2026-07-31", "--json").json
    assert found["opened_on"] == "2026-06-30"
    (owed,) = [row for row in found["openings"] if row["practice"] != "0.00"]
    # Two bills are recorded here, of which Xero holds one, at ninety.
    assert (owed["practice"], owed["difference"]) == ("200.00", "110.00")
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-other", page="1")["Invoices"]
    line = {**invoice["LineItems"][0], "UnitAmount": "100.00", "LineAmount": "100.00"}
    kept = {name: line[name] for name in ("LineItemID", "Description", "UnitAmount")}
    kept |= {"AccountCode": "200", "TaxType": "EXEMPTOUTPUT", "Quantity": 1}
    xero.ask("POST", f"/Invoices/{invoice['InvoiceID']}", body={"LineItems": [kept]})
    entered_by_another(xero, "none")
    assert practice.run("cutover", "--adopt").status == 0
    assert practice.run("post").status == 0
    found = practice.run("reconcile", "--as-of", "2026-07-31", "--json").json
    assert all(row["difference"] == "0.00" for row in found["openings"])
    assert [row["difference"] for row in found["controls"] if row["unexplained"] != "0.00"] == []


def test_an_earlier_start_frees_what_is_then_posted(firm: tuple[Practice, Xero]) -> None:
    practice, _ = firm
    practice.take(trust_receipt("early", date="2026-06-20"))
    assert practice.run("show", "tr-early", "--json").json[0]["state"] == "prior"
    practice.run("cutover", "--from", "2026-06-20")
    practice.run("post")
    assert practice.run("show", "tr-early", "--json").json[0]["state"] == "posted"


def test_a_start_that_was_moved_by_a_process_that_died_is_moved_by_the_next(
    firm: tuple[Practice, Xero],
) -> None:
    practice, _ = firm
    practice.take(trust_receipt("half", date="2026-06-19"))
    assert practice.run("show", "tr-half", "--json").json[0]["state"] == "prior"
    # The mapping is kept first; here the process dies before it looks at the documents again.
    with closing(sqlite3.connect(practice.home / FILE)) as books, books:
        newest = "version = (select max(version) from web_mappingversion)"
        books.execute(
            "update web_mappingversion set content = "
            f"replace(content, '2026-06-20', '2026-06-19') where {newest}"
        )
    practice.run("cutover", "--from", "2026-06-19")
    practice.run("post")
    assert practice.run("show", "tr-half", "--json").json[0]["state"] == "posted"
    practice.run("cutover", "--from", "2026-06-20")


def test_a_start_date_in_the_mapping_file_does_the_same(firm: tuple[Practice, Xero]) -> None:
    practice, _ = firm
    practice.take(trust_receipt("file", date="2026-06-21"))
    mapping = practice.run("mapping", "export").json
    assert mapping["settings"]["start_date"] == "2026-06-20"
    practice.map({**mapping, "settings": {**mapping["settings"], "start_date": "2026-06-22"}})
    assert practice.run("show", "tr-file", "--json").json[0]["state"] == "prior"


def test_a_start_that_is_no_day_is_refused(firm: tuple[Practice, Path]) -> None:
    assert firm[0].run("cutover", "--from", "June").status == 2
    assert firm[0].run("cutover").status == 2
