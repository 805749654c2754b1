"""A bill's header becomes a bill: its parts come to the whole, and its lines come from a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.documents import Bill, Matter
from counterfoil.core.findings import Finding
from counterfoil.sources.actionstep.bills import (
    Header,
    Name,
    Rule,
    Split,
    as_before,
    bill_of,
    divided,
    with_lines,
)

HEADER = Header(
    id="71",
    status="Open",
    number="20014",
    date=dt.date(2026, 7, 1),
    due_date=None,
    currency="",
    total=1100_00,
    net=1000_00,
    tax=100_00,
    paid=0,
    due=1100_00,
    client="88",
    matters=("3", "4"),
    division="1",
)
CLIENT = Name("88", "Ng & Co", email="ng@example.com")
MATTERS = (Name("3", "Lease", "2026/003"), Name("4", "Sale", "2026/004"))
CENTS = st.integers(-(10**9), 10**9)


@given(
    CENTS,
    CENTS,
    st.sampled_from(Split),
    st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False),
)
def test_the_parts_of_a_bill_come_to_the_whole(
    net: int, tax: int, split: Split, percent: Decimal
) -> None:
    parts = divided(net, tax, Rule(split=split, percent=percent))
    assert (sum(part[1] for part in parts), sum(part[2] for part in parts)) == (net, tax)
    assert len({part[0] for part in parts}) == len(parts) <= 2


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.sampled_from(["10", "15", "20"]))
def test_what_the_tax_does_not_explain_is_disbursements(fees: int, costs: int, rate: str) -> None:
    tax = round(Fraction(fees) * int(rate) / 100)
    rule = Rule(split=Split.UNTAXED, percent=Decimal(rate))
    parts = {account: net for account, net, _ in divided(fees + costs, tax, rule)}
    # The tax is known to the cent, so what it was charged on is known to a few.
    assert abs(parts.get("FEES", 0) - fees) <= 100 // int(rate) or len(parts) == 1


def test_tax_that_was_rounded_line_by_line_makes_no_disbursements() -> None:
    rule = Rule(split=Split.UNTAXED, percent=Decimal(10))
    assert divided(100_02, 9_99, rule) == (("FEES", 100_02, 9_99),)
    assert divided(100_80, 10_00, rule) == (("FEES", 100_00, 10_00), ("DISBURSEMENTS", 80, 0))
    assert divided(40, 0, rule) == (("DISBURSEMENTS", 40, 0),)


def test_a_bill_keeps_its_lines_and_names_unless_its_head_says_otherwise() -> None:
    def told(header: Header, client: Name, matter: Name, rule: Rule) -> Bill:
        document = bill_of(header, client, [matter], rule).document
        assert isinstance(document, Bill)
        return document

    base = told(HEADER, CLIENT, MATTERS[0], Rule())
    renamed = Name("3", "Lease renewed", "2026/003")
    share = Rule(split=Split.SHARE, percent=Decimal(50))
    anew = told(HEADER, Name("88", "Ng Holdings"), renamed, share)
    assert as_before(base, anew) == base
    moved = as_before(base, told(HEADER, CLIENT, MATTERS[1], share))
    assert [one.description for one in moved.lines] == ["Bill 2026/004 Sale"]
    higher = replace(HEADER, total=1101_00, net=1001_00)
    assert len(as_before(base, told(higher, CLIENT, renamed, share)).lines) == 2


def test_a_bill_over_several_matters_names_them_all() -> None:
    bill = bill_of(HEADER, CLIENT, MATTERS, Rule()).document
    assert isinstance(bill, Bill)
    assert (bill.matter, bill.memo) == (None, "Matters: 2026/003 Lease, 2026/004 Sale")
    assert (bill.id, bill.client.id) == ("actionstep:71", "actionstep:88")


def test_figures_that_do_not_add_up_and_bills_without_a_number_are_refused() -> None:
    for wrong in (replace(HEADER, tax=1), replace(HEADER, number=""), replace(HEADER, date=None)):
        assert bill_of(wrong, CLIENT, MATTERS, Rule()).document is None


def test_lines_are_taken_only_for_the_same_total_tax_and_currency() -> None:
    bill = bill_of(replace(HEADER, currency="AUD"), CLIENT, MATTERS, Rule()).document
    assert isinstance(bill, Bill)
    brought = replace(bill, id="ledes:20014", lines=bill.lines * 1, memo="other")
    assert with_lines(bill, brought, "") == bill
    for other in ({"total": 1}, {"tax": 1}, {"currency": "NZD"}):
        assert isinstance(with_lines(bill, replace(brought, **other), "NZD"), Finding)


def test_what_only_the_file_tells_comes_with_the_lines_and_stays_with_them() -> None:
    bare = replace(HEADER, currency="USD", due_date=None)
    base, told = (bill_of(bare, CLIENT, (), Rule()).document for _ in range(2))
    assert isinstance(base, Bill)
    assert isinstance(told, Bill)
    rated = replace(base, exchange_rate=Decimal("0.5"), due_date=dt.date(2026, 8, 1))
    brought = replace(rated, memo="Lease", matter=Matter(id="m-1", number="2026-003"))
    joined = with_lines(base, replace(brought, id="ledes:20014"), "AUD")
    assert joined == brought
    assert as_before(brought, told, lined=True) == brought
    # What Actionstep tells itself counts; of several matters none is the bill's own.
    several = bill_of(replace(HEADER, currency="USD"), CLIENT, MATTERS, Rule()).document
    assert isinstance(several, Bill)
    joined = with_lines(several, brought, "AUD")
    assert isinstance(joined, Bill)
    assert (joined.matter, joined.memo) == (None, several.memo)
    assert joined.due_date == brought.due_date
    assert as_before(brought, several, lined=True).matter is None


def test_lines_that_name_no_currency_are_in_that_of_the_books_but_where_no_form_has_one() -> None:
    bill = bill_of(replace(HEADER, currency="USD"), CLIENT, MATTERS, Rule()).document
    assert isinstance(bill, Bill)
    unsaid = replace(bill, id="pms-1", currency=None)
    for home, words in (("AUD", "so it is in AUD as the books are"), ("", "names no currency")):
        refused = with_lines(bill, unsaid, home)
        assert isinstance(refused, Finding)
        assert words in refused.message
    assert with_lines(bill, unsaid, "USD") == bill
    assert with_lines(bill, replace(unsaid, id="ledes:20014"), "AUD") == bill


def test_a_bill_without_a_currency_is_in_that_of_the_books() -> None:
    bill = bill_of(HEADER, CLIENT, MATTERS, Rule()).document
    assert isinstance(bill, Bill)
    in_aud = replace(bill, currency="AUD")
    assert with_lines(bill, in_aud, "AUD") == bill
    for home, words in (("NZD", "so it is in NZD as the books are"), ("", "names no currency")):
        refused = with_lines(bill, in_aud, home)
        assert isinstance(refused, Finding)
        assert words in refused.message


def test_a_form_that_knows_no_tax_names_the_one_that_does() -> None:
    bill = bill_of(HEADER, CLIENT, MATTERS, Rule()).document
    assert isinstance(bill, Bill)
    for total, named in ((bill.total, True), (bill.total - bill.tax, True), (5_00, False)):
        refused = with_lines(bill, replace(bill, tax=0, total=total), "AUD")
        assert isinstance(refused, Finding)
        assert ("98BI V2" in refused.fix) is named
