"""What is wrong with a page to look at: too wide, too heavy, hard to use without eyes or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Page

PHONE: Final = 375
DESK: Final = 1280
HEAVIEST: Final = 150 * 1024
"""Bytes of a page with its styles and scripts, fonts apart."""
RULES: Final = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],
}
OUT_OF_SIGHT: Final = """() => [
    ...document.querySelectorAll("main :is(input, select, textarea, button):not([type=hidden])")
].filter(one => one.checkVisibility() && !one.closest(".unseen")
    && one.getBoundingClientRect().right > innerWidth + 1
).map(one => one.getAttribute("aria-label") || one.name || one.textContent)"""
"""Fields and buttons that somebody has to scroll sideways to, be it inside a part of the page."""
LOADED: Final = """() => [
    ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")
].filter(one => !/woff2?$/.test(one.name)).map(one => [one.name, one.decodedBodySize])"""


def faults(page: Page, addresses: Sequence[str]) -> list[str]:
    """Return what is wrong with these pages, at the width of a phone and of a desk."""
    return [fault for address in addresses for fault in _faults(page, address)]


def _faults(page: Page, address: str) -> Iterator[str]:
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        root = "document.documentElement"
        if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            yield f"{address} is wider than {width} pixels"
        hidden: list[str] = page.evaluate(OUT_OF_SIGHT)
        if hidden:
            yield f"{address} has out of sight at {width} pixels: {', '.join(hidden[:5])}"
    loaded: list[tuple[str, int]] = page.evaluate(LOADED)
    here = page.url.split("/", 3)[2]
    yield from (f"{address} loads {name}" for name, _ in loaded if f"//{here}/" not in name)
    weight = sum(size for _, size in loaded)
    if weight > HEAVIEST:
        yield f"{address} weighs {weight:,} bytes"
    for violation in Axe().run(page, options=RULES).response["violations"]:
        if violation["impact"] in {"serious", "critical"}:
            where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            yield f"{address}: {violation['help']}: {where}"
