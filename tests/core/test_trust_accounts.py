"""What a trust document asks of the mapping and the chart: each thing missing is told at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from counterfoil.core.chart import TaxRate
from counterfoil.core.conversion import Books, Conversion
from counterfoil.core.convert.table import translate
from counterfoil.core.convert.trust_accounts import trust_bank
from counterfoil.core.documents import FirmAdvance, StatutoryDeposit, TrustBankEntry
from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import Mapping, TrustAccount
from tests.core.scene import ESTATE, JONES, LEASE, SALES_SIDE, SMITH, split, trust_receipt
from tests.core.test_trust_documents import (
    TERMS,
    bill_payment,
    ledger,
    office_transfer,
    payment,
    transfer,
)
from tests.core.trust_scene import TRUST_CHART, TRUST_MAPPING

if TYPE_CHECKING:
    from counterfoil.core.documents import Document

RECEIPT = trust_receipt("5.00", split("5.00"))
PAYMENT = payment("5.00", split("5.00"))
FEES = TrustBankEntry(
    **TERMS, trust_account="TRUST1", direction="out", amount=500, splits=(split("5.00"),)
)
DEPOSIT = StatutoryDeposit(**TERMS, trust_account="TRUST1", direction="in", amount=100)
ADVANCE = FirmAdvance(
    **TERMS, trust_account="TRUST1", direction="advance", client=SMITH, matter=ESTATE, amount=500
)
REPAID = replace(ADVANCE, direction="repay")
TRANSFER = transfer(ledger("TRUST1"), ledger("TRUST2", JONES, LEASE))
SHORTAGE = office_transfer("12.50", direction="to_trust")
PAID = bill_payment()

ON_THE_BANK = (RECEIPT, PAYMENT, FEES, DEPOSIT, ADVANCE, SHORTAGE, PAID)
OWED = (RECEIPT, PAYMENT, FEES, REPAID, PAID)


def mapped(**accounts: TrustAccount) -> Mapping:
    return replace(TRUST_MAPPING, trust_accounts={**TRUST_MAPPING.trust_accounts, **accounts})


def chosen(**special: str | dict[str, str] | None) -> Mapping:
    return replace(TRUST_MAPPING, special=replace(TRUST_MAPPING.special, **special))  # type: ignore[arg-type]


def became(document: Document, mapping: Mapping = TRUST_MAPPING) -> Conversion:
    return translate(document, Books(TRUST_CHART, mapping, {}), lookup(mapping, TRUST_CHART))


def missing(conversion: Conversion) -> list[tuple[str, str, str]]:
    """What is told where nothing is planned."""
    assert conversion.planned == ()
    return [(one.code, one.path, one.about) for one in conversion.findings]


@pytest.mark.parametrize("document", ON_THE_BANK)
def test_a_trust_bank_that_xero_does_not_have_is_asked_for(document: Document) -> None:
    gone = mapped(TRUST1=TrustAccount("999", "general", "NZ"))
    assert missing(became(document, gone)) == [
        ("account_not_in_xero", "trust_account", "trust_account:TRUST1")
    ]


@pytest.mark.parametrize("document", [*ON_THE_BANK, REPAID])
def test_a_trust_account_that_is_not_mapped_is_asked_for(document: Document) -> None:
    second = {"TRUST2": TRUST_MAPPING.trust_accounts["TRUST2"]}
    without = replace(TRUST_MAPPING, trust_accounts=second)
    assert missing(became(document, without)) == [
        ("trust_account_not_mapped", "trust_account", "trust_account:TRUST1")
    ]


def test_a_trust_account_that_is_not_mapped_is_one_by_itself() -> None:
    (told,) = trust_bank("TRUST9", lookup(TRUST_MAPPING, TRUST_CHART)).findings
    assert (told.code, told.path) == ("trust_account_not_mapped", "trust_account")


def test_clients_money_is_no_office_money() -> None:
    document = replace(RECEIPT, trust_account="OFFICE")
    assert missing(became(document)) == [
        ("trust_on_office_account", "trust_account", "trust_account:OFFICE")
    ]


@pytest.mark.parametrize("document", OWED)
def test_the_liability_is_asked_for_by_whatever_is_owed_on_it(document: Document) -> None:
    assert missing(became(document, chosen(trust_liability=None))) == [
        ("account_not_chosen", "trust_account", "special:trust_liability")
    ]


@pytest.mark.parametrize(
    ("document", "special"),
    [(DEPOSIT, "statutory_deposit"), (ADVANCE, "paid_by_firm"), (REPAID, "paid_by_firm")],
)
def test_an_account_of_its_own_is_asked_for_when_it_is_used(
    document: Document, special: str
) -> None:
    assert missing(became(document, chosen(**{special: None}))) == [
        ("account_not_chosen", "trust_account", f"special:{special}")
    ]


@pytest.mark.parametrize("document", [RECEIPT, PAYMENT, FEES, DEPOSIT, ADVANCE, REPAID, TRANSFER])
def test_without_a_tax_type_for_no_tax_no_trust_line_goes(document: Document) -> None:
    rates = (TaxRate("OUTPUT", "GST on Income", "ACTIVE", 100_000, SALES_SIDE),)
    chart = replace(TRUST_CHART, tax_rates=rates)
    books = Books(chart, TRUST_MAPPING, {})
    assert missing(translate(document, books, lookup(TRUST_MAPPING, chart))) == [
        ("no_tax_type_unsuitable", "", "special:no_tax")
    ]


@pytest.mark.parametrize(
    ("mapping", "code", "path", "about"),
    [
        (mapped(TRUST1=TrustAccount("999", "general", "NZ")),
         "account_not_in_xero", "from.trust_account", "trust_account:TRUST1"),
        (mapped(TRUST2=TrustAccount("999", "general", "NZ")),
         "account_not_in_xero", "to.trust_account", "trust_account:TRUST2"),
        (chosen(trust_liability={"TRUST2": "807"}),
         "account_not_chosen", "from.trust_account", "special:trust_liability/TRUST1"),
        (chosen(trust_liability={"TRUST1": "805"}),
         "account_not_chosen", "to.trust_account", "special:trust_liability/TRUST2"),
        (chosen(trust_transfers=None), "account_not_chosen", "", "special:trust_transfers"),
    ],
)  # fmt: skip
def test_a_transfer_says_on_which_side_something_is_missing(
    mapping: Mapping, code: str, path: str, about: str
) -> None:
    assert missing(became(TRANSFER, mapping)) == [(code, path, about)]


def test_two_trust_accounts_on_one_bank_have_no_transfer_between_them() -> None:
    shared = mapped(TRUST2=TrustAccount("091", "general", "NZ"))
    told = became(TRANSFER, shared).findings
    assert [(one.code, one.path) for one in told] == [
        ("trust_accounts_share_account", "from.trust_account"),
        ("trust_accounts_share_account", "to.trust_account"),
        ("trust_accounts_share_bank", "to.trust_account"),
    ]
    within = transfer(ledger("TRUST1"), ledger("TRUST1", JONES, LEASE))
    assert became(within).findings == ()


@pytest.mark.parametrize("posted", [True, False])
def test_an_office_bank_that_is_not_mapped_is_asked_for(*, posted: bool) -> None:
    settings = replace(TRUST_MAPPING.settings, post_trust=posted)
    without = replace(TRUST_MAPPING, bank_accounts={}, settings=settings)
    known = {PAID.key: PAID}
    costs = office_transfer("110.00", PAID.key)
    books = Books(TRUST_CHART, without, known)
    assert missing(translate(costs, books, lookup(without, TRUST_CHART))) == [
        ("bank_account_not_mapped", "bank_account", "bank_account:OFFICE")
    ]
