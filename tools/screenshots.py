"""Pictures of every page, on a desk and on a phone, of a firm that does not exist: docs/pictures.

The month of the demo goes to a local Xero as far as it will go, so that there is something to see:
most is posted, and some is held. ``make pictures`` writes all; with ARGS="NAME ..." only those.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

from counterfoil.cli import demo
from counterfoil.sample.month import LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

WHERE: Final = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM: Final = "/usr/bin/chromium"
FIRST_POSTED: Final = "/documents/?kind=bill&state=posted"
"""The list whose first document is opened."""
WIDTHS: Final = {"desk": 1280, "phone": 375}
PAGES: Final = {
    "overview": "/",
    "problems": "/problems/",
    "documents": "/documents/",
    "document": FIRST_POSTED,
    "enter": "/enter/",
    "enter-bill": "/enter/bill/",
    "import": "/import/",
    "trust": "/trust/",
    "reconciliation": f"/reconciliation/?as_of={LAST_DAY}",
    "drift": "/drift/",
    "audit": "/audit/",
    "reports": "/reports/",
    "help": "/help/",
    "mapping": "/mapping/",
    "mapping-change": "/mapping/change/?place=account:4-1000&to=260",
    "mapping-create": "/mapping/create/prepayments/",
    "mapping-history": "/mapping/history/",
    "connection": "/connection/",
    "people": "/people/",
    "programs": "/programs/",
    "two-factor": "/account/two-factor/",
}
TALLEST: Final = 2_400
"""Pixels of a picture; what is below is more of the same."""

COLOURS: Final = 64


def main() -> None:
    """Make the firm, and take the pictures that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PAGES))
    parser.add_argument("--to", type=Path, default=WHERE, help="the folder to write to")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo.staged(folder) as stage:
        demo.begin(stage, Path(folder))
        command = [sys.executable, "-m", "counterfoil", "post", "--wait"]
        subprocess.run(command, env=stage.environment, check=False)  # noqa: S603 -- our own
        issue = [sys.executable, "-m", "counterfoil", "trust", "issue", "TRUST1", "--month"]
        subprocess.run([*issue, f"{LAST_DAY:%Y-%m}"], env=stage.environment, check=False)  # noqa: S603 -- our own
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for written in pictures(browser, stage.server, given.to, given.names or list(PAGES)):
                print(written)
            browser.close()


def pictures(browser: Browser, server: str, folder: Path, names: list[str]) -> Iterator[Path]:
    """Sign in and take each picture; yields the files."""
    page = browser.new_page(base_url=server)
    yield taken(page, "/account/login/", WIDTHS["desk"], folder / "sign-in-desk.png")
    page.get_by_label("Email").fill(demo.EMAIL)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server}/")
    for name in names:
        for device, width in WIDTHS.items():
            yield taken(page, PAGES[name], width, folder / f"{name}-{device}.png")


def taken(page: Page, address: str, width: int, file: Path) -> Path:
    """Take one picture, as long as the page is."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    if address == FIRST_POSTED:
        page.goto(page.locator("tbody a").first.get_attribute("href") or address)
    tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(800, tall)})
    shot = Image.open(io.BytesIO(page.screenshot()))
    # A page has few colours, and a picture of few is a quarter of the size.
    shot.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    return file


if __name__ == "__main__":
    main()
