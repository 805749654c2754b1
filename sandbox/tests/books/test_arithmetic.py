"""Xero's published figures (facts: Xero API section 7)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.tests.books.cast import Body, Firm, line
from xero_sandbox.books.arithmetic import discounted, rounded, scaled, tax_on, totals

FIFTEEN, TWELVE_AND_A_HALF, TEN = 150_000, 125_000, 100_000


def test_tax_is_rounded_per_line_and_then_summed() -> None:
    lines = [2506, 2561, 2563]
    taxes = [tax_on(one, FIFTEEN, inclusive=False) for one in lines]
    assert taxes == [376, 384, 384]
    assert totals(sum(lines), sum(taxes), inclusive=False) == (7630, 1144, 8774)


def test_an_inclusive_document_takes_the_tax_out() -> None:
    taxes = [tax_on(one, TWELVE_AND_A_HALF, inclusive=True) for one in (17700, -7900)]
    assert taxes == [1967, -878]
    assert totals(9800, sum(taxes), inclusive=True) == (8711, 1089, 9800)


@pytest.mark.parametrize(("amount", "rate", "tax"), [(9330, 82_500, 770), (924, 82_500, 76)])
def test_recorded_bank_lines_come_out_to_the_cent(amount: int, rate: int, tax: int) -> None:
    assert tax_on(amount, rate, inclusive=False) == tax


def test_the_inclusive_sample_of_the_specification() -> None:
    assert tax_on(2000, 95_000, inclusive=True) == 174


def test_a_tie_goes_away_from_zero() -> None:
    assert rounded(2165, 10) == 217
    assert rounded(-2165, 10) == -217
    assert rounded(2164, 10) == 216


def test_the_discount_itself_is_rounded() -> None:
    assert discounted(1, 500_000, None) == 0


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_rounding_is_never_off_by_more_than_half(numerator: int, denominator: int) -> None:
    assert abs(rounded(numerator, denominator) * denominator - numerator) * 2 <= denominator


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1E+400000", "1E+16"])
def test_what_is_no_sane_number_is_none(text: str) -> None:
    assert scaled(Decimal(text), 100) is None


def test_a_number_of_endless_digits_is_read_at_once() -> None:
    assert scaled(Decimal("0.005" + "0" * 10**6 + "1"), 100) == 1
    assert scaled(Decimal("0.00" + "4" * 10**6), 100) == 0


def test_a_price_is_cut_to_cents_unless_four_decimals_are_asked_for(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("1.795")]
    assert firm.put("Invoices", sent).rows("Invoices")[0]["SubTotal"] == Decimal("1.80")
    sent["LineItems"] = [line("33.3333", Quantity="3")]
    shown = firm.put("Invoices", sent, unitdp="4").rows("Invoices")[0]
    assert shown["SubTotal"] == Decimal("100.00")
    assert shown["LineItems"][0]["UnitAmount"] == Decimal("33.3333")


def test_four_decimals_are_shown_as_two_to_those_who_do_not_ask(firm: Firm) -> None:
    sent = firm.draft(InvoiceNumber="D-1", LineItems=[line("-0.6666"), line("3.33")])
    firm.put("Invoices", sent, unitdp="4")
    shown = firm.get("Invoices/D-1").rows("Invoices")[0]["LineItems"]
    assert shown[0]["UnitAmount"] == Decimal("-0.67")


def test_forty_lines_summarised_keep_the_source_tax(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("18.00", TaxAmount="2.00")]
    assert firm.put("Invoices", sent).rows("Invoices")[0]["Total"] == Decimal("20.00")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"TaxAmount": "101.00"}, "must not be greater than the line amount"),
        ({"TaxAmount": "-1.00"}, "must have the sign"),
        ({"TaxAmount": "1.00", "TaxType": "EXEMPTOUTPUT"}, "cannot be used with a tax rate of"),
        ({"LineAmount": "99.99"}, "The line total 99.99 does not match the expected line total"),
        ({"UnitAmount": "1E+30"}, "is not a valid amount"),
        ({"DiscountRate": "101"}, "Discount must not be greater than the line total"),
    ],
)
def test_a_line_that_does_not_add_up_is_refused(firm: Firm, fields: Body, words: str) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("100.00", **fields)]
    reply = firm.put("Invoices", sent)
    assert reply.status == 400
    assert any(words in message for message in reply.messages)


def test_a_line_total_alone_gives_quantity_one(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [
        {"Description": "x", "LineAmount": "7.77", "AccountCode": "200", "TaxType": "OUTPUT"}
    ]
    shown = firm.put("Invoices", sent).rows("Invoices")[0]["LineItems"][0]
    assert (shown["Quantity"], shown["UnitAmount"]) == (Decimal("1.0000"), Decimal("7.77"))
