"""A bookkeeper's morning: a bill by hand, held and released, and posted after reconnecting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.looking import faults
from tests.browser.site import Site
from tests.browser.test_connection_journey import (
    become_first_owner,
    come_in,
    connect,
    invite,
)

pytestmark = pytest.mark.browser

MAPPING = {
    "organisation": "main",
    "accounts": {"4-1000": "200"},
    "bank_accounts": {"OFFICE": "090"},
    "tax_codes": {"GST": {"sales": "OUTPUT", "purchases": "INPUT"}},
    "settings": {"accounting_basis": "accrual", "post_trust": False},
}
PAGES = (
    "/documents/",
    "/documents/?q=INV-77",
    "/enter/",
    "/enter/bill/",
    "/enter/trust_receipt/",
    "/import/",
    "/trust/",
    "/reconciliation/?as_of=2026-07-31",
    "/drift/",
    "/audit/",
    "/reports/",
    "/help/",
    "/problems/",
    "/mapping/",
    "/mapping/change/?place=account:4-1000&to=260",
    "/mapping/settings/",
    "/mapping/settings/change/?settings.lines=itemised",
    "/mapping/history/",
    "/mapping/create/prepayments/",
    "/people/",
)


def map_accounts(page: Page, folder: Path) -> None:
    file = folder / "mapping.json"
    file.write_text(json.dumps(MAPPING), "utf-8")
    page.goto("/mapping/")
    page.get_by_label("Mapping file").set_input_files(file)
    page.get_by_role("button", name="Upload and put in force").click()
    expect(page.get_by_text("The mapping is in force.")).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="Let posting go on").click()


def a_new_report(page: Page) -> str:
    """Hand in a report whose columns are not known yet; return the address of its page."""
    page.goto("/import/")
    report = b"Date,Number,Client,Amount\n03/04/2026,R-1,Ada,5.00\n04/05/2026,R-2,Ada,6.00\n"
    file = FilePayload(name="Receipts.csv", mimeType="text/csv", buffer=report)
    page.get_by_label("Drop a file here, or choose one").set_input_files(file)
    page.get_by_role("button", name="It is a new report").click()
    page.get_by_label("Its text, 1").fill("OFFICE")
    page.get_by_label("Dates").select_option("day-first")
    page.get_by_role("button", name="Show what comes of it").click()
    expect(page.locator("#documents")).to_contain_text("3 April 2026")
    return "/" + page.url.split("/", 3)[3]


def enter_bill(page: Page) -> None:
    """Enter a bill whose line's total is overridden, and approve it."""
    page.goto("/enter/bill/")
    page.get_by_label("Number", exact=True).fill("INV-77")
    page.get_by_label("Date", exact=True).fill("2026-07-01")
    page.get_by_label("Client", exact=True).fill("Ng Family Trust")
    page.get_by_label("Description, row 1").fill("Advice on the lease")
    page.get_by_label("Account, row 1").fill("4-1000")
    page.get_by_label("Tax code, row 1").fill("GST")
    page.get_by_label("Quantity, row 1").fill("0.67")
    page.get_by_label("Unit price, row 1").fill("100")
    page.get_by_label("Unit price, row 1").press("Tab")
    expect(page.get_by_label("Total, row 1")).to_have_value("67.00")
    page.get_by_label("Total, row 1").fill("68.00")
    page.get_by_label("Total, row 1").press("Tab")
    expect(page.get_by_label("Unit price, row 1")).to_have_value("101.492537")
    expect(page.get_by_label("Tax, row 1")).to_have_value("6.80")
    expect(page.get_by_label("Total", exact=True)).to_have_value("74.80")
    page.get_by_label("Total, row 1").fill("1.000")
    page.get_by_label("Total, row 1").press("Tab")
    expect(page.get_by_text("may mean 1000 or 1.000")).to_be_visible()
    expect(page.get_by_label("Total, row 1")).to_have_value("1.000")
    page.get_by_label("Total, row 1").fill("68.00")
    page.get_by_label("Total, row 1").press("Tab")
    expect(page.get_by_text("may mean 1000 or 1.000")).to_have_count(0)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Bill INV-77")).to_be_visible()


def post_now(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Post now").click()
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)


def undo(page: Page) -> None:
    """Take the bill that is open back out of Xero, having read what that does."""
    page.get_by_role("link", name="Undo", exact=True).click()
    expect(page.get_by_text("Void the invoice INV-77")).to_be_visible()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("1 document is being taken back")).to_be_visible(timeout=30_000)
    post_now(page)
    page.goto("/documents/?q=inv-77")
    expect(page.locator("table .state-posted")).to_have_count(0)


def keep_a_draft_from_a_stale_tab(page: Page, site: Site) -> None:
    """Go over to another office in one tab, and send the form that a second tab still shows."""
    site.open_an_office("north")
    # Chromium's console mentions every refusal, so that nobody listens to this tab's.
    stale = page.context.new_page()
    stale.goto("/enter/bill/")
    stale.get_by_label("Number", exact=True).fill("INV-78")
    page.goto("/")
    page.get_by_role("button", name="Go over to north").first.click()
    expect(page.locator(".firm")).to_contain_text("north")
    stale.get_by_role("button", name="Keep as a draft").click()
    expect(stale.get_by_role("heading", name="This page was for Marsh & Lowe")).to_be_visible()
    page.goto("/enter/")
    expect(page.get_by_text("INV-78")).to_have_count(0)
    stale.get_by_role("button", name="and send it there").click()
    expect(stale.get_by_text("INV-78 is kept as a draft.")).to_be_visible()
    expect(stale.locator(".firm")).not_to_contain_text("north")


def test_a_bill_by_hand_is_overridden_held_released_and_drained_after_reconnecting(
    site: Site, alice: Page, carol: Page, tmp_path: Path
) -> None:
    become_first_owner(alice)
    connect(alice, "Connect to Xero")
    map_accounts(alice, tmp_path)
    enter_bill(alice)

    alice.goto("/documents/")
    alice.get_by_role("checkbox", name="Bill INV-77").check()
    alice.get_by_role("button", name="Hold").click()
    expect(alice.get_by_text("1 document is kept back.")).to_be_visible()
    alice.get_by_role("checkbox", name="Bill INV-77").check()
    alice.get_by_role("button", name="Release").click()
    expect(alice.get_by_text("1 document is released.")).to_be_visible()

    alice.goto("/connection/")
    alice.get_by_label("I have read what happens").check()
    alice.get_by_role("button", name="Disconnect from Xero").click()
    come_in(carol, invite(alice, "carol@example.com"), "carol@example.com")
    expect(carol.get_by_role("alert")).to_contain_text("Disconnected from Sandbox Organisation")
    connect(alice, "Reconnect to Xero")

    post_now(alice)
    alice.goto("/documents/?q=inv-77")
    expect(alice.locator("table .state-posted")).to_have_count(1)
    alice.get_by_role("link", name="INV-77").click()
    expect(alice.get_by_role("heading", name="How the lines go together")).to_be_visible()
    undo(alice)
    assert faults(alice, (*PAGES, a_new_report(alice))) == []
    keep_a_draft_from_a_stale_tab(alice, site)
