"""Whose tax stands on a line, how a document's tax is shared, and what may lie between."""

from __future__ import annotations

import pytest

from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import Lines
from counterfoil.core.source_checks import (
    Item,
    check_decimals,
    check_sums,
    check_taxes,
    line_tax_agrees,
    rate_text,
    round_down,
    tax_weights,
)
from counterfoil.core.summarise import Draft, single
from counterfoil.core.tax import Taxed, may_carry, rank, settle, shares, source_taxes, xero_taxes
from tests.core.office_scene import codes
from tests.core.scene import CHART, bill, cents, line, set_up


def item(
    total: str, tax: str | None = None, code: str = "GST", account: str = "4-1000", text: str = "A"
) -> Item:
    target = lookup(set_up(), CHART).line(account, code).target
    assert target is not None
    return Item(text, cents(total), None if tax is None else cents(tax), None, None, target, ())


def draft(
    total: str, tax: str | None = None, code: str = "GST", account: str = "4-1000", text: str = "A"
) -> Draft:
    return single(item(total, tax, code, account, text))


def priced(total: str, tax: str | None = None) -> Draft:
    return draft(total, tax)._replace(quantity=20_000)


@pytest.mark.parametrize(
    ("on", "tax", "may"),
    [
        (draft("10.00"), 101, True),
        (draft("10.00"), 1_000, True),
        (draft("10.00"), 1_001, False),  # more than the line itself
        (draft("10.00"), -1, False),  # against its sign
        (draft("10.00"), 0, True),
        (draft("-10.00"), -1_000, True),
        (draft("-10.00"), -1_001, False),
        (draft("-10.00"), 1, False),
        (draft("10.00", code="FREE"), 1, False),  # nothing is taxed at a rate of nil
        (priced("10.00"), 101, False),  # only 1 × its amount can carry a tax of its own
    ],
)
def test_a_line_carries_a_tax_of_its_own_only_as_xero_takes_it(
    on: Draft, tax: int, *, may: bool
) -> None:
    assert may_carry(on, tax) is may


def test_xeros_own_tax_is_never_sent() -> None:
    ten, free = draft("10.00"), draft("10.00", code="FREE")
    assert xero_taxes([ten, free], inclusive=False) == [
        Taxed(ten, 100, None),
        Taxed(free, 0, None),
    ]
    assert xero_taxes([ten], inclusive=True) == [Taxed(ten, 91, None)]


def test_the_sources_tax_is_sent_where_it_is_another_and_can_be_held() -> None:
    ten = draft("10.00")
    assert settle(ten, 100, inclusive=False, carries_tax=True) == Taxed(ten, 100, None)
    assert settle(ten, 91, inclusive=True, carries_tax=True) == Taxed(ten, 91, None)
    assert settle(ten, 99, inclusive=False, carries_tax=True) == Taxed(ten, 99, 99)
    assert settle(ten, 99, inclusive=False, carries_tax=False) is None
    assert settle(ten, -1, inclusive=False, carries_tax=True) is None


def test_each_line_has_its_own_tax_where_all_have_one() -> None:
    assert shares([draft("10.00", "1.01"), draft("10.00", "0.99")], 200, inclusive=False) == [
        101,
        99,
    ]


def test_a_documents_tax_is_shared_among_the_taxed_lines_by_what_they_would_bear() -> None:
    lines = [draft("10.00"), draft("99.00", code="FREE"), draft("20.00", code="T15")]
    assert shares(lines, 400, inclusive=False) == [100, 0, 300]
    assert shares(lines, 404, inclusive=False) == [101, 0, 303]
    assert shares(lines, 352, inclusive=True) == [91, 0, 261]


def test_the_tax_of_a_document_without_a_taxed_line_is_shared_by_all() -> None:
    free = [draft("10.00", code="FREE"), draft("10.00", code="FREE")]
    assert shares(free, 2, inclusive=False) == [1, 1]


def test_an_odd_hundredth_goes_to_the_smaller_code_and_not_to_the_first_line() -> None:
    fees, other = draft("10.00"), draft("10.00", account="4-2000")
    assert shares([fees, other], 201, inclusive=False) == [101, 100]
    assert shares([other, fees], 201, inclusive=False) == [100, 101]


