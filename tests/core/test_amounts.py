from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core import amounts


def test_money_is_read_in_hundredths_and_printed_with_both_decimals() -> None:
    assert amounts.hundredths("675.00") == amounts.hundredths("675") == 67500
    assert amounts.hundredths("-0.05") == -5
    assert amounts.money_text(-5) == "-0.05"


def test_a_quantity_is_printed_with_as_many_decimals_as_it_needs() -> None:
    assert amounts.micro_units("0.67") == 670_000
    assert [amounts.micro_text(each) for each in (670_000, 101_492_537, 3_000_000)] == [
        "0.67",
        "101.492537",
        "3",
    ]


@pytest.mark.parametrize("value", [675.0, 675, None, Decimal("675.00"), b"675.00"])
def test_amounts_are_read_from_text_and_from_nothing_else(value: object) -> None:
    with pytest.raises(TypeError):
        amounts.hundredths(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [675.0, True, Decimal(675)])
def test_amounts_are_printed_from_whole_units_and_from_nothing_else(value: object) -> None:
    with pytest.raises(TypeError):
        amounts.money_text(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ".5", "5.", "+5", "1,000", "1_0", " 5", "٣", "--5", "5-"),
        *("5.00\n", "5.٣٣", "5 00", "1.00 2.00", "-.50", "5.00e1", "NaN"),
    ],
)
def test_only_plain_decimals_are_amounts(text: str) -> None:
    with pytest.raises(amounts.NotAnAmount):
        amounts.hundredths(text)


def test_a_fault_carries_the_text_that_was_read() -> None:
    with pytest.raises(amounts.NotAnAmount, match=r"^5\.$") as fault:
        amounts.hundredths("5.")
    assert fault.value.text == "5."


def test_what_has_more_digits_than_any_amount_is_too_large_however_it_is_written() -> None:
    assert amounts.hundredths("9" * 16 + ".99") == 10**18 - 1
    assert amounts.hundredths("0" * 20 + "1.5") == 150
    assert amounts.micro_units("9" * 12) == (10**12 - 1) * 10**6
    for text in ("1" + "0" * 16, "-1" + "0" * 16 + ".00"):
        with pytest.raises(amounts.TooLarge):
            amounts.hundredths(text)
    with pytest.raises(amounts.TooLarge):
        amounts.micro_units("1" + "0" * 12)


def test_nothing_is_printed_without_a_sign() -> None:
    assert amounts.money_text(0) == "0.00"
    assert amounts.micro_text(0) == "0"


def test_rates_are_read_and_printed_without_exponent_or_trailing_noughts() -> None:
    assert str(amounts.rate("1.500")) == "1.5"
    written = [Decimal("1.50"), Decimal(100), Decimal("1E+3"), Decimal("1E-6"), Decimal("10.0")]
    assert [amounts.rate_text(rate) for rate in written] == ["1.5", "100", "1000", "0.000001", "10"]
    with pytest.raises(TypeError, match="a rate is a Decimal"):
        amounts.rate_text(1.5)  # type: ignore[arg-type]


def test_quantities_are_read_from_text_alone() -> None:
    with pytest.raises(TypeError, match="read from text"):
        amounts.micro_units(0.67)


def test_nothing_is_rounded_on_the_way_in() -> None:
    with pytest.raises(amounts.TooManyDecimals):
        amounts.hundredths("0.001")
    with pytest.raises(amounts.TooManyDecimals):
        amounts.micro_units("0.0000001")


@given(st.integers(-(10**17), 10**17))
def test_what_is_printed_is_read_back(units: int) -> None:
    assert amounts.hundredths(amounts.money_text(units)) == units
    assert amounts.micro_units(amounts.micro_text(units)) == units
    assert amounts.money_decimal(units) * 100 == units


@given(st.from_regex(r"-?[0-9]{1,18}(\.[0-9]{1,3})?", fullmatch=True))
def test_money_is_what_a_decimal_says_to_the_cent_and_no_more(text: str) -> None:
    exact = Decimal(text) * 100
    fits = abs(exact) < 10**18 and text.partition(".")[2][2:] == ""
    if fits:
        assert amounts.hundredths(text) == exact
    else:
        with pytest.raises(amounts.AmountFault):
            amounts.hundredths(text)
