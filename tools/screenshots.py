"""Pictures of every page, on a desk and on a phone, of a firm that does not exist: docs/pictures.

The firm goes through its first run in the browser, with the month of the demo; most of that is
posted then, and some is held, so that there is something to see. ``make pictures`` writes all; with
ARGS="NAME ..." only those.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

from counterfoil.cli import demo
from counterfoil.sample.month import FIRM, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from counterfoil.cli.demo import Stage

WHERE: Final = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM: Final = "/usr/bin/chromium"
WIDTHS: Final = {"desk": 1280, "phone": 375}
LONG: Final = 120_000
"""Milliseconds for which posting the month is waited for."""
PAGES: Final = {
    "overview": "/",
    "problems": "/problems/",
    "documents": "/documents/",
    "enter": "/enter/",
    "enter-bill": "/enter/bill/",
    "import": "/import/",
    "trust": "/trust/",
    "trust-month": f"/trust/month/?account=TRUST1&month={LAST_DAY:%Y-%m}",
    "reconciliation": f"/reconciliation/?as_of={LAST_DAY}",
    "drift": "/drift/",
    "audit": "/audit/",
    "reports": "/reports/",
    "help": "/help/",
    "mapping": "/mapping/",
    "mapping-change": "/mapping/change/?place=account:4-1000&to=260",
    "mapping-create": "/mapping/create/prepayments/",
    "mapping-settings": "/mapping/settings/",
    "mapping-settings-change": "/mapping/settings/change/?settings.lines=itemised",
    "mapping-history": "/mapping/history/",
    "connection": "/connection/",
    "actionstep": "/actionstep/",
    "people": "/people/",
    "programs": "/programs/",
    "api": "/api/",
    "two-factor": "/account/two-factor/",
}
POSTED: Final = "/documents/?kind=bill&state=posted"
OF_A_POSTED_BILL: Final = {
    "document": "/documents/{}/",
    "undo": "/undo/{}/",
    "undo-and-post-anew": "/undo/{}/?again=1",
    "credit-and-bill-anew": "/rebill/{}/",
    "unlink": "/unlink/{}/",
}
OF_A_HELD_ONE: Final = {"held": "/documents/{}/", "relink": "/relink/{}/"}
REPORT: Final = b"""Date,Receipt No,Received From,Matter No,Amount,Method,Taken by
03/04/2026,R-2041,Abernethy Pty Ltd,2026/044,"1,250.00",EFT,KL
07/04/2026,R-2042,Ito & Partners,2026/045,410.00,Card,KL
Total,,,,"1,660.00",,
"""
"""A report of another system, in which the dates can be read in two ways."""
TALLEST: Final = 1_600
"""Pixels of a picture; what is below is more of the same."""
COLOURS: Final = 128


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of what a browser shows, those that are wanted, into a folder."""

    page: Page
    folder: Path
    wanted: frozenset[str]

    def take(self, name: str, address: str = "") -> None:
        """Take a page at both widths; without an address the one that is open."""
        if self.wanted and name not in self.wanted:
            return
        if address:
            self.page.goto(address)
        for device, width in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": 800})
            tall = min(TALLEST, self.page.evaluate("document.documentElement.scrollHeight"))
            self.page.set_viewport_size({"width": width, "height": max(800, tall)})
            file = self.folder / f"{name}-{device}.png"
            few_colours(Image.open(io.BytesIO(self.page.screenshot()))).save(file, optimize=True)
            print(file)
        self.page.set_viewport_size({"width": WIDTHS["desk"], "height": 800})


