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
