"""From nothing to the first posted bill, on one page that has the next step on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults
from tests.browser.site import Site
from tests.browser.test_connection_journey import become_first_owner

pytestmark = pytest.mark.browser

LINE = {"description": "Advice on the lease", "account": "Sales", "tax_code": "GST"}
BILL = {
    "kind": "bill",
    "id": "b-1",
    "number": "INV-1",
    "date": "2026-07-01",
    "client": {"id": "c-1", "name": "Ng Family Trust"},
    "lines": [{**LINE, "total": "600.00"}],
    "tax": "60.00",
    "total": "660.00",
}


def consent(page: Page) -> None:
    page.get_by_role("button", name="Connect to Xero").click()
    page.get_by_role("button", name="Allow access").click()
    page.get_by_role("button", name="Yes, connect Sandbox Organisation").click()


def test_a_firm_goes_from_nothing_to_its_first_posted_bill(
    site: Site, alice: Page, tmp_path: Path
) -> None:
    become_first_owner(alice)
    alice.get_by_role("button", name="Later").click()
    consent(alice)
    alice.get_by_role("button", name="Go on").click()
    expect(alice.get_by_text("Step 5 of 8")).to_be_visible()
    file = tmp_path / "bill.jsonl"
    file.write_text(json.dumps(BILL), "utf-8")
    alice.get_by_label("Drop a file here, or choose one").set_input_files(file)
    alice.get_by_role("button", name="Import").click()
    alice.get_by_role("link", name="Go on with setting up").click()
    expect(alice.get_by_label("Sales (Accounts) goes in Xero to")).to_have_value("200 Sales")
    assert faults(alice, ("/mapping/", "/begin/")) == []
    alice.get_by_role("button", name="Accept all that is filled in").click()
    expect(
        alice.get_by_role("heading", name="What would go to Sandbox Organisation")
    ).to_be_visible()
    alice.get_by_role("button", name="That is right: post it").click()
    expect(alice.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)
    alice.goto("/begin/")
    expect(alice.get_by_role("heading", name="Marsh & Lowe is set up")).to_be_visible()
    alice.goto("/documents/?q=INV-1")
    expect(alice.locator("table .state-posted")).to_have_count(1)
