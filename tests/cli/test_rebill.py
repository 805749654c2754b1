"""Bills that Xero lets nobody change: credited there, and billed anew.

Each with an organisation of its own: what a minute allows is not shared with other tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.scene import (
    Document,
    Json,
    Practice,
    Xero,
    a_minute_later,
    bill,
    connected,
    party,
    receipt,
    trust_receipt,
)
from tests.cli.tampering import Desk, trust_bill_payment
from tests.simulation.firm import MAPPING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def xero(sandbox: str, request: pytest.FixtureRequest) -> Xero:
    return Xero(sandbox, request.node.name[:40])


@pytest.fixture
def practice(xero: Xero, tmp_path: Path) -> Iterator[Practice]:
    with connected(tmp_path, xero) as made:
        yield made


def wanting(what: str) -> Json:
    return {**MAPPING, "settings": {**MAPPING["settings"], "paid_revisions": what}}


def invoice(xero: Xero, number: str) -> Json:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=number, page="1")["Invoices"]
    return found


def supplied(name: str, amount: str = "22.00", **changed: object) -> Document:
    """A supplier's bill with a tenth of its sum as tax, and what was paid for it."""
    tax = {"22.00": "2.00", "33.00": "3.00"}[amount]
    line = {"description": "Paper", "account": "6-1000", "tax_code": "GST", "tax": tax}
    net = f"{int(amount[:2]) - int(tax[:1])}.00"
    return {
        "kind": "supplier_bill",
        "id": f"s-{name}",
        "number": f"S-{name}",
        "date": "2026-06-15",
        "supplier": party("supplier"),
        "lines": [{**line, "total": net}],
        "tax": tax,
        "total": amount,
        **changed,
    }


def paid_for(name: str, amount: str = "22.00") -> Document:
    return {
        "kind": "supplier_payment",
        "id": f"sp-{name}",
        "number": f"SP-{name}",
        "date": "2026-06-20",
        "supplier": party("supplier"),
        "bank_account": "OFFICE",
        "amount": amount,
        "allocations": [{"supplier_bill": f"s-{name}", "amount": amount}],
    }


def trust_payment(name: str, amount: str, **changed: object) -> Document:
    bills = [{"bill": f"b-{name}", "amount": amount}]
    return {**trust_bill_payment(name), "amount": amount, "allocations": bills, **changed}


def reversal(kind: str, name: str, *, reason: str = "entered by mistake") -> Document:
    return {
        "kind": "reversal",
        "id": f"rv-{name}",
        "number": f"RV-{name}",
        "date": "2026-07-10",
        "reverses": {"kind": kind, "id": name},
        "reason": reason,
    }


def agrees(practice: Practice) -> None:
    """Nothing drifted, nothing is left to do, and what stands in Xero is all ours."""
    assert practice.problems() == {}
    assert practice.run("drift", "--json").json["drift"] == []
    for day in ("2026-06-30", "2026-12-31"):
        said = practice.run("reconcile", "--as-of", day, "--json").json
        off = [row for row in said["controls"] if row["xero_other"] != "0.00"]
        assert off == [], (day, said["differences"])
        off = [row for row in said["controls"] if row["unexplained"] != "0.00"]
        assert off == [], (day, said["differences"])
    last = practice.run("reconcile", "--as-of", "2026-12-31", "--json").json
    assert [row for row in last["controls"] if row["difference"] != "0.00"] == []
    assert practice.run("verify-audit").status == 0


def test_a_paid_bill_is_credited_and_billed_anew(practice: Practice, xero: Xero) -> None:
    practice.take(bill("1"), receipt("1"))
    assert practice.run("post").status == 0
    assert practice.run("rebill", "b-1", "--json").json[0]["refused"]["code"] == "nothing_to_rebill"
    practice.take(bill("1", net="150.00", revision=2))
    assert practice.run("post").status == 1
    assert "counterfoil rebill" in practice.run("show", "b-1").out
    held = practice.run("reconcile", "--json")
    (owed,) = (row for row in held.json["controls"] if row["difference"] != "0.00")
    assert (held.status, owed["waiting"], owed["unexplained"]) == (0, "50.00", "0.00")
    assert [(one["id"], one["waiting"]) for one in held.json["differences"]] == [("b-1", "50.00")]
    before = len(xero.calls())
    (shown,) = practice.run("rebill", "b-1", "--dry-run", "--json").json
    assert shown["steps"] == [
        "Credit the invoice INV-1: INV-1-CR2, 100.00",
        "Post bill b-1 anew as INV-1-R2",
        "Apply what the credit has left, 100.00, to INV-1-R2",
    ]
    assert [call for call in xero.calls()[before:] if call[0] != "GET"] == []
    assert practice.run("rebill", "b-1").status == 0
    assert practice.run("rebill", "b-1", "--json").json[0]["resumed"]
    assert practice.run("repost", "b-1", "--json").json[0]["resumed"]
    practice.take(receipt("2", "50.00", of="1"))
    assert practice.run("post").status == 0
    old, new = invoice(xero, "INV-1"), invoice(xero, "INV-1-R2")
    assert (old["Total"], old["AmountPaid"], old["Status"]) == ("100.00", "100.00", "PAID")
    assert (new["Total"], new["AmountPaid"], new["AmountCredited"]) == ("150.00", "50.00", "100.00")
    agrees(practice)
    for done in ("b-1", "bill:b-1#R2"):
        (said,) = practice.run("rebill", done, "--json").json
        assert said["refused"]["code"] == "nothing_to_rebill"
    (said,) = practice.run("undo", "b-1", "--json").json
    assert "undo_rebilled" in {one["code"] for one in said["refused"]}


