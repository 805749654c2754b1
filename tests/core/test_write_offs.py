"""What the firm gives up of a bill: an adjustment of its income, or a bad debt."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act, Books
from counterfoil.core.documents import Bill, WriteOff
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import Allocation, CreditNote, Symbol
from tests.core.office_scene import OFFICE, OFFICE_CHART, codes, office, write_off
from tests.core.scene import DAY, bill, cents, line, plain_bill

TWO_ACCOUNTS = bill([line("100.00"), line("33.33", "FREE", "4-2000")], "10.00", "143.33")


def credit(document: WriteOff, billed: Bill, where: Books | None = None) -> CreditNote:
    conversion = convert(document, where or office(billed))
    assert conversion.planned, conversion.findings
    element = conversion.planned[0].element
    assert isinstance(element, CreditNote)
    assert element.expected.total == document.amount
    return element


def posted(element: CreditNote) -> list[tuple[str | None, str, int]]:
    return [(each.account.code, each.tax_type, each.unit_amount // 100) for each in element.lines]


def test_a_write_off_is_a_credit_note_allocated_to_its_bill() -> None:
    note, allocation = convert(write_off("110.00"), office(plain_bill())).planned
    assert (note.part, note.needs) == ("", (Symbol("contact", "c-1"),))
    assert (allocation.part, allocation.act) == ("allocation:b-1", Act.ALLOCATE)
    assert allocation.element == Allocation(
        Symbol("write_off", "w-1"), Symbol("bill", "b-1"), 11000, DAY
    )


def test_an_adjustment_of_the_whole_bill_gives_the_bills_own_lines() -> None:
    element = credit(write_off("143.33"), TWO_ACCOUNTS)
    assert posted(element) == [("200", "OUTPUT", 10000), ("260", "EXEMPTOUTPUT", 3333)]
    assert element.expected == (13333, 1000, 14333)


def test_part_of_a_bill_is_apportioned_over_its_accounts_by_gross() -> None:
    element = credit(write_off("43.33"), TWO_ACCOUNTS)
    assert posted(element) == [("200", "OUTPUT", 3023), ("260", "EXEMPTOUTPUT", 1008)]
    assert element.expected == (4031, 302, 4333)


def test_a_discount_on_another_account_takes_its_share_too() -> None:
    discounted = bill([line("1000.00", "NT"), line("-990.00", "NT", "4-2000")], "0", "10.00")
    element = credit(write_off("5.00"), discounted)
    assert posted(element) == [("200", "BASEXCLUDED", 50000), ("260", "BASEXCLUDED", -49500)]


def test_a_bad_debt_on_an_expense_account_takes_the_purchases_tax_types() -> None:
    element = credit(write_off("143.33", "bad_debt"), TWO_ACCOUNTS)
    assert posted(element) == [("404", "INPUT", 10000), ("404", "BASEXCLUDED", 3333)]


def test_a_bad_debt_on_an_income_account_keeps_the_bills_tax_types() -> None:
    income = replace(OFFICE, special=replace(OFFICE.special, write_off="260"))
    element = credit(
        write_off("143.33", "bad_debt"), TWO_ACCOUNTS, office(TWO_ACCOUNTS, mapping=income)
    )
    assert posted(element) == [("260", "OUTPUT", 10000), ("260", "EXEMPTOUTPUT", 3333)]


@pytest.mark.parametrize(
    ("written_off", "code", "tax"),
    [
        (dt.date(2027, 5, 3), "no_bad_debt_relief", 0),
        (dt.date(2027, 5, 4), "bad_debt_relief", 1000),
    ],
)
def test_a_british_bad_debt_claims_its_tax_after_six_months(
    written_off: dt.date, code: str, tax: int
) -> None:
    british = replace(OFFICE_CHART, organisation=replace(OFFICE_CHART.organisation, country="GB"))
    no_tax = replace(OFFICE, special=replace(OFFICE.special, no_tax="BASEXCLUDED"))
    where = office(TWO_ACCOUNTS, mapping=no_tax, chart=british)
    document = replace(write_off("143.33", "bad_debt"), date=written_off)
    assert [finding.code for finding in convert(document, where).findings] == [code]
    assert credit(document, TWO_ACCOUNTS, where).expected.total_tax == tax


def test_a_write_offs_own_lines_stand_as_they_are() -> None:
    given = replace(write_off("22.00"), lines=(line("20.00", "GST", "4-2000"),))
    assert posted(credit(given, plain_bill())) == [("260", "OUTPUT", 2000)]


def test_lines_that_miss_the_amount_hold_the_write_off() -> None:
    given = replace(write_off("25.00"), lines=(line("20.00", tax="2.00"),))
    assert codes(given, plain_bill()) == ["total_off"]


def test_no_more_than_the_bill_can_be_written_off() -> None:
    assert codes(write_off("110.01"), plain_bill()) == ["allocation_above_bill"]


def test_a_write_off_needs_its_bill_to_be_translated_at_all() -> None:
    assert codes(write_off("10.00")) == ["needs_history"]


def test_an_inclusive_bill_is_written_off_inclusively() -> None:
    inclusive = bill([line("110.00")], "10.00", "110.00", tax_inclusive=True)
    element = credit(write_off("55.00"), inclusive)
    assert (element.amounts_are, element.expected.total_tax) == ("Inclusive", 500)


@pytest.mark.parametrize("amount", ["0.01", "0.99", "50.00", "143.32"])
def test_every_cent_of_a_write_off_arrives(amount: str) -> None:
    assert credit(write_off(amount), TWO_ACCOUNTS).expected.total == cents(amount)
