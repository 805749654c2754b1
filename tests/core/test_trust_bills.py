"""Rule T4: trust money pays bills that are unpaid, whatever else has settled them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.documents import (
    Allocation,
    Bill,
    Document,
    OpeningBill,
    Receipt,
    TrustBillPayment,
)
from counterfoil.core.trust_bills import TrustBills
from tests.core.trust_scene import lawful

STREAM = lawful(7)
PAID = next(one for one in STREAM if isinstance(one, TrustBillPayment))
BILL_KEY = PAID.allocations[0].bill
BILL = next(one for one in STREAM if isinstance(one, Bill) and one.key == BILL_KEY)
LATER = PAID.date + dt.timedelta(days=1)


def office_receipt(amount: int, date: dt.date) -> Receipt:
    return Receipt(
        id="r-1",
        number="R-1",
        date=date,
        client=BILL.client,
        bank_account="OFFICE",
        amount=amount,
        allocations=(Allocation(bill=BILL_KEY, amount=amount),),
    )


def whole(id_: str, amount: int, date: dt.date = PAID.date) -> TrustBillPayment:
    allocations = (Allocation(bill=BILL_KEY, amount=amount),)
    return replace(PAID, id=id_, date=date, amount=amount, allocations=allocations)


def noted(*documents: Document) -> list[tuple[str, str]]:
    bills = TrustBills()
    for document in documents:
        bills.enter(document)
    return [(found.key.id, found.finding.code) for found in bills.noted()]


@pytest.mark.parametrize("seed", range(20))
def test_a_lawful_stream_pays_unpaid_bills_only(seed: int) -> None:
    assert noted(*lawful(seed)) == []


def test_a_bill_is_paid_from_trust_once() -> None:
    second = whole("second", BILL.total, LATER)

    assert noted(second, whole("first", BILL.total), BILL) == [("second", "bill_not_unpaid")]


def test_a_bill_paid_at_the_office_is_not_paid_again_from_trust() -> None:
    received = office_receipt(BILL.total, PAID.date)

    assert noted(BILL, whole("p", 1), received) == [("p", "bill_not_unpaid")]


def test_an_office_receipt_after_the_payment_is_not_held_against_trust() -> None:
    assert noted(BILL, whole("p", BILL.total), office_receipt(BILL.total, LATER)) == []


def test_parts_that_come_to_the_bill_are_lawful() -> None:
    received = office_receipt(BILL.total - 1, PAID.date)

    assert noted(BILL, received, whole("p", 1)) == []


def test_of_a_bill_that_is_in_xero_already_only_what_is_outstanding_is_owed() -> None:
    opening = OpeningBill(
        id=BILL.id,
        number=BILL.number,
        date=BILL.date,
        client=BILL.client,
        lines=BILL.lines,
        total=BILL.total,
        tax=BILL.tax,
        outstanding=1000,
    )
    allocations = (Allocation(bill=opening.key, amount=1001),)
    paid = replace(PAID, id="p", amount=1001, allocations=allocations)

    assert noted(opening, paid) == [("p", "bill_not_unpaid")]