def test_a_credit_that_was_taken_off_by_hand_is_applied_anew(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("1"), receipt("1"))
    assert practice.run("post").status == 0
    practice.take(bill("1", net="150.00", revision=2))
    assert practice.run("post").status == 1
    assert practice.run("rebill", "b-1").status == 0
    assert practice.run("post").status == 0
    (credit,) = xero.ask("GET", "/CreditNotes")["CreditNotes"]
    path = f"/CreditNotes/{credit['CreditNoteID']}"
    (applied,) = xero.ask("GET", path)["CreditNotes"][0]["Allocations"]
    xero.ask("DELETE", f"{path}/Allocations/{applied['AllocationID']}")
    (drifted,) = practice.run("drift", "--json").json["drift"]
    assert (drifted["code"], "counterfoil rebill" in drifted["fix"]) == (
        "rebill_credit_taken_off_in_xero",
        True,
    )
    (said,) = practice.run("repost", "b-1", "--json").json
    assert "undo_rebilled" in {one["code"] for one in said["refused"]}
    (said,) = practice.run("rebill", "b-1", "--json").json
    assert said["planned"], (said["refused"], said["under_way"], said["resumed"])
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-1-R2")["AmountCredited"] == "100.00"
    assert practice.run("drift", "--json").json["drift"] == []


def test_what_had_paid_the_old_invoice_is_taken_back_and_paid_anew(
    xero: Xero, tmp_path: Path
) -> None:
    """A receipt of a bill that was lowered, and clients' money of one that was raised."""
    with connected(tmp_path, xero, wanting("rebill")) as practice:
        practice.take(bill("1"), bill("2"), receipt("1"), trust_receipt("2", "500.00"))
        practice.take(trust_payment("2", "100.00"))
        assert practice.run("post").status == 0
        a_minute_later(practice, xero)
        lowered = bill("1", net="60.00", revision=2)
        practice.take(lowered, bill("2", net="150.00", revision=2))
        assert practice.run("post").status == 0
        assert invoice(xero, "INV-2-R2")["AmountDue"] == "50.00"
        a_minute_later(practice, xero)
        practice.take(
            reversal("receipt", "r-1", reason="cheque dishonoured"),
            reversal("trust_bill_payment", "tb-2"),
            trust_payment("2", "150.00", id="tb-2b", number="TB-2b", date="2026-07-20"),
            receipt("1b", of="1", allocations=[{"bill": "b-1", "amount": "60.00"}]),
        )
        assert practice.run("post").status == 0
        for name, total in (("1", "60.00"), ("2", "150.00")):
            old, new = invoice(xero, f"INV-{name}"), invoice(xero, f"INV-{name}-R2")
            assert (old["AmountCredited"], old["AmountDue"]) == ("100.00", "0.00"), name
            assert (new["AmountPaid"], new["AmountDue"]) == (total, "0.00"), name
        assert practice.errors() == {}
        said = practice.run("reconcile", "--as-of", "2026-12-31", "--json").json
        assert {row["difference"] for row in said["controls"]} == {"0.00"}


def test_money_entered_in_xero_before_the_order_was_sent_holds_it(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("3"), receipt("3", "60.00"))
    assert practice.run("post").status == 0
    practice.take(bill("3", net="150.00", revision=2))
    assert practice.run("post").status == 1
    assert practice.run("rebill", "b-3").status == 0
    Desk(xero).pay("Invoice", "INV-3", "40.00")
    assert practice.run("post").status == 1
    assert practice.problems()["rebill_paid_meanwhile"] == ["bill:b-3#R2"]
    assert xero.ask("GET", "/CreditNotes")["CreditNotes"] == []
    practice.take(receipt("3b", "40.00", of="3", date="2026-06-25"))
    practice.run("post")
    assert practice.run("rebill", "b-3").status == 0
    assert practice.run("post").status == 0
    old, new = invoice(xero, "INV-3"), invoice(xero, "INV-3-R2")
    assert (old["AmountPaid"], new["AmountCredited"]) == ("100.00", "100.00")
    agrees(practice)


