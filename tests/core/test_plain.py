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
    for direction in (Direction.SALES, Direction.PURCHASES):
        terms = Terms(direction)
        short = posted_lines(document, found, terms, turned=False)
        assert short == explained_lines(document, found, terms, turned=False)


def test_an_everyday_bill_goes_the_short_way() -> None:
    found = lookup(set_up(), CHART)
    went = [
        plain_lines(document, found, Direction.SALES) is not None
        for document in bills(7, 200, "ordinary", PRACTICE)
    ]
    assert sum(went) > 150


@pytest.mark.parametrize(
    "document",
    [
        bill([line("100.00")], "10.00", "110.01"),
        bill([line("100.00")], "10.02", "110.02"),
        bill([line("100.00", tax="10.00"), line("1.00")], "10.00", "111.00"),
        bill([line("100.00", account="9-9999")], "10.00", "110.00"),
        bill([], "0.00", "0.00"),
    ],
)
def test_what_needs_words_goes_the_long_road(document: Bill) -> None:
    assert plain_lines(document, lookup(set_up(), CHART), Direction.SALES) is None
