"""What the firm gives up of a bill: an adjustment of its income, or a bad debt."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.conversion import Act, Books
from counterfoil.core.documents import Bill, Line, OpeningBill, WriteOff
from counterfoil.core.findings import Finding, Severity
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import Allocation, AmountsAre, CreditNote, Symbol
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    codes,
    converted,
    office,
    write_off,
)
from tests.core.scene import DAY, ESTATE, SMITH, bill, cents, line, plain_bill

BRITISH = replace(OFFICE_CHART, organisation=replace(OFFICE_CHART.organisation, country="GB"))
NO_TAX_CHOSEN = replace(OFFICE, special=replace(OFFICE.special, no_tax="BASEXCLUDED"))
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


def in_britain(document: WriteOff, billed: Bill, country: str = "GB") -> Books:
    chart = replace(BRITISH, organisation=replace(BRITISH.organisation, country=country))
    return office(billed, mapping=NO_TAX_CHOSEN, chart=chart)


def british(document: WriteOff, billed: Bill, country: str = "GB") -> tuple[Finding, ...]:
    return convert(document, in_britain(document, billed, country)).findings


@pytest.mark.parametrize("country", ["GB", "UK"])
@pytest.mark.parametrize(
    ("written_off", "code", "tax"),
    [
        (dt.date(2027, 5, 3), "no_bad_debt_relief", 0),
        (dt.date(2027, 5, 4), "bad_debt_relief", 1000),
    ],
)
def test_a_british_bad_debt_claims_its_tax_after_six_months(
    written_off: dt.date, code: str, tax: int, country: str
) -> None:
    document = replace(write_off("143.33", "bad_debt"), date=written_off)
    (told,) = british(document, TWO_ACCOUNTS, country)
    assert (told.code, told.severity, told.path) == (code, Severity.NOTE, "reason")
    where = in_britain(document, TWO_ACCOUNTS, country)
    assert credit(document, TWO_ACCOUNTS, where).expected.total_tax == tax


def test_what_bears_no_tax_is_one_sum_on_the_account_of_bad_debts() -> None:
    document = write_off("143.33", "bad_debt")
    element = credit(document, TWO_ACCOUNTS, in_britain(document, TWO_ACCOUNTS))
    assert posted(element) == [("404", "BASEXCLUDED", 14_333)]


@pytest.mark.parametrize(
    ("due", "written_off", "code"),
    [
        (None, dt.date(2027, 5, 4), "bad_debt_relief"),  # six months after the bill itself
        (dt.date(2026, 11, 17), dt.date(2027, 5, 17), "no_bad_debt_relief"),
        (dt.date(2026, 11, 17), dt.date(2027, 5, 18), "bad_debt_relief"),
        (dt.date(2027, 8, 31), dt.date(2028, 2, 29), "no_bad_debt_relief"),
        (dt.date(2027, 8, 31), dt.date(2028, 3, 1), "bad_debt_relief"),
        (dt.date(2027, 6, 30), dt.date(2027, 12, 30), "no_bad_debt_relief"),
        (dt.date(2027, 6, 30), dt.date(2027, 12, 31), "bad_debt_relief"),
    ],
)
def test_the_six_months_run_from_the_day_the_bill_was_due(
    due: dt.date | None, written_off: dt.date, code: str
) -> None:
    document = replace(write_off("110.00", "bad_debt"), date=written_off)
    assert [one.code for one in british(document, plain_bill(due_date=due))] == [code]


def test_in_britain_whoever_writes_lines_of_a_bad_debt_is_told_to_leave_tax_out() -> None:
    own = (line("110.00", "NT", "6-1000"),)
    document = replace(write_off("110.00", "bad_debt"), lines=own)
    (told,) = british(document, plain_bill())
    assert (told.code, told.severity, told.path) == (
        *("no_bad_debt_relief", Severity.WARNING, "reason"),
    )
    (told,) = british(replace(document, date=dt.date(2027, 5, 4)), plain_bill())
    assert (told.code, told.severity) == ("bad_debt_relief", Severity.NOTE)


def test_in_britain_nothing_is_said_of_an_adjustment_nor_of_more_than_the_bill() -> None:
    assert british(write_off("110.00"), plain_bill()) == ()
    more = write_off("110.01", "bad_debt")
    assert [one.code for one in british(more, plain_bill())] == ["allocation_above_bill"]


def test_a_write_offs_own_lines_stand_as_they_are() -> None:
    given = replace(write_off("22.00"), lines=(line("20.00", "GST", "4-2000"),))
    assert posted(credit(given, plain_bill())) == [("260", "OUTPUT", 2000)]
    taxed = replace(given, lines=(line("20.00", "GST", "4-2000", tax="2.00"),))
    assert codes(taxed, plain_bill()) == []


def test_a_write_offs_own_lines_leave_tax_out_even_of_a_bill_that_includes_it() -> None:
    inclusive = bill([line("110.00")], "10.00", "110.00", tax_inclusive=True)
    given = replace(write_off("22.00"), lines=(line("20.00", "GST", "4-2000"),))
    assert codes(given, inclusive) == []
    element = credit(given, inclusive)
    assert (element.amounts_are, element.expected) == (AmountsAre.EXCLUSIVE, (2000, 200, 2200))


def test_own_lines_of_a_bad_debt_take_the_purchases_tax_types_on_costs() -> None:
    own = (line("20.00", "GST", "6-1000"),)
    bad = replace(write_off("22.00", "bad_debt"), lines=own)
    assert posted(credit(bad, plain_bill())) == [("404", "INPUT", 2000)]
    given_up = replace(write_off("22.00"), lines=own)
    assert codes(given_up, plain_bill()) == ["tax_type_not_allowed"]


@pytest.mark.parametrize(
    ("lines", "code", "path"),
    [
        ((line("20.00", tax="2.00"),), "total_off", "amount"),
        ((line("20.00"),), "tax_off", "tax"),
        ((line("20.00", account="9-9999"),), "account_not_mapped", "lines[0].account"),
    ],
)
def test_own_lines_that_miss_the_amount_or_have_nowhere_to_go_hold_the_write_off(
    lines: tuple[Line, ...], code: str, path: str
) -> None:
    (told,) = converted(replace(write_off("25.00"), lines=lines), plain_bill()).findings
    assert (told.code, told.path) == (code, path)


def test_lines_that_miss_the_amount_say_by_how_much() -> None:
    given = replace(write_off("25.00"), lines=(line("20.00", tax="2.00"),))
    (told,) = converted(given, plain_bill()).findings
    assert told.message == (
        "The lines with their taxes add up to 22.00; the amount is 25.00: a difference of 3.00."
    )


def test_a_bill_of_which_a_line_has_nowhere_to_go_any_more_is_named_as_the_bill() -> None:
    lost = bill([line("100.00", account="9-9999")], "10.00", "110.00")
    (told,) = converted(write_off("10.00"), lost).findings
    assert (told.code, told.path) == ("account_not_mapped", "bill")


def test_an_account_of_bad_debts_that_nobody_chose_is_asked_for_once() -> None:
    without = replace(OFFICE, special=replace(OFFICE.special, write_off=None))
    document = write_off("143.33", "bad_debt")
    (told,) = convert(document, office(TWO_ACCOUNTS, mapping=without)).findings
    assert (told.code, told.about) == ("account_not_chosen", "special:write_off")


def test_a_bill_that_is_in_xero_already_is_written_off_there() -> None:
    opening = OpeningBill(
        id="ob-1", number="INV-0", date=DAY, client=SMITH, matter=ESTATE,
        lines=(line("100.00"),), tax=1000, total=11000, outstanding=11000,
    )  # fmt: skip
    found = converted(replace(write_off("11.00"), bill=opening.key), opening)
    assert [one.needs[-1] for one in found.planned] == [
        Symbol("contact", "c-1"),
        Symbol("opening_bill", "ob-1"),
    ]


def test_a_foreign_write_off_is_at_the_rate_of_its_own_day_if_that_is_told() -> None:
    foreign = plain_bill(currency="USD", exchange_rate=Decimal("1.5"))
    document = replace(write_off("110.00"), currency="USD")
    assert credit(document, foreign).currency_rate == Decimal("0.666667")
    later = replace(document, exchange_rate=Decimal("1.6"))
    assert credit(later, foreign).currency_rate == Decimal("0.625")


def test_no_more_than_the_bill_can_be_written_off() -> None:
    assert codes(write_off("110.01"), plain_bill()) == ["allocation_above_bill"]


def test_a_write_off_needs_its_bill_to_be_translated_at_all() -> None:
    assert codes(write_off("10.00")) == ["needs_history"]


def test_an_inclusive_bill_is_written_off_inclusively() -> None:
    inclusive = bill([line("110.00")], "10.00", "110.00", tax_inclusive=True)
    element = credit(write_off("55.00"), inclusive)
    assert (element.amounts_are, element.expected.total_tax) == ("Inclusive", 500)
    mixed = bill([line("110.00"), line("5.00", "FREE")], "10.00", "115.00", tax_inclusive=True)
    for billed in (inclusive, mixed):
        assert codes(write_off("110.00"), billed) == []


@pytest.mark.parametrize("amount", ["0.01", "0.99", "50.00", "143.32"])
def test_every_cent_of_a_write_off_arrives(amount: str) -> None:
    assert credit(write_off(amount), TWO_ACCOUNTS).expected.total == cents(amount)
