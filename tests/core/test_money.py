"""Roundings and sharing, held against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.money import (
    DECIMALS,
    amount_text,
    apportion,
    in_proportion,
    nearest,
    number_text,
)
from counterfoil.core.xero_arithmetic import line_amount, tax_on
from tests import oracle

amounts = st.integers(-10_000_000, 10_000_000)
rates = st.sampled_from([0, 50_000, 76_850, 100_000, 125_000, 150_000, 200_000])


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**7))
def test_the_nearest_whole_number_has_halves_away_from_zero(top: int, bottom: int) -> None:
    assert nearest(top, bottom) == oracle.rounded(Fraction(top, bottom), 0)


@pytest.mark.parametrize(
    ("amount", "rate", "tax"),
    [
        (2506, 150_000, 376),
        (2561, 150_000, 384),
        (2563, 150_000, 384),
        (4545, 100_000, 455),
        (-4545, 100_000, -455),
        (1000, 76_850, 77),
        (9330, 82_500, 770),
        (924, 82_500, 76),
    ],
)
def test_tax_on_a_line_is_xeros_published_figure(amount: int, rate: int, tax: int) -> None:
    assert tax_on(amount, rate, inclusive=False) == tax


@pytest.mark.parametrize(("amount", "tax"), [(17700, 1967), (-7900, -878)])
def test_tax_within_an_inclusive_line_is_xeros_published_figure(amount: int, tax: int) -> None:
    assert tax_on(amount, 125_000, inclusive=True) == tax


@given(st.integers(0, 10**9), st.integers(-(10**9), 10**9), rates)
def test_the_predictor_agrees_with_exact_fractions(quantity: int, price: int, rate: int) -> None:
    line = oracle.OracleLine(
        Fraction(quantity, 10_000), Fraction(price, 10_000), Fraction(rate, 1_000_000), None
    )
    amount = line_amount(quantity, price)
    assert Fraction(amount, 100) == oracle.amount(line)
    for kind, inclusive in (("Exclusive", False), ("Inclusive", True)):
        tax = tax_on(amount, rate, inclusive=inclusive)
        assert Fraction(tax, 100) == oracle.own_tax(line, kind)


@given(amounts, st.lists(amounts, min_size=1, max_size=8))
def test_what_is_shared_out_adds_up(total: int, weights: list[int]) -> None:
    assert sum(apportion(total, weights, 1, range(len(weights)))) == total


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_a_share_is_within_a_cent_of_its_proportion(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights, 1, range(len(weights)))
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


def test_equal_remainders_are_served_in_the_given_order() -> None:
    assert apportion(1, [1, 1], 1, [1, 0]) == [0, 1]
    assert apportion(1, [1, 1], 1, [0, 1]) == [1, 0]


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 2, 4], [1, 3, 6]),  # 1.43, 2.86 and 5.71: the two largest remainders
        (-10, [-1, -2, -4], [-1, -3, -6]),
        (9, [0, 1, 2], [0, 3, 6]),
        (-9, [0, -1, -2], [0, -3, -6]),
        (0, [1, 5], [0, 0]),
        (7, [3], [7]),
    ],
)
def test_a_total_is_shared_in_proportion_to_weights_of_its_own_sign(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert apportion(total, weights, 1, range(len(weights))) == shares
    assert in_proportion(total, weights, range(len(weights))) == shares


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (-3, [100, 200], [-2, -1]),  # 1 and 2, and three less for each
        (5, [300, -100], [5, 0]),  # 3 and -1; of the three that are left the first has two
        (-8, [100, -500], [-1, -7]),
        (-8, [1, -500], [-1, -7]),  # one hundredth of the other sign is a sign
        (7, [-300], [7]),
        (3, [100, -100], [3, 0]),
    ],
)
def test_a_total_against_its_weights_is_spread_evenly(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert apportion(total, weights, 100, range(len(weights))) == shares


def test_weights_of_either_sign_share_their_own_sum_as_they_are() -> None:
    assert in_proportion(-3, [2, -5], [0, 1]) == [2, -5]
    assert in_proportion(-4, [1, -4], [0, 1]) == [1, -5]


def test_currencies_without_two_decimals_are_those_of_iso_4217() -> None:
    none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
    three = "BHD IQD JOD KWD LYD OMR TND"
    assert dict.fromkeys(none.split(), 0) | dict.fromkeys(three.split(), 3) == DECIMALS


def test_amounts_and_numbers_are_written_as_people_do() -> None:
    assert [amount_text(cents) for cents in (0, 5, -5, 123456)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1234.56",
    ]
    assert [number_text(micro) for micro in (670_000, 0, 1_000_000_000, -1)] == [
        "0.67",
        "0",
        "1000",
        "-0.000001",
    ]
