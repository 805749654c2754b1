"""What Xero lets be changed on an invoice that is paid, field by field (facts: section 8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting.drift.shown import Share, Shown, ShownLine
from counterfoil.posting.editing import may_be_edited

DAY = dt.date(2026, 6, 15)
FEES = ShownLine(10_000, 1_000_000, AccountRef("200"), "OUTPUT", None, frozenset(), "Work")
COSTS = FEES._replace(unit_amount=500_000, account=AccountRef("260"))
ANEW = Shown(
    "Invoices",
    "",
    "ACCREC",
    "INV-1",
    "M-1",
    date=DAY,
    due_date=DAY,
    contact_id="k",
    amounts_are="Exclusive",
    lines=(FEES, COSTS),
)
FOUND = replace(
    ANEW,
    xero_id="x",
    currency="AUD",
    rate=Decimal(1),
    status="PAID",
    total=16_500,
    tax=1_500,
    lines=tuple(one._replace(tax=round((one.unit_amount or 0) / 1000)) for one in (FEES, COSTS)),
    payments=(Share("p", 16_500),),
)
CREDITED = replace(FOUND, payments=(), credits=(Share("c", 16_500),))


@pytest.mark.parametrize("found", [FOUND, replace(FOUND, status="AUTHORISED"), CREDITED])
@pytest.mark.parametrize("type_", ["ACCREC", "ACCPAY"])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"number": "INV-2"},
        {"reference": "M-2"},
        {"due_date": dt.date(2026, 8, 1)},
        {"lines": (FEES._replace(description="Advice"), COSTS)},
        {"lines": (FEES._replace(account=AccountRef("270")), COSTS)},
        {"lines": (FEES, COSTS._replace(tracking=frozenset({("Office", "North")})))},
    ],
    ids=str,
)
def test_what_has_no_bearing_on_money_may_be_changed(
    changed: dict[str, Any], type_: str, found: Shown
) -> None:
    assert may_be_edited(replace(ANEW, type=type_, **changed), replace(found, type=type_))


@pytest.mark.parametrize(
    "changed",
    [
        {"date": dt.date(2026, 6, 16)},
        {"type": "ACCPAY"},
        {"currency": "USD"},
        {"rate": Decimal("1.1")},
        {"amounts_are": "Inclusive"},
        {"lines": (FEES,)},
        {"lines": (FEES, COSTS, COSTS)},
        {"lines": (COSTS, FEES)},
        {"lines": (FEES._replace(quantity=20_000), COSTS)},
        {"lines": (FEES._replace(unit_amount=1_000_001), COSTS)},
        {"lines": (FEES._replace(tax=1_001), COSTS)},
        {"lines": (FEES._replace(tax_type="EXEMPTOUTPUT"), COSTS)},
        {"lines": (FEES._replace(tax_type=""), COSTS)},
    ],
    ids=str,
)
def test_what_money_was_reckoned_from_may_not(changed: dict[str, Any]) -> None:
    assert not may_be_edited(replace(ANEW, **changed), FOUND)


def test_a_bill_may_go_to_another_contact_where_money_was_paid_and_not_where_it_was_credited() -> (
    None
):
    other = replace(ANEW, contact_id="other")
    assert may_be_edited(other, FOUND)
    assert not may_be_edited(other, CREDITED)


@pytest.mark.parametrize("resource", ["CreditNotes", "BankTransactions"])
def test_nothing_but_an_invoice_may_be_changed_once_it_is_settled(resource: str) -> None:
    same = replace(ANEW, resource=resource)
    assert not may_be_edited(same, replace(FOUND, resource=resource))
    assert not may_be_edited(ANEW, replace(FOUND, reconciled=True))
