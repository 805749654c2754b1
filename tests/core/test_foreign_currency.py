"""Bills, banks and rates in other currencies than the base."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from counterfoil.core.currency import (
    billing_currency,
    check_currency,
    payment_rate,
    to_xero_rate,
)
from counterfoil.core.documents import Allocation, Bill, Document, Key
from counterfoil.core.lookup import lookup
from counterfoil.core.xero_documents import BankTransaction, CreditNote, Invoice, Payment
from tests.core.office_scene import codes, converted, write_off
from tests.core.scene import CHART, bill, cents, line, receipt, set_up, to_bill

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


def test_a_rate_between_two_is_the_one_above() -> None:
    assert to_xero_rate(Decimal(2_000_000)) == Decimal("0.000001")


def test_the_base_currency_and_its_rate_are_left_to_xero() -> None:
    firm = CHART.organisation
    assert billing_currency(replace(AUSTRALIAN, exchange_rate=RATE), firm) == (None, None)
    named = replace(AUSTRALIAN, currency="AUD", exchange_rate=RATE)
    assert billing_currency(named, firm) == (None, None)
    assert billing_currency(replace(DOLLARS, exchange_rate=None), firm) == ("USD", None)


@pytest.mark.parametrize(
    ("paid", "billed", "sent"),
    [
        ("USD", DOLLARS, True),
        ("USD", None, True),  # not seen yet: taken to be in the same
        ("USD", AUSTRALIAN, False),
        (None, DOLLARS, False),
        ("AUD", AUSTRALIAN, False),  # both in the base currency, said or not
    ],
)
def test_a_payments_rate_is_sent_where_its_invoice_is_in_its_own_currency(
    paid: str | None, billed: Bill | None, *, sent: bool
) -> None:
    document = replace(receipt("1.00"), currency=paid, exchange_rate=RATE)
    rate = payment_rate(document, billed, CHART.organisation)
    assert rate == (Decimal("0.666667") if sent else None)


def found(document: Document) -> list[tuple[str, str, str]]:
    there = lookup(set_up(), CHART)
    return [(one.code, one.path, one.about) for one in check_currency(document, there)]


def test_what_is_wrong_with_a_currency_is_told_by_field_and_cause() -> None:
    assert found(AUSTRALIAN) == found(DOLLARS) == []
    assert found(replace(AUSTRALIAN, currency="EUR")) == [
        ("currency_not_enabled", "currency", "currency:EUR")
    ]
    assert found(replace(DOLLARS, exchange_rate=Decimal(3_000_000))) == [
        ("exchange_rate_too_high", "exchange_rate", "currency:USD")
    ]


def test_a_bill_without_a_rate_is_told_that_xero_takes_its_own() -> None:
    assert found(replace(DOLLARS, exchange_rate=None)) == [
        ("xeros_own_rate", "exchange_rate", "exchange_rate:USD")
    ]
    assert found(replace(AUSTRALIAN, currency="AUD")) == []
    assert found(replace(receipt("1.00"), currency="USD")) == []


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
