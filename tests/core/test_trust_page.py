"""The page about trust names every finding that the trust books have, and none that they lack."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ("periods", "trust_findings", "trust_references", "trust_records", "trust_series")
SHARED = {"other_organisation", "other_currency", "allocation_above_bill"}
"""Findings of every kind of document, explained where they are met."""


def test_the_page_names_each_finding_once() -> None:
    page = (ROOT / "docs" / "trust.md").read_text("utf-8")
    table = page.split("## What is found")[1]
    told = re.findall(r"`([a-z_]+)`", table)
    code = "".join(
        (ROOT / "src" / "counterfoil" / "core" / f"{name}.py").read_text("utf-8")
        for name in SOURCES
    )
    raised = set(re.findall(r'^ +"([a-z]+(?:_[a-z0-9]+)+)",$', code, re.MULTILINE))
    raised |= set(re.findall(r'Final = "([a-z_]+)"', code))
    assert len(told) == len(set(told))
    assert set(told) == raised - SHARED