def few_colours(shot: Image.Image) -> Image.Image:
    """Return a picture of the colours that a page has most of: a third of the size.

    These stay exactly what they are; what smooths the edges of letters takes the nearest.
    """
    picture = shot.convert("RGB")
    most = Counter(picture.getdata()).most_common(COLOURS)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour, _ in most for part in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def main() -> None:
    """Make the firm, and take the pictures that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--to", type=Path, default=WHERE, help="the folder to write to")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo.staged(folder) as stage:
        demo.open_organisation(stage.sandbox)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(base_url=stage.server)
            camera = Camera(page, given.to, frozenset(given.names))
            first_run(camera, stage, Path(folder))
            for name, address in addresses(page):
                camera.take(name, address)
            shown_once(camera)
            browser.close()
    if not given.names:
        (given.to / "README.md").write_text(listed(given.to), "utf-8")


def first_run(camera: Camera, stage: Stage, folder: Path) -> None:
    """Take a firm from nothing to its posted month as its owner does, with a picture of each step.

    The trust month is issued at the end.
    """
    page = camera.page
    documents, mapping = demo.write(folder)
    camera.take("setup", stage.setup)
    page.goto(stage.setup)
    page.get_by_label("Name of the firm").fill(FIRM)
    page.get_by_label("Your e-mail address").fill(demo.EMAIL)
    page.get_by_label("Password").fill(demo.PASSWORD)
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    camera.take("first-run-people")
    press(page, "Later")
    camera.take("first-run-connect")
    press(page, "Connect to Xero")
    page.get_by_label(FIRM).check()
    press(page, "Allow access")
    camera.take("confirm")
    press(page, f"Yes, connect {FIRM}")
    camera.take("first-run-basis")
    press(page, "Go on")
    camera.take("first-run-documents")
    page.get_by_label("Drop a file here, or choose one").set_input_files(documents)
    press(page, "Import")
    page.get_by_role("link", name="Go on with setting up").click()
    camera.take("first-run-mapping")
    page.locator("input[type=file]").set_input_files(mapping)
    press(page, "Upload and put in force")
    camera.take("first-run-last-code", "/begin/")
    page.goto("/begin/")
    press(page, "Go on without the rest")
    camera.take("first-run-preview", "/begin/")
    page.goto("/begin/")
    press(page, "That is right: post it")
    camera.take("long-work")
    page.get_by_text("Done", exact=True).wait_for(timeout=LONG)
    camera.take("first-run-end", "/begin/")
    issue = [sys.executable, "-m", "counterfoil", "trust", "issue", "TRUST1", "--month"]
    subprocess.run([*issue, f"{LAST_DAY:%Y-%m}"], env=stage.environment, check=False)  # noqa: S603 -- our own


def press(page: Page, label: str) -> None:
    """Press a button, and wait for the page behind it."""
    with page.expect_navigation():
        page.get_by_role("button", name=label).first.click()


def addresses(page: Page) -> Iterator[tuple[str, str]]:
    """Yield each page that has an address, by the name of its picture."""
    yield from PAGES.items()
    held = _links(page, "/documents/?state=held")[0]
    for name, address in OF_A_HELD_ONE.items():
        yield name, address.format(held)
    # What Xero lets nobody ask more often in a minute has been asked by posting the month.
    page.wait_for_timeout(60_000)
    bill = next(one for one in _links(page, POSTED) if _may_be_undone(page, one))
    for name, address in OF_A_POSTED_BILL.items():
        yield name, address.format(bill)


def _links(page: Page, address: str) -> list[str]:
    """Return the kind and id of the documents of a list, as their addresses have them."""
    page.goto(address)
    found = [one.get_attribute("href") or "" for one in page.locator("tbody a").all()]
    return [one.removeprefix("/documents/").strip("/") for one in found]


def _may_be_undone(page: Page, named: str) -> bool:
    page.goto(f"/undo/{named}/")
    return page.get_by_role("button", name="Undo it").count() > 0


def shown_once(camera: Camera) -> None:
    """Take what stands behind a button: many undone at once, a report, a key, a link."""
    page = camera.page
    page.goto(POSTED)
    for box in page.locator("td.tick input").all()[:4]:
        box.check()
    press(page, "Undo")
    camera.take("undo-many")
    page.goto("/import/")
    report = {"name": "Receipts July 2026.csv", "mimeType": "text/csv", "buffer": REPORT}
    page.get_by_label("Drop a file here, or choose one").set_input_files(report)  # type: ignore[arg-type] # as Playwright names a file
    press(page, "It is a new report")
    camera.take("import-columns")
    page.goto("/programs/")
    page.get_by_label("What will use it?").fill("Practice system")
    page.get_by_label("Hand documents in").check()
    press(page, "Make a key")
    camera.take("programs-key")
    page.goto("/people/")
    page.get_by_label("E-mail address").fill("bookkeeper@harbourvale.example")
    press(page, "Let in")
    camera.take("people-link")
    link = page.locator("p.breakable").inner_text()
    page.context.clear_cookies()
    camera.take("welcome", link)
    camera.take("sign-in", "/account/login/")


def listed(folder: Path) -> str:
    """Return the page that names the pictures of a folder."""
    names = sorted(path.stem.removesuffix("-desk") for path in folder.glob("*-desk.png"))
    rows = (f"- {name}: [desk]({name}-desk.png), [phone]({name}-phone.png)" for name in names)
    head = (
        "# Pictures\n\nEvery page of a firm that does not exist, as a desk (1280 pixels) and a "
        "phone (375) show it. `make pictures` takes them anew.\n\n"
    )
    return head + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
