"""General journals, and the accounts that they must keep away from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.documents import Journal
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import AmountsAre, ManualJournal
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    codes,
    converted,
    entry,
    journal,
    office,
    with_settings,
)
from tests.core.scene import account

PLAIN = journal(entry("6-1000", "20.00"), entry("5-1000", "-20.00"))


def posted(document: Journal) -> ManualJournal:
    conversion = converted(document)
    assert conversion.planned, conversion.findings
    element = conversion.planned[0].element
    assert isinstance(element, ManualJournal)
    return element


def test_a_journals_narration_opens_with_its_number() -> None:
    element = posted(PLAIN)
    assert element.narration == "J-1 | Correct July"
    assert element.amounts_are is AmountsAre.NO_TAX
    assert [(line.account.code, line.amount) for line in element.lines] == [
        ("404", 2000),
        ("420", -2000),
    ]
    assert {line.tax_type for line in element.lines} == {"BASEXCLUDED"}


def test_a_journal_may_stay_out_of_reports_on_cash_basis() -> None:
    assert not posted(replace(PLAIN, cash_basis=False)).show_on_cash_basis


def test_each_line_takes_the_tax_type_of_its_accounts_class() -> None:
    lines = (
        entry("6-1000", "100.00", "GST"),
        entry("1-3000", "100.00", "GST"),
        entry("4-1000", "-200.00", "GST"),
    )
    element = posted(journal(*lines, treatment="exclusive"))
    assert [line.tax_type for line in element.lines] == ["INPUT", "INPUT", "OUTPUT"]


def test_in_a_journal_without_tax_a_tax_code_means_nothing() -> None:
    lines = (entry("6-1000", "20.00", "GST"), entry("5-1000", "-20.00", "GST"))
    assert {line.tax_type for line in posted(journal(*lines)).lines} == {"BASEXCLUDED"}


def test_a_narration_is_sent_without_the_blanks_around_it() -> None:
    assert posted(replace(PLAIN, narration=" Correct July\n")).narration == "J-1 | Correct July"


@pytest.mark.parametrize(
    ("account", "code"),
    [
        ("3-9000", "account_not_for_journals"),
        ("2-8000", "account_wrong_type"),
        ("OFFICE", "journal_on_bank_account"),
        ("TRUST1", "journal_on_bank_account"),
        ("9-9999", "account_not_mapped"),
    ],
)
def test_a_journal_is_held_where_xero_takes_none(account: str, code: str) -> None:
    held = converted(journal(entry(account, "20.00"), entry("5-1000", "-20.00")))
    assert [(one.code, one.path) for one in held.findings] == [(code, "lines[0].account")]


def test_what_is_held_names_the_account_of_the_practice() -> None:
    for code in ("3-9000", "OFFICE"):
        (told,) = converted(journal(entry(code, "20.00"), entry("5-1000", "-20.00"))).findings
        assert told.about == f"account:{code}"


def test_nothing_is_planned_while_a_line_has_nowhere_to_go() -> None:
    lost = journal(entry("9-9999", "20.00"), entry("5-1000", "-20.00"), treatment="exclusive")
    assert converted(lost).planned == ()
    assert codes(lost) == ["account_not_mapped"]


def test_stock_that_xero_counts_itself_takes_no_journals() -> None:
    stock = account("140", "Stock", "INVENTORY", "ASSET")
    chart = replace(OFFICE_CHART, accounts=(*OFFICE_CHART.accounts, stock))
    mapping = replace(OFFICE, accounts={**OFFICE.accounts, "1-4000": "140"})
    document = journal(entry("1-4000", "20.00"), entry("5-1000", "-20.00"))
    found = convert(document, office(mapping=mapping, chart=chart)).findings
    assert [one.code for one in found] == ["account_not_for_journals"]


def test_an_account_that_shares_its_code_with_a_bank_takes_journals() -> None:
    mapping = replace(OFFICE, accounts={**OFFICE.accounts, "OFFICE": "404"})
    document = journal(entry("OFFICE", "20.00"), entry("5-1000", "-20.00"))
    assert convert(document, office(mapping=mapping)).findings == ()


def test_tax_that_xero_rounds_otherwise_is_balanced_by_a_rounding_line() -> None:
    lines = (
        entry("6-1000", "0.45", "GST", "0.04"),
        entry("6-1000", "0.45", "GST", "0.04"),
        entry("5-1000", "-0.98"),
    )
    document = journal(*lines, treatment="exclusive")
    conversion = converted(document)
    (told,) = conversion.findings
    assert told.code == "tax_difference"
    assert "hold 2 cents more tax" in told.message
    assert convert(document, office(mapping=with_settings(tax="xero"))).findings == ()
    element = conversion.planned[0].element
    assert isinstance(element, ManualJournal)
    assert (element.lines[-1].description, element.lines[-1].amount) == ("Rounding errors", -2)


def test_an_exclusive_journal_must_balance_with_its_tax() -> None:
    lines = (entry("6-1000", "100.00", "GST"), entry("5-1000", "-100.00"))
    (told,) = converted(journal(*lines, treatment="exclusive")).findings
    assert (told.code, told.path) == ("journal_does_not_balance", "lines")
    assert "the debits are 10.00 more" in told.message
    turned = (entry("6-1000", "-100.00", "GST"), entry("5-1000", "100.00"))
    (told,) = converted(journal(*turned, treatment="exclusive")).findings
    assert "the credits are 10.00 more" in told.message


def test_five_cents_that_the_tax_leaves_over_are_rounded_away_and_six_are_not() -> None:
    taxed = entry("6-1000", "100.00", "GST")
    element = posted(journal(taxed, entry("5-1000", "-109.95"), treatment="exclusive"))
    assert [line.amount for line in element.lines] == [10_000, -10_995, -5]
    more = journal(taxed, entry("5-1000", "-109.94"), treatment="exclusive")
    assert codes(more) == ["journal_does_not_balance"]


def test_what_no_account_of_the_journal_can_round_is_held() -> None:
    lines = (entry("1-3000", "0.45", "GST", "0.04"), entry("1-3000", "-0.49"))
    document = journal(*lines, treatment="exclusive")
    assert codes(document) == ["tax_difference", "no_rounding_account"]


@pytest.mark.parametrize("tax", ["10.02", "5.00"])
def test_a_lines_tax_is_held_against_its_rate_alone(tax: str) -> None:
    lines = (entry("5-1000", "-100.00"), entry("6-1000", "100.00", "GST", tax))
    (told,) = converted(journal(*lines, treatment="exclusive")).findings
    assert (told.code, told.path) == ("line_tax_off", "lines[1].tax")


def test_a_tax_of_nothing_is_a_tax() -> None:
    lines = (entry("6-1000", "-0.05", "GST", "0.00"), entry("5-1000", "0.05"))
    assert "line_tax_off" not in codes(journal(*lines, treatment="exclusive"))


def test_an_inclusive_journal_balances_whatever_its_tax() -> None:
    lines = (entry("6-1000", "110.00", "GST"), entry("5-1000", "-110.00"))
    element = posted(journal(*lines, treatment="inclusive"))
    assert sum(line.amount for line in element.lines) == 0
    given = (entry("6-1000", "110.00", "GST", "10.00"), entry("5-1000", "-110.00"))
    assert codes(journal(*given, treatment="inclusive")) == []


def test_a_journal_is_in_the_base_currency() -> None:
    (told,) = converted(replace(PLAIN, currency="USD")).findings
    assert (told.code, told.path, told.about) == (
        *("journal_in_foreign_currency", "currency", "currency:USD"),
    )
