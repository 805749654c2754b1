"""``counterfoil drift``: what somebody did in Xero after we had posted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.scene import Json, Practice, Xero, bill, connected, receipt, trust_receipt
from tests.cli.tampering import EVERY_WAY, TRACKED, Desk, Tampering, journal

Told = set[tuple[str, str]]


def told(practice: Practice, *words: str) -> Told:
    found: Json = practice.run("drift", "--json", *words).json
    return {(one["name"], one["code"]) for one in found["drift"]}


def post(practice: Practice, *documents: Json) -> None:
    practice.take(*documents)
    said = practice.run("post")
    assert said.status == 0, said


@pytest.fixture(scope="module")
def tampered(xero: Xero, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Post the documents of every tampering, see that nothing has drifted, and tamper."""
    xero.control("POST", "switches", {"limits": False})
    xero.settings(multicurrency=True, currencies=["AUD", "USD"])
    category = xero.ask("PUT", "/TrackingCategories", body={"Name": "Office"})
    path = f"/TrackingCategories/{category['TrackingCategories'][0]['TrackingCategoryID']}/Options"
    for option in ("Sydney", "Newcastle"):
        xero.ask("PUT", path, body={"Name": option})
    with connected(tmp_path_factory.mktemp("tampered"), xero, TRACKED) as practice:
        post(practice, *(one for each in EVERY_WAY for one in each.documents))
        clean = practice.run("drift", "--json")
        assert (clean.status, clean.json["drift"]) == (0, []), clean
        practice.take(*(one for each in EVERY_WAY for one in each.later))
        for each in EVERY_WAY:
            each.act(Desk(xero))
        found = told(practice, "--full")
    xero.control("POST", "switches", {"limits": True})
    return found


@pytest.mark.parametrize("tampering", EVERY_WAY, ids=lambda each: each.what.replace(" ", "-"))
def test_what_was_done_is_named(tampering: Tampering, tampered: Told) -> None:
    assert {code for name, code in tampered if name == tampering.name} == {tampering.code}


def test_nothing_else_is_accused(tampered: Told) -> None:
    assert tampered == {(each.name, each.code) for each in EVERY_WAY}


def test_what_is_put_right_is_told_no_longer(xero: Xero, tmp_path: Path) -> None:
    firm = Xero(xero.url, "Put right")
    with connected(tmp_path, firm) as practice:
        post(practice, bill("1"), receipt("1", "40.00"), trust_receipt("1"), journal("1"))
        Desk(firm).edit("Invoices", "INV-1", Reference="by hand")
        assert told(practice) == {("INV-1", "reference_changed")}
        assert practice.problems()["reference_changed"] == ["b-1"]
        Desk(firm).edit("Invoices", "INV-1", Reference="")
        said = practice.run("drift")
    assert said.status == 0, said
    assert "Xero holds what was posted" in said.out
