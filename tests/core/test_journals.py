"""General journals, and the accounts that they must keep away from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.documents import Journal
from counterfoil.core.xero_documents import AmountsAre, ManualJournal
from tests.core.office_scene import codes, converted, entry, journal

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
    lines = (entry("6-1000", "100.00", "GST"), entry("4-1000", "-100.00", "GST"))
    element = posted(journal(*lines, treatment="exclusive"))
    assert [line.tax_type for line in element.lines] == ["INPUT", "OUTPUT"]


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
    assert codes(journal(entry(account, "20.00"), entry("5-1000", "-20.00"))) == [code]


def test_tax_that_xero_rounds_otherwise_is_balanced_by_a_rounding_line() -> None:
    lines = (
        entry("6-1000", "0.45", "GST", "0.04"),
        entry("6-1000", "0.45", "GST", "0.04"),
        entry("5-1000", "-0.98"),
    )
    conversion = converted(journal(*lines, treatment="exclusive"))
    assert [finding.code for finding in conversion.findings] == ["tax_difference"]
    element = conversion.planned[0].element
    assert isinstance(element, ManualJournal)
    assert (element.lines[-1].description, element.lines[-1].amount) == ("Rounding errors", -2)


def test_an_exclusive_journal_must_balance_with_its_tax() -> None:
    lines = (entry("6-1000", "100.00", "GST"), entry("5-1000", "-100.00"))
    assert codes(journal(*lines, treatment="exclusive")) == ["journal_does_not_balance"]


def test_an_inclusive_journal_balances_whatever_its_tax() -> None:
    lines = (entry("6-1000", "110.00", "GST"), entry("5-1000", "-110.00"))
    element = posted(journal(*lines, treatment="inclusive"))
    assert sum(line.amount for line in element.lines) == 0


def test_a_journal_is_in_the_base_currency() -> None:
    assert codes(replace(PLAIN, currency="USD")) == ["journal_in_foreign_currency"]
