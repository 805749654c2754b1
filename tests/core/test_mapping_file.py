from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.ledes import Ledes
from counterfoil.core.mapping import (
    Conduct,
    FirmMoney,
    Guard,
    Lines,
    Mapping,
    OfKind,
    Settings,
    Special,
    Tax,
    TaxCode,
    TrackingTarget,
    TrustAccount,
)
from counterfoil.core.mapping_file import mapping_to_csv, mapping_to_json, read_mapping
from counterfoil.core.trust_rules import SETTABLE

LEAST = {"organisation": "main", "settings": {"accounting_basis": "accrual"}}

_codes = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
_code_or_none = st.none() | _codes
_targets = st.dictionaries(_codes, _codes, max_size=3)
_of_kinds = st.dictionaries(
    st.sampled_from(["bill", "write_off", "withdrawal"]),
    st.one_of(
        st.builds(OfKind, st.sampled_from(Lines), st.none() | st.sampled_from(Tax)),
        st.builds(OfKind, rounding_guard=st.sampled_from(Guard), number_prefix=_codes),
    ),
    max_size=2,
)
_firm_money = st.none() | st.builds(
    FirmMoney,
    _codes,
    st.lists(_codes, max_size=3, unique=True).map(tuple),
    st.none() | st.integers(0, 10**9),
)
_mappings = st.builds(
    Mapping,
    organisation=_codes,
    settings=st.builds(
        Settings,
        accounting_basis=st.sampled_from(["accrual", "cash"]),
        post_trust=st.booleans(),
        lines=st.sampled_from(Lines),
        tax=st.sampled_from(Tax),
        rounding_guard=st.sampled_from(Guard),
        zero_bills=st.sampled_from(["post", "skip"]),
        trust_rules=st.dictionaries(st.sampled_from(SETTABLE), st.sampled_from(Conduct)),
        trust_dormant_days=st.integers(0, 9_999),
        bill_notice_days=st.integers(0, 99),
        kinds=_of_kinds,
        tax_filed_to=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)),
    ),
    accounts=_targets,
    bank_accounts=_targets,
    trust_accounts=st.dictionaries(
        _codes, st.builds(TrustAccount, _codes, _codes, _code_or_none, _firm_money), max_size=2
    ),
    tax_codes=st.dictionaries(
        _codes,
        st.one_of(st.builds(TaxCode, _codes, _code_or_none), st.builds(TaxCode, st.none(), _codes)),
        max_size=3,
    ),
    tracking=st.dictionaries(_codes, st.builds(TrackingTarget, _codes, _targets), max_size=2),
    special=st.builds(
        Special,
        trust_liability=_code_or_none | st.dictionaries(_codes, _codes, min_size=1, max_size=2),
        rounding=_code_or_none,
    ),
    ledes=st.builds(Ledes, _targets, _targets),
    version=st.just(1),
)


def found(data: bytes) -> list[tuple[str, str]]:
    mapping, findings = read_mapping(data)
    assert mapping is None
    return [(each.code, each.path) for each in findings]


@given(_mappings)
def test_a_mapping_written_as_json_is_read_back(mapping: Mapping) -> None:
    assert read_mapping(mapping_to_json(mapping)) == (mapping, ())


@given(_mappings)
def test_a_mapping_written_as_csv_is_read_back(mapping: Mapping) -> None:
    assert read_mapping(mapping_to_csv(mapping).encode()) == (mapping, ())


def test_what_is_left_out_takes_its_default() -> None:
    mapping, findings = read_mapping(json.dumps(LEAST).encode())
    assert findings == ()
    assert mapping == Mapping("main", Settings("accrual"))


def test_a_bare_tax_code_means_both_directions() -> None:
    raw = {**LEAST, "tax_codes": {"NT": "BASEXCLUDED"}}
    mapping, _ = read_mapping(json.dumps(raw).encode())
    assert mapping is not None
    assert mapping.tax_codes["NT"] == TaxCode("BASEXCLUDED", "BASEXCLUDED")


def test_the_accounting_basis_has_no_default() -> None:
    raw = {"organisation": "main", "settings": {}}
    assert found(json.dumps(raw).encode()) == [("missing_field", "settings.accounting_basis")]


