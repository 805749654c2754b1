"""Clients' money received: one bank transaction, a line for each matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.documents import TrustReceipt
from counterfoil.core.mapping import Mapping
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    Symbol,
    Totals,
)
from tests.core.scene import (
    CHART,
    JONES,
    LEASE,
    MAPPING,
    SMITH,
    books,
    set_up,
    split,
    trust_receipt,
)

RECEIPT = trust_receipt(
    "1500.00", split("1000.00", description=" deposit "), split("500.00", matter=LEASE)
)


def element(document: TrustReceipt = RECEIPT, mapping: Mapping = MAPPING) -> BankTransaction:
    conversion = convert(document, books(mapping))
    assert conversion.findings == ()
    made = conversion.planned[0].element
    assert isinstance(made, BankTransaction)
    return made


def test_a_trust_receipt_is_money_on_the_trust_bank_owed_to_clients() -> None:
    made = element()
    assert (made.type, made.bank_account, made.reference) == (
        "RECEIVE",
        AccountRef("091"),
        "TR-000123",
    )
    assert made.amounts_are is AmountsAre.EXCLUSIVE
    assert made.expected == Totals(150000, 0, 150000)
    assert [
        (each.account.code, each.tax_type, each.quantity, each.unit_amount) for each in made.lines
    ] == [
        ("805", "BASEXCLUDED", 10_000, 10_000_000),
        ("805", "BASEXCLUDED", 10_000, 5_000_000),
    ]


def test_each_line_names_matter_client_and_payer() -> None:
    made = element(replace(RECEIPT, payer=JONES))
    assert [each.description for each in made.lines] == [
        "2026-014 Smith Pty Ltd: deposit (from Jones & Daughters)",
        "2026-020 Smith Pty Ltd (from Jones & Daughters)",
    ]


def test_the_client_is_the_contact_unless_the_firm_says_payer() -> None:
    paid_by_jones = replace(RECEIPT, payer=JONES)
    assert element(paid_by_jones).contact == Symbol("contact", SMITH.id)
    payer = set_up(trust_contact="payer")
    assert element(paid_by_jones, payer).contact == Symbol("contact", JONES.id)


def test_money_of_several_clients_is_booked_on_the_payer() -> None:
    mixed = trust_receipt("30.00", split("10.00"), split("20.00", JONES, LEASE), payer=JONES)
    assert element(mixed).contact == Symbol("contact", JONES.id)


@pytest.mark.parametrize(
    ("account", "code"),
    [("OFFICE", "trust_on_office_account"), ("TRUST9", "trust_account_not_mapped")],
)
def test_trust_money_goes_into_a_trust_account(account: str, code: str) -> None:
    conversion = convert(replace(RECEIPT, trust_account=account), books())
    assert [f.code for f in conversion.findings] == [code]
    assert conversion.planned == ()


def test_trust_money_is_in_base_currency() -> None:
    conversion = convert(replace(RECEIPT, currency="USD"), books())
    assert [(f.code, f.path, f.about) for f in conversion.findings] == [
        ("trust_in_foreign_currency", "currency", "currency:USD")
    ]


def test_a_trust_receipt_is_never_re_dated() -> None:
    locked = replace(CHART, organisation=replace(CHART.organisation, period_lock_date=RECEIPT.date))
    (finding,) = convert(RECEIPT, books(chart=locked)).findings
    assert "never re-dated" in finding.fix


def test_trust_stays_out_of_xero_where_the_firm_says_so() -> None:
    conversion = convert(RECEIPT, books(set_up(post_trust=False)))
    assert [(f.code, f.about) for f in conversion.findings] == [
        ("trust_not_posted", "setting:post_trust")
    ]
    assert conversion.planned == ()
