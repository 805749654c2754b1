"""Another total in Xero than was sent: corrected once, or told, and a person takes it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Document, Practice, Xero, bill, connected, receipt


@pytest.fixture(autouse=True)
def known_arithmetic(xero: Xero) -> Iterator[None]:
    yield
    xero.settings(arithmetic="known")


def taxed(name: str) -> Document:
    """A bill whose tax is a tie: 0.45 at ten per cent."""
    line = {"description": "Work", "account": "4-1000", "tax_code": "GST", "total": "0.45"}
    return bill(name, net="0.45", lines=[{**line, "tax": "0.05"}], tax="0.05", total="0.50")


def invoice(xero: Xero, name: str) -> Document:
    (found,) = xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}", page="1")["Invoices"]
    found["lines"] = [(line["Description"], line["LineAmount"]) for line in found["LineItems"]]
    return dict(found)


def counts(practice: Practice) -> dict[str, int]:
    said = practice.run("post", "--json").json["counts"]
    return {state: count for state, count in said.items() if count}


def test_a_tie_that_xero_rounds_the_other_way_is_made_good(practice: Practice, xero: Xero) -> None:
    xero.settings(arithmetic="ties_to_even")
    practice.take(taxed("tie"), receipt("tie", "0.50"))
    assert practice.run("post").status == 0
    found = invoice(xero, "tie")
    assert (found["Total"], found["Status"]) == ("0.50", "PAID")
    assert [text for text, _ in found["lines"]][1:] == ["Rounding errors"]
    assert found["lines"][1][1] == "0.01"
    assert practice.problems() == {"total_corrected": ["b-tie"]}
    assert practice.run("drift", "--json").json["drift"] == []
    writes = [call for call in xero.calls() if call[1].startswith("/Invoices/")]
    assert [method for method, _ in writes] == ["GET", "POST"]


def test_an_answer_to_the_correction_that_is_lost_is_looked_up(
    practice: Practice, xero: Xero
) -> None:
    xero.settings(arithmetic="ties_to_even")
    xero.faults({"fault": "500_after", "match": {"method": "POST", "path": "Invoices"}})
    practice.take(taxed("lost"), receipt("lost", "0.50"))
    practice.run("post")
    xero.faults()
    assert invoice(xero, "lost")["Total"] == "0.50"
    assert counts(practice).keys() == {"posted"}


def test_what_goes_on_differing_is_told_and_accepted(practice: Practice, xero: Xero) -> None:
    xero.settings(arithmetic="cent_more")
    practice.take(bill("more"), receipt("more"))
    said = practice.run("post", "--json")
    assert said.status == 1
    assert (said.json["mismatched"], said.json["waiting"]) == (1, 1)
    assert practice.problems()["totals_differ"] == ["b-more"]
    assert invoice(xero, "more")["Total"] == "100.01"
    assert practice.run("accept", "b-more", "--json").json == {"accepted": 1}
    assert practice.run("post").status == 0
    assert invoice(xero, "more")["AmountDue"] == "0.01"


def test_a_person_puts_it_right_in_xero_and_retries(practice: Practice, xero: Xero) -> None:
    xero.settings(arithmetic="cent_more")
    practice.take(bill("right"))
    assert practice.run("post").status == 1
    xero.settings(arithmetic="known")
    found = invoice(xero, "right")
    kept = {name: found["LineItems"][0][name] for name in ("LineItemID", "Description")}
    line = {**kept, "UnitAmount": 100, "AccountCode": "200", "TaxType": "EXEMPTOUTPUT"}
    xero.ask("POST", f"/Invoices/{found['InvoiceID']}", body={"LineItems": [line]})
    assert practice.run("retry", "b-right", "--json").json["retried"] == 1
    assert practice.run("post").status == 0
    assert invoice(xero, "right")["Total"] == "100.00"


def test_a_revision_that_lands_otherwise_is_put_right_by_posting_it_anew(
    xero: Xero, tmp_path: Path
) -> None:
    alone = Xero(xero.url, "Corrected twice")
    alone.settings(arithmetic="ties_to_even")
    with connected(tmp_path, alone) as practice:
        practice.take(taxed("again"))
        assert practice.run("post").status == 0
        line = {"description": "Work", "account": "4-1000", "tax_code": "GST", "total": "2.45"}
        dearer = {"lines": [{**line, "tax": "0.25"}], "tax": "0.25", "total": "2.70"}
        practice.take(bill("again", net="2.45", revision=2, **dearer))
        practice.run("post")
        assert invoice(alone, "again")["Total"] == "2.69"
        assert practice.problems() == {"totals_differ": ["b-again"]}
        assert practice.run("repost", "b-again").status == 0
        assert practice.run("post", "--wait").status == 0
        assert invoice(alone, "again")["Total"] == "2.70"
