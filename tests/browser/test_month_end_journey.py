"""A month end: what was missing is made in Xero, bills are taken back, and trust is issued."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults
from tests.browser.site import Site
from tests.browser.test_connection_journey import become_first_owner, connect
from tests.browser.test_daily_journey import post_now
from tests.simulation.firm import ACCOUNTS

pytestmark = pytest.mark.browser

MAPPING = {
    "organisation": "main",
    "accounts": {"4-1000": "200", "4-1200": "277"},
    "bank_accounts": {"OFFICE": "090"},
    "trust_accounts": {"TRUST1": {"xero": "T91", "type": "general", "jurisdiction": "AU-NSW"}},
    "tax_codes": {"GST": {"sales": "OUTPUT", "purchases": "INPUT"}},
    "special": {
        "trust_liability": "805T",
        "trust_transfers": "806T",
        "statutory_deposit": "615T",
        "paid_by_firm": "616T",
    },
    "settings": {"accounting_basis": "accrual"},
}
NG = {"id": "c-1", "name": "Ng Family Trust"}
LEASE = {"id": "m-1", "number": "M-1"}
PAGES = (
    "/trust/?month=2026-07",
    "/trust/month/?account=TRUST1&month=2026-07",
    "/reports/",
    "/problems/",
    "/documents/bill/b-3/",
)


def bill(number: int, account: str) -> dict[str, Any]:
    line = {"description": "Lease", "account": account, "tax_code": "GST", "total": "100.00"}
    return {
        "kind": "bill",
        "id": f"b-{number}",
        "number": f"INV-{number}",
        "date": "2026-07-06",
        "client": NG,
        "lines": [line],
        "tax": "10.00",
        "total": "110.00",
    }


DOCUMENTS = (
    bill(1, "4-1000"),
    bill(2, "4-1000"),
    bill(3, "4-1200"),
    {
        "kind": "trust_receipt",
        "id": "tr-1",
        "number": "TR-1",
        "date": "2026-07-07",
        "trust_account": "TRUST1",
        "payer": NG,
        "amount": "500.00",
        "splits": [{"client": NG, "matter": LEASE, "amount": "500.00"}],
    },
    {
        "kind": "bank_statement",
        "id": "st-1",
        "date": "2026-07-31",
        "from": "2026-07-01",
        "trust_account": "TRUST1",
        "opening_balance": "0.00",
        "closing_balance": "500.00",
        "lines": [{"date": "2026-07-07", "amount": "500.00", "text": "TR-1 Ng Family Trust"}],
    },
)


def map_and_import(page: Page, folder: Path) -> None:
    mapping, documents = folder / "mapping.json", folder / "july.jsonl"
    mapping.write_text(json.dumps(MAPPING), "utf-8")
    documents.write_text("\n".join(map(json.dumps, DOCUMENTS)), "utf-8")
    page.goto("/mapping/")
    page.get_by_label("Mapping file").set_input_files(mapping)
    page.get_by_role("button", name="Upload and put in force").click()
    expect(page.get_by_text("The mapping is in force.")).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="Let posting go on").click()
    page.goto("/import/")
    page.get_by_label("Drop a file here, or choose one").set_input_files(documents)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("listitem").filter(has_text="5new")).to_be_visible()


def make_what_is_missing(page: Page, site: Site, tenant: str) -> None:
    """Read the problem, make the account in Xero, and refresh the chart: what waited goes on."""
    page.goto("/problems/")
    expect(page.get_by_role("listitem").filter(has_text="277")).to_be_visible()
    site.ask(tenant, "PUT", "/Accounts", {"Code": "277", "Name": "Leases", "Type": "REVENUE"})
    page.goto("/mapping/")
    page.get_by_role("button", name="Refresh chart of accounts").click()
    expect(page.get_by_text("What was held for it had another look.")).to_be_visible()
    page.goto("/problems/")
    expect(page.get_by_text("No problems.")).to_be_visible()


def undo_two(page: Page) -> None:
    """Take two bills back in one step, from the list."""
    page.goto("/documents/?kind=bill")
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Bill INV-{number}").check()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undo 2 documents?")).to_be_visible()
    page.get_by_role("button", name="Undo them").click()
    expect(page.get_by_text("2 documents are being taken back")).to_be_visible(timeout=30_000)


def issue_the_month(page: Page) -> None:
    page.goto("/trust/?month=2026-07")
    expect(page.get_by_text("Agree", exact=True)).to_be_visible()
    page.goto("/reports/")
    page.get_by_label("Month", exact=True).fill("2026-07")
    page.get_by_role("button", name="Issue and keep").click()
    expect(page.get_by_text("issue 1 is kept. The three ways agree.")).to_be_visible()
    with page.expect_download() as paper:
        page.get_by_role("link", name="month-end.pdf").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")


def test_what_was_missing_is_made_two_bills_are_undone_and_the_month_is_issued(
    site: Site, alice: Page, tmp_path: Path
) -> None:
    become_first_owner(alice)
    tenant = connect(alice, "Connect to Xero")
    for account in ACCOUNTS:
        site.ask(tenant, "PUT", "/Accounts", account)
    alice.goto("/mapping/")
    alice.get_by_role("button", name="Refresh chart of accounts").click()
    map_and_import(alice, tmp_path)
    post_now(alice)
    make_what_is_missing(alice, site, tenant)
    post_now(alice)
    alice.goto("/documents/?state=posted")
    expect(alice.locator("table .state-posted")).to_have_count(4)
    undo_two(alice)
    post_now(alice)
    alice.goto("/documents/?state=posted")
    expect(alice.locator("table .state-posted")).to_have_count(2)
    issue_the_month(alice)
    assert faults(alice, PAGES) == []
