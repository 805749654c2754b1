"""What documents with lines have in common: every line looked up, sums kept, differences said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.convert.billing import (
    Figures,
    Terms,
    explained_lines,
    post_items,
    tax_difference,
)
from counterfoil.core.findings import Finding, Severity
from counterfoil.core.lookup import Direction, lookup
from counterfoil.core.pipeline import convert
from counterfoil.core.source_checks import Item
from counterfoil.core.xero_documents import AmountsAre, CreditNote
from tests.core.scene import CHART, bill, books, credit_note, line, set_up

SALES = Terms(Direction.SALES)
BACK = (
    line("-100.00", tax="-10.01", quantity="3", unit_price="-33.33333"),
    line("-100.00", "GST", "4-2000", tax="-9.99"),
)


def found(total: int, tax: int, lines: str = "summarised") -> tuple[str, ...]:
    """What is found where a line of 100.00 is posted for figures that nobody checked."""
    there = lookup(set_up(lines), CHART)
    target = there.line("4-1000", "GST").target
    assert target is not None
    item = Item("Advice", 10_000, None, None, None, target, ())
    findings: list[Finding] = []
    posted = post_items([item], Figures(tax, total, inclusive=False), there, SALES, findings)
    assert posted is None or posted.expected.total == total
    return tuple(finding.code for finding in findings)


def test_a_bill_turned_keeps_the_price_and_the_tax_of_each_of_its_lines() -> None:
    negative = bill(BACK, "-20.00", "-220.00")
    element = convert(negative, books()).planned[0].element
    assert isinstance(element, CreditNote)
    assert [(each.unit_amount, each.tax_amount) for each in element.lines] == [
        (1_000_000, 1_001),
        (1_000_000, 999),
    ]
    assert [each.description for each in element.lines] == ["Advice", "Advice"]
    itemised = convert(negative, books(set_up("itemised"))).planned[0].element
    assert isinstance(itemised, CreditNote)
    assert itemised.lines[0].description == "Advice (3 × 33.33333)"


def test_of_lines_with_nowhere_to_go_no_sum_is_held_against_the_tax() -> None:
    lost = [line("100.00", account="9-9999"), line("1.00", "NONE"), line("100.00")]
    findings = convert(bill(lost, "20.10", "221.10"), books()).findings
    assert [(one.code, one.path) for one in findings] == [
        ("account_not_mapped", "lines[0].account"),
        ("tax_code_not_mapped", "lines[1].tax_code"),
    ]


def test_the_rounding_line_is_in_the_sums_that_xero_is_expected_to_show() -> None:
    coppers = [line("0.45", tax="0.04")] * 2
    document = bill(coppers, "0.08", "0.98")
    terms = Terms(Direction.SALES, carries_tax=False)
    posted, findings = explained_lines(document, lookup(set_up(), CHART), terms, turned=False)
    assert posted is not None
    assert [one.code for one in findings] == ["tax_difference"]
    assert posted.amounts_are is AmountsAre.EXCLUSIVE
    assert [each.unit_amount for each in posted.lines] == [4_500, 4_500, -200]
    assert posted.expected == (88, 10, 98)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (1, "hold 1 cent less tax"),
        (2, "hold 2 cents less tax"),
        (-1, "hold 1 cent more tax"),
        (-2, "hold 2 cents more tax"),
    ],
)
def test_tax_that_xero_cannot_hold_is_said_in_cents(difference: int, said: str) -> None:
    (told,) = tax_difference(difference)
    assert said in told.message
    assert (told.code, told.severity, told.path) == ("tax_difference", Severity.WARNING, "tax")
    assert tax_difference(0) == ()


def test_a_total_that_neither_lines_nor_tax_explain_is_our_own_fault_and_held() -> None:
    assert found(11_000, 1_000) == ()
    assert found(11_001, 1_000) == ("balance_unexplained",)
    assert found(11_000, 999) == ("balance_unexplained",)
    assert found(11_001, 1_000, "itemised_2dp") == ()


def test_a_fault_of_ours_is_told_with_what_is_off() -> None:
    there = lookup(set_up(), CHART)
    findings: list[Finding] = []
    post_items([], Figures(0, 1_100, inclusive=False), there, SALES, findings)
    told = findings[0]
    assert (told.code, told.severity, told.path) == (
        *("balance_unexplained", Severity.ERROR, "total"),
    )
    assert "miss the total by 11.00, of which the tax explains 0.00" in told.message


def test_a_credit_with_nowhere_to_go_says_so() -> None:
    lost = replace(credit_note(), lines=(line("50.00", account="9-9999"),))
    conversion = convert(lost, books())
    assert conversion.planned == ()
    assert [one.code for one in conversion.findings] == ["account_not_mapped"]