def test_an_account_mapped_twice_is_refused() -> None:
    data = b'{"organisation":"main","settings":{"accounting_basis":"accrual"},'
    assert found(data + b'"accounts":{"4-1000":"200","4-1000":"201"}}') == [
        ("duplicate_key", "accounts.4-1000")
    ]


def test_a_fault_in_the_table_names_its_row_and_column() -> None:
    table = (
        "section,practice_code,xero_code,key2,key3\n"
        "organisation,main,,,\n"
        "settings,accounting_basis,acrual,,\n"
        "accounts,4-1000,200,,\n"
        "accounts,4-1000,201,,\n"
        "acounts,4-2000,200,,\n"
        "bank_accounts,OFFICE,090,x,\n"
    )
    assert sorted(found(table.encode())) == [
        ("duplicate_key", "row 5, column xero_code"),
        ("not_a_choice", "row 3, column xero_code"),
        ("unknown_field", "row 6, column section"),
        ("unknown_field", "row 7, column key2"),
    ]


@pytest.mark.parametrize(
    ("section", "value", "path"),
    [
        ("accounts", {"4-1000": 200}, "accounts.4-1000"),
        ("accounts", [], "accounts"),
        ("trust_accounts", {"T": {"type": "general"}}, "trust_accounts.T.xero"),
        ("tracking", {"Office": {"category": "Office", "option": {}}}, "tracking.Office.option"),
        ("special", {"write_of": "404"}, "special.write_of"),
        ("settings", {"accounting_basis": "accrual", "lines": "all"}, "settings.lines"),
        ("settings", {"accounting_basis": "accrual", "post_trust": "yes"}, "settings.post_trust"),
        ("settings", {"accounting_basis": "accrual", "tax_filed_to": "x"}, "settings.tax_filed_to"),
        (
            "settings",
            {"accounting_basis": "accrual", "trust_rules": {"T2": "report"}},
            "settings.trust_rules.T2",
        ),
        (
            "settings",
            {"accounting_basis": "accrual", "trust_rules": {"T1": "off"}},
            "settings.trust_rules.T1",
        ),
        (
            "settings",
            {"accounting_basis": "accrual", "trust_dormant_days": "-1"},
            "settings.trust_dormant_days",
        ),
        (
            "trust_accounts",
            {"T": {"xero": "091", "firm": {"client": "f", "limit": "ten"}}},
            "trust_accounts.T.firm.limit",
        ),
    ],
)
def test_a_fault_names_its_path(section: str, value: object, path: str) -> None:
    assert [where for _, where in found(json.dumps({**LEAST, section: value}).encode())] == [path]


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_findings_and_no_exception(data: bytes) -> None:
    mapping, findings = read_mapping(data)
    assert mapping is None
    assert findings


@pytest.mark.parametrize(
    ("kinds", "code", "path"),
    [
        ({"bil": {}}, "not_a_choice", "settings.kinds.bil"),
        ({"allocation": {}}, "not_a_choice", "settings.kinds.allocation"),
        ({"bill": {"lines": "all"}}, "not_a_choice", "settings.kinds.bill.lines"),
        ({"receipt": {"lines": "itemised"}}, "unknown_field", "settings.kinds.receipt.lines"),
        ({"bill": {"zero_bills": "skip"}}, "unknown_field", "settings.kinds.bill.zero_bills"),
        ({"bill": {"number_prefix": " x"}}, "not_a_code", "settings.kinds.bill.number_prefix"),
        ({"bill": {"number_prefix": 7}}, "wrong_type", "settings.kinds.bill.number_prefix"),
    ],
)
def test_what_a_kind_cannot_say_is_refused(kinds: object, code: str, path: str) -> None:
    settings = {"accounting_basis": "accrual", "kinds": kinds}
    assert found(json.dumps({**LEAST, "settings": settings}).encode()) == [(code, path)]


def test_the_settings_of_a_kind_are_rows_in_the_table() -> None:
    rows = (
        b"section,practice_code,xero_code,key2,key3\norganisation,main,,,\n"
        b"settings,accounting_basis,accrual,,\nsettings,kinds,CN-,credit_note,number_prefix\n"
        b"settings,kinds,itemised,supplier_bill,lines\n"
    )
    mapping, _ = read_mapping(rows)
    assert mapping is not None
    assert mapping.settings.kinds == {
        "credit_note": OfKind(number_prefix="CN-"),
        "supplier_bill": OfKind(lines=Lines.ITEMISED),
    }
