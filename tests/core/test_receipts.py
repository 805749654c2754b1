"""Receipts and credit notes against the bills they name."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Document
from counterfoil.core.findings import Severity
from counterfoil.core.pipeline import convert
from counterfoil.core.references import missing
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    BankTransaction,
    Payment,
    Symbol,
)
from tests.core.scene import (
    DAY,
    JONES,
    MAPPING,
    OfBill,
    bill,
    books,
    credit_note,
    line,
    plain_bill,
    receipt,
    to_bill,
)

SECOND = plain_bill(id="b-2", number="INV-2")


def codes(document: Document, *referenced: Document) -> list[str]:
    return [f.code for f in convert(document, books(MAPPING, *referenced)).findings]


def test_a_receipt_becomes_one_payment_for_each_bill() -> None:
    both = receipt("150.00", to_bill("110.00"), to_bill("40.00", "b-2"))
    conversion = convert(both, books(MAPPING, plain_bill(), SECOND))
    assert conversion.findings == ()
    assert [(p.part, p.act, p.needs) for p in conversion.planned] == [
        ("allocation:b-1", Act.CREATE, (Symbol("bill", "b-1"),)),
        ("allocation:b-2", Act.CREATE, (Symbol("bill", "b-2"),)),
    ]
    assert conversion.planned[0].element == Payment(
        Symbol("bill", "b-1"), AccountRef("090"), DAY, 11000, "R-1"
    )


def test_a_receipt_for_a_bill_nobody_sent_is_converted_and_named() -> None:
    waiting = receipt("110.00", to_bill("110.00"))
    assert convert(waiting, books()).planned
    assert [(path, str(key)) for path, key in missing(waiting, books())] == [
        ("allocations[0].bill", "bill:b-1")
    ]


def test_what_is_applied_to_no_bill_becomes_an_overpayment() -> None:
    conversion = convert(receipt("150.00", to_bill("110.00")), books(MAPPING, plain_bill()))
    assert conversion.findings == ()
    payment, left = conversion.planned
    assert isinstance(left.element, BankTransaction)
    assert payment.part == "allocation:b-1"
    assert (left.part, left.act, left.needs) == (
        "",
        Act.CREATE,
        (Symbol("contact", "c-1"),),
    )
    assert left.element.type == "RECEIVE-OVERPAYMENT"
    assert left.element.expected.total == 4000
    assert left.element.lines[0].account == AccountRef()
    assert left.element.lines[0].description == "R-1 | Received from Smith Pty Ltd, not yet applied"


def test_no_more_than_a_bill_is_worth_can_be_applied_to_it() -> None:
    assert codes(receipt("110.01", to_bill("110.01")), plain_bill()) == ["allocation_above_bill"]


def test_a_bill_with_a_negative_total_takes_no_payment() -> None:
    negative = bill([line("-100.00")], "-10.00", "-110.00")
    assert codes(receipt("10.00", to_bill("10.00")), negative) == ["allocation_above_bill"]


def test_somebody_else_may_pay_a_bill_but_it_is_pointed_out() -> None:
    paid = convert(receipt("110.00", to_bill("110.00"), client=JONES), books(MAPPING, plain_bill()))
    assert [f.severity for f in paid.findings] == [Severity.WARNING]
    assert paid.planned


def test_a_receipt_before_its_bill_is_pointed_out() -> None:
    early = receipt("110.00", to_bill("110.00"), date=DAY - dt.timedelta(days=1))
    assert codes(early, plain_bill()) == ["received_before_bill"]


@pytest.mark.parametrize(
    ("account", "code"),
    [("TRUST1", "office_on_trust_account"), ("PETTY", "bank_account_not_mapped")],
)
def test_a_receipt_goes_into_an_office_bank_account(account: str, code: str) -> None:
    assert codes(receipt("110.00", to_bill("110.00"), bank_account=account)) == [code]


def test_a_receipt_in_another_currency_than_its_bill_is_held() -> None:
    foreign = plain_bill(currency="USD")
    assert codes(receipt("110.00", to_bill("110.00")), foreign) == ["other_currency"]


def test_a_receipt_is_in_its_bank_accounts_currency() -> None:
    foreign = receipt("110.00", to_bill("110.00"), currency="USD")
    assert codes(foreign, plain_bill(currency="USD")) == ["bank_in_other_currency"]


def test_a_credit_note_is_created_and_then_allocated() -> None:
    conversion = convert(credit_note(to_bill("55.00")), books(MAPPING, plain_bill()))
    note, allocation = conversion.planned
    assert (note.part, note.act) == ("", Act.CREATE)
    assert (allocation.part, allocation.act) == ("allocation:b-1", Act.ALLOCATE)
    assert allocation.element == Allocation(
        Symbol("credit_note", "cn-1"), Symbol("bill", "b-1"), 5500, DAY
    )
    assert allocation.needs == (Symbol("credit_note", "cn-1"), Symbol("bill", "b-1"))


def test_credit_is_applied_when_both_credit_and_bill_are_there() -> None:
    later = plain_bill(date=DAY + dt.timedelta(days=4))
    conversion = convert(credit_note(to_bill("55.00")), books(MAPPING, later))
    element = conversion.planned[1].element
    assert isinstance(element, Allocation)
    assert element.date == later.date
    assert [f.code for f in conversion.findings] == ["allocated_on_bills_date"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client": JONES}, "other_clients_bill"),
        ({"currency": "USD"}, "other_currency"),
        ({"organisation": "other"}, "other_organisation"),
    ],
)
def test_a_credit_note_reduces_bills_of_its_own_kind_only(change: OfBill, code: str) -> None:
    credited = replace(plain_bill(), **change)
    assert codes(credit_note(to_bill("55.00")), credited) == [code]


def test_a_negative_bill_is_set_off_against_the_others_in_listed_order() -> None:
    credit = bill([line("-100.00", "NT")], "0", "-100.00", id="b-3", number="INV-3")
    both = receipt("120.00", to_bill("110.00"), to_bill("-100.00", "b-3"), to_bill("110.00", "b-2"))
    conversion = convert(both, books(MAPPING, plain_bill(), SECOND, credit))
    assert conversion.findings == ()
    set_off, rest, second = conversion.planned
    assert set_off.element == Allocation(Symbol("bill", "b-3"), Symbol("bill", "b-1"), 10000, DAY)
    assert (set_off.part, set_off.act) == ("set_off:b-3:b-1", Act.ALLOCATE)
    assert [
        each.element.amount for each in (rest, second) if isinstance(each.element, Payment)
    ] == [
        1000,
        11000,
    ]


def test_a_receipt_of_nothing_only_sets_off() -> None:
    credit = bill([line("-100.00")], "-10.00", "-110.00", id="b-3", number="INV-3")
    nothing = receipt("0.00", to_bill("110.00"), to_bill("-110.00", "b-3"))
    conversion = convert(nothing, books(MAPPING, plain_bill(), credit))
    assert [each.part for each in conversion.planned] == ["set_off:b-3:b-1"]
