"""Credit that is applied later or paid back, under the name that Xero has for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.documents import Document, Key, Reversal, Unallocation, Void
from counterfoil.core.documents import EitherAllocation as Either
from counterfoil.core.pipeline import convert
from counterfoil.core.references import missing
from counterfoil.core.xero_documents import (
    Allocation,
    BankTransaction,
    DocumentType,
    Payment,
    Symbol,
)
from tests.core.office_scene import (
    codes,
    converted,
    later,
    office,
    refund,
    with_settings,
)
from tests.core.scene import (
    DAY,
    JONES,
    bill,
    credit_note,
    line,
    plain_bill,
    receipt,
    to_bill,
)

UNAPPLIED = receipt("150.00", to_bill("110.00"))
NEGATIVE = bill([line("-100.00", "NT")], "0", "-100.00", id="b-9", number="INV-9")
NEXT = plain_bill(id="b-2", number="INV-2")


@pytest.mark.parametrize(
    ("of", "name"),
    [
        (UNAPPLIED, DocumentType.OVERPAYMENT),
        (credit_note(), DocumentType.CREDIT_NOTE),
        (NEGATIVE, DocumentType.CREDIT_NOTE),
    ],
)
def test_credit_is_applied_later_from_whatever_left_it(of: Document, name: DocumentType) -> None:
    conversion = converted(later(of.key, "40.00", "b-2"), of, NEXT)
    assert conversion.findings == ()
    (planned,) = conversion.planned
    assert planned.element == Allocation(Symbol(*of.key), Symbol("bill", "b-2"), 4000, DAY, name)
    assert planned.needs == (Symbol(*of.key), Symbol("bill", "b-2"))


def test_credit_is_not_applied_before_it_is_there() -> None:
    late = replace(credit_note(), date=DAY + dt.timedelta(days=3))
    (planned,) = converted(later(late.key, "5.00", "b-2"), late, NEXT).planned
    assert isinstance(planned.element, Allocation)
    assert planned.element.date == late.date


def test_no_more_credit_is_applied_than_there_is() -> None:
    assert codes(later(UNAPPLIED.key, "40.01", "b-2"), UNAPPLIED, NEXT) == ["amount_above_credit"]


def test_credit_stays_with_its_client() -> None:
    theirs = replace(NEXT, client=JONES)
    assert codes(later(UNAPPLIED.key, "40.00", "b-2"), UNAPPLIED, theirs) == ["other_clients_bill"]


def test_a_refund_is_a_payment_against_the_overpayment() -> None:
    (planned,) = converted(refund(UNAPPLIED.key, "40.00"), UNAPPLIED).planned
    assert isinstance(planned.element, Payment)
    assert planned.element.document == Symbol("receipt", "r-1")
    assert planned.element.document_type is DocumentType.OVERPAYMENT
    assert planned.needs == (Symbol("receipt", "r-1"),)


def test_no_more_is_paid_back_than_was_left() -> None:
    assert codes(refund(UNAPPLIED.key, "40.01"), UNAPPLIED) == ["amount_above_credit"]
    assert codes(refund(Key("bill", "b-2"), "1.00"), NEXT) == ["amount_above_credit"]


def test_a_refund_leaves_from_an_office_bank_account() -> None:
    lost = replace(refund(UNAPPLIED.key, "40.00"), bank_account="TRUST1")
    found = converted(lost, UNAPPLIED)
    assert found.planned == ()
    assert [(one.code, one.path) for one in found.findings] == [
        ("office_on_trust_account", "bank_account")
    ]


def test_what_an_opening_credit_is_in_xero_is_not_known() -> None:
    opening = Key("opening_credit", "oc-1")
    for document in (later(opening, "40.00", "b-2"), refund(opening, "40.00")):
        assert [
            (one.code, one.path, one.about)
            for one in converted(document, NEXT).findings
            if one.code == "needs_history"
        ] == [("needs_history", "of", str(opening))]


def test_a_refund_of_something_nobody_sent_names_it() -> None:
    assert [(path, str(key)) for path, key in missing(refund(UNAPPLIED.key, "1.00"), office())] == [
        ("of", "receipt:r-1")
    ]


def test_a_firm_may_keep_unapplied_money_as_a_prepayment_with_its_tax() -> None:
    where = office(plain_bill(), mapping=with_settings(unapplied="prepayment"))
    element = convert(UNAPPLIED, where).planned[1].element
    assert isinstance(element, BankTransaction)
    assert (element.type, element.amounts_are) == ("RECEIVE-PREPAYMENT", "Inclusive")
    assert element.expected == (3636, 364, 4000)
    assert (element.lines[0].account.code, element.lines[0].tax_type) == ("830", "OUTPUT")
    (applied,) = convert(later(UNAPPLIED.key, "40.00"), where).planned
    assert isinstance(applied.element, Allocation)
    assert applied.element.source_type is DocumentType.PREPAYMENT


@pytest.mark.parametrize(
    "undoing",
    [
        Reversal(id="rv", number="RV-1", date=DAY, reverses=UNAPPLIED.key, reason="Wrong"),
        Void(id="v", date=DAY, voids=NEXT.key, reason="Wrong"),
        Unallocation(
            id="ua", date=DAY, of=UNAPPLIED.key, allocations=(Either(bill=NEXT.key, amount=1),)
        ),
    ],
)
def test_what_undoes_something_posted_needs_its_history(undoing: Document) -> None:
    assert codes(undoing, UNAPPLIED, NEXT) == ["needs_history"]
