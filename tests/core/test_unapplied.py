"""Money that is applied to no bill yet: what holds it in Xero, and with which tax."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.chart import Chart, TaxRate
from counterfoil.core.conversion import Conversion
from counterfoil.core.convert.table import translate
from counterfoil.core.documents import Document
from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import Mapping
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import (
    Allocation,
    AmountsAre,
    BankTransaction,
    DocumentType,
    Payment,
)
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    later,
    office,
    plain_supplier_bill,
    refund,
    supplier_payment,
    to_supplier_bill,
    with_settings,
)
from tests.core.scene import COST_SIDE, SALES_SIDE, plain_bill, receipt, to_bill

KEPT = receipt("150.00", to_bill("110.00"))
PREPAID = with_settings(unapplied="prepayment")
WITHOUT_NO_TAX = replace(
    OFFICE_CHART,
    tax_rates=(TaxRate("OUTPUT", "GST on Income", "ACTIVE", 100_000, SALES_SIDE),),
)


def became(
    document: Document, mapping: Mapping = OFFICE, chart: Chart = OFFICE_CHART
) -> Conversion:
    known = (plain_bill(), plain_supplier_bill(), KEPT)
    return translate(document, office(*known, mapping=mapping, chart=chart), lookup(mapping, chart))


def left(
    document: Document, mapping: Mapping = OFFICE, chart: Chart = OFFICE_CHART
) -> BankTransaction:
    element = became(document, mapping, chart).planned[-1].element
    assert isinstance(element, BankTransaction)
    return element


def own_tax(tax_type: str | None, *rates: TaxRate) -> str:
    """The tax type of a prepayment, where the prepayments account has this one of its own."""
    accounts = (
        replace(one, tax_type=tax_type) if one.code == "830" else one
        for one in OFFICE_CHART.accounts
    )
    known = (*OFFICE_CHART.tax_rates, *rates)
    chart = replace(OFFICE_CHART, accounts=tuple(accounts), tax_rates=known)
    return left(KEPT, PREPAID, chart).lines[0].tax_type


def test_an_overpayment_bears_no_tax() -> None:
    element = left(KEPT)
    assert (element.amounts_are, element.lines[0].tax_type) == (AmountsAre.NO_TAX, "BASEXCLUDED")
    assert element.expected == (4_000, 0, 4_000)


def test_one_cent_that_is_left_is_kept_too() -> None:
    assert left(receipt("110.01", to_bill("110.00"))).expected.total == 1


def test_what_a_supplier_holds_of_ours_is_an_overpayment_whatever_the_firm_keeps_of_clients() -> (
    None
):
    paid = supplier_payment("150.00", to_supplier_bill("110.00"))
    assert left(paid, PREPAID).type == "SPEND-OVERPAYMENT"
    (back,) = convert(refund(paid.key, "40.00"), office(paid, mapping=PREPAID)).planned
    assert isinstance(back.element, Payment)
    assert back.element.document_type is DocumentType.OVERPAYMENT


def test_a_prepayment_is_applied_later_as_one() -> None:
    (applied,) = became(later(KEPT.key, "40.00"), PREPAID).planned
    assert isinstance(applied.element, Allocation)
    assert applied.element.source_type is DocumentType.PREPAYMENT


@pytest.mark.parametrize(
    ("of_the_account", "taken"),
    [("OUTPUT", "OUTPUT"), (None, "BASEXCLUDED"), ("GONE", "BASEXCLUDED"),
     ("CLOSED", "BASEXCLUDED"), ("COSTS", "BASEXCLUDED")],
)  # fmt: skip
def test_a_prepayment_bears_its_accounts_own_tax_where_that_may_stand_on_it(
    of_the_account: str | None, taken: str
) -> None:
    closed = TaxRate("CLOSED", "Old GST", "ARCHIVED", 100_000, SALES_SIDE)
    costs = TaxRate("COSTS", "Not on liabilities", "ACTIVE", 100_000, COST_SIDE - SALES_SIDE)
    assert own_tax(of_the_account, closed, costs) == taken


def test_without_an_account_for_prepayments_nothing_is_kept_and_the_bill_is_paid() -> None:
    without = replace(PREPAID, special=replace(PREPAID.special, prepayments=None))
    found = became(KEPT, without)
    assert [(one.code, one.path) for one in found.findings] == [("account_not_chosen", "amount")]
    assert [one.part for one in found.planned] == ["allocation:b-1"]


@pytest.mark.parametrize("mapping", [OFFICE, PREPAID])
def test_without_a_tax_type_for_no_tax_nothing_is_kept_and_the_bill_is_paid(
    mapping: Mapping,
) -> None:
    found = became(KEPT, mapping, WITHOUT_NO_TAX)
    assert [one.about for one in found.findings] == ["special:no_tax"]
    assert [one.part for one in found.planned] == ["allocation:b-1"]
