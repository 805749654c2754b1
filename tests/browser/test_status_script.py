"""The alerts on a practice system's own page, which allows no inline script and no inline style."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

import counterfoil.web
from counterfoil.web.api.standing import FROM_ANY_PAGE, PREFLIGHT

pytestmark = pytest.mark.browser

BOOKS, PRACTICE = "https://books.example.com", "https://practice.example.com"
SCRIPT = Path(counterfoil.web.__file__).parent / "static" / "counterfoil" / "status.js"
POLICY = f"default-src 'none'; script-src {BOOKS}; connect-src {BOOKS}"
PAGE = f"""<!doctype html><title>Practice</title>
<div data-counterfoil="{BOOKS}" data-key="cf_1_2"></div>
<script src="{BOOKS}/static/counterfoil/status.js" async></script>"""
LOST = {
    "code": "connection",
    "weight": "stopped",
    "what": "The connection to <b>Xero</b> is lost.",
    "detail": "3 postings are not in Xero yet; nothing is lost.",
}


@pytest.fixture
def practice(chromium: Browser) -> Page:
    context = chromium.new_context()
    page = context.new_page()
    page.route(f"{PRACTICE}/**", lambda route: route.fulfill(body=PAGE, headers=html()))
    page.route(f"{BOOKS}/static/**", lambda route: route.fulfill(body=SCRIPT.read_bytes()))
    return page


def html() -> dict[str, str]:
    return {"Content-Type": "text/html", "Content-Security-Policy": POLICY}


def answering(page: Page, *alerts: dict[str, str]) -> list[str]:
    """Let the API answer with these alerts; return the keys that it was asked with."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.fulfill(status=204, headers=PREFLIGHT)
            return
        asked.append(route.request.headers.get("authorization", ""))
        route.fulfill(
            body=json.dumps({"alerts": alerts}),
            headers={"Content-Type": "application/json", **FROM_ANY_PAGE},
        )

    page.route(f"{BOOKS}/api/v1/status", answer)
    return asked


def test_an_alert_is_shown_as_text_and_without_a_complaint_of_the_browser(practice: Page) -> None:
    complaints: list[str] = []
    practice.on("console", lambda said: complaints.append(said.text))
    practice.on("pageerror", lambda error: complaints.append(str(error)))
    asked = answering(practice, LOST)
    practice.goto(f"{PRACTICE}/")
    alert = practice.get_by_role("alert")
    alert.wait_for()
    assert "The connection to <b>Xero</b> is lost." in alert.inner_text()
    background = alert.evaluate("shown => getComputedStyle(shown).backgroundColor")
    assert background == "rgb(251, 233, 231)"
    assert asked == ["Bearer cf_1_2"]
    assert complaints == []


def test_nothing_is_shown_while_all_is_well(practice: Page) -> None:
    answering(practice)
    with practice.expect_response(f"{BOOKS}/api/v1/status"):
        practice.goto(f"{PRACTICE}/")
    assert practice.get_by_role("listitem").count() == 0
