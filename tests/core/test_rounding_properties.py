"""What must hold of every bill and supplier bill in every mode, whatever its lines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from counterfoil.core.conversion import Books
from counterfoil.core.documents import Bill, WriteOff
from counterfoil.core.findings import holds
from counterfoil.core.mapping import Lines, Tax
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import CreditNote, Invoice, LineItem
from counterfoil.sample.bills import Practice, bills
from tests import oracle
from tests.core.bought import BOTH_SIDES, bought, sold
from tests.core.scene import books, line, set_up

RATES = {"GST": 100_000, "FREE": 0, "T15": 150_000, "T125": 125_000}
TYPES = {
    "OUTPUT": Fraction(1, 10),
    "INPUT": Fraction(1, 10),
    "EXEMPTOUTPUT": Fraction(0),
    "TAX15": Fraction(15, 100),
    "TAX125": Fraction(1, 8),
    "BASEXCLUDED": Fraction(0),
}
PRACTICE = Practice(RATES)
MODES = [(lines, tax) for lines in Lines for tax in Tax]

issued_bills = st.builds(
    lambda seed, style: next(bills(seed, 1, style, PRACTICE)),
    st.integers(0, 2**32),
    st.sampled_from(["ordinary", "hard"]),
)
lawful_bills = st.builds(
    lambda side, bill: side(bill), st.sampled_from([sold, bought]), issued_bills
)
modes = st.sampled_from(MODES)


def tables(lines: Lines, tax: Tax) -> Books:
    return books(replace(BOTH_SIDES, settings=set_up(lines, tax, "post").settings))


def posted(bill: Bill, where: Books) -> Invoice | CreditNote:
    conversion = convert(bill, where)
    assert not holds(conversion.findings), conversion.findings
    element = conversion.planned[0].element
    assert isinstance(element, Invoice | CreditNote)
    return element


def exact(line: LineItem) -> oracle.OracleLine:
    return oracle.OracleLine(
        Fraction(line.quantity, 10_000),
        Fraction(line.unit_amount, 10_000),
        TYPES[line.tax_type],
        None if line.tax_amount is None else Fraction(line.tax_amount, 100),
    )


def cents(sums: oracle.Sums) -> tuple[Fraction, ...]:
    return tuple(100 * value for value in sums)


def as_multiset(element: Invoice | CreditNote) -> list[tuple[object, ...]]:
    return sorted(
        (each.account.code, each.tax_type, each.quantity, each.unit_amount, each.tax_amount or 0)
        for each in element.lines
    )


@given(lawful_bills, modes)
def test_xeros_total_is_the_sources_to_the_cent(bill: Bill, mode: tuple[Lines, Tax]) -> None:
    element = posted(bill, tables(*mode))
    sums = oracle.sums([exact(each) for each in element.lines], element.amounts_are)
    assert cents(sums) == tuple(map(Fraction, element.expected))
    assert element.expected.total == abs(bill.total)


@given(lawful_bills, st.sampled_from([Lines.SUMMARISED, Lines.ITEMISED]))
def test_the_sources_tax_stands_in_xero(bill: Bill, lines: Lines) -> None:
    element = posted(bill, tables(lines, Tax.SOURCE))
    sign = -1 if bill.total < 0 else 1
    assert element.expected.total_tax == sign * bill.tax
    assert "Rounding errors" not in {each.description for each in element.lines}


@given(lawful_bills)
def test_tax_is_sent_only_where_xeros_own_would_differ(bill: Bill) -> None:
    element = posted(bill, tables(Lines.SUMMARISED, Tax.SOURCE))
    for each in element.lines:
        if each.tax_amount is not None:
            own = oracle.own_tax(exact(each), element.amounts_are)
            assert own * 100 != each.tax_amount
            assert each.quantity == 10_000
            assert abs(each.tax_amount) * 100 <= abs(each.unit_amount)
            assert each.tax_amount * each.unit_amount >= 0


@given(lawful_bills, modes, st.integers(0, 2**32))
def test_the_order_of_lines_does_not_matter(bill: Bill, mode: tuple[Lines, Tax], seed: int) -> None:
    shuffled = list(bill.lines)
    Random(seed).shuffle(shuffled)
    there = tables(*mode)
    turned = posted(replace(bill, lines=tuple(shuffled)), there)
    assert as_multiset(turned) == as_multiset(posted(bill, there))


@given(lawful_bills, modes)
def test_a_negated_bill_is_its_mirror_image(bill: Bill, mode: tuple[Lines, Tax]) -> None:
    lines = tuple(
        replace(
            each,
            total=-each.total,
            tax=None if each.tax is None else -each.tax,
            unit_price=None if each.unit_price is None else -each.unit_price,
        )
        for each in bill.lines
    )
    mirrored = replace(bill, lines=lines, tax=-bill.tax, total=-bill.total)
    there = tables(*mode)
    one, other = posted(bill, there), posted(mirrored, there)
    assert one.expected == other.expected
    assert as_multiset(one) == as_multiset(other)


@given(lawful_bills)
def test_a_line_split_in_two_changes_nothing_in_a_summary(bill: Bill) -> None:
    whole = replace(bill, lines=tuple(replace(each, tax=None) for each in bill.lines))
    first = whole.lines[0]
    half = first.total // 2
    parts = (
        replace(first, total=half, quantity=None, unit_price=None),
        replace(first, total=first.total - half, quantity=None, unit_price=None),
    )
    there = tables(Lines.SUMMARISED, Tax.XERO)
    split = replace(whole, lines=(*parts, *whole.lines[1:]))
    assert as_multiset(posted(split, there)) == as_multiset(posted(whole, there))


@given(lawful_bills, modes)
def test_a_zero_line_changes_no_sum(bill: Bill, mode: tuple[Lines, Tax]) -> None:
    first = bill.lines[0]
    zero = replace(
        first,
        total=0,
        quantity=None,
        unit_price=None,
        tax=None if first.tax is None else 0,
    )
    there = tables(*mode)
    more = posted(replace(bill, lines=(*bill.lines, zero)), there)
    assert more.expected == posted(bill, there).expected


@given(lawful_bills, st.sampled_from([Lines.SUMMARISED, Lines.ITEMISED]))
def test_practice_codes_are_only_names(bill: Bill, lines: Lines) -> None:
    accounts = {f"new-{code}": target for code, target in BOTH_SIDES.accounts.items()}
    renamed = replace(BOTH_SIDES, accounts=accounts)
    again = replace(
        bill, lines=tuple(replace(each, account=f"new-{each.account}") for each in bill.lines)
    )
    settings = set_up(lines).settings
    there = books(replace(renamed, settings=settings))
    assert posted(again, there).lines == posted(bill, tables(lines, Tax.SOURCE)).lines


@given(issued_bills, modes)
def test_a_supplier_bill_is_the_mirror_of_a_bill(bill: Bill, mode: tuple[Lines, Tax]) -> None:
    there = tables(*mode)
    sale, purchase = posted(bill, there), posted(bought(bill), there)
    assert purchase.expected == sale.expected
    assert (sale.type, purchase.type) in {
        ("ACCREC", "ACCPAY"),
        ("ACCRECCREDIT", "ACCPAYCREDIT"),
    }
    assert [(each.quantity, each.unit_amount) for each in purchase.lines] == [
        (each.quantity, each.unit_amount) for each in sale.lines
    ]


@given(issued_bills, st.integers(1, 100))
def test_a_write_off_is_its_amount_and_the_whole_of_one_is_the_bill(
    bill: Bill, percent: int
) -> None:
    assume(bill.total >= 100)
    there = tables(Lines.SUMMARISED, Tax.SOURCE)
    where = replace(there, referenced={bill.key: bill})
    amount = bill.total * percent // 100
    given_up = WriteOff(
        id="w-1", number="WO-1", date=bill.date, bill=bill.key, amount=amount, reason="adjustment"
    )
    conversion = convert(given_up, where)
    assert not holds(conversion.findings), conversion.findings
    element = conversion.planned[0].element
    assert isinstance(element, CreditNote)
    sums = oracle.sums([exact(each) for each in element.lines], element.amounts_are)
    assert cents(sums) == tuple(element.expected)
    assert element.expected.total == amount
    if percent == 100:
        assert element.expected.total_tax == bill.tax


@pytest.mark.parametrize("seed", range(3))
def test_bills_repeat_with_their_seed(seed: int) -> None:
    assert list(bills(seed, 20)) == list(bills(seed, 20))


def test_rounding_goes_to_the_account_with_the_highest_amount() -> None:
    lines = [line("10.05", "GST", "4-2000"), line("30.05"), line("30.05"), line("0.05")]
    bill = replace(next(bills(1, 1)), tax_inclusive=False, lines=tuple(lines), tax=704, total=7724)
    element = posted(bill, tables(Lines.SUMMARISED, Tax.XERO))
    assert element.lines[-1].description == "Rounding errors"
    assert element.lines[-1].account.code == "200"
    assert element.lines[-1].tax_type == "BASEXCLUDED"


def test_a_tie_goes_to_the_smaller_code() -> None:
    lines = [line("0.45", "GST", "4-2000")] * 2 + [line("0.45", "GST", "4-1000")] * 2
    bill = replace(next(bills(1, 1)), tax_inclusive=False, lines=tuple(lines), tax=20, total=200)
    element = posted(bill, tables(Lines.SUMMARISED, Tax.XERO))
    assert element.lines[-1].account.code == "200"
