"""``counterfoil reconcile`` once things have moved on: what changed, what waits, what came back.

A file of its own, because one practice may not make more than sixty calls in a minute.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.cli.scene import (
    Json,
    Practice,
    Xero,
    bill,
    connected,
    controls,
    receipt,
    trust_receipt,
)
from tests.simulation.firm import MAPPING


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
    assert said.json["waiting"] == []
    (later,) = [one["timing"] for one in said.json["controls"] if one["account"] == "610"]
    assert later == "100.00"


def test_what_was_taken_back_counts_on_neither_side(xero: Xero, tmp_path: Path) -> None:
    def back(kind: str, of: str, name: str) -> Json:
        made = {"id": name, "date": "2026-06-30", "reason": "entered twice"}
        if kind == "bill":
            return {"kind": "void", "voids": {"kind": kind, "id": of}, **made}
        number = {"number": name.upper()}
        return {"kind": "reversal", "reverses": {"kind": kind, "id": of}, **made, **number}

    alone = Xero(xero.url, "Taken back")
    with connected(tmp_path, alone) as practice:
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