def test_only_taxed_lines_share_in_a_tax_that_their_sum_does_not_explain() -> None:
    lines = [draft("10.00"), draft("-10.00"), draft("99.00", code="FREE")]
    assert shares(lines, 2, inclusive=False) == [101, -99, 0]


def test_among_equals_account_tax_type_tracking_amount_and_words_decide() -> None:
    fees = draft("10.00", text="B")
    perth = fees._replace(tracking=(("Office", "Perth"),))
    in_turn = [
        draft("10.00", code="FREE"),
        draft("9.00", text="C"),
        draft("10.00", text="A"),
        fees,
        perth,
        draft("1.00", account="4-2000"),
    ]
    assert sorted([*in_turn[3:], *in_turn[:3]], key=rank) == in_turn


def test_a_sum_that_cannot_carry_its_tax_is_posted_line_by_line_with_the_taxes_of_its_own() -> None:
    parts = [item("45.45", "4.55"), item("45.45", "4.54"), item("-90.90", "-9.08")]
    summed = draft("0.00", "0.01")._replace(items=tuple(parts))
    found = source_taxes([summed], 1, Lines.SUMMARISED, inclusive=False)
    assert [(one.draft.amount, one.tax, one.sent) for one in found] == [
        (4_545, 455, None),
        (4_545, 454, 454),
        (-9_090, -908, -908),
    ]


def test_where_no_line_may_carry_a_tax_xeros_own_stands_on_each() -> None:
    parts = [item("10.00", "1.01"), item("10.00", "0.98")]
    summed = draft("20.00", "1.99")._replace(items=tuple(parts))
    found = source_taxes([summed], 199, Lines.SUMMARISED, inclusive=False, carries_tax=False)
    assert [(one.draft.amount, one.tax, one.sent) for one in found] == [
        (1_000, 100, None),
        (1_000, 100, None),
    ]
    inclusive = source_taxes([summed], 199, Lines.SUMMARISED, inclusive=True, carries_tax=False)
    assert [one.tax for one in inclusive] == [91, 91]


def test_the_older_bridges_lines_stay_as_they_are() -> None:
    two = priced("10.00", "1.01")
    found = source_taxes([two], 101, Lines.ITEMISED_2DP, inclusive=False)
    assert found == [Taxed(two, 100, None)]
    assert source_taxes([two], 101, Lines.ITEMISED_2DP, inclusive=True) == [Taxed(two, 91, None)]


@pytest.mark.parametrize(
    ("total", "tax", "inclusive", "agrees"),
    [
        (1_000, 101, False, True),  # a hundredth above what the rate gives
        (1_000, 102, False, False),
        (1_005, 101, False, True),
        (1_000, 99, False, True),
        (1_000, 98, False, False),
        (1_100, 101, True, True),
        (1_100, 102, True, False),
        (-1_000, -101, False, True),
    ],
)
def test_one_hundredth_may_lie_between_a_lines_tax_and_its_rate(
    total: int, tax: int, *, inclusive: bool, agrees: bool
) -> None:
    assert line_tax_agrees(total, tax, 100_000, inclusive=inclusive) is agrees


def off(*items: Item, tax: int = 0, inclusive: bool = False) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in check_taxes(items, tax, inclusive=inclusive)]


@pytest.mark.parametrize(
    ("tax", "found"),
    [(202, []), (203, [("tax_off", "tax")]), (198, []), (197, [("tax_off", "tax")])],
)
def test_a_hundredth_for_each_taxed_line_may_lie_between_a_documents_tax_and_the_rates(
    tax: int, found: list[tuple[str, str]]
) -> None:
    assert off(item("10.00"), item("10.00"), item("50.00", code="FREE"), tax=tax) == found


def test_taxes_within_amounts_of_several_rates_are_held_against_each_rate() -> None:
    both = (item("11.00"), item("11.50", code="T15"), item("5.00", code="FREE"))
    assert off(*both, tax=250, inclusive=True) == off(*both, tax=252, inclusive=True) == []
    assert off(*both, tax=253, inclusive=True) == [("tax_off", "tax")]
    (said,) = check_taxes(both, 300, inclusive=True)
    assert "the lines give 2.50, which is more than 0.02 away (2 taxed lines, 0.01" in said.message


