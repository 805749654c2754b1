"""Roundings and sharing, held against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.money import amount_text, apportion, nearest, number_text
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


def test_amounts_and_numbers_are_written_as_people_do() -> None:
    assert [amount_text(cents) for cents in (0, 5, -5, 123456)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1234.56",
    ]
    assert [number_text(micro) for micro in (670_000, 1_000_000_000, -1)] == [
        "0.67",
        "1000",
        "-0.000001",
    ]
