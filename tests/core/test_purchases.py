"""Suppliers: the mirror of the sales side."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.documents import Key
from counterfoil.core.identity import number_space
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    BankTransaction,
    CreditNote,
    Invoice,
    Payment,
    Symbol,
)
from tests.core.office_scene import (
    STATIONER,
    codes,
    converted,
    cost,
    plain_supplier_bill,
    refund,
    supplier_bill,
    supplier_credit,
    supplier_payment,
    to_supplier_bill,
)
from tests.core.scene import DAY


def test_a_supplier_bill_is_an_accpay_invoice_with_purchases_tax() -> None:
    (planned,) = converted(plain_supplier_bill()).planned
    assert isinstance(planned.element, Invoice)
    assert planned.element.type == "ACCPAY"
    assert planned.element.number == "CR-77"
    assert planned.element.reference == ""
    assert planned.element.lines[0].tax_type == "INPUT"
    assert planned.needs == (Symbol("contact", "p-1"),)


def test_a_negative_supplier_bill_is_a_credit_note_with_its_signs_turned() -> None:
    negative = supplier_bill([cost("-100.00")], "-10.00", "-110.00")
    element = converted(negative).planned[0].element
    assert isinstance(element, CreditNote)
    assert (element.type, element.expected.total) == ("ACCPAYCREDIT", 11000)


def test_a_supplier_credit_is_allocated_to_the_bills_it_reduces() -> None:
    note, allocation = converted(
        supplier_credit(to_supplier_bill("55.00")), plain_supplier_bill()
    ).planned
    assert isinstance(note.element, CreditNote)
    assert note.element.type == "ACCPAYCREDIT"
    assert allocation.element == Allocation(
        Symbol("supplier_credit", "sc-1"), Symbol("supplier_bill", "s-1"), 5500, DAY
    )


def test_what_is_paid_beyond_the_bills_is_a_spend_overpayment() -> None:
    conversion = converted(
        supplier_payment("150.00", to_supplier_bill("110.00")), plain_supplier_bill()
    )
    assert conversion.findings == ()
    payment, left = conversion.planned
    assert payment.element == Payment(
        Symbol("supplier_bill", "s-1"), AccountRef("090"), DAY, 11000, "PAY-1"
    )
    assert isinstance(left.element, BankTransaction)
    assert (left.element.type, left.element.expected.total) == ("SPEND-OVERPAYMENT", 4000)


def test_a_negative_supplier_bill_is_set_off_in_a_payment() -> None:
    negative = supplier_bill([cost("-10.00", "NT")], "0", "-10.00", id_="s-2")
    paid = supplier_payment("100.00", to_supplier_bill("110.00"), to_supplier_bill("-10.00", "s-2"))
    conversion = converted(paid, plain_supplier_bill(), negative)
    assert conversion.findings == ()
    assert [each.part for each in conversion.planned] == ["set_off:s-2:s-1", "allocation:s-1"]


def test_a_supplier_pays_back_what_a_negative_bill_left() -> None:
    negative = supplier_bill([cost("-10.00", "NT")], "0", "-10.00")
    (planned,) = converted(refund(Key("supplier_bill", "s-1"), "10.00"), negative).planned
    assert isinstance(planned.element, Payment)
    assert planned.element.document_type == "CreditNote"


def test_suppliers_bills_are_numbered_by_supplier() -> None:
    ours = plain_supplier_bill()
    assert number_space(ours) == ("supplier_bill", "p-1")
    assert number_space(replace(ours, supplier=STATIONER)) == ("supplier_bill", "p-2")
    assert number_space(replace(ours, total=-1)) == number_space(supplier_credit())


def test_a_supplier_bill_with_wrong_sums_is_held() -> None:
    assert codes(supplier_bill([cost("100.00")], "10.00", "111.00")) == ["total_off"]
