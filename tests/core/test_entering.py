"""What follows from a figure that is entered by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.core.documents import Bill, Line, Party
from counterfoil.core.entering import Figures, check_lines, followed, sums

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


def bill_of(quantity: int, unit_price: int, total: int) -> Bill:
    line = Line(
        description="Advice",
        account="4-1000",
        tax_code="GST",
        total=total,
        quantity=quantity,
        unit_price=unit_price,
    )
    return Bill(
        id="b-1",
        number="INV-1",
        date=dt.date(2026, 7, 1),
        client=Party(id="c-1", name="Ng"),
        lines=(line,),
        tax=0,
        total=total,
    )


@given(st.integers(-(10**9), 10**9), st.integers(-(10**10), 10**10))
def test_a_price_worked_back_never_contradicts_its_total(quantity: int, total: int) -> None:
    assume(quantity)
    line = followed(Figures(quantity, None, total, None), "total", None, inclusive=False)
    assert line.unit_price is not None
    assert not list(check_lines(bill_of(quantity, line.unit_price, total)))


@given(st.integers(1, 10**7), st.integers(1, 10**9), st.integers(-(10**4), 10**4))
def test_a_total_a_cent_away_contradicts_its_line(quantity: int, price: int, off: int) -> None:
    exact = Fraction(quantity * price, 10**10)
    total = round(exact) + off
    slack = Fraction(1, 2) + Fraction(quantity, 2 * 10**10)
    found = list(check_lines(bill_of(quantity, price, total)))
    assert bool(found) == (abs(exact - total) > slack)


def test_a_total_that_nothing_explains_is_refused_in_words() -> None:
    (finding,) = check_lines(bill_of(3_000_000, 300_000_000, 600_00))
    assert finding.message == "3 × 300 makes 900.00, and the line's total says 600.00."
    assert finding.path == "lines[0].total"
