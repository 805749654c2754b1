"""``counterfoil reconcile``: both sides to the cent, with a connection and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.scene import (
    Practice,
    Xero,
    bill,
    connected,
    controls,
    receipt,
    trust_receipt,
)

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
