"""The mapping held against the chart: each fault has its own finding, and hangs on its code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.chart import Chart
from counterfoil.core.documents import Bill
from counterfoil.core.findings import Severity
from counterfoil.core.mapping import Mapping, Special, TaxCode, TrackingTarget, TrustAccount
from counterfoil.core.pipeline import convert
from counterfoil.core.readiness import readiness
from tests.core.scene import CHART, MAPPING, books, line, plain_bill, set_up
from tests.core.scene import bill as make_bill


def errors(mapping: Mapping, chart: Chart = CHART) -> list[tuple[str, str]]:
    return [
        (finding.code, finding.about)
        for finding in readiness(mapping, chart)
        if finding.severity is Severity.ERROR
    ]


def with_account(target: str) -> Mapping:
    return replace(MAPPING, accounts={"4-1000": target})


def with_special(**chosen: str | None) -> Mapping:
    return replace(MAPPING, special=replace(MAPPING.special, **chosen))


def changed(code: str, *, status: str) -> Chart:
    """The chart with one account in another status."""
    accounts = tuple(replace(a, status=status) if a.code == code else a for a in CHART.accounts)
    return replace(CHART, accounts=accounts)


def test_a_good_mapping_has_no_errors() -> None:
    assert errors(MAPPING) == []


@pytest.mark.parametrize(
    ("mapping", "code", "about"),
    [
        (with_account("999"), "account_not_in_xero", "account:4-1000"),
        (with_account("090"), "account_wrong_type", "account:4-1000"),
        (with_account("610"), "account_wrong_type", "account:4-1000"),
        (with_account("805"), "office_on_trust_account", "account:4-1000"),
        (with_account("id:id-Sundry Income"), "account_without_code", "account:4-1000"),
        (with_account("Sundry Income"), "account_without_code", "account:4-1000"),
        (with_special(trust_liability=None), "account_not_chosen", "special:trust_liability"),
        (with_special(trust_liability="806"), "payments_not_enabled", "special:trust_liability"),
        (with_special(trust_liability="420"), "account_wrong_type", "special:trust_liability"),
        (with_special(trust_transfers="420"), "account_wrong_type", "special:trust_transfers"),
        (with_special(no_tax="OUTPUT"), "no_tax_type_unsuitable", "special:no_tax"),
        (set_up(accounting_basis="cash"), "basis_not_accrual", "setting:accounting_basis"),
        (
            replace(MAPPING, trust_accounts={"TRUST1": TrustAccount("090")}),
            "trust_and_office_share_account",
            "trust_account:TRUST1",
        ),
        (
            replace(MAPPING, trust_accounts=dict.fromkeys(("A", "B"), TrustAccount("091"))),
            "trust_accounts_share_account",
            "trust_account:B",
        ),
        (
            replace(MAPPING, bank_accounts={"OFFICE": "200"}),
            "account_wrong_type",
            "bank_account:OFFICE",
        ),
        (
            replace(MAPPING, tax_codes={"GST": TaxCode("GST on Income", None)}),
            "tax_type_not_in_xero",
            "tax_code:GST",
        ),
        (
            replace(MAPPING, tracking={"Office": TrackingTarget("Office", {"Cairns": "Cairns"})}),
            "tracking_option_not_in_xero",
            "tracking:Office/Cairns",
        ),
        (
            replace(MAPPING, tracking={"Office": TrackingTarget("Branch", {"Cairns": "Cairns"})}),
            "tracking_category_not_in_xero",
            "tracking:Office/Cairns",
        ),
    ],
)
def test_a_fault_of_the_mapping_is_named(mapping: Mapping, code: str, about: str) -> None:
    assert (code, about) in errors(mapping)


def test_an_archived_account_is_named() -> None:
    assert errors(MAPPING, changed("260", status="ARCHIVED")) == [
        ("account_archived", "account:4-2000")
    ]


def test_every_finding_says_what_to_do() -> None:
    found = readiness(replace(with_account("999"), special=Special()), CHART)
    assert all(finding.fix for finding in found if finding.severity is not Severity.NOTE)


def test_accounts_without_a_code_are_listed_as_such() -> None:
    listed = [f for f in readiness(MAPPING, CHART) if f.code == "no_code_in_xero"]
    assert [finding.message for finding in listed] == [
        "Cheque Account has no code in Xero.",
        "Sundry Income has no code in Xero.",
    ]
    assert "enter a code" in listed[0].fix


def test_a_missing_code_points_at_accounts_that_have_none() -> None:
    (finding,) = (
        f
        for f in readiness(replace(MAPPING, bank_accounts={"OFFICE": "099"}), CHART)
        if f.code == "account_not_in_xero"
    )
    assert "Cheque Account" in finding.message


def test_a_bank_account_without_a_code_may_be_mapped_by_its_id() -> None:
    mapping = replace(MAPPING, bank_accounts={"OFFICE": "id:id-Cheque Account"})
    assert errors(mapping) == []


def test_a_trust_account_may_have_a_liability_of_its_own() -> None:
    mapping = replace(MAPPING, special=replace(MAPPING.special, trust_liability={"TRUST1": "805"}))
    assert errors(mapping) == []


def test_a_liability_that_one_trust_account_lacks_is_said_of_just_that_one() -> None:
    accounts = {**MAPPING.trust_accounts, "TRUST2": TrustAccount("id:id-Trust 2")}
    special = replace(MAPPING.special, trust_liability={"TRUST1": "805"})
    mapping = replace(MAPPING, trust_accounts=accounts, special=special)
    (found,) = [one for one in readiness(mapping, CHART) if one.code == "account_not_chosen"]
    assert found.about == "special:trust_liability/TRUST2"
    assert found.message.startswith("No Xero account is chosen as the trust liability of TRUST2.")


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        (make_bill([line("1.00", "NT", "9-9999")], "0", "1.00"), "account_not_mapped", "account"),
        (make_bill([line("1.00", "VAT")], "0", "1.00"), "tax_code_not_mapped", "tax_code"),
        (
            make_bill([line("1.00", "GST", "5-1000")], "0.10", "1.10"),
            "tax_type_not_allowed",
            "tax_code",
        ),
        (
            make_bill([line("1.00", "NT", tracking=(("Office", "Cairns"),))], "0", "1.00"),
            "tracking_not_mapped",
            "tracking.Office",
        ),
    ],
)
def test_a_document_names_the_line_that_has_nowhere_to_go(
    given: Bill, code: str, path: str
) -> None:
    conversion = convert(given, books())
    assert [(f.code, f.path) for f in conversion.findings] == [(code, f"lines[0].{path}")]
    assert conversion.planned == ()


def test_conversion_and_checklist_say_the_same_words() -> None:
    mapping = with_account("999")
    (on_document,) = convert(plain_bill(), books(mapping)).findings
    (on_list,) = (f for f in readiness(mapping, CHART) if f.code == "account_not_in_xero")
    assert replace(on_document, path="") == replace(on_list, path="")


def test_a_cash_basis_practice_posts_nothing() -> None:
    conversion = convert(plain_bill(), books(set_up(accounting_basis="cash")))
    assert [f.code for f in conversion.findings] == ["basis_not_accrual"]
    assert conversion.planned == ()


@pytest.mark.parametrize(
    ("locked_to", "codes"),
    [("2026-11-02", []), ("2026-11-03", ["period_locked"]), ("2026-12-31", ["period_locked"])],
)
def test_a_date_on_or_before_the_lock_date_is_held(locked_to: str, codes: list[str]) -> None:
    organisation = replace(
        CHART.organisation, end_of_year_lock_date=dt.date.fromisoformat(locked_to)
    )
    chart = replace(CHART, organisation=organisation)
    found = convert(plain_bill(), books(chart=chart)).findings
    assert [f.code for f in found] == codes
    assert all((f.path, f.about) == ("date", "lock_date") for f in found)


def test_a_currency_that_is_not_enabled_is_held() -> None:
    (finding,) = convert(plain_bill(currency="EUR"), books()).findings
    assert (finding.code, finding.about) == ("currency_not_enabled", "currency:EUR")


def test_half_a_yen_is_held() -> None:
    rate = Decimal("0.01")
    yen = make_bill([line("100.50", "NT")], "0", "100.50", currency="JPY", exchange_rate=rate)
    (finding,) = convert(yen, books()).findings
    assert finding.code == "more_decimals_than_currency"


@pytest.mark.parametrize(
    ("types", "sides"),
    [
        (TaxCode("OUTPUT", "OUTPUT"), ["on purchases to OUTPUT"]),
        (TaxCode("INPUT", "INPUT"), ["on sales to INPUT"]),
        (TaxCode("INPUT", "OUTPUT"), ["on sales to INPUT", "on purchases to OUTPUT"]),
        (TaxCode("OUTPUT", "INPUT"), []),
        (TaxCode("BASEXCLUDED", "BASEXCLUDED"), []),
    ],
)
def test_a_rate_for_sales_on_purchases_is_warned_of_and_the_other_way_round(
    types: TaxCode, sides: list[str]
) -> None:
    mapping = replace(MAPPING, tax_codes={**MAPPING.tax_codes, "ZERO": types})
    found = [one for one in readiness(mapping, CHART) if one.about == "tax_code:ZERO"]
    assert [one.code for one in found] == ["tax_rate_of_other_side"] * len(sides)
    assert all(one.severity is Severity.WARNING for one in found)
    assert all(said in one.message for one, said in zip(found, sides, strict=True))
