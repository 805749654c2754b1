"""A walk along every link, as each role, of a firm with many documents: for `make soak`.

Run: python -m tests.browser.walk [--documents N] [--record]. Whoever may see a link may follow it;
each page is looked at as the journeys look at theirs (``looking``): its width on a phone and a
desk, its weight, what it loads, axe-core's rules.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import sync_playwright

from counterfoil.cli import demo
from tests.browser.looking import faults
from tests.cli.scene import bill, json_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from counterfoil.cli.demo import Stage

RECORDS: Final = Path(__file__).parents[2] / "docs" / "evidence"
CHROMIUM: Final = "/usr/bin/chromium"
ROLES: Final = ("owner", "bookkeeper", "staff", "auditor")
MANY: Final = 5_000
OF_A_SHAPE: Final = 2
"""Pages that differ in nothing but a name or a query, of which so many are looked at."""
REVISION: Final = ("git", "describe", "--always", "--dirty")
PATIENCE: Final = 120_000
"""Milliseconds: a page that asks Xero may have to wait for its minute."""
LEFT_OUT: Final = re.compile(
    r"^/(?:account/(?!(?:two-factor|sessions)/$)|static/|api/v1/|actionstep/callback)"
)
ALIKE: Final = re.compile(r"^/(undo|unlink|relink|rebill)/[^/]+/")
NAMES: Final = re.compile(r"(?<=/)(?:[a-z]+-)*[\w.~%-]*\d[\w.~%-]*(?=/|$)")


def main() -> int:
    """Walk as each role and tell what is wrong; 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=MANY)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()
    began = time.monotonic()
    walked: Counter[str] = Counter()
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, demo.staged(folder) as stage:
        demo.begin(stage, Path(folder))
        many(stage, Path(folder), given.documents)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for role, page in people(browser, stage).items():
                for address, wrong in walk(page):
                    walked[role] += 1
                    found += [f"{role}: {one}" for one in wrong]
                    print(f"{role:10} {address}", *wrong, sep="\n  ", flush=True)
            browser.close()
    told = [f"- {role}: {walked[role]} pages" for role in ROLES]
    told += [f"- faults: {len(found)}", *(f"  - {one}" for one in found)]
    print("\n".join(told))
    if given.record:
        seconds = int(time.monotonic() - began)
        record(given.documents, seconds, told)
    return 1 if found or not all(walked[role] for role in ROLES) else 0


def many(stage: Stage, folder: Path, count: int) -> None:
    """Hand in many bills of clients with long names, and post part of what there is."""
    file = folder / "many.jsonl"
    long = "The Trustee for the Featherstonehaugh-Cholmondeley Superannuation Fund No"
    file.write_bytes(
        json_lines(
            *(
                bill(f"w{n}", client={"id": f"w{n % 400}", "name": f"{long} {n % 400}"})
                for n in range(count)
            )
        )
    )
    for words in (("import", str(file)), ("post",)):
        command = [sys.executable, "-m", "counterfoil", *words]
        subprocess.run(command, env=stage.environment, check=False, stdout=subprocess.DEVNULL)


def people(browser: Browser, stage: Stage) -> dict[str, Page]:
    """Sign in as the owner, who lets one person of each other role in, and as those."""
    owner = signed_in(browser, stage, demo.EMAIL)
    found = {"owner": owner}
    for role in ROLES[1:]:
        email = f"{role}@harbourvale.example"
        owner.goto("/people/")
        owner.get_by_label("E-mail address").fill(email)
        owner.get_by_label("Role", exact=True).select_option(role)
        owner.get_by_role("button", name="Let in").click()
        link = owner.locator("p.breakable").inner_text()
        newcomer = browser.new_page(base_url=stage.server)
        newcomer.goto(link)
        newcomer.get_by_label("Choose a password").fill(demo.PASSWORD)
        newcomer.get_by_role("button", name="Set password").click()
        newcomer.close()
        found[role] = signed_in(browser, stage, email)
    return found


def signed_in(browser: Browser, stage: Stage, email: str) -> Page:
    page = browser.new_context(base_url=stage.server).new_page()
    page.set_default_navigation_timeout(PATIENCE)
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(demo.PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    return page


def walk(page: Page) -> Iterator[tuple[str, list[str]]]:
    """Follow every link from the first page on; yields each page with what is wrong with it."""
    waiting, seen = deque(["/"]), {"/"}
    shapes: Counter[str] = Counter()
    while waiting:
        address = waiting.popleft()
        answer = page.context.request.get(address, timeout=PATIENCE)
        html = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status != 200:
            yield address, [f"a link leads to {address}, which answers {answer.status}"]
        elif not html:
            yield address, []
        else:
            yield address, faults(page, [address])
            for link in links(page):
                shape = shape_of(link)
                if link not in seen and shapes[shape] < OF_A_SHAPE:
                    shapes[shape] += 1
                    seen.add(link)
                    waiting.append(link)


def links(page: Page) -> list[str]:
    """Return where the links of a page lead, as far as they stay on this server."""
    targets: list[str] = page.eval_on_selector_all(
        "a[href]", "all => all.map(one => one.getAttribute('href'))"
    )
    here = urlsplit(page.url).netloc
    found = []
    for target in targets:
        parts = urlsplit(urldefrag(urljoin(page.url, target)).url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if parts.netloc == here and not LEFT_OUT.match(parts.path):
            found.append(path)
    return found


def shape_of(address: str) -> str:
    """Return what an address has in common with others of the same page."""
    parts = urlsplit(address)
    path = ALIKE.sub(r"/\1/*/", NAMES.sub("*", parts.path))
    return f"{path}?" if parts.query else path


def record(documents: int, seconds: int, told: list[str]) -> None:
    """Write down how it went."""
    now = datetime.now(UTC)
    head = (
        f"# A walk along every link, {now:%Y-%m-%d %H:%M} UTC\n\n"
        f"`python -m tests.browser.walk --documents {documents} --record`, {seconds} s: the month "
        f"of the demo and {documents:,} bills more, part of it posted. Every link that a page "
        "shows is followed, as each role, two pages of a shape. Each page is held against "
        "axe-core's rules for WCAG 2.1 A and AA, both widths, 150 KB, and loading nothing from "
        "elsewhere.\n\n"
        f"- revision: {subprocess.check_output(REVISION, text=True).strip()}\n"
        f"- machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n"
    )
    path = RECORDS / f"walk-{now:%Y-%m-%d}.md"
    path.write_text(head + "\n".join(told) + "\n", "utf-8")
    print(f"recorded in {path}")


if __name__ == "__main__":
    sys.exit(main())