def _rebilled(practice: Practice, revision: int, net: str) -> str:
    practice.take(bill("down", net=net, revision=revision))
    practice.run("post")
    said = practice.run("rebill", "b-down").out
    assert practice.run("post").status == 0
    return said


def test_what_a_credit_has_left_pays_for_the_next_revision(practice: Practice, xero: Xero) -> None:
    practice.take(bill("down"), receipt("down", date="2026-07-02"))
    assert practice.run("post").status == 0
    said = [_rebilled(practice, revision, net) for revision, net in ((2, "60.00"), (3, "170.00"))]
    assert "Apply what INV-down-CR2 still has left, if anything, to INV-down-R3" in said[1]
    new = invoice(xero, "INV-down-R3")
    assert (new["AmountCredited"], new["AmountDue"]) == ("100.00", "70.00")
    agrees(practice)
    xero.settings(periodLockDate="2026-06-30")
    back = {"kind": "reversal", "id": "rv-down", "number": "RV-D", "date": "2026-07-10"}
    of = {"kind": "receipt", "id": "r-down"}
    practice.take({**back, "reverses": of, "reason": "Entered by mistake"})
    assert practice.run("post").status == 1
    assert practice.problems() == {"rebill_credit_locked": ["rv-down"]}
    assert invoice(xero, "INV-down")["AmountPaid"] == "100.00", "nothing left of it"
    xero.settings(periodLockDate="2026-05-31")
    practice.run("retry", "rv-down")
    a_minute_later(practice, xero)
    assert practice.run("post").status == 0
    assert invoice(xero, "INV-down")["AmountCredited"] == "100.00"
    assert invoice(xero, "INV-down-R3")["AmountDue"] == "170.00"
    agrees(practice)


def test_behind_the_lock_it_is_credited_on_the_next_open_day(xero: Xero, tmp_path: Path) -> None:
    xero.ask("PUT", "/Currencies", body={"Code": "USD", "Description": "US dollar"})
    with connected(tmp_path, xero, wanting("rebill")) as practice:
        practice.take(bill("2"), bill("3"), receipt("3", "60.00"), supplied("4"), paid_for("4"))
        practice.take(bill("5", currency="USD", exchange_rate="1.5"))
        assert practice.run("post").status == 0
        xero.settings(periodLockDate="2026-06-30")
        xero.faults({"fault": "500_after", "match": {"method": "PUT", "path": "CreditNotes"}})
        bills = [bill("2", net="150.00", revision=2), bill("3", net="80.00", revision=2)]
        dearer = bill("5", net="150.00", revision=2, currency="USD", exchange_rate="1.6")
        practice.take(*bills, supplied("4", "33.00", revision=2), dearer)
        a_minute_later(practice, xero)
        practice.run("post", "--wait")
        assert len(xero.ask("GET", "/CreditNotes")["CreditNotes"]) == 4
        old, new = invoice(xero, "INV-2"), invoice(xero, "INV-2-R2")
        assert (old["AmountCredited"], old["AmountDue"]) == ("100.00", "0.00")
        assert (new["AmountDue"], new["DateString"][:10]) == ("150.00", "2026-07-01")
        old, new = invoice(xero, "INV-3"), invoice(xero, "INV-3-R2")
        assert (old["AmountPaid"], old["AmountCredited"]) == ("60.00", "40.00")
        assert (new["AmountCredited"], new["AmountDue"]) == ("60.00", "20.00")
        assert invoice(xero, "S-4-R2")["AmountCredited"] == "22.00"
        practice.take(bill("2", net="170.00", revision=3))
        assert practice.run("post").status == 0
        assert practice.run("repost", "b-2").status == 0
        assert practice.run("post").status == 0
        assert invoice(xero, "INV-2-R2")["Total"] == "170.00"
        agrees(practice)


def test_a_firm_may_have_paid_bills_posted_anew_by_itself(xero: Xero, tmp_path: Path) -> None:
    with connected(tmp_path, xero, wanting("repost")) as practice:
        practice.take(bill("6"), receipt("6", "60.00"))
        assert practice.run("post").status == 0
        assert practice.run("repost", "b-6").status == 0
        (said,) = practice.run("rebill", "b-6", "--json").json
        assert said["refused"] or said["under_way"]
        assert [one["id"] for one in practice.run("undo", "b-6", "--json").json] == ["b-6"]
        assert practice.run("post").status == 0
        practice.take(bill("6", net="150.00", revision=2))
        assert practice.run("post").status == 0
        new = invoice(xero, "INV-6")
        assert (new["Total"], new["AmountPaid"]) == ("150.00", "60.00")
        agrees(practice)
