"""What the practice's mapping makes of the codes of LEDES bills."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.ledes import Ledes, account_of, tax_code_of
from counterfoil.core.lookup import Lookup
from tests.core.scene import CHART, MAPPING

LEDES = Ledes(
    {"L510": "appeals", "L400": "trials", "A1": "none", "P": "projects", "E": "costs", "IF": "off"},
    {"VAT/20%": "T20", "VAT": "T"},
)


@pytest.mark.parametrize(
    ("kind", "codes", "account"),
    [
        ("F", ["L510", "A102"], "appeals"),
        ("F", ["A102", "L510"], "appeals"),
        ("F", ["L440", "A102"], "trials"),
        ("F", ["P280"], "projects"),
        ("F", ["C100"], "FEES"),
        ("F", [], "FEES"),
        ("IF", [], "off"),
        ("E", ["E118"], "costs"),
        ("IE", [], "costs"),
    ],
)
def test_the_nearest_code_counts_a_task_its_phase_its_set_the_lines_type(
    kind: str, codes: list[str], account: str
) -> None:
    assert LEDES.account(account_of(kind, codes)) == account


def test_without_a_map_fees_and_disbursements_have_an_account_each() -> None:
    assert Ledes().account(account_of("IF", [])) == "FEES"
    assert Ledes().account(account_of("E", ["E101"])) == "DISBURSEMENTS"


@pytest.mark.parametrize(
    ("name", "rate", "tax", "code"),
    [
        ("VAT", "0.2", "2", "T20"),
        ("VAT", "0.05", "2", "T"),
        ("VAT", "0", "0", "NONE"),
        ("GST", "0.1", "1", "GST"),
        ("", "0.1", "1", "TAX"),
        ("", "0", "0", "NONE"),
    ],
)
def test_a_tax_is_named_by_its_type_and_rate_and_none_falls_under_no_taxed_code(
    name: str, rate: str, tax: str, code: str
) -> None:
    assert LEDES.tax_code(tax_code_of(name, Decimal(rate), Decimal(tax))) == code


def test_other_codes_are_the_practices_own() -> None:
    assert (LEDES.account("4-1000"), LEDES.tax_code("GST")) == ("4-1000", "GST")


def test_a_line_posts_where_the_practices_own_code_does() -> None:
    lookup = Lookup(replace(MAPPING, ledes=Ledes({"L": "4-1000"}, {"NONE": "FREE"})), CHART)
    assert lookup.line("LEDES/F/L510", "LEDES/NONE") is lookup.line("4-1000", "FREE")


def test_a_code_that_nothing_stands_for_is_told_by_the_practices_name() -> None:
    mapped = Lookup(MAPPING, CHART).line("LEDES/F/L510", "FREE")
    assert [one.about for one in mapped.findings] == ["account:FEES"]
