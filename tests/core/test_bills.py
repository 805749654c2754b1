"""Bills as invoices: signs, references, currencies, texts and the sums of step 1."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.documents import Bill, Matter
from counterfoil.core.mapping import TrackingTarget
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import CreditNote, Invoice, Symbol, resolve, symbols
from tests.core.scene import DAY, LEASE, MAPPING, bill, books, line, plain_bill, set_up


def codes(document: Bill) -> list[str]:
    return [finding.code for finding in convert(document, books()).findings]


def invoice(document: Bill) -> Invoice:
    element = convert(document, books()).planned[0].element
    assert isinstance(element, Invoice)
    return element


def test_a_bill_becomes_an_invoice_to_its_client() -> None:
    made = invoice(plain_bill())
    assert (made.type, made.number, made.reference) == ("ACCREC", "INV-1", "2026-014")
    assert (made.contact, made.date, made.due_date) == (Symbol("contact", "c-1"), DAY, DAY)
    assert made.expected == (10000, 1000, 11000)


def test_a_negative_bill_becomes_a_credit_note_with_all_signs_turned() -> None:
    negative = bill(
        [
            line("-100.00", tax="-10.00", quantity="2", unit_price="-50.00"),
            line("30.00", tax="3.00"),
        ],
        "-7.00",
        "-77.00",
    )
    element = convert(negative, books(set_up("itemised"))).planned[0].element
    assert isinstance(element, CreditNote)
    assert (element.type, element.number) == ("ACCRECCREDIT", "INV-1")
    assert [each.unit_amount for each in element.lines] == [500_000, -300_000]
    assert element.expected == (7000, 700, 7700)


def test_a_sign_sits_on_the_unit_amount_and_never_on_the_quantity() -> None:
    turned = bill(
        [line("100.00", "NT"), line("-40.00", "NT", quantity="-2", unit_price="20.00")],
        "0",
        "60.00",
    )
    element = convert(turned, books(set_up("itemised"))).planned[0].element
    assert isinstance(element, Invoice)
    assert (element.lines[1].quantity, element.lines[1].unit_amount) == (20_000, -200_000)


def test_the_reference_joins_the_matters_of_bill_and_lines() -> None:
    made = invoice(bill([line("10.00", "NT", matter=LEASE), line("5.00", "NT")], "0", "15.00"))
    assert made.reference == "2026-014, 2026-020"


def test_a_long_reference_ends_with_a_whole_matter() -> None:
    matters = [Matter(id=f"m-{n}", number=f"2026-{n:04d}") for n in range(60)]
    lines = [line("1.00", "NT", matter=matter) for matter in matters]
    reference = invoice(bill(lines, "0", "60.00")).reference
    *named, cut = reference.split(", ")
    assert cut == "…"
    assert named == ["2026-014", *(matter.number for matter in matters)][: len(named)]
    assert 255 - len("2026-0000, ") < len(reference) <= 255


def test_a_zero_bill_is_skipped_where_the_firm_says_so() -> None:
    zero = bill([line("5.00", "NT"), line("-5.00", "NT")], "0", "0")
    conversion = convert(zero, books(set_up(zero_bills="skip")))
    assert [(f.code, f.path, f.about) for f in conversion.findings] == [
        ("zero_bill_skipped", "total", "setting:zero_bills")
    ]
    assert conversion.planned == ()


def test_a_rate_is_turned_to_foreign_units_per_base_unit() -> None:
    made = invoice(plain_bill(currency="USD", exchange_rate=Decimal("1.5")))
    assert (made.currency, made.currency_rate) == ("USD", Decimal("0.666667"))


def test_a_rate_that_vanishes_in_xero_is_held() -> None:
    assert codes(plain_bill(currency="USD", exchange_rate=Decimal(9_000_000))) == [
        "exchange_rate_too_high"
    ]


def test_two_dimensions_cannot_share_a_category() -> None:
    tracking = (("Branch", "North"), ("Office", "Sydney"))
    mapping = replace(
        MAPPING,
        tracking={
            **MAPPING.tracking,
            "Branch": TrackingTarget("Office", {"North": "Perth"}),
        },
    )
    given = bill([line("1.00", "NT", tracking=tracking)], "0", "1.00")
    (finding,) = convert(given, books(mapping)).findings
    assert (finding.code, finding.path) == ("tracking_category_twice", "lines[0].tracking.Office")


def test_the_base_currency_is_not_sent() -> None:
    made = invoice(plain_bill(currency="AUD"))
    assert (made.currency, made.currency_rate) == (None, None)


def test_one_line_for_each_account_tax_type_and_tracking_option() -> None:
    sydney, perth = (("Office", "Sydney"),), (("Office", "Perth"),)
    lines = [
        line("10.00", "NT", tracking=sydney),
        line("20.00", "NT", "4-3000", tracking=sydney),
        line("30.00", "NT", tracking=perth),
        line("40.00", "FREE", tracking=sydney),
        line("50.00", "NT", "4-2000", tracking=sydney),
    ]
    made = invoice(bill(lines, "0", "150.00"))
    assert [(each.account.code, each.tax_type, each.unit_amount) for each in made.lines] == [
        ("200", "BASEXCLUDED", 300_000),
        ("200", "BASEXCLUDED", 300_000),
        ("200", "EXEMPTOUTPUT", 400_000),
        ("260", "BASEXCLUDED", 500_000),
    ]
    assert made.lines[0].tracking == sydney


def test_no_description_is_empty() -> None:
    made = invoice(bill([line("10.00", "NT", description=" \x07 ")], "0", "10.00"))
    assert made.lines[0].description == "Fees"


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        (bill([line("100.00")], "10.00", "111.00"), "total_off", "a difference of 1.00"),
        (
            bill([line("100.00", tax="10.00")], "10.01", "110.01"),
            "line_taxes_off",
            "a difference of 0.01",
        ),
        (
            bill([line("100.00", tax="10.02")], "10.02", "110.02"),
            "line_tax_off",
            "OUTPUT at 10 % gives 10.00",
        ),
        (bill([line("100.00")], "10.02", "110.02"), "tax_off", "1 taxed line"),
        (
            bill([line("100.00")], "10.00", "110.00", tax_inclusive=True),
            "total_off",
            "a difference of 10.00",
        ),
    ],
)
def test_a_wrong_sum_says_which_and_by_how_much(document: Bill, code: str, words: str) -> None:
    finding = convert(document, books()).findings[0]
    assert finding.code == code
    assert words in finding.message


def test_a_cent_per_taxed_line_is_within_the_law() -> None:
    assert codes(bill([line("100.00", tax="10.01")], "10.01", "110.01")) == []
    assert codes(bill([line("50.00"), line("50.00")], "9.98", "109.98")) == []


def test_the_documents_tax_is_shared_by_largest_remainder() -> None:
    lines = [line("33.33"), line("66.63", "GST", "4-2000")]
    made = invoice(bill(lines, "10.00", "109.96"))
    assert [each.tax_amount for each in made.lines] == [None, 667]
    assert made.expected.total_tax == 1000


def test_a_symbol_becomes_an_id() -> None:
    made = invoice(plain_bill())
    assert symbols(made) == (Symbol("contact", "c-1"),)
    resolved = resolve(made, {Symbol("contact", "c-1"): "7f0c"})
    assert isinstance(resolved, Invoice)
    assert resolved.contact == "7f0c"
    assert symbols(resolved) == ()


def test_an_element_is_resolved_whole_or_not_at_all() -> None:
    with pytest.raises(KeyError):
        resolve(invoice(plain_bill()), {})
