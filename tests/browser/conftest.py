"""A real server, a real sandbox and Debian's Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import SERVE, SETUP_CODE, Site
from tests.cli.scene import fresh_home
from xero_sandbox.testing import running_sandbox

CHROMIUM = shutil.which("chromium")


@pytest.fixture
def xero() -> Iterator[str]:
    with running_sandbox() as url:
        yield url


@pytest.fixture
def site(xero: str, tmp_path: Path) -> Iterator[Site]:
    # Making the tables takes longer than most journeys: they are made once for all.
    home = shutil.copytree(fresh_home(), tmp_path / "home")
    environ = os.environ | {
        "COUNTERFOIL_HOME": str(home),
        "COUNTERFOIL_SETUP_CODE": SETUP_CODE,
        "XERO_BASE_URL": xero,
        "XERO_CLIENT_ID": "counterfoil-tests",
        "XERO_CLIENT_SECRET": "a-secret-of-the-tests",
    }
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE], env=environ, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"http://localhost:\d+", said)
        assert found, said
        yield Site(found[0], xero, Path(home))
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0, "the server did not stop by itself"
        server.communicate()


# For one module only: Playwright keeps an event loop running, in which Django refuses its queries.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def alice(chromium: Browser, site: Site) -> Iterator[Page]:
    yield from a_page(chromium, site)


@pytest.fixture
def carol(chromium: Browser, site: Site) -> Iterator[Page]:
    yield from a_page(chromium, site)


def a_page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a browser of one's own; what its console complains about fails the test."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
