"""The balance moved once by what Xero computed otherwise (rounding.md, step 7)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.correction import Correctable, Correction, Standing, correction
from counterfoil.core.documents import Bill
from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import Mapping
from counterfoil.core.money import amount_text
from counterfoil.core.pipeline import convert
from counterfoil.core.rounding import DESCRIPTION
from counterfoil.core.xero_arithmetic import line_amount
from counterfoil.core.xero_documents import AccountRef, Totals
from tests.core.scene import CHART, MAPPING, bill, books, line, set_up


def planned(document: Bill, mapping: Mapping = MAPPING) -> Correctable:
    (one,) = convert(document, books(mapping)).planned
    assert isinstance(one.element, Correctable)
    return one.element


def corrected(
    document: Bill, tax_off: int, mapping: Mapping = MAPPING, rest: tuple[int, ...] = ()
) -> Correction:
    """Correct a bill of which Xero holds so many cents more tax than was predicted."""
    element = planned(document, mapping)
    amounts = tuple(line_amount(each.quantity, each.unit_amount) for each in element.lines)
    sub_total, tax, total = element.expected
    held = Totals(sub_total + sum(rest), tax + tax_off, total + tax_off + sum(rest))
    return correction(document, element, Standing(held, (*amounts, *rest)), lookup(mapping, CHART))


def one_line() -> Bill:
    return bill([line("100.00", tax="10.00")], "10.00", "110.00")


def test_a_cent_of_tax_too_much_is_taken_off_on_a_line_without_tax() -> None:
    element, findings = corrected(one_line(), tax_off=1)
    assert element is not None
    rounding = element.lines[-1]
    assert (rounding.description, rounding.unit_amount) == (DESCRIPTION, -100)
    assert (rounding.account, rounding.tax_type) == (AccountRef("200"), "BASEXCLUDED")
    assert element.expected == Totals(99_99, 10_01, 110_00)
    assert findings == ()


def test_a_rounding_line_that_is_there_is_moved_and_not_doubled() -> None:
    mapping = set_up("itemised_2dp")
    document = bill(
        [line("100.00", "FREE", quantity="3", unit_price="33.333333")], "0.00", "100.00"
    )
    before = planned(document, mapping)
    element, _ = corrected(document, 1, mapping)
    assert element is not None
    assert [each.unit_amount for each in before.lines] == [33_3300, 100]
    assert [each.unit_amount for each in element.lines] == [33_3300]


def test_a_second_correction_starts_from_the_line_of_the_first() -> None:
    element, _ = corrected(one_line(), tax_off=2, rest=(-1,))
    assert element is not None
    assert [each.unit_amount for each in element.lines[1:]] == [-200]
    assert element.expected.total == 110_00


def test_a_balance_above_the_guard_is_held() -> None:
    element, findings = corrected(one_line(), tax_off=6)
    assert element is None
    assert [each.code for each in findings] == ["rounding_above_guard"]


def test_the_guard_counts_the_lines_of_the_source_not_those_posted() -> None:
    lines = [line("10.00", tax="1.00") for _ in range(9)]
    element, _ = corrected(bill(lines, "9.00", "99.00"), tax_off=9)
    assert element is not None


def test_a_document_whose_lines_were_changed_there_is_left_alone() -> None:
    element, findings = corrected(one_line(), tax_off=1, rest=(500, -500))
    assert element is None
    assert [each.code for each in findings] == ["changed_in_xero"]


@given(st.lists(st.integers(1, 10_000_00), min_size=1, max_size=6), st.integers(-5, 5))
def test_the_total_is_the_sources_under_any_rule_for_ties(nets: list[int], off: int) -> None:
    lines = [line(amount_text(net), "FREE") for net in nets]
    document = bill(lines, "0.00", amount_text(sum(nets)))
    element, _ = corrected(document, tax_off=off)
    assert element is not None
    amounts = [line_amount(each.quantity, each.unit_amount) for each in element.lines]
    assert sum(amounts) + off == sum(nets) == element.expected.total
