"""Every worked case of the rounding specification, as a row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.conversion import Books
from counterfoil.core.documents import Bill
from counterfoil.core.findings import holds
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import CreditNote, Invoice
from tests.core.scene import bill, books, line, set_up

Row = tuple[str, str, str | None]
"""A posted line as quantity, unit amount and TaxAmount."""

ALL_SETTINGS = [
    (lines, tax)
    for lines in ("summarised", "itemised", "itemised_2dp")
    for tax in ("source", "xero")
]

OVERRIDDEN = bill([line("68.00", "NT", quantity="0.67", unit_price="100.00")], "0", "68.00")
THIRDS = bill([line("100.00", "NT", quantity="3", unit_price="33.333333")], "0", "100.00")
KILOMETRES = bill([line("61.17", "NT", quantity="1000", unit_price="0.061171")], "0", "61.17")
THREE_AT_15 = bill(
    [
        line("25.06", "T15", tax="3.76"),
        line("25.61", "T15", tax="3.84"),
        line("25.63", "T15", tax="3.84"),
    ],
    "11.44",
    "87.74",
)
INCLUSIVE = bill(
    [line("177.00", "T125", tax="19.67"), line("-79.00", "T125", tax="-8.78")],
    "10.89",
    "98.00",
    tax_inclusive=True,
)
FORTY = bill([line("0.45", tax="0.05")] * 40, "2.00", "20.00")
CANCELLING = bill([line("45.00", "NT"), line("-45.00", "NT")], "0", "0")
NO_QUANTITY = bill([line("50.00", "NT", quantity="0", unit_price="100.00")], "0", "50.00")
NIL_WITH_TAX = bill(
    [line("45.45", tax="4.55"), line("45.45", tax="4.55"), line("-90.90", tax="-9.09")],
    "0.01",
    "0.01",
)
TAX_ABOVE_LINE = bill(
    [line("45.45", tax="4.55")] * 4 + [line("-181.79", tax="-18.18")], "0.02", "0.03"
)


def posted(element: object) -> list[Row]:
    assert isinstance(element, Invoice | CreditNote)
    return [
        (
            f"{each.quantity / 10_000:.4f}",
            f"{each.unit_amount / 10_000:.4f}",
            None if each.tax_amount is None else f"{each.tax_amount / 100:.2f}",
        )
        for each in element.lines
    ]


def element_of(document: Bill, where: Books) -> Invoice | CreditNote:
    conversion = convert(document, where)
    assert not holds(conversion.findings), conversion.findings
    element = conversion.planned[0].element
    assert isinstance(element, Invoice | CreditNote)
    assert element.expected.total == document.total
    return element


CASES = [
    (OVERRIDDEN, "itemised_2dp", "source", [("0.6700", "101.4900", None)]),
    (THIRDS, "itemised_2dp", "source", [("3.0000", "33.3300", None), ("1.0000", "0.0100", None)]),
    (THIRDS, "itemised", "source", [("3.0000", "33.3333", None)]),
    (KILOMETRES, "itemised", "source", [("1.0000", "61.1700", None)]),
    (THREE_AT_15, "summarised", "source", [("1.0000", "76.3000", "11.44")]),
    (
        THREE_AT_15,
        "summarised",
        "xero",
        [("1.0000", "76.3000", None), ("1.0000", "-0.0100", None)],
    ),
    (INCLUSIVE, "summarised", "source", [("1.0000", "98.0000", None)]),
    (FORTY, "summarised", "source", [("1.0000", "18.0000", "2.00")]),
    (FORTY, "summarised", "xero", [("1.0000", "18.0000", None), ("1.0000", "0.2000", None)]),
    (CANCELLING, "summarised", "source", [("1.0000", "0.0000", None)]),
    (NO_QUANTITY, "itemised", "source", [("1.0000", "50.0000", None)]),
    (NO_QUANTITY, "itemised_2dp", "source", [("1.0000", "50.0000", None)]),
    (NO_QUANTITY, "summarised", "xero", [("1.0000", "50.0000", None)]),
    (
        NIL_WITH_TAX,
        "summarised",
        "source",
        [("1.0000", "45.4500", None), ("1.0000", "45.4500", None), ("1.0000", "-90.9000", None)],
    ),
    (
        TAX_ABOVE_LINE,
        "summarised",
        "source",
        [("1.0000", "45.4500", None)] * 4 + [("1.0000", "-181.7900", None)],
    ),
]


@pytest.mark.parametrize(("document", "lines", "tax", "expected"), CASES)
def test_a_worked_case_posts_as_written(
    document: Bill, lines: str, tax: str, expected: list[Row]
) -> None:
    assert posted(element_of(document, books(set_up(lines, tax)))) == expected


def test_a_balance_above_the_guard_is_held() -> None:
    conversion = convert(KILOMETRES, books(set_up("itemised_2dp")))
    assert conversion.planned == ()
    assert [finding.code for finding in conversion.findings] == ["rounding_above_guard"]
    assert "1.17" in conversion.findings[0].message


def test_a_balance_above_the_guard_posts_where_the_firm_says_so() -> None:
    element = element_of(KILOMETRES, books(set_up("itemised_2dp", guard="post")))
    assert posted(element) == [("1000.0000", "0.0600", None), ("1.0000", "1.1700", None)]


def test_quantity_and_price_stay_readable_where_xero_cannot_hold_them() -> None:
    element = element_of(KILOMETRES, books(set_up("itemised")))
    assert "1000 × 0.061171" in element.lines[0].description


@pytest.mark.parametrize(("lines", "tax"), ALL_SETTINGS)
def test_lines_that_cancel_make_a_zero_invoice_without_a_rounding_line(
    lines: str, tax: str
) -> None:
    element = element_of(CANCELLING, books(set_up(lines, tax)))
    assert "Rounding errors" not in {each.description for each in element.lines}


def test_a_sum_that_cannot_carry_its_tax_goes_out_line_by_line() -> None:
    element = element_of(NIL_WITH_TAX, books())
    assert element.expected == (0, 1, 1)


def test_tax_on_a_nil_rate_becomes_a_reported_difference() -> None:
    document = bill([line("10.00", "FREE", tax="0.01")], "0.01", "10.01")
    conversion = convert(document, books())
    assert [finding.code for finding in conversion.findings] == ["tax_difference"]
    assert posted(conversion.planned[0].element) == [
        ("1.0000", "10.0000", None),
        ("1.0000", "0.0100", None),
    ]


def test_tax_on_an_inclusive_nil_rate_leaves_the_total_alone() -> None:
    document = bill([line("10.00", "FREE", tax="0.01")], "0.01", "10.00", tax_inclusive=True)
    conversion = convert(document, books())
    assert [finding.code for finding in conversion.findings] == ["tax_difference"]
    assert posted(conversion.planned[0].element) == [("1.0000", "10.0000", None)]


def test_a_line_that_needs_the_sources_tax_gives_up_its_quantity() -> None:
    priced = line("4.50", quantity="3", unit_price="1.50", tax="0.46")
    element = element_of(bill([priced], "0.46", "4.96"), books(set_up("itemised")))
    assert posted(element) == [("1.0000", "4.5000", "0.46")]
    assert element.lines[0].description == "Advice (3 × 1.5)"


def test_a_total_without_an_income_account_rounds_where_the_mapping_says() -> None:
    recovered = bill([line("0.45", "GST", "1-3000")] * 2, "0.10", "1.00")
    xero = set_up("summarised", "xero")
    assert [f.code for f in convert(recovered, books(xero)).findings] == ["no_rounding_account"]
    chosen = replace(xero, special=replace(xero.special, rounding="260"))
    assert element_of(recovered, books(chosen)).lines[-1].account.code == "260"
