"""From nothing to a connection, through its loss, and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import faults
from tests.browser.site import PASSWORD, SETUP_CODE, Site

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/documents/",
    "/problems/",
    "/mapping/",
    "/connection/",
    "/people/",
    "/programs/",
    "/begin/",
    "/api/",
    "/account/two-factor/",
    "/account/sessions/",
)


def become_first_owner(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Setup code").fill(SETUP_CODE)
    page.get_by_label("Name of the firm").fill("Marsh & Lowe")
    page.get_by_label("Your e-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the first owner").click()
    expect(page.get_by_role("heading", name="Set up Marsh & Lowe")).to_be_visible()


def connect(page: Page, button: str) -> str:
    """Go through the sandbox's consent page; returns the tenant that was chosen there."""
    page.goto("/connection/")
    page.get_by_role("button", name=button).click()
    tenant = page.get_by_label("Sandbox Organisation").get_attribute("value") or ""
    page.get_by_role("button", name="Allow access").click()
    expect(page.get_by_role("heading", name="Is this the organisation?")).to_be_visible()
    page.get_by_role("button", name="Yes, connect Sandbox Organisation").click()
    expect(page.get_by_text("Connected to Sandbox Organisation.")).to_be_visible()
    return tenant


def invite(owner: Page, email: str) -> str:
    """Let somebody in as staff; returns the link that the owner hands over."""
    owner.goto("/people/")
    owner.get_by_label("E-mail address").fill(email)
    owner.get_by_role("button", name="Let in").click()
    return owner.get_by_text("/welcome/").inner_text()


def come_in(page: Page, link: str, email: str) -> None:
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def decline(page: Page) -> None:
    page.goto("/connection/")
    page.get_by_role("button", name="Connect to Xero").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("nothing was connected")).to_be_visible()


def disconnect(page: Page) -> None:
    """Disconnect, which needs a tick that cannot be given by a slip."""
    page.goto("/connection/")
    page.get_by_role("button", name="Disconnect from Xero").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("I have read what happens").check()
    page.get_by_role("button", name="Disconnect from Xero").click()
    expect(page.get_by_role("alert")).to_contain_text("Disconnected from Sandbox Organisation")


def test_a_lost_connection_is_told_to_everybody_and_mended_by_the_owner(
    site: Site, alice: Page, carol: Page
) -> None:
    become_first_owner(alice)
    decline(alice)
    tenant = connect(alice, "Connect to Xero")
    come_in(carol, invite(alice, "carol@example.com"), "carol@example.com")
    expect(carol.get_by_role("alert")).to_have_count(0)

    site.remove_app_in_xero(tenant)
    alice.goto("/mapping/")
    alice.get_by_role("button", name="Refresh chart of accounts").click()

    carol.reload()
    alert = carol.get_by_role("alert")
    expect(alert).to_contain_text("The connection to Sandbox Organisation is lost since")
    expect(alert).to_contain_text("alice@example.com may reconnect")
    carol.get_by_role("link", name="Connection").first.click()
    expect(carol.get_by_role("button", name="Reconnect to Xero")).to_have_count(0)

    connect(alice, "Reconnect to Xero")
    carol.reload()
    expect(carol.get_by_role("alert")).to_have_count(0)

    assert faults(alice, PAGES) == []
    disconnect(alice)
