"""From a practice's lines to the lines that are posted, by the firm's choice."""

from __future__ import annotations

from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import Lines
from counterfoil.core.source_checks import Item
from counterfoil.core.summarise import draft_lines, itemised, single
from tests.core.scene import CHART, cents, micro, set_up

ONE = 10_000


def item(
    total: str,
    quantity: str | None = None,
    unit_price: str | None = None,
    tax: str | None = None,
    text: str = "Advice",
) -> Item:
    target = lookup(set_up(), CHART).line("4-1000", "GST").target
    assert target is not None
    return Item(
        text,
        cents(total),
        None if tax is None else cents(tax),
        None if quantity is None else micro(quantity),
        None if unit_price is None else micro(unit_price),
        target,
        (),
    )


def shaped(one: Item) -> tuple[int, int]:
    """Quantity and unit amount at four decimals by four."""
    draft = itemised(one)
    return draft.quantity, draft.unit_amount


def shaped_2dp(one: Item) -> tuple[int, int]:
    """Quantity and unit amount at four decimals by two."""
    (draft,) = draft_lines([one], Lines.ITEMISED_2DP)
    return draft.quantity, draft.unit_amount


def test_a_quantity_below_nil_goes_to_xero_as_a_price_below_nil() -> None:
    assert shaped(item("-100.00", "-2", "50")) == (2 * ONE, -50 * ONE)
    assert shaped(item("100.00", "-2", "-50")) == (2 * ONE, 50 * ONE)


def test_the_sources_own_price_stands_where_it_gives_the_total() -> None:
    """Half of a cent, away from nil; worked back from the total it would be two cents."""
    assert shaped(item("-0.01", "-0.5", "0.01")) == (ONE // 2, -100)
    assert shaped(item("0.01", "0.5", "0.01")) == (ONE // 2, 100)


def test_a_price_that_is_not_given_is_worked_back_from_the_total() -> None:
    assert shaped(item("100.00", "2")) == (2 * ONE, 50 * ONE)


def test_a_quantity_that_xero_cannot_hold_becomes_one() -> None:
    assert shaped_2dp(item("0.01", "0.00001", "1000")) == (ONE, 100)
    assert shaped_2dp(item("1.00", "100000000", "0.00000001")) == (ONE, ONE)
    assert shaped_2dp(item("0.10", "0.0001", "1000")) == (1, 1_000 * ONE)
    assert shaped_2dp(item("99999999.99", "99999999.9999", "1"))[0] == 100_000_000 * ONE - 1


def test_a_line_that_gives_up_its_quantity_shows_it_in_words() -> None:
    assert single(item("100.00", "2", "50")).description == "Advice (2 × 50)"
    assert single(item("-100.00", "-2", "50")).description == "Advice (2 × -50)"
    assert single(item("100.00", "1", "100")).description == "Advice"
    assert single(item("100.00")).description == "Advice"


def test_a_summary_says_what_it_sums_and_a_single_line_what_it_is() -> None:
    (one,) = draft_lines([item("1.00", text="Filing")], Lines.SUMMARISED)
    assert one.description == "Filing"
    (two,) = draft_lines([item("1.00", text="Filing")] * 2, Lines.SUMMARISED)
    assert two.description == "Fees (2 lines)"


def test_a_summary_has_the_sum_of_amounts_and_of_taxes_that_are_given() -> None:
    taxed = [item("10.00", tax="1.00"), item("-0.04", tax="0.00"), item("5.00", tax="0.50")]
    (summed,) = draft_lines(taxed, Lines.SUMMARISED)
    assert (summed.amount, summed.net, summed.tax) == (1_496, 1_496, 150)
    (untold,) = draft_lines([item("10.00"), item("5.00")], Lines.SUMMARISED)
    assert untold.tax is None
