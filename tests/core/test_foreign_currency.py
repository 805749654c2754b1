"""Bills, banks and rates in other currencies than the base."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.currency import to_xero_rate
from counterfoil.core.documents import Allocation, Document, Key
from counterfoil.core.xero_documents import BankTransaction, CreditNote, Invoice, Payment
from tests.core.office_scene import codes, converted, write_off
from tests.core.scene import bill, cents, line, receipt, to_bill

RATE = Decimal("1.5")
DOLLARS = bill([line("100.00", "NT")], "0", "100.00", currency="USD", exchange_rate=RATE)
AUSTRALIAN = bill([line("100.00", "NT")], "0", "100.00")


def element(document: Document, *referenced: Document, place: int = 0) -> object:
    conversion = converted(document, *referenced)
    assert conversion.planned, conversion.findings
    return conversion.planned[place].element


def in_bank(amount: str, bank: str) -> Allocation:
    return Allocation(bill=Key("bill", "b-1"), amount=cents(amount), bank_amount=cents(bank))


def test_xero_wants_foreign_units_for_one_of_the_base() -> None:
    assert to_xero_rate(RATE) == Decimal("0.666667")
    made = element(DOLLARS)
    assert isinstance(made, Invoice)
    assert (made.currency, made.currency_rate) == ("USD", Decimal("0.666667"))


def test_a_payment_into_a_bank_of_the_bills_currency_carries_its_own_rate() -> None:
    paid = receipt("100.00", to_bill("100.00"), bank_account="DOLLARS", currency="USD")
    made = element(replace(paid, exchange_rate=Decimal("1.6")), DOLLARS)
    assert isinstance(made, Payment)
    assert (made.currency_rate, made.bank_amount) == (Decimal("0.625"), None)


def test_a_payment_into_another_currency_says_what_the_bank_received() -> None:
    made = element(receipt("155.00", in_bank("100.00", "155.00")), DOLLARS)
    assert isinstance(made, Payment)
    assert (made.amount, made.bank_amount, made.currency_rate) == (10000, 15500, None)


def test_what_the_bank_received_beyond_the_bill_is_unapplied() -> None:
    made = element(receipt("160.00", in_bank("100.00", "155.00")), DOLLARS, place=1)
    assert isinstance(made, BankTransaction)
    assert (made.expected.total, made.currency) == (500, None)


def test_an_overpayment_in_a_foreign_bank_is_in_its_currency() -> None:
    paid = receipt("10.00", bank_account="DOLLARS", currency="USD", exchange_rate=RATE)
    made = element(paid)
    assert isinstance(made, BankTransaction)
    assert (made.currency, made.currency_rate) == ("USD", Decimal("0.666667"))


@pytest.mark.parametrize(
    ("document", "billed", "code"),
    [
        (receipt("100.00", to_bill("100.00")), DOLLARS, "other_currency"),
        (receipt("99.00", in_bank("100.00", "99.00")), AUSTRALIAN, "bank_amount_off"),
        (receipt("1.00", bank_account="DOLLARS"), AUSTRALIAN, "bank_in_other_currency"),
        (replace(AUSTRALIAN, currency="EUR"), AUSTRALIAN, "currency_not_enabled"),
    ],
)
def test_a_currency_that_cannot_be_is_a_finding(
    document: Document, billed: Document, code: str
) -> None:
    assert codes(document, billed) == [code]


def test_bills_are_not_set_off_across_currencies() -> None:
    negative = replace(DOLLARS, id="b-2", total=-10000, number="INV-2")
    both = receipt("0.00", to_bill("100.00"), to_bill("-100.00", "b-2"))
    assert "other_currency" in codes(both, AUSTRALIAN, negative)


def test_a_foreign_bill_is_written_off_in_its_currency() -> None:
    made = element(write_off("10.00"), DOLLARS)
    assert isinstance(made, CreditNote)
    assert (made.currency, made.currency_rate) == ("USD", Decimal("0.666667"))
