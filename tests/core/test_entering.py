"""What follows from a figure that is entered by hand."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.core.entering import Figures, followed, sums

GST = 100_000


def test_an_overridden_total_works_its_unit_price_back() -> None:
    line = followed(Figures(670_000, 100_000_000, 68_00, None), "total", GST, inclusive=False)
    assert line == Figures(670_000, 101_492_537, 68_00, 6_80)


def test_a_changed_quantity_makes_the_total() -> None:
    line = followed(Figures(1_500_000, 300_000_000, 1, 99), "quantity", GST, inclusive=False)
    assert line == Figures(1_500_000, 300_000_000, 450_00, 45_00)


def test_a_price_that_gives_the_total_stays_as_it_is() -> None:
    line = Figures(670_000, 100_000_000, 67_00, 6_70)
    assert followed(line, "total", GST, inclusive=False) == line


def test_a_tax_that_was_entered_stays_until_it_rests_on_something_else() -> None:
    line = Figures(None, None, 100_00, 9_99)
    assert followed(line, "description", GST, inclusive=False).tax == 9_99
    assert followed(line, "tax_code", GST, inclusive=False).tax == 10_00


def test_tax_within_an_amount_is_taken_out_of_it() -> None:
    line = followed(Figures(None, None, 110_00, None), "", GST, inclusive=True)
    assert line.tax == 10_00
    assert sums([line], inclusive=True) == (10_00, 110_00)
    assert sums([line], inclusive=False) == (10_00, 120_00)


def test_without_a_known_rate_no_tax_is_guessed() -> None:
    assert followed(Figures(None, None, 100_00, None), "total", None, inclusive=False).tax is None


@given(st.integers(-(10**9), 10**9), st.integers(-(10**10), 10**10))
def test_the_price_worked_back_is_the_nearest_there_is(quantity: int, total: int) -> None:
    assume(quantity)
    line = followed(Figures(quantity, None, total, None), "total", None, inclusive=False)
    assert line.unit_price is not None
    exact = Fraction(total * 10_000) / Fraction(quantity, 1_000_000)
    assert abs(line.unit_price - exact) <= Fraction(1, 2)
