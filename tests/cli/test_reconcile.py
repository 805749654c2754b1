"""``counterfoil reconcile``: both sides to the cent, with a connection and without."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.scene import Json, Practice, Xero, bill, connected, receipt, trust_receipt
from tests.simulation.firm import MAPPING

CONTROL = {"account", "practice", "xero_ours", "xero_other", "difference"}
TRUST = {
    "trust_account",
    "cash_book",
    "ledgers",
    "ledgers_total",
    "costs_not_transferred",
    "statement",
    "outstanding",
    "adjusted_statement",
    "difference",
    "xero",
}


def controls(said: Json) -> dict[str, tuple[str, str, str | None, str]]:
    return {
        row["account"]: (row["practice"], row["xero_ours"], row["xero_other"], row["difference"])
        for row in said["controls"]
    }


@pytest.fixture(scope="module", autouse=True)
def books(practice: Practice, xero: Xero) -> None:
    """A bill, a part payment and a trust receipt in Xero; beside them an invoice made by hand."""
    practice.take(bill("1", net="1234567.89"), receipt("1", "234567.89"), trust_receipt("1"))
    assert practice.run("post").status == 0
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-1")["Invoices"]
    line = {"Description": "By hand", "Quantity": 1, "UnitAmount": 7, "AccountCode": "200"}
    by_hand = {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "LineItems": [line],
        "DueDate": "2026-07-01",
    }
    contact = {"ContactID": invoice["Contact"]["ContactID"]}
    xero.ask("PUT", "/Invoices", body={**by_hand, "Contact": contact, "Date": "2026-06-30"})


def test_both_sides_agree_and_what_others_entered_stands_apart(practice: Practice) -> None:
    said = practice.run("reconcile", "--as-of", "2026-06-30", "--json")
    found = controls(said.json)
    assert said.json["as_of"] == "2026-06-30"
    assert found["610"] == ("1000000.00", "1000000.00", "7.70", "0.00")
    assert found["090"] == ("234567.89", "234567.89", "0.00", "0.00")
    assert found["T91"] == ("100.00", "100.00", "0.00", "0.00")
    assert found["805T"] == ("-100.00", "-100.00", "0.00", "0.00")


def test_each_client_and_each_entry_of_others_is_named(practice: Practice, tmp_path: Path) -> None:
    table, paper = tmp_path / "all.csv", tmp_path / "all.pdf"
    words = ("reconcile", "--as-of", "2026-06-30", "--by", "client")
    said = practice.run(*words, "--csv", str(table), "--pdf", str(paper), "--json")
    assert said.status == 0, said
    (client,) = said.json["clients"]
    assert (client["client"], client["name"], client["account"]) == ("c-1", "Client 1", "610")
    assert (client["practice"], client["xero_ours"]) == ("1000000.00", "1000000.00")
    assert (client["xero_other"], client["difference"]) == ("7.70", "0.00")
    (other,) = said.json["others"]
    assert (other["account"], other["resource"], other["amount"]) == ("610", "Invoices", "7.70")
    assert said.json["differences"] == []
    rows = [line.split(",") for line in table.read_text("utf-8").splitlines()]
    assert [row[0] for row in rows].count("client") == 1
    assert ["other", "610", "7.70"] in [[row[0], row[1], row[10]] for row in rows]
    income, tax = said.json["results"]
    assert (income["account"], income["practice"]) == ("200", "-1234567.89")
    assert (income["xero_ours"], income["xero_other"]) == ("-1234567.89", "-7.00")
    assert (tax["name"], tax["practice"], tax["xero_other"]) == ("GST", "0.00", "-0.70")
    assert paper.read_bytes().startswith(b"%PDF-")


def test_programs_get_every_field_of_the_contract(practice: Practice) -> None:
    said = practice.run("reconcile", "--json").json
    assert {"as_of", "controls", "trust"} <= set(said)
    assert all(set(row) >= CONTROL for row in said["controls"])
    assert all(set(row) == TRUST for row in said["trust"])
    first = said["trust"][0]
    assert first["trust_account"] == "TRUST1"
    (ledger,) = first["ledgers"]
    assert set(ledger) == {"client", "matter", "matter_number", "balance"}
    assert (ledger["client"], ledger["balance"]) == ("c-1", "100.00")
    assert (first["cash_book"], first["ledgers_total"], first["xero"]) == ("100.00",) * 3


def test_the_amounts_are_whole_on_a_narrow_terminal(practice: Practice) -> None:
    said = practice.run("reconcile").out
    assert max(map(len, said.splitlines())) <= 80
    assert "1,000,000.00" in said
    assert "…" not in said


def test_a_day_before_everything_is_nil(practice: Practice) -> None:
    said = practice.run("reconcile", "--as-of", "2026-06-01", "--json").json
    assert {row["practice"] for row in said["controls"]} == {"0.00"}


def test_what_waits_is_the_difference_and_without_a_connection_xeros_side_is_null(
    xero: Xero, tmp_path: Path
) -> None:
    other = Xero(xero.url, "Waiting")
    with connected(tmp_path, other) as practice:
        practice.take(bill("waits", net="40.00"))
        said = practice.run("reconcile", "--json").json
        assert said["waiting"] == [{"kind": "bill", "id": "b-waits"}]
        (traced,) = said["differences"]
        assert (traced["account"], traced["number"], traced["waiting"]) == (
            "610",
            "INV-waits",
            "40.00",
        )
        assert controls(said)["610"] == ("40.00", "0.00", "0.00", "40.00")
        other.control("POST", "disconnect", {"tenantId": other.tenant_id})
        said = practice.run("reconcile", "--json")
        assert said.status == 0
        assert {row["xero_other"] for row in said.json["controls"]} == {None}
        assert {row["xero"] for row in said.json["trust"]} == {None}


def test_before_the_first_connection_the_practices_own_names_serve(tmp_path: Path) -> None:
    alone = Practice(tmp_path)
    try:
        alone.take(bill("1"), trust_receipt("1"))
        said = alone.run("reconcile", "--json")
        assert said.status == 0
        assert controls(said.json)["TRUST1"] == ("100.00", "0.00", None, "100.00")
        assert said.json["trust"][0]["ledgers_total"] == "100.00"
    finally:
        alone.close()


def test_what_is_voided_in_xero_makes_a_difference(practice: Practice, xero: Xero) -> None:
    practice.take(bill("void"), bill("stays"))
    assert practice.run("post").status == 0
    before = controls(practice.run("reconcile", "--json").json)["610"]
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-void")["Invoices"]
    path = f"/Invoices/{invoice['InvoiceID']}"
    xero.ask("POST", path, body={"InvoiceID": invoice["InvoiceID"], "Status": "VOIDED"})

    said = practice.run("reconcile", "--json")

    assert said.status == 1
    after = controls(said.json)["610"]
    assert Decimal(after[3]) - Decimal(before[3]) == Decimal("100.00")
    assert after[0] == before[0], "the practice still has the bill"
    (traced,) = said.json["differences"]
    assert (traced["id"], traced["practice"], traced["xero_ours"]) == ("b-void", "100.00", "0.00")


def test_a_bill_changed_after_posting_makes_a_difference(practice: Practice) -> None:
    practice.take(bill("again"))
    assert practice.run("post").status == 0
    before = controls(practice.run("reconcile", "--json").json)["610"]

    practice.take(bill("again", net="130.00", revision=2))

    after = controls(practice.run("reconcile", "--json").json)["610"]
    assert Decimal(after[3]) - Decimal(before[3]) == Decimal("30.00")


def test_what_is_not_sent_yet_is_a_difference_that_is_explained(practice: Practice) -> None:
    before = practice.run("reconcile", "--json").json["controls"][0]

    practice.take(bill("later", net="70.00"))

    after = practice.run("reconcile", "--json").json["controls"][0]
    assert Decimal(after["difference"]) - Decimal(before["difference"]) == Decimal("70.00")
    assert after["unexplained"] == before["unexplained"]


def test_whatever_others_enter_on_a_trust_account_is_a_difference(
    xero: Xero, tmp_path: Path
) -> None:
    alone = Xero(xero.url, "Trust for ourselves")
    with connected(tmp_path, alone) as practice:
        practice.take(trust_receipt("1"))
        assert practice.run("post").status == 0
        (contact, *_) = alone.ask("GET", "/Contacts")["Contacts"]
        line = {
            "Description": "By hand",
            "Quantity": 1,
            "UnitAmount": 7,
            "AccountCode": "805T",
            "TaxType": "BASEXCLUDED",
        }
        by_hand = {
            "Type": "RECEIVE",
            "Contact": {"ContactID": contact["ContactID"]},
            "BankAccount": {"Code": "T91"},
            "LineItems": [line],
            "Date": "2026-06-30",
        }
        alone.ask("PUT", "/BankTransactions", body=by_hand)
        found = controls(practice.run("reconcile", "--json").json)

    assert found["T91"] == ("100.00", "100.00", "7.00", "-7.00")
    assert found["805T"] == ("-100.00", "-100.00", "-7.00", "7.00")


def test_openings_are_proved_and_a_document_under_a_later_day_is_ours(
    xero: Xero, tmp_path: Path
) -> None:
    moved = {**MAPPING, "settings": {**MAPPING["settings"], "lock_date": "next_open_day"}}
    opened = {**bill("0", net="310.00", date="2026-05-04"), "kind": "opening_bill"}
    alone = Xero(xero.url, "From the start")
    with connected(tmp_path, alone, moved) as practice:
        alone.settings(periodLockDate="2026-06-20")
        assert practice.run("chart", "refresh").status == 0
        practice.take({**opened, "outstanding": "310.00"}, bill("1"))
        practice.run("post")
        said = practice.run("reconcile", "--as-of", "2026-06-15", "--json")
    (owed, owing) = said.json["openings"]
    assert (said.status, said.json["opened_on"]) == (1, "2026-06-14")
    assert (owed["practice"], owed["xero"], owed["difference"]) == ("310.00", "0.00", "310.00")
    assert (owing["practice"], owing["difference"]) == ("0.00", "0.00")
    assert controls(said.json)["610"] == ("410.00", "0.00", "0.00", "100.00")
    assert said.json["waiting"] == [{"kind": "bill", "id": "b-1"}]


def test_what_was_taken_back_counts_on_neither_side(practice: Practice) -> None:
    def back(kind: str, of: str, name: str) -> Json:
        made = {"id": name, "date": "2026-06-30", "reason": "entered twice"}
        if kind == "bill":
            return {"kind": "void", "voids": {"kind": kind, "id": of}, **made}
        number = {"number": name.upper()}
        return {"kind": "reversal", "reverses": {"kind": kind, "id": of}, **made, **number}

    before = controls(practice.run("reconcile", "--as-of", "2026-06-30", "--json").json)
    made = [bill("8", net="50.00"), receipt("8", "50.00"), trust_receipt("8"), bill("9")]
    practice.take(*made)
    assert practice.run("post").status == 0
    ends = zip(("rv-1", "rv-2", "rv-3"), (made[1], made[2], made[3]), strict=True)
    practice.take(*(back(str(one["kind"]), str(one["id"]), name) for name, one in ends))
    assert practice.run("post").status == 0
    said = practice.run("reconcile", "--as-of", "2026-06-30", "--json").json
    after = controls(said)
    assert {account: row[3] for account, row in after.items()} == dict.fromkeys(after, "0.00")
    assert after["T91"] == before["T91"]
    assert after["805T"] == before["805T"]
    assert Decimal(after["610"][0]) == Decimal(before["610"][0]) + 50
    assert said["waiting"] == []
    assert said["differences"] == []
    assert "trust_event_half_posted" not in {one["code"] for one in said["trust_findings"]}
