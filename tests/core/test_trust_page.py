"""The page about trust has the rules that the program judges by, and names each finding."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from counterfoil.core.jurisdictions import JURISDICTIONS
from counterfoil.core.trust_rules import BY_ID, INVARIANTS, OF_CODE, Invariant
from tools.trust_table import PAGE, written

ROOT = Path(__file__).parents[2]
SOURCES = (
    "periods",
    "retention",
    "trust_findings",
    "trust_firm",
    "trust_outgoing",
    "trust_records",
    "trust_references",
    "trust_series",
    "trust_times",
)
SHARED = {"other_organisation", "other_currency", "allocation_above_bill"}
"""Findings of every kind of document, explained where they are met."""


def test_the_page_has_the_table_of_rules_as_it_is() -> None:
    page = PAGE.read_text("utf-8")
    assert written(page) == page, "run python -m tools.trust_table"


def test_the_page_names_each_finding_once() -> None:
    told = re.findall(r"`([a-z_]+)`", PAGE.read_text("utf-8").split("| finding | means |")[1])
    findings = [name for name in told if name != "outgoing"]
    assert len(findings) == len(set(findings))
    assert set(findings) == set(OF_CODE)


def test_each_finding_of_the_trust_modules_belongs_to_a_rule() -> None:
    code = "".join(
        (ROOT / "src" / "counterfoil" / "core" / f"{name}.py").read_text("utf-8")
        for name in SOURCES
    )
    raised = set(re.findall(r'^ +"([a-z]+(?:_[a-z0-9]+)+)",$', code, re.MULTILINE))
    raised |= set(re.findall(r'Final = "([a-z_]+)"', code))
    assert raised - SHARED <= set(OF_CODE)


@pytest.mark.parametrize("one", INVARIANTS, ids=lambda one: one.id)
def test_a_rule_is_judged_somewhere_and_rests_on_something(one: Invariant) -> None:
    for module in one.judged_in:
        import_module(f"counterfoil.{module}")
    assert one.codes
    assert one.rests_on or list(one.cited())


def test_the_law_is_cited_for_rules_that_there_are() -> None:
    assert {rule for place in JURISDICTIONS.values() for rule in place.rules} <= BY_ID.keys()
    assert [one.id for one in INVARIANTS] == [
        *(f"T{n}" for n in range(1, 18)),
        *(f"X{n}" for n in range(1, 6)),
    ]
