"""Plain documents: one pass over the lines gives what the long road gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.convert.billing import Terms, explained_lines, posted_lines
from counterfoil.core.convert.plain import plain_lines
from counterfoil.core.lookup import Direction, lookup
from counterfoil.core.mapping import Lines, Tax
from counterfoil.sample.bills import Practice, bills
from tests.core.scene import CHART, bill, line, set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.documents import Bill, Line

PRACTICE = Practice(
    {"GST": 100_000, "FREE": 0, "T15": 150_000, "T125": 125_000},
    disbursements=("4-3000", "1-3000"),
    tracking=((), (("Office", "Sydney"),), (("Office", "Perth"),)),
)
lawful = st.builds(
    lambda seed, style: next(bills(seed, 1, style, PRACTICE)),
    st.integers(0, 2**32),
    st.sampled_from(["ordinary", "hard"]),
)
TERMS = (
    Terms(Direction.SALES),
    Terms(Direction.PURCHASES),
    Terms(Direction.SALES, carries_tax=False),
    Terms(Direction.SALES, zero_lines=False),
)
DAMAGES: tuple[Callable[[Line], Line], ...] = (
    lambda one: one,
    lambda one: replace(one, total=one.total + 1),
    lambda one: replace(one, total=10**12),
    lambda one: replace(one, tax=(one.tax or 0) + 2),
    lambda one: replace(one, tax=None),
    lambda one: replace(one, account="9-9999"),
    lambda one: replace(one, tax_code="NONE"),
    lambda one: replace(one, tracking=(("Office", "Hobart"),)),
)


def damaged(document: Bill, damage: Callable[[Line], Line], by: int, tax: int) -> Bill:
    lines = (damage(document.lines[0]), *document.lines[1:])
    return replace(document, lines=lines, total=document.total + by, tax=document.tax + tax)


OWN = (line("10.00", tax="1.01"), line("10.00", "GST", "4-2000", tax="0.99"))
off = st.sampled_from([0, 0, 1])
suspect = st.builds(
    damaged,
    lawful,
    st.sampled_from(DAMAGES),
    st.sampled_from([0, 0, 1]),
    st.sampled_from([0, 0, 1]),
)


@given(lawful | suspect, st.sampled_from(list(Lines)), st.sampled_from(list(Tax)))
def test_the_short_way_gives_what_the_long_road_gives(
    document: Bill, lines: Lines, tax: Tax
) -> None:
    found = lookup(set_up(lines, tax), CHART)
    for terms in TERMS:
        short = posted_lines(document, found, terms, turned=False)
        assert short == explained_lines(document, found, terms, turned=False)


def test_where_xero_takes_no_line_of_nothing_none_is_posted_the_short_way() -> None:
    document = bill([line("1.00", "NT"), line("0.00", "FREE")], "0", "1.00")
    found, terms = lookup(set_up(), CHART), Terms(Direction.SALES, zero_lines=False)
    posted, _ = posted_lines(document, found, terms, turned=False)
    assert posted is not None
    assert [each.unit_amount for each in posted.lines] == [10_000]


def test_an_everyday_bill_goes_the_short_way() -> None:
    found = lookup(set_up(), CHART)
    went = [
        plain_lines(document, found, Direction.SALES) is not None
        for document in bills(7, 200, "ordinary", PRACTICE)
    ]
    assert sum(went) > 150


@pytest.mark.parametrize(
    ("document", "taxes"),
    [
        (bill([line("9999999999.99", "NT")], "0", "9999999999.99"), [0]),
        (bill([line("-9999999999.99", "NT")], "0", "-9999999999.99"), [0]),
        (bill([line("110.00")], "10.00", "110.00", tax_inclusive=True), [1_000]),
        (bill([line("100.00")], "10.01", "110.01"), [1_001]),
        (bill([line("100.00")], "9.99", "109.99"), [999]),
        (bill(OWN, "2.00", "22.00"), [101, 99]),  # shared they would be 1.00 each
        (bill([line("-0.05", tax="0.00"), line("2.00", "NT", tax="0")], "0", "1.95"), [0, 0]),
    ],
)
def test_a_plain_bill_goes_the_short_way_with_its_lines_own_taxes(
    document: Bill, taxes: list[int]
) -> None:
    lines = plain_lines(document, lookup(set_up(), CHART), Direction.SALES)
    assert lines is not None
    assert [each.tax for each in lines] == taxes


@pytest.mark.parametrize(
    "document",
    [
        bill([line("100.00")], "10.00", "110.01"),
        bill([line("100.00")], "10.02", "110.02"),
        bill([line("100.00")], "9.98", "109.98"),
        bill([line("100.00"), line("100.00", "FREE")], "10.02", "210.02"),  # one is taxed
        bill([line("100.00", tax="10.00"), line("1.00")], "10.00", "111.00"),
        bill([line("100.00", tax="10.00"), line("1.00", "NT")], "10.00", "111.00"),
        bill([line("10.00", tax="1.00"), line("10.00", tax="1.02")], "2.02", "22.02"),
        bill([line("10000000000.00", "NT"), line("1.00", "NT")], "0", "10000000001.00"),
        bill([line("-10000000000.00", "NT"), line("1.00", "NT")], "0", "-9999999999.00"),
        bill([line("100.00", account="9-9999")], "10.00", "110.00"),
        bill([], "0.00", "0.00"),
    ],
)
def test_what_needs_words_goes_the_long_road(document: Bill) -> None:
    assert plain_lines(document, lookup(set_up(), CHART), Direction.SALES) is None