def test_a_lines_own_tax_that_is_off_is_named_with_its_rate() -> None:
    lines = (item("10.00", "1.00"), item("-12.35", "-1.30"), item("8.00", "1.30", "T125"))
    first, second = check_taxes(lines, 0, inclusive=False)
    assert (first.code, first.path) == ("line_tax_off", "lines[1].tax")
    assert "tax is -1.30; OUTPUT at 10 % gives -1.23 on -12.35, and only 0.01" in first.message
    assert "TAX125 at 12.5 % gives 1.00" in second.message
    (within,) = check_taxes((item("11.00", "1.02"),), 0, inclusive=True)
    assert "gives 1.00 on 11.00" in within.message


def test_a_line_without_a_tax_of_its_own_beside_others_is_not_judged_by_it() -> None:
    assert off(item("10.00", "1.00"), item("10.00"), item("10.00", "1.50")) == [
        ("line_tax_off", "lines[2].tax")
    ]
    assert off() == []
    (alone,) = check_taxes((item("10.00"),), 300, inclusive=False)
    assert "(1 taxed line, 0.01 each)" in alone.message


@pytest.mark.parametrize(
    ("amounts", "currency", "found"),
    [
        ([1_000, 1_050], "JPY", True),
        ([1_000, -2_000], "JPY", False),
        ([1_000, 1_001], "JPY", True),
        ([10_100], "JPY", False),
        ([1_050], "AUD", False),
        ([1_050], "KWD", False),
    ],
)
def test_a_currency_without_decimals_has_none(
    amounts: list[int], currency: str, *, found: bool
) -> None:
    said = [(one.code, one.path, one.about) for one in check_decimals(amounts, currency)]
    told = [("more_decimals_than_currency", "currency", f"currency:{currency}")]
    assert said == (told if found else [])


def test_what_is_only_shown_is_cut_towards_nil_and_rates_read_as_people_write_them() -> None:
    assert [round_down(figure, 10) for figure in (19, 20, 0, -1, -19)] == [1, 2, 0, 0, -1]
    assert [rate_text(rate) for rate in (100_000, 125_000, 76_850, 0, 10)] == [
        "10 %",
        "12.5 %",
        "7.685 %",
        "0 %",
        "0.001 %",
    ]


def test_unrounded_taxes_have_one_common_unit() -> None:
    assert tax_weights([(1_000, 100_000), (50, 0)], inclusive=False) == ([10**8, 0], 10**6)
    assert tax_weights([(1_100, 100_000), (50, 0)], inclusive=True) == (
        [1_100 * 100_000, 0],
        1_100_000,
    )
    weights, unit = tax_weights([(1_100, 100_000), (1_150, 150_000)], inclusive=True)
    assert (unit, [weight // unit for weight in weights]) == (1_100_000 * 1_150_000, [100, 150])


@pytest.mark.parametrize(
    ("total", "inclusive", "found"),
    [("121.00", False, []), ("110.00", True, []), ("110.00", False, ["total_off"])],
)
def test_lines_and_tax_come_to_the_total(total: str, *, inclusive: bool, found: list[str]) -> None:
    tax = "10.00" if inclusive else "11.00"
    assert codes(bill([line("110.00")], tax, total, tax_inclusive=inclusive)) == found


def test_sums_that_are_off_are_told_with_the_field_and_both_figures() -> None:
    (off_by,) = check_sums(bill([line("100.00")], "10.00", "111.00"))
    assert (off_by.code, off_by.path) == ("total_off", "total")
    assert "add up to 100.00 and the tax is 10.00, which makes 110.00; the" in off_by.message
    (within,) = check_sums(bill([line("110.00")], "10.00", "111.00", tax_inclusive=True))
    assert "add up to 110.00, which makes 110.00" in within.message
    (taxes,) = check_sums(bill([line("100.00", tax="9.00")], "10.00", "110.00"))
    assert (taxes.code, taxes.path) == ("line_taxes_off", "tax")
    assert list(check_sums(bill([], "0", "0"))) == []


def test_one_line_too_large_for_xero_is_enough() -> None:
    for large, small, total in (
        ("10000000000.00", "-9999999999.00", "1.00"),
        ("-10000000000.00", "9999999999.00", "-1.00"),
    ):
        lines = [line(large, "NT"), line(small, "NT")]
        (found,) = check_sums(bill(lines, "0", total))
        assert (found.code, found.path) == ("amount_too_large", "lines")
